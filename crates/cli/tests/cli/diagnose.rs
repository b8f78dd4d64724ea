//! `diagnose`: the answer is on stdout, good or bad; the verdict is the exit code.

use std::path::Path;

use crate::support::{Ran, URL, folder_with_key, line, public_key, run_in};

const BODY: &[u8] = b"{ \"name\": \"ACME Corp\" }";

/// `x-sign` over the compacted body.
pub(crate) fn signature(folder: &Path) -> String {
    let args = ["sign", "--url", URL, "--timestamp", "1639490495", "--body-file", "-"];
    line(run_in(folder, &args, BODY).text(), "x-sign").to_owned()
}

fn diagnose(folder: &Path, extra: &[&str], body: &[u8]) -> Ran {
    let (public, sign) = (public_key(), format!("x-sign: {}", signature(folder)));
    let args = ["diagnose", "--public-key", &public, "--url", URL, "--header", &sign];
    let body_args: &[&str] = if body.is_empty() { &[] } else { &["--body-file", "-"] };
    run_in(folder, &[&args[..], &["--header", "x-timestamp: 1639490495"], body_args, extra].concat(), body)
}

#[test]
fn names_the_cause_and_shows_both_payloads_around_the_difference() {
    let folder = folder_with_key();
    let ran = diagnose(folder.path(), &[], BODY);
    assert_eq!((ran.exit, &ran.stderr[..]), (5, ""));
    let text = ran.text();
    assert!(text.starts_with("The body was signed compacted"), "{text}");
    assert_eq!(line(text, "cause"), "body_compacted");
    assert_eq!(line(text, "first difference"), "at byte 53, in the body");
    let [signed, received, mark] = ["signed:", "received:", " "].map(|start| {
        text.lines()
            .skip_while(|line| !line.starts_with("first"))
            .find(|line| line.starts_with(start))
            .unwrap()
    });
    let column = mark.chars().position(|character| character == '^').unwrap();
    assert_eq!(signed.chars().nth(column), Some('"'), "{text}");
    assert_eq!(received.chars().nth(column), Some('·'), "{text}");
    assert!(text.contains("signed payload: 72 bytes\n"), "{text}");
    assert!(!text.contains('\x1b'));
}

#[test]
fn a_valid_signature_is_exit_code_0() {
    let folder = folder_with_key();
    let answer = diagnose(folder.path(), &["--json"], br#"{"name":"ACME Corp"}"#).answer(0);
    assert_eq!((&answer["found"], &answer["causes"]), (&true.into(), &serde_json::json!([])));
    assert_eq!(answer["first_difference"], serde_json::Value::Null);
    let ran = diagnose(folder.path(), &[], br#"{"name":"ACME Corp"}"#);
    assert_eq!(line(ran.text(), "signed digest").trim(), line(ran.text(), "received digest"));
}

#[test]
fn json_has_exactly_these_fields() {
    let folder = folder_with_key();
    let answer = diagnose(folder.path(), &["--json"], BODY).answer(5);
    let names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "broken_rule",
        "causes",
        "first_difference",
        "found",
        "message",
        "signed_digest",
        "signed_payload_hex",
        "valid",
    ];
    assert_eq!(names, expected);
    assert_eq!(answer["causes"], serde_json::json!(["body_compacted"]));
}

#[test]
fn what_is_not_found_is_said_and_the_received_payload_shown() {
    let folder = folder_with_key();
    let answer = diagnose(folder.path(), &["--json"], b"{\"something\":\"else\"}").answer(5);
    assert_eq!((&answer["found"], &answer["signed_payload_hex"]), (&false.into(), &serde_json::Value::Null));
    assert!(answer["signed_digest"].is_string());
    let text = diagnose(folder.path(), &[], b"{\"something\":\"else\"}").text().to_owned();
    assert!(text.contains("payload of the received request: 72 bytes\n"), "{text}");
}

#[test]
fn other_keys_are_tried_too() {
    let folder = folder_with_key();
    let other = crate::support::vector("keys/rsa2048-other.spki.pem");
    let (public, sign) = (public_key(), format!("x-sign: {}", signature(folder.path())));
    let args =
        ["diagnose", "--public-key", other.to_str().unwrap(), "--url", URL, "--header", &sign, "--json"];
    let args = [&args[..], &["--header", "x-timestamp: 1639490495", "--body-file", "-"]].concat();
    let body = br#"{"name":"ACME Corp"}"#;
    let causes = |extra: &[&str]| {
        run_in(folder.path(), &[&args[..], extra].concat(), body).answer(5)["causes"].clone()
    };
    assert_eq!(causes(&[]), serde_json::json!(["wrong_key"]));
    assert_eq!(causes(&["--public-key", &public]), serde_json::json!(["other_key"]));
}

/// Who signed the API key along sees that it happened, and not the key on the terminal.
#[test]
fn a_signed_api_key_is_not_shown() {
    let folder = folder_with_key();
    let case = crate::support::cases("diagnosis.json").into_iter().find(|case| {
        case["expected"]["causes"] == serde_json::json!(["api_key_signed"]) && case["body"].is_null()
    });
    let case = case.unwrap();
    let headers: Vec<String> = case["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|header| format!("{}: {}", header[0].as_str().unwrap(), header[1].as_str().unwrap()))
        .collect();
    let (public, url) = (public_key(), case["url"].as_str().unwrap());
    let mut args = vec!["diagnose", "--public-key", &public, "--url", url];
    args.extend(headers.iter().flat_map(|header| ["--header", header]));
    let ran = run_in(folder.path(), &args, b"");
    assert_eq!(line(ran.text(), "cause"), "api_key_signed", "{}", ran.text());
    assert!(!ran.text().contains("eyJ"), "{}", ran.text());
}

#[test]
fn what_cannot_be_diagnosed_is_refused_with_nothing_on_stdout() {
    let folder = folder_with_key();
    let public = public_key();
    let run = |args: &[&str]| run_in(folder.path(), &[&["diagnose"], args].concat(), b"");
    run(&["--public-key", &public]).refused(2, "invalid_argument");
    run(&["--url", URL]).refused(2, "invalid_argument");
    run(&["--public-key", &public, "--url", URL, "--curl", "x"]).refused(2, "invalid_argument");
    run(&["--public-key", &public, "--curl", "x", "--header", "a: b"]).refused(2, "invalid_argument");
    run(&["--public-key", &public, "--url", URL, "--origin", "https://h"]).refused(2, "invalid_argument");
    run(&["--public-key", &public, "--url", URL, "--header", "none"]).refused(2, "invalid_argument");
    run(&["--public-key", &public, "--url", URL]).refused(5, "missing_header");
    run(&["--public-key", &public, "--url", URL, "--header", "x-sign: !"]).refused(5, "malformed_signature");
    run(&["--public-key", "nowhere.pem", "--url", URL]).refused(4, "invalid_public_key");
    run(&["--public-key", "private.pem", "--url", URL]).refused(4, "unsupported_key");
    run(&["--public-key", &public, "--curl", "nowhere"]).refused(3, "invalid_argument");
    run(&["--public-key", &public, "--request", "nowhere"]).refused(3, "invalid_argument");
}
