//! Keeps web pages out: a foreign `Host` is DNS rebinding, a foreign `Origin` another site's script.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::answer::Answer;
use crate::sandbox::Sandbox;

pub(crate) async fn guard(State(sandbox): State<Arc<Sandbox>>, request: Request, next: Next) -> Response {
    match check(&sandbox.hosts, request.headers()) {
        Ok(()) => next.run(request).await,
        Err(reason) => Answer::forbidden(reason).closing().into_response(),
    }
}

/// `hosts`: the names that this sandbox goes by, without ports.
fn check(hosts: &[String], headers: &HeaderMap) -> Result<(), &'static str> {
    let host = only(headers, "host").ok_or("host")?;
    if !hosts.iter().any(|known| known.eq_ignore_ascii_case(without_port(host))) {
        return Err("host");
    }
    if headers.contains_key(header::ORIGIN) {
        let own = only(headers, "origin")
            .and_then(|origin| origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://")))
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        if !own {
            return Err("origin");
        }
    }
    match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err("origin"),
    }
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

/// The host of `host[:port]`; an IPv6 literal keeps its brackets.
pub(crate) fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use axum::http::{HeaderMap, HeaderValue};

    fn verdict(pairs: &[(&'static str, &'static str)]) -> Result<(), &'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        check(&["127.0.0.1".to_owned(), "localhost".to_owned(), "[::1]".to_owned()], &headers)
    }

    #[test]
    fn only_this_machine_s_own_names_and_pages() {
        for good in [
            &[("host", "127.0.0.1:8080")][..],
            &[("host", "localhost")],
            &[("host", "LOCALHOST:9")],
            &[("host", "[::1]:8080")],
            &[
                ("host", "localhost:8080"),
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "same-origin"),
            ],
        ] {
            assert_eq!(verdict(good), Ok(()), "{good:?}");
        }
        for (bad, reason) in [
            (&[][..], "host"),
            (&[("host", "evil.example:8080")], "host"),
            (&[("host", "127.0.0.1.evil.example")], "host"),
            (&[("host", "localhost"), ("host", "localhost")], "host"),
            (&[("host", "localhost:8080"), ("origin", "http://evil.example")], "origin"),
            (&[("host", "localhost:8080"), ("origin", "http://localhost:9090")], "origin"),
            (&[("host", "localhost:8080"), ("origin", "null")], "origin"),
            (&[("host", "localhost:8080"), ("sec-fetch-site", "cross-site")], "origin"),
        ] {
            assert_eq!(verdict(bad), Err(reason), "{bad:?}");
        }
    }
}
