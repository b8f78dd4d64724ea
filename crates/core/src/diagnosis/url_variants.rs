//! URLs that may have been signed in place of the one that was received.

use super::cause::Cause;
use super::variants::Variants;

/// Hosts of the Partner API: production, and the sandbox under its two names.
const KNOWN_HOSTS: [&str; 3] = ["api.qredo.network", "sandbox-api.qredo.network", "play-api.qredo.network"];
const LOCAL_HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];
const SCHEMES: [(&str, &str); 4] = [("https", ":443"), ("http", ":80"), ("wss", ":443"), ("ws", ":80")];
/// The path under which the API lives.
const PREFIX: &str = "/api/v1/p";

/// The received URL first, then each mistake alone, then mistakes in pairs.
pub(super) fn url_variants(received: &str, host_header: Option<&str>) -> Variants {
    let mut variants = Variants::of(received);
    let Some(url) = Url::split(received) else { return variants };
    let alone = mistakes(&url, host_header);
    for (cause, url) in &alone {
        variants.add(&[*cause], url.joined());
    }
    for (first, url) in &alone {
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
#[derive(Clone)]
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
}

/// Each single mistake, the most frequent first.
fn mistakes(url: &Url, host_header: Option<&str>) -> Vec<(Cause, Url)> {
    let mut all = Vec::new();
    let mut add = |cause, changed| all.push((cause, changed));
    add(Cause::UrlWithoutQuery, url.with(|url| url.query.clear()));
    let path_only =
        |url: &mut Url| [&mut url.scheme, &mut url.host, &mut url.port].into_iter().for_each(String::clear);
    add(Cause::UrlPathOnly, url.with(path_only));
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
    if url.path.contains('%') || url.query.contains('%') {
        let lower_case = |url: &mut Url| {
            url.path = lower_case_escapes(&url.path);
            url.query = lower_case_escapes(&url.query);
        };
        add(Cause::UrlEscapeCase, url.with(lower_case));
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

fn lower_case_escapes(text: &str) -> String {
    let mut parts = text.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        lower.push('%');
        lower.push_str(&digits.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower
}

/// Decoded once; the bytes need not be text any more.
fn add_decoded(variants: &mut Variants, received: &str, alone: &[(Cause, Url)]) {
    if !received.contains('%') {
        return;
    }
    variants.add(&[Cause::UrlDecoded], decoded(received));
    for (cause, url) in alone {
        variants.push(&[*cause, Cause::UrlDecoded], decoded(&url.joined()));
    }
}

fn decoded(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        match u8::from_str_radix(digits, 16) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend_from_slice(format!("%{digits}").as_bytes()),
        }
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::url_variants;

    fn codes(received: &str, signed: &str) -> Vec<&'static str> {
        let variants = url_variants(received, Some("proxy.example"));
        let mut all = variants.received().chain(variants.alone()).chain(variants.combined());
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
            ("http://localhost:8080/company/search?query=a%2Fb", &["url_without_prefix", "url_other_origin"]),
        ] {
            assert_eq!(codes(url, signed), expected, "{signed}");
        }
    }
}
