//! Bytes that no HTTP library would send.

use serde_json::{Value, json};

use crate::support::{KEY, Reply, Server, now, sign};

/// The authentication headers of a request, as lines.
fn signed(server: &Server, api_key: &str, path: &str, body: &str) -> String {
    let time = now().to_string();
    let signature = sign(KEY, &time, &server.url(path), body.as_bytes());
    format!("host: ignored.example\r\nx-api-key: {api_key}\r\nx-sign: {signature}\r\nx-timestamp: {time}\r\n")
}

#[test]
fn the_bytes_that_were_verified_are_the_bytes_that_are_parsed() {
    let server = Server::start(&[]);
    let api_key = server.partner().api_key;
    // Duplicate keys, escapes, odd spacing: signed as it is, answered by what it says.
    let body = "{ \"city\" :\t\"Z\\u00fcrich\",\n\"name\":\"caf\u{e9}  \"}\r\n";
    let auth = signed(&server, &api_key, "/company", body);
    let request = format!(
        "POST /api/v1/p/company HTTP/1.1\r\n{auth}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let company = Reply::parse(&server.raw(request.as_bytes())).expect(200).text("company_id");
    let path = format!("/company/{company}");
    let auth = signed(&server, &api_key, &path, "");
    let request = format!("GET /api/v1/p{path} HTTP/1.1\r\n{auth}connection: close\r\n\r\n");
    let read = Reply::parse(&server.raw(request.as_bytes())).expect(200).json();
    assert_eq!((&read["city"], &read["name"]), (&json!("Zürich"), &json!("café  ")));

    // In chunks too: the body is what the chunks hold.
    let body = r#"{"name":"in chunks"}"#;
    let auth = signed(&server, &api_key, "/company", body);
    let (first, second) = body.split_at(7);
    let request = format!(
        "POST /api/v1/p/company HTTP/1.1\r\n{auth}transfer-encoding: chunked\r\n\r\n7\r\n{first}\r\nD\r\n{second}\r\n0\r\n\r\n"
    );
    Reply::parse(&server.raw(request.as_bytes())).expect(200);
    let twice = r#"{"name":"a","name":"b"}"#;
    let auth = signed(&server, &api_key, "/company", twice);
    let request = format!(
        "POST /api/v1/p/company HTTP/1.1\r\n{auth}content-length: {}\r\nconnection: close\r\n\r\n{twice}",
        twice.len()
    );
    Reply::parse(&server.raw(request.as_bytes())).refused(400, "name");
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    let server = Server::start(&[]);
    let api_key = server.partner().api_key;
    let auth = signed(&server, &api_key, "/company/search", "");
    let target = "/api/v1/p/company/search";
    let origin = format!("http://{}", server.address);
    for (request, reason) in [
        (format!("GET {target}#fragment HTTP/1.1\r\n{auth}\r\n"), "target"),
        (format!("GET {origin}{target} HTTP/1.1\r\n{auth}\r\n"), "target"),
        (
            format!("GET {target} HTTP/1.1\r\n{auth}content-length: 0\r\ncontent-length: 0\r\n\r\n"),
            "content-length",
        ),
        (
            format!(
                "GET {target} HTTP/1.1\r\n{auth}content-length: 0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            "transfer-encoding",
        ),
        (format!("GET {target} HTTP/1.1\n{auth}\r\n"), "head"),
        (
            format!("GET {target} HTTP/1.1\r\n{auth}connection: close\r\ncontent-length: 2\r\n\r\n{{}}"),
            "body",
        ),
        (
            format!("DELETE {target} HTTP/1.1\r\n{auth}connection: close\r\ncontent-length: 2\r\n\r\n{{}}"),
            "body",
        ),
        (format!("GET {target}?a='b HTTP/1.1\r\n{auth}connection: close\r\n\r\n"), "url"),
        (format!("GET /api/v1/p/company/%73earch HTTP/1.1\r\n{auth}connection: close\r\n\r\n"), "url"),
        (format!("GET /api/v1/p/x/../company/search HTTP/1.1\r\n{auth}connection: close\r\n\r\n"), "url"),
    ] {
        let reply = Reply::parse(&server.raw(request.as_bytes()));
        assert!((400..=405).contains(&reply.status), "{request}\n{}", reply.status);
        assert_eq!(reply.reason(), reason, "{request}");
    }
    for broken in [
        format!("GET {target} HTTP/1.1\r\nx-api-key : {api_key}\r\n\r\n"),
        format!("GET {target} HTTP/1.1\r\n{auth}folded: a\r\n b\r\n\r\n"),
        format!("GET {target} HTTP/1.1\r\n{auth}transfer-encoding: gzip\r\n\r\n"),
        format!("GET {target} HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(100)),
        format!("GET {target} HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(100_000)),
    ] {
        let status = Reply::parse(&server.raw(broken.as_bytes())).status;
        assert!((400..500).contains(&status), "{status} for {}", &broken[..60.min(broken.len())]);
    }
    let request = format!("GET {target} HTTP/1.1\r\n{auth}connection: close\r\n\r\n");
    Reply::parse(&server.raw(request.as_bytes())).expect(200);
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_is_read() {
    let server = Server::start(&[]);
    let api_key = server.partner().api_key;
    let request = format!(
        "POST /api/v1/p/company HTTP/1.1\r\nx-api-key: {api_key}\r\ncontent-length: 99999999999\r\n\r\n{{"
    );
    Reply::parse(&server.raw(request.as_bytes())).refused(413, "body");
}

#[test]
fn pipelined_requests_are_told_apart() {
    let server = Server::start(&[]);
    let mut partner = server.partner();
    partner.call("POST", "/company", &json!({ "name": "One" })).expect(200);
    let body = r#"{"name":"GET /nothing HTTP/1.1"}"#;
    let post = signed(&server, &partner.api_key, "/company", body);
    let get = signed(&server, &partner.api_key, "/company/search?query=get", "");
    let both = format!(
        "POST /api/v1/p/company HTTP/1.1\r\n{post}content-length: {}\r\n\r\n{body}GET /api/v1/p/company/search?query=get HTTP/1.1\r\n{get}connection: close\r\n\r\n",
        body.len()
    );
    let answers = server.raw(both.as_bytes());
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
    assert!(answers.contains(r#""total_count":1"#), "{answers}");
    assert_eq!(partner.call("GET", "/company/search", &Value::Null).json()["total_count"], 2);
}
