//! URLs that may have been signed in place of the one that was received.

use super::cause::Cause;
use super::url_escapes::{Escaping, decoded, escaped_where_needed, with_digits};
use super::variants::Variants;

/// Hosts of the Partner API: production, and the sandbox under its two names.
const KNOWN_HOSTS: [&str; 3] = ["api.qredo.network", "sandbox-api.qredo.network", "play-api.qredo.network"];
const LOCAL_HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"];
const SCHEMES: [(&str, &str); 4] = [("https", ":443"), ("http", ":80"), ("wss", ":443"), ("ws", ":80")];
/// Longer URLs are tried with one mistake each.
const MAX_PAIRED_BYTES: usize = 1024;
/// The path under which the API lives.
const PREFIX: &str = "/api/v1/p";

/// The received URL first, then each mistake alone, then mistakes in pairs.
pub(super) fn url_variants(received: &str, host_header: Option<&str>) -> Variants {
    let mut variants = Variants::of(received);
    let Some(url) = Url::split(received) else { return variants };
    variants.add(&[Cause::UrlRewritten], url.as_clients_send_it().joined());
    if received.contains('%') {
        variants.add(&[Cause::UrlDecoded], decoded(received));
    }
    let alone = mistakes(&url, host_header);
    for (cause, url) in &alone {
        variants.add(&[*cause], url.joined());
    }
    for (first, url) in alone.iter().filter(|_| received.len() <= MAX_PAIRED_BYTES) {
        for (second, url) in mistakes(url, host_header) {
            // Each pair once: the order of two mistakes makes no difference.
            if (*first as usize) < second as usize {
                variants.push(&[*first, second], url.joined());
            }
        }
    }
    add_decoded(&mut variants, received, &alone);
    variants
}

/// A URL in the parts that mistakes change; `prefix` is the scheme with `://`, or what is left of it.
#[derive(Clone, PartialEq)]
struct Url {
    scheme: String,
    host: String,
    port: String,
    path: String,
    query: String,
}

impl Url {
    fn split(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, target) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
        let port_at = authority.rfind(':').filter(|at| authority.rfind(']').is_none_or(|end| end < *at));
        let (host, port) = authority.split_at_checked(port_at.unwrap_or(authority.len()))?;
        let (path, query) = target.split_at_checked(target.find('?').unwrap_or(target.len()))?;
        let scheme = format!("{scheme}://");
        Some(Self { scheme, host: host.into(), port: port.into(), path: path.into(), query: query.into() })
    }

    fn joined(&self) -> String {
        [&self.scheme, &self.host, &self.port, &self.path, &self.query].map(String::as_str).concat()
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// What clients make of a URL that they do not send as it is.
    fn as_clients_send_it(&self) -> Self {
        let mut sent = self.clone();
        let has_default_port =
            SCHEMES.iter().any(|(scheme, port)| self.scheme == format!("{scheme}://") && self.port == *port);
        if has_default_port {
            sent.port.clear();
        }
        for text in [&mut sent.path, &mut sent.query] {
            *text = escaped_where_needed(text.split('#').next().unwrap_or_default());
        }
        if sent.path.is_empty() {
            sent.path.push('/');
        }
        if sent.query == "?" {
            sent.query.clear();
        }
        sent
    }

    fn change_target(&mut self, change: impl Fn(&str) -> String) {
        self.path = change(&self.path);
        self.query = change(&self.query);
    }
}

/// Each single mistake, the most frequent first.
fn mistakes(url: &Url, host_header: Option<&str>) -> Vec<(Cause, Url)> {
    let mut all = Vec::new();
    let mut add = |cause, changed: Url| {
        if changed != *url {
            all.push((cause, changed));
        }
    };
    add(Cause::UrlWithoutQuery, url.with(|url| url.query.clear()));
    if url.query.is_empty() {
        add(Cause::UrlEmptyQuery, url.with(|url| url.query.push('?')));
    }
    for query in reordered(&url.query) {
        add(Cause::UrlQueryReordered, url.with(|url| url.query = query));
    }
    let path_only =
        |url: &mut Url| [&mut url.scheme, &mut url.host, &mut url.port].into_iter().for_each(String::clear);
    add(Cause::UrlPathOnly, url.with(path_only));
    let without_slash = |url: &mut Url| {
        path_only(url);
        url.path = url.path.trim_start_matches('/').into();
    };
    add(Cause::UrlPathOnly, url.with(without_slash));
    for (scheme, default_port) in SCHEMES {
        let prefix = format!("{scheme}://");
        if url.scheme.is_empty() {
            continue;
        }
        if url.scheme == prefix && url.port.is_empty() {
            add(Cause::UrlDefaultPort, url.with(|url| url.port = default_port.into()));
        }
        if url.scheme != prefix {
            add(Cause::UrlScheme, url.with(|url| url.scheme = prefix));
        }
    }
    match url.path.strip_suffix('/') {
        Some(without) => add(Cause::UrlNoTrailingSlash, url.with(|url| url.path = without.into())),
        None => add(Cause::UrlTrailingSlash, url.with(|url| url.path.push('/'))),
    }
    match url.path.strip_prefix(PREFIX) {
        Some(without) => add(Cause::UrlWithoutPrefix, url.with(|url| url.path = without.into())),
        None => add(Cause::UrlWithPrefix, url.with(|url| url.path.insert_str(0, PREFIX))),
    }
    add(Cause::UrlWithoutScheme, url.with(|url| url.scheme.clear()));
    add(Cause::UrlWithoutPort, url.with(|url| url.port.clear()));
    for change in [str::to_ascii_lowercase, str::to_ascii_uppercase] {
        add(Cause::UrlEscapeCase, url.with(|url| url.change_target(|text| with_digits(text, change))));
    }
    for escaping in Escaping::ALL {
        add(Cause::UrlEscapedOtherwise, url.with(|url| url.change_target(|text| escaping.apply(text))));
    }
    if !url.host.is_empty() {
        for origin in other_origins(&url.port, host_header) {
            let at_origin = |url: &mut Url| {
                path_only(url);
                url.scheme = origin;
            };
            add(Cause::UrlOtherOrigin, url.with(at_origin));
        }
    }
    all
}

/// Up to this many fields of a query are tried in every order: 23 others for four.
const MAX_PERMUTED_FIELDS: usize = 4;

/// The fields of a query in every other order; of many fields only sorted and reversed.
fn reordered(query: &str) -> Vec<String> {
    let Some(fields) = query.strip_prefix('?') else { return Vec::new() };
    let fields: Vec<&str> = fields.split('&').collect();
    let orders = if fields.len() <= MAX_PERMUTED_FIELDS {
        permutations(&fields)
    } else {
        let mut sorted = fields.clone();
        sorted.sort_unstable();
        vec![sorted, fields.into_iter().rev().collect()]
    };
    orders.into_iter().map(|fields| format!("?{}", fields.join("&"))).collect()
}

fn permutations<'a>(fields: &[&'a str]) -> Vec<Vec<&'a str>> {
    let Some((first, rest)) = fields.split_first() else { return vec![Vec::new()] };
    let inserted = permutations(rest).into_iter().flat_map(|order| {
        (0..=order.len()).map(move |at| {
            let (before, after) = order.split_at_checked(at).unwrap_or_default();
            [before, &[*first], after].concat()
        })
    });
    inserted.collect()
}

/// Where the client may have thought that it was talking to.
fn other_origins(port: &str, host_header: Option<&str>) -> Vec<String> {
    let mut origins: Vec<String> = KNOWN_HOSTS.map(|host| format!("https://{host}")).into();
    for scheme in ["http", "https", "ws", "wss"] {
        origins.extend(host_header.map(|host| format!("{scheme}://{host}")));
        for host in LOCAL_HOSTS {
            origins.extend([port, "", ":8080", ":8001"].map(|port| format!("{scheme}://{host}{port}")));
        }
    }
    origins.extend(KNOWN_HOSTS.map(|host| format!("wss://{host}")));
    origins
}

/// Decoded once, and another mistake.
fn add_decoded(variants: &mut Variants, received: &str, alone: &[(Cause, Url)]) {
    if !received.contains('%') {
        return;
    }
    for (cause, url) in alone {
        variants.push(&[*cause, Cause::UrlDecoded], decoded(&url.joined()));
    }
}

#[cfg(test)]
mod tests {
    use super::url_variants;

    fn codes(received: &str, signed: &str) -> Vec<&'static str> {
        let variants = url_variants(received, Some("proxy.example"));
        let mut all = [variants.received(), variants.alone(), variants.combined()].into_iter().flatten();
        let found = all.find(|variant| variant.bytes == signed.as_bytes());
        found.map_or_else(
            || vec!["none"],
            |variant| variant.causes.iter().map(|cause| cause.as_str()).collect(),
        )
    }

    #[test]
    fn mistakes_and_their_pairs() {
        let url = "https://api.qredo.network/api/v1/p/company/search?query=a%2Fb";
        for (signed, expected) in [
            (url, &[][..]),
            ("https://api.qredo.network/api/v1/p/company/search", &["url_without_query"]),
            ("/api/v1/p/company/search?query=a%2Fb", &["url_path_only"]),
            ("/api/v1/p/company/search", &["url_without_query", "url_path_only"]),
            ("/company/search", &["none"]),
            ("https://api.qredo.network/company/search?query=a%2Fb", &["url_without_prefix"]),
            ("http://api.qredo.network/api/v1/p/company/search?query=a%2Fb", &["url_scheme"]),
            ("https://api.qredo.network:443/api/v1/p/company/search?query=a%2Fb", &["url_default_port"]),
            ("https://api.qredo.network/api/v1/p/company/search/?query=a%2Fb", &["url_trailing_slash"]),
            ("api.qredo.network/api/v1/p/company/search?query=a%2Fb", &["url_without_scheme"]),
            ("https://api.qredo.network/api/v1/p/company/search?query=a%2fb", &["url_escape_case"]),
            ("https://api.qredo.network/api/v1/p/company/search?query=a/b", &["url_decoded"]),
            ("https://sandbox-api.qredo.network/api/v1/p/company/search?query=a%2Fb", &["url_other_origin"]),
            ("http://proxy.example/api/v1/p/company/search?query=a%2Fb", &["url_other_origin"]),
            ("https://api.qredo.network/api/v1/p/company/search?query=a%252Fb", &["url_escaped_otherwise"]),
            ("http://localhost:8080/company/search?query=a%2Fb", &["url_without_prefix", "url_other_origin"]),
        ] {
            assert_eq!(codes(url, signed), expected, "{signed}");
        }
    }

    #[test]
    fn fields_of_a_query_in_another_order() {
        let of = |query: &str| super::reordered(query).len();
        assert_eq!([of(""), of("?a=1"), of("?a=1&b=2"), of("?a&b&c&d"), of("?e&d&c&b&a")], [0, 1, 2, 24, 2]);
        let codes = codes("https://h/a?x=1&b=2&x=0&c=3&a=4", "https://h/a?a=4&b=2&c=3&x=0&x=1");
        assert_eq!(codes, ["url_query_reordered"]);
    }
}
