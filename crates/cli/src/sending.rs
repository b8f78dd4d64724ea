//! One signed request to a server and its answer back: exactly what was signed, to nobody else.
//!
//! The client writes the URL's path and query as they stand, follows no redirect, and repeats nothing.
//! Plain HTTP stays on this machine unless the caller says otherwise.

use std::sync::Arc;
use std::time::Duration;

use partnersign::{Error, ErrorCode, SignedRequest};
use rustls::crypto::aws_lc_rs;
use ureq::http::{Request, Response, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy, Timeout};

use crate::failure::Failure;

/// The largest answer that is read.
const MAX_ANSWER_BYTES: u64 = 10 * 1024 * 1024;
/// A connection that takes longer than this will not come.
const CONNECT_SECONDS: u32 = 10;

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The reason that belongs to the status; empty for one that has none.
    pub(crate) reason: &'static str,
    /// In the order of arrival, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// Where a request may go.
#[derive(Debug)]
pub(crate) struct Destination {
    uri: Uri,
    is_https: bool,
}

impl Destination {
    /// Refuses what is no HTTP, and plain HTTP to another machine unless it is allowed.
    pub(crate) fn parse(url: &str, allow_http: bool) -> Result<Self, Failure> {
        // Core says what is wrong with a URL, and better: what it refuses never gets this far.
        let unusable = |_| Error::new(ErrorCode::InvalidUrl, "the URL cannot be sent over HTTP");
        let uri: Uri = url.parse().map_err(unusable)?;
        let is_https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if allow_http || uri.host().is_some_and(is_this_machine) => false,
            Some("http") => {
                let why = "plain HTTP shows the API key to whoever is on the way: use https, or --allow-http";
                return Err(Error::new(ErrorCode::InvalidUrl, why).at(0).into());
            }
            _ => {
                let why = "send speaks http and https; ws and wss are for feeds";
                return Err(Error::new(ErrorCode::InvalidUrl, why).at(0).into());
            }
        };
        Ok(Self { uri, is_https })
    }
}

/// Loopback by its name or number; no name is looked up for this.
fn is_this_machine(host: &str) -> bool {
    let number = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    number.map_or_else(|_| host == "localhost" || host.ends_with(".localhost"), |number| number.is_loopback())
}

/// Sends the request and reads the whole answer, whatever its status.
pub(crate) fn send(
    signed: &SignedRequest,
    destination: &Destination,
    seconds: u32,
) -> Result<Answer, Failure> {
    exchange(&agent(destination, seconds)?, signed, destination).map_err(|error| failure(&error, seconds))
}

/// What TLS needs is loaded for https alone.
fn agent(destination: &Destination, seconds: u32) -> Result<Agent, Failure> {
    let tls = if destination.is_https {
        TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(aws_lc_rs::default_provider()))
            .root_certs(trusted_roots()?)
            .build()
    } else {
        TlsConfig::default()
    };
    // Through a proxy's tunnel the bytes arrive as they are; without TLS a proxy would read and rewrite them.
    let proxy = if destination.is_https { Proxy::try_from_env() } else { None };
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(proxy)
        .max_redirects(0)
        .http_status_as_error(false)
        .user_agent(concat!("partnerapi-sign/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(Duration::from_secs(seconds.into())))
        .timeout_connect(Some(Duration::from_secs(CONNECT_SECONDS.into())));
    Ok(config.build().into())
}

/// The certificate authorities that this machine trusts; `SSL_CERT_FILE` and `SSL_CERT_DIR` say otherwise.
fn trusted_roots() -> Result<RootCerts, Failure> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why = "this machine has no trusted certificates: install ca-certificates, or set SSL_CERT_FILE";
        return Err(Error::new(ErrorCode::SendingFailed, why).into());
    }
    Ok(found.certs.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).into())
}

fn exchange(agent: &Agent, signed: &SignedRequest, destination: &Destination) -> Result<Answer, ureq::Error> {
    let mut request = Request::builder().method(signed.method().as_str()).uri(&destination.uri);
    for (name, value) in signed.headers() {
        request = request.header(name, value);
    }
    match signed.body() {
        Some(body) => read(agent.run(request.body(body)?)?),
        // These say that the body is empty; without a length the client would call it chunked.
        None if signed.method().allows_body() => read(agent.run(request.body(&[][..])?)?),
        None => read(agent.run(request.body(())?)?),
    }
}

fn read(mut response: Response<Body>) -> Result<Answer, ureq::Error> {
    let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES).read_to_vec()?;
    let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let status = response.status();
    Ok(Answer {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or_default(),
        headers: response.headers().iter().map(header).collect(),
        body,
    })
}

/// Says whether the server can have seen the request: only then may it have acted on it.
fn failure(error: &ureq::Error, seconds: u32) -> Failure {
    use std::io::ErrorKind;

    const NOT_SENT: &str = "; nothing was sent";
    const UNKNOWN: &str = "; whether the server has acted on the request is unknown";
    let (why, end) = match error {
        ureq::Error::HostNotFound => ("the host of the URL is not known".to_owned(), NOT_SENT),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            (format!("no connection within {} s", seconds.min(CONNECT_SECONDS)), NOT_SENT)
        }
        ureq::Error::Timeout(_) => (format!("no whole answer within {seconds} s"), UNKNOWN),
        ureq::Error::BodyExceedsLimit(_) => {
            (format!("the answer is larger than {} MiB", MAX_ANSWER_BYTES / 1024 / 1024), UNKNOWN)
        }
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            ("the connection was refused: nothing listens there".to_owned(), NOT_SENT)
        }
        error => (format!("the exchange failed: {error}"), UNKNOWN),
    };
    Error::new(ErrorCode::SendingFailed, why + end).into()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};

    use partnersign::{ApiKey, Method, Request, Signer, SigningKey, Timestamp};
    use ureq::Agent;
    use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
    use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

    use super::{Destination, agent, exchange, is_this_machine};

    /// Every name leads to the test's own server.
    #[derive(Debug)]
    struct Here(SocketAddr);

    impl Resolver for Here {
        fn resolve(
            &self,
            _: &ureq::http::Uri,
            _: &ureq::config::Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let mut found = self.empty();
            found.push(self.0);
            Ok(found)
        }
    }

    /// `tests/cli/send.rs` has the request line; this is about hosts that are not this machine.
    #[test]
    fn the_host_header_has_the_authority_as_it_was_signed() {
        let pem = std::fs::read("../../tests/vectors/keys/rsa2048.pkcs8.pem").unwrap();
        let api_key = ApiKey::parse("eyJrZXlfaWQiOiJhIiwia2V5IjoiYiJ9").unwrap();
        let signer = Signer::new(SigningKey::from_pem(&pem, None).unwrap(), Some(api_key));
        let document = std::fs::read_to_string("../../tests/vectors/urls.json").unwrap();
        let document: serde_json::Value = serde_json::from_str(&document).unwrap();
        let good = document["cases"].as_array().unwrap().iter().filter(|case| case.get("ok").is_some());
        let mut count = 0;
        for url in good.filter_map(|case| case["url"].as_str()).filter(|url| url.starts_with("http")) {
            let rest = url.split_once("://").unwrap().1;
            let (authority, path) = rest.split_at(rest.find('/').unwrap());
            // The default port of https is another one of http, and the reverse.
            if authority.ends_with(":80") {
                continue;
            }
            let url = format!("http://{rest}");
            let signed = signer
                .sign(&Request::new(Method::Get, &url), &Timestamp::from_seconds(1).unwrap().into())
                .unwrap();
            let destination = Destination::parse(&url, true).unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let resolver = Here(listener.local_addr().unwrap());
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut got = Vec::new();
                while !got.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    got.push(byte[0]);
                }
                stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
                String::from_utf8(got).unwrap()
            });
            let config = agent(&destination, 30).unwrap().config().clone();
            let agent = Agent::with_parts(config, DefaultConnector::new(), resolver);
            assert_eq!(exchange(&agent, &signed, &destination).unwrap().status, 204);
            let head = server.join().unwrap();
            assert!(head.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{head}");
            assert!(head.contains(&format!("\r\nhost: {authority}\r\n")), "{authority}: {head}");
            count += 1;
        }
        assert!(count >= 40, "only {count} URLs");
    }

    #[test]
    fn this_machine_is_known_by_its_loopback_names_alone() {
        for host in ["localhost", "a.localhost", "127.0.0.1", "127.1.2.3", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["0.0.0.0", "[::]", "192.168.0.1", "localhost.example.com", "notlocalhost", "10.0.0.1"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
