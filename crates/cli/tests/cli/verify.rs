//! `verify`: its verdict is its exit code.

use crate::support::{URL, folder_with_key, line, run_in, vector};

#[test]
fn accepts_what_sign_printed_and_refuses_anything_else() {
    let folder = folder_with_key();
    let args = ["sign", "--url", URL, "--timestamp", "1639490495", "--body-file", "-"];
    let signed = run_in(folder.path(), &args, b"{ }");
    let signature = format!("X-Sign:{}", line(signed.text(), "x-sign"));
    let public = vector("keys/rsa2048.spki.pem");
    let public = public.to_str().unwrap();
    let verify = |url: &str, now: &str, timestamp: &str, extra: &[&str], body: &[u8]| {
        let args = ["verify", "--public-key", public, "--url", url, "--now", now, "--header", &signature];
        let args = [&args[..], &["--header", timestamp, "--body-file", "-"], extra].concat();
        run_in(folder.path(), &args, body)
    };
    let timestamp = "x-timestamp: 1639490495";

    let accepted = verify(URL, "1639490795", timestamp, &["--json"], b"{}").json();
    assert_eq!(accepted["verified"], true);
    assert_eq!(accepted["freshness"]["timestamp"], "1639490495");
    assert_eq!(accepted["digest"], line(signed.text(), "Hash"));

    verify(URL, "1639490795", timestamp, &[], b"{ }").refused(5, "signature_mismatch");
    verify("https://h/", "1639490495", timestamp, &[], b"{}").refused(5, "signature_mismatch");
    verify(URL, "1639490495", "x-timestamp: 1639490496", &[], b"{}").refused(5, "signature_mismatch");
    verify(URL, "1639490796", timestamp, &[], b"{}").refused(5, "timestamp_out_of_window");
    assert_eq!(verify(URL, "1639490796", timestamp, &["--window", "301"], b"{}").exit, 0);
    verify(URL, "1639490495", timestamp, &["--header", "x-nonce: 1"], b"{}")
        .refused(5, "conflicting_headers");
    verify(URL, "1639490495", timestamp, &["--header", "x-timestamp: 1"], b"{}")
        .refused(5, "conflicting_headers");
    verify(URL, "1639490495", "accept: text", &[], b"{}").refused(5, "missing_header");
    verify(URL, "1639490495", timestamp, &["--method", "GET"], b"{}").refused(3, "body_not_allowed");
    verify(URL, "soon", timestamp, &[], b"{}").refused(2, "invalid_argument");
    verify(URL, "1639490495", "no colon", &[], b"{}").refused(2, "invalid_argument");
    verify("https://h", "1639490495", timestamp, &[], b"{}").refused(3, "invalid_url");
}

#[test]
fn a_nonce_is_checked_by_its_form() {
    let folder = folder_with_key();
    let signed = run_in(folder.path(), &["sign", "--url", URL, "--nonce", "abc-1"], b"");
    let signature = format!("x-sign: {}", line(signed.text(), "x-sign"));
    let public = vector("keys/rsa2048.spki.pem");
    let args = [
        "verify",
        "--public-key",
        public.to_str().unwrap(),
        "--url",
        URL,
        "--header",
        &signature,
        "--header",
    ];
    let verify = |nonce: &str| run_in(folder.path(), &[&args[..], &[nonce]].concat(), b"");
    assert_eq!(verify("x-nonce: abc-1").exit, 0);
    verify("x-nonce: abc-2").refused(5, "signature_mismatch");
    verify("x-nonce: 1639490495").refused(3, "invalid_nonce");
}
