//! The control plane, and what keeps web pages and other machines out of it.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::Server;

#[test]
fn foreign_hosts_and_origins_are_kept_out_and_the_api_does_not_look() {
    let server = Server::start(&[]);
    let raw = |host: &str, more: &str, target: &str| {
        let answer = server.raw(
            format!("POST {target} HTTP/1.1\r\nhost: {host}\r\n{more}connection: close\r\n\r\n").as_bytes(),
        );
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(raw(&server.address, "", "/_sandbox/reset"), "200");
    assert_eq!(raw("localhost", "", "/_sandbox/reset"), "200");
    assert_eq!(raw("evil.example", "", "/_sandbox/reset"), "403");
    assert_eq!(raw(&server.address, "origin: http://evil.example\r\n", "/_sandbox/reset"), "403");
    assert_eq!(raw(&server.address, "sec-fetch-site: cross-site\r\n", "/_sandbox/reset"), "403");
    assert_eq!(raw("evil.example", "origin: http://evil.example\r\n", "/api/v1/p/company"), "401");
}

#[test]
fn other_machines_only_on_request() {
    let output = Command::new(env!("CARGO_BIN_EXE_partnerapi-sandbox"))
        .args(["serve", "--listen", "0.0.0.0:0"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("--allow-remote"));
}

#[test]
fn wrong_calls_name_the_field() {
    let server = Server::start(&[]);
    let call = |path: &str, body: Value| {
        let reply = server.control("POST", path, &body);
        (reply.status, reply.reason())
    };
    assert_eq!(call("/api-keys", json!({ "public_key": "none" })), (400, "public_key".to_owned()));
    assert_eq!(call("/api-keys", json!({})), (400, "public_key".to_owned()));
    assert_eq!(call("/users", json!({ "email": "a@b.example" })), (400, "name".to_owned()));
    assert_eq!(call("/clock", json!({})), (400, "body".to_owned()));
    assert_eq!(call("/clock", json!({ "now": 1, "advance": 1 })), (400, "body".to_owned()));
    assert_eq!(call("/clock", json!({ "now": -1 })), (400, "now".to_owned()));
    assert_eq!(call("/deposits", json!({ "address": "none", "amount": 1 })), (404, "address".to_owned()));
    assert_eq!(call("/invitations/none/approve", Value::Null), (404, "id".to_owned()));
    assert_eq!(call("/invitations/none/maybe", Value::Null), (404, "path".to_owned()));
    assert_eq!(call("/nothing", Value::Null), (404, "path".to_owned()));
}

#[test]
fn the_open_pages() {
    let server = Server::start(&[]);
    let get = |target: &str| server.send("GET", target, &[], b"");
    get("/healthz").expect(200);
    assert_eq!(get("/openapi.json").expect(200).json()["openapi"], "3.1.0");
    for unbuilt in ["/", "/docs"] {
        get(unbuilt).expect(501);
    }
    get("/nothing").expect(404);
}

#[test]
fn an_api_key_says_whether_it_is_for_the_vendors_sandbox() {
    use base64::Engine;
    let server = Server::start(&[]);
    let pem = std::fs::read_to_string(crate::support::OTHER_PUBLIC_KEY).unwrap();
    let created =
        server.control("POST", "/api-keys", &json!({ "public_key": pem, "sandbox": true })).expect(201);
    let decoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(created.text("api_key")).unwrap();
    let fields: Value = serde_json::from_slice(&decoded).unwrap();
    assert_eq!(fields["key_id"], created.text("key_id"));
    assert_eq!(fields["sandbox"], true);
    assert_eq!(fields["key"].as_str().unwrap().len(), 43);
}
