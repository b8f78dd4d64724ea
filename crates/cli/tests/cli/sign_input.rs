//! `sign` through a pipe: one reader takes everything, and nothing is lost (B1, B2, B7 of the
//! original client).

use crate::support::{Ran, URL, folder_with_key, run_in};

fn sign(args: &[&str], stdin: &[u8]) -> Ran {
    let folder = folder_with_key();
    run_in(folder.path(), &[&["sign", "--json", "--timestamp", "1639490495"], args].concat(), stdin)
}

/// The payload that was signed, as text.
fn payload(ran: &Ran) -> String {
    let hex = ran.json()["payload_hex"].as_str().unwrap().to_owned();
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_first_line_is_the_url_and_the_rest_the_body() {
    for (stdin, body) in [
        (format!("{URL}\n{{\"a\": 1}}"), r#"{"a":1}"#),
        (format!("{URL}\r\n{{\r\n\"a\":\r\n\r\n1}}\r\n\r\n"), r#"{"a":1}"#),
        (format!("  {URL} \t\n\n\n[ ]\n"), "[]"),
        (format!("{URL}\n"), ""),
        (URL.to_owned(), ""),
        (format!("{URL}\n \n\r\n"), ""),
    ] {
        let ran = sign(&[], stdin.as_bytes());
        assert_eq!(payload(&ran), format!("1639490495{URL}{body}"), "{stdin:?}");
        assert_eq!(ran.json()["method"], if body.is_empty() { "GET" } else { "POST" });
    }
}

/// The original's scanner stopped at 64 KiB and signed the URL alone.
#[test]
fn a_long_line_is_not_cut() {
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(payload(&sign(&[], format!("{URL}\n{body}").as_bytes())), format!("1639490495{URL}{body}"));
}

/// The original read the body from the pipe when the URL came by flag; so do we.
#[test]
fn with_a_url_flag_the_pipe_is_the_body() {
    assert_eq!(payload(&sign(&["-url", URL], b"{\"a\": 1}\n")), format!("1639490495{URL}{{\"a\":1}}"));
    assert_eq!(payload(&sign(&["-url", URL], b"\n")), format!("1639490495{URL}"));
    // A method without a body leaves the pipe alone.
    assert_eq!(
        payload(&sign(&["-url", URL, "--method", "get"], b"{\"a\": 1}\n")),
        format!("1639490495{URL}")
    );
}

#[test]
fn a_raw_body_keeps_its_last_line_break() {
    let ran = sign(&["--raw"], format!("{URL}\n{{ }}\n").as_bytes());
    assert_eq!(payload(&ran), format!("1639490495{URL}{{ }}\n"));
}

#[test]
fn a_body_for_a_method_without_one_is_refused_not_dropped() {
    let folder = folder_with_key();
    for method in ["GET", "HEAD", "DELETE"] {
        let args = ["sign", "--url", URL, "--method", method, "--body-file", "-"];
        run_in(folder.path(), &args, b"{}").refused(3, "body_not_allowed");
    }
}

#[test]
fn a_body_after_the_url_on_stdin_is_never_dropped() {
    let folder = folder_with_key();
    let stdin = format!("{URL}\n{{\"a\":1}}\n");
    for method in ["GET", "HEAD", "DELETE"] {
        run_in(folder.path(), &["sign", "--method", method], stdin.as_bytes()).refused(3, "body_not_allowed");
    }
    std::fs::write(folder.path().join("body"), "{}").unwrap();
    run_in(folder.path(), &["sign", "--body-file", "body"], stdin.as_bytes()).refused(2, "invalid_argument");
    assert_eq!(run_in(folder.path(), &["sign", "--body-file", "body"], URL.as_bytes()).exit, 0);
}

#[test]
fn an_explicit_body_is_never_empty() {
    let folder = folder_with_key();
    run_in(folder.path(), &["sign", "--url", URL, "--body-file", "-"], b"").refused(3, "invalid_json");
}

#[test]
fn input_that_cannot_be_read_or_is_no_text_is_refused() {
    let folder = folder_with_key();
    let missing = ["sign", "--url", URL, "--body-file", "nowhere.json"];
    run_in(folder.path(), &missing, b"").refused(3, "invalid_argument");
    run_in(folder.path(), &["sign"], b"https://h/\xff\n").refused(3, "invalid_url");
    run_in(folder.path(), &["sign"], b"").refused(3, "invalid_url");
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let folder = folder_with_key();
    let body = format!("[\"{}\"]", "x".repeat(10 * 1024 * 1024));
    run_in(folder.path(), &["sign", "--url", URL, "--body-file", "-"], body.as_bytes())
        .refused(3, "too_large");
    run_in(folder.path(), &["sign"], format!("{URL}\n{body}").as_bytes()).refused(3, "too_large");
}

/// B23: keys are loaded before anything is read.
#[test]
fn a_missing_key_is_reported_before_the_input_is_read() {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &["sign"], b"not even a URL").refused(4, "invalid_private_key");
}
