//! Who is let in, and what the others are told.

use serde_json::{Value, json};

use crate::support::{KEY, OTHER_KEY, OTHER_PUBLIC_KEY, Server, now, sign};

const SEARCH: &str = "/company/search";

#[test]
fn the_vendors_two_bodies_exactly() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let signed = sign(OTHER_KEY, &now().to_string(), &server.url(SEARCH), b"");
    let signature = &signed[..342];
    let now = now().to_string();
    let headers = [("x-api-key", partner.api_key.as_str()), ("x-sign", signature), ("x-timestamp", &now)];
    let reply = server.send("GET", "/api/v1/p/company/search", &headers, b"").expect(401);
    assert_eq!(reply.body, r#"{"code":401,"msg":"errPartnerAuth","detail":{"reason":"signature"}}"#);
    assert!(reply.header("x-sandbox-diagnosis").is_some_and(str::is_ascii));
    let reply = server.send("GET", "/api/v1/p/company/search", &headers[1..], b"").expect(401);
    assert_eq!(reply.body, r#"{"code":401,"msg":"Unauthorized","detail":{"reason":"empty token"}}"#);
}

#[test]
fn each_fault_has_its_reason() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let time = now().to_string();
    let signature = sign(KEY, &time, &server.url(SEARCH), b"");
    let (key, sign, timestamp) = (
        ("x-api-key", partner.api_key.as_str()),
        ("x-sign", signature.as_str()),
        ("x-timestamp", time.as_str()),
    );
    let old = "1634226826";
    for (headers, status, reason) in [
        (vec![key, timestamp], 401, "signature"),
        (vec![key, sign], 401, "timestamp/nonce"),
        (vec![key, sign, timestamp, ("x-nonce", "1")], 401, "timestamp/nonce"),
        (vec![key, sign, sign, timestamp], 401, "signature"),
        (vec![key, key, sign, timestamp], 401, "key"),
        (vec![key, sign, timestamp, timestamp], 401, "timestamp"),
        (vec![key, sign, ("x-timestamp", "0123")], 401, "timestamp"),
        (vec![key, sign, ("x-nonce", "not a nonce")], 401, "nonce"),
        (vec![("x-api-key", "AAAA"), sign, timestamp], 401, "key"),
        (vec![key, ("x-sign", "AAAA"), timestamp], 401, "signature"),
        (vec![key, sign, timestamp, ("content-encoding", "gzip")], 400, "content-encoding"),
        (vec![key, sign, ("x-timestamp", old)], 401, "signature"),
    ] {
        server.send("GET", "/api/v1/p/company/search", &headers, b"").refused(status, reason);
    }
    let far = partner.send_at(1_634_226_826, "GET", SEARCH, b"").expect(401);
    assert_eq!(far.reason(), "timestamp");
    // None of these burned anything: the same headers are still good.
    server.send("GET", "/api/v1/p/company/search", &[key, sign, timestamp], b"").expect(200);
}

#[test]
fn what_other_clients_send_is_let_in() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let body = br#"{"name":"Sent by Go"}"#;
    // The Go client: neither accept nor content-type.
    partner.send_at(now(), "POST", "/company", body).expect(200);
    // The TypeScript client: an empty nonce beside the timestamp.
    let headers = partner.headers_at(now(), SEARCH, b"");
    let mut headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    headers.push(("x-nonce", ""));
    server.send("GET", "/api/v1/p/company/search", &headers, b"").expect(200);
}

#[test]
fn the_url_may_be_signed_for_either_of_this_machines_names_or_a_given_origin() {
    let server = Server::start(&["--origin", "https://api.qredo.network", "--origin", "http://localhost:1"]);
    let api_key = server.partner().api_key;
    for (origin, status) in [
        ("https://api.qredo.network", 200),
        ("http://localhost:1", 200),
        ("https://sandbox-api.qredo.network", 401),
    ] {
        let time = now().to_string();
        let signature = sign(KEY, &time, &format!("{origin}/api/v1/p{SEARCH}?query=a"), b"");
        let headers = [("x-api-key", api_key.as_str()), ("x-sign", &signature), ("x-timestamp", &time)];
        let reply = server.send("GET", "/api/v1/p/company/search?query=a", &headers, b"").expect(status);
        if status == 401 {
            assert!(reply.header("x-sandbox-diagnosis").unwrap().contains("another host"));
        }
    }
}

#[test]
fn replays_are_refused_and_the_same_read_is_none() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let body = br#"{"name":"Once"}"#;
    let time = now();
    partner.send_at(time, "POST", "/company", body).expect(200);
    partner.send_at(time, "POST", "/company", body).refused(401, "timestamp");
    partner.send_at(time, "GET", SEARCH, b"").expect(200);
    partner.send_at(time, "GET", SEARCH, b"").expect(200);
    // The method is not signed: what was a GET must not come back as anything else.
    partner.send_at(time, "GET", "/coreclient/c/action/a", b"").refused(404, "client_id");
    partner.send_at(time, "DELETE", "/coreclient/c/action/a", b"").refused(401, "timestamp");
    partner.send_at(time, "PUT", "/coreclient/c/action/a", b"").refused(401, "timestamp");
}

#[test]
fn a_signature_counts_for_its_own_key_alone() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let other = server.register(OTHER_PUBLIC_KEY);
    let time = now().to_string();
    let signature = sign(KEY, &time, &server.url(SEARCH), b"");
    let headers = [("x-api-key", other.as_str()), ("x-sign", &signature), ("x-timestamp", &time)];
    server.send("GET", "/api/v1/p/company/search", &headers, b"").refused(401, "signature");
    // Two API keys over one RSA key share one sequence of nonces.
    let second = server.partner().api_key;
    for (api_key, status) in [(&partner.api_key, 200), (&second, 401)] {
        let signature = sign(KEY, "7", &server.url(SEARCH), b"");
        let headers = [("x-api-key", api_key.as_str()), ("x-sign", &signature), ("x-nonce", "7")];
        server.send("GET", "/api/v1/p/company/search", &headers, b"").expect(status);
    }
}

#[test]
fn a_business_refusal_uses_the_nonce_up_and_a_failed_signature_does_not() {
    let server = Server::start(&[]);
    let mut partner = server.partner();
    partner.call("GET", "/company/none", &Value::Null).refused(404, "company_id");
    let bad = sign(KEY, "2", &server.url("/other"), b"");
    let headers = [("x-api-key", partner.api_key.as_str()), ("x-sign", bad.as_str()), ("x-nonce", "2")];
    server.send("GET", "/api/v1/p/company/search", &headers, b"").refused(401, "signature");
    partner.call("GET", SEARCH, &Value::Null).expect(200);
    partner.call("GET", "/liquidityhub", &Value::Null).refused(501, "GET /liquidityhub: Get Liquidity Hub");
    partner.call("GET", SEARCH, &Value::Null).expect(200);
}

#[test]
fn relaxed_takes_an_api_key_alone_and_still_verifies_what_is_signed() {
    let server = Server::start(&["--auth", "relaxed"]);
    let partner = server.partner();
    let key = ("x-api-key", partner.api_key.as_str());
    server.send("POST", "/api/v1/p/company", &[key], br#"{"name":"a"}"#).expect(200);
    server.send("POST", "/api/v1/p/company", &[key], b"[").refused(400, "body");
    server.send("GET", "/api/v1/p/company/search", &[("x-api-key", "AAAA")], b"").refused(401, "key");
    let time = now().to_string();
    let wrong = sign(KEY, &time, &server.url("/company"), b"");
    let headers = [key, ("x-sign", wrong.as_str()), ("x-timestamp", time.as_str())];
    server.send("GET", "/api/v1/p/company/search", &headers, b"").refused(401, "signature");
    let log = server.control("GET", "/requests", &Value::Null).json();
    let verdicts: Vec<&str> =
        log["list"].as_array().unwrap().iter().map(|entry| entry["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["refused", "refused", "api_key_alone", "api_key_alone"]);
    assert!(log["list"][0]["diagnosis"].is_string());
    assert!(!log.to_string().contains(&partner.api_key), "no API key in the log");
    let unsigned = Server::start(&[]);
    let partner = unsigned.partner();
    let key = [("x-api-key", partner.api_key.as_str())];
    unsigned.send("POST", "/api/v1/p/company", &key, br#"{"name":"a"}"#).refused(401, "signature");
}

#[test]
fn the_clock_decides_to_the_second() {
    let server = Server::start(&["--timestamp-window", "60"]);
    let partner = server.partner();
    server.control("POST", "/clock", &json!({ "now": 1_634_226_826 })).expect(200);
    for (timestamp, status) in
        [(1_634_226_766, 200), (1_634_226_765, 401), (1_634_226_886, 200), (1_634_226_887, 401)]
    {
        partner.send_at(timestamp, "GET", SEARCH, b"").expect(status);
    }
}

#[test]
fn a_feed_is_signed_for_ws_and_not_built_yet() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let time = now().to_string();
    for (scheme, status) in [("ws", 501), ("http", 401)] {
        let url = format!("{scheme}://{}/api/v1/p/liquidityhub/feed", server.address);
        let signature = sign(KEY, &time, &url, b"");
        let headers = [
            ("x-api-key", partner.api_key.as_str()),
            ("x-sign", &signature),
            ("x-timestamp", &time),
            ("upgrade", "websocket"),
        ];
        server.send("GET", "/api/v1/p/liquidityhub/feed", &headers, b"").expect(status);
    }
}
