//! `payload`: the bytes that `sign` hashes, without a key.

use sha2::{Digest, Sha256};

use crate::support::{URL, folder_with_key, line, run_in};

const BODY: &[u8] = "{ \"name\":\t\"ACME\u{a0}Corp\" }\r\n".as_bytes();
const AT: [&str; 2] = ["--timestamp", "1639490495"];

#[test]
fn shows_the_parts_with_lengths_hashes_and_offsets() {
    let folder = tempfile::tempdir().unwrap();
    let ran =
        run_in(folder.path(), &["payload", "--url", URL, AT[0], AT[1], "--raw", "--body-file", "-"], BODY);
    assert_eq!((ran.exit, &ran.stderr[..]), (0, ""));
    let payload = [b"1639490495", URL.as_bytes(), BODY].concat();
    let hash = |part: &[u8]| format!("{:x}", Sha256::digest(part));
    assert_eq!(line(ran.text(), "Hash"), hash(&payload));
    assert_eq!(line(ran.text(), "payload"), format!("{} bytes", payload.len()));
    assert_eq!(line(ran.text(), "timestamp"), format!("10 bytes, SHA-256 {}", hash(b"1639490495")));
    assert_eq!(line(ran.text(), "url"), format!("42 bytes, SHA-256 {}", hash(URL.as_bytes())));
    assert_eq!(line(ran.text(), "body"), format!("{} bytes, SHA-256 {}", BODY.len(), hash(BODY)));
    let row = "      52  {·\"name\":→\"ACME⟨U+00A0⟩Corp\"·}␍⏎\n";
    assert!(ran.text().ends_with(row), "{}", ran.text());
}

#[test]
fn hashes_what_sign_hashes() {
    let folder = folder_with_key();
    for form in ["--raw", "--compact"] {
        for freshness in [["--timestamp", "7"], ["--nonce", "n-1"]] {
            let args = ["--url", URL, form, freshness[0], freshness[1], "--body-file", "-"];
            let signed = run_in(folder.path(), &[&["sign", "--json"], &args[..]].concat(), BODY).json();
            let shown = run_in(folder.path(), &[&["payload", "--json"], &args[..]].concat(), BODY).json();
            for field in ["payload_hex", "digest", "body", "url"] {
                assert_eq!(shown[field], signed[field], "{field}");
            }
            let kind = freshness[0].trim_start_matches('-');
            assert_eq!(shown["freshness"], serde_json::json!({ kind: freshness[1] }));
        }
    }
}

#[test]
fn json_has_exactly_these_fields() {
    let folder = tempfile::tempdir().unwrap();
    let shown = run_in(folder.path(), &["payload", "--json", "--url", URL, AT[0], AT[1]], b"").json();
    let names: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["body", "digest", "freshness", "lengths", "payload_hex", "url"]);
    assert_eq!(shown["body"], serde_json::Value::Null);
    let lengths = serde_json::json!({ "freshness": 10, "url": 42, "body": 0, "payload": 52 });
    assert_eq!(shown["lengths"], lengths);
}

#[test]
fn out_writes_the_bytes_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["payload", "--url", URL, AT[0], AT[1], "--body-file", "-", "--out", "payload.bin"];
    assert_eq!(run_in(folder.path(), &args, b"{ }").exit, 0);
    let written = std::fs::read(folder.path().join("payload.bin")).unwrap();
    assert_eq!(written, format!("1639490495{URL}{{}}").as_bytes());
}

#[test]
fn without_a_body_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_in(folder.path(), &["payload", "--url", URL, AT[0], AT[1]], b"");
    assert_eq!(line(ran.text(), "body"), "none");
}

#[test]
fn refuses_what_sign_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let payload = |args: &[&str], stdin: &[u8]| run_in(folder.path(), &[&["payload"], args].concat(), stdin);
    payload(&["--url", "https://h"], b"").refused(3, "invalid_url");
    payload(&["--url", URL, "--timestamp", "1634226826000"], b"").refused(3, "invalid_timestamp");
    payload(&["--url", URL, "--nonce", "a b"], b"").refused(3, "invalid_nonce");
    payload(&["--url", URL], b"{").refused(3, "invalid_json");
    payload(&["--url", URL, "--method", "GET", "--body-file", "-"], b"{}").refused(3, "body_not_allowed");
    payload(&["--url", URL, "--out", "no/such/folder"], b"").refused(3, "invalid_argument");
    payload(&["--url", URL, "--pem-file", "private.pem"], b"").refused(2, "invalid_argument");
}
