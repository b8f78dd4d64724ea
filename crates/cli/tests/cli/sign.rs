//! `sign`: what it prints and which files it touches.

use crate::support::{URL, folder_with_key, line, run_in, set_mode, vector};

const AT: [&str; 2] = ["--timestamp", "1639490495"];
const BODY: &[u8] = b"{ \"name\": \"ACME Corp\" }";

#[test]
fn prints_hash_signature_timestamp_and_body_in_this_order() {
    let folder = folder_with_key();
    let ran = run_in(folder.path(), &["sign", "--url", URL, AT[0], AT[1], "--body-file", "-"], BODY);
    let labels: Vec<&str> = ran.text().lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(labels, ["Hash", "x-sign", "x-timestamp", "body"], "{}", ran.stderr);
    assert_eq!(line(ran.text(), "x-timestamp"), "1639490495");
    assert_eq!(line(ran.text(), "body"), r#"{"name":"ACME Corp"}"#);
    assert_eq!(ran.stderr, "");
}

#[test]
fn without_a_body_there_is_no_body_line() {
    let folder = folder_with_key();
    let ran = run_in(folder.path(), &["sign", "--url", URL, "--nonce", "7"], b"");
    let labels: Vec<&str> = ran.text().lines().map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(labels, ["Hash", "x-sign", "x-nonce"], "{}", ran.stderr);
}

#[test]
fn the_clock_gives_the_timestamp() {
    let folder = folder_with_key();
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    let ran = run_in(folder.path(), &["sign", "--url", URL], b"");
    let timestamp: u64 = line(ran.text(), "x-timestamp").parse().unwrap();
    assert!((before..=now()).contains(&timestamp));
}

#[test]
fn raw_signs_the_body_as_it_is_and_body_out_writes_exactly_what_was_signed() {
    let folder = folder_with_key();
    std::fs::write(folder.path().join("in"), BODY).unwrap();
    for (flag, expected) in [("--raw", BODY), ("--compact", br#"{"name":"ACME Corp"}"#)] {
        let args =
            ["sign", "--url", URL, AT[0], AT[1], "--body-file", "in", "--body-out", "out", flag, "--json"];
        let signed = run_in(folder.path(), &args, b"").json();
        assert_eq!(std::fs::read(folder.path().join("out")).unwrap(), expected);
        assert_eq!(signed["body"].as_str().unwrap().as_bytes(), expected);
    }
}

#[test]
fn body_out_never_overwrites_the_private_key() {
    let folder = folder_with_key();
    let before = std::fs::read(folder.path().join("private.pem")).unwrap();
    std::os::unix::fs::symlink("private.pem", folder.path().join("link")).unwrap();
    for out in ["private.pem", "./private.pem", "link"] {
        let args = ["sign", "--url", URL, "--body-file", "-", "--body-out", out];
        run_in(folder.path(), &args, BODY).refused(2, "invalid_argument");
    }
    assert_eq!(std::fs::read(folder.path().join("private.pem")).unwrap(), before);
}

#[test]
fn a_nonce_that_looks_like_a_flag_is_signed_as_it_is() {
    let folder = folder_with_key();
    let ran = run_in(folder.path(), &["sign", "-url", URL, "-nonce", "-raw"], b"");
    assert_eq!(line(ran.text(), "x-nonce"), "-raw");
}

#[test]
fn body_out_without_a_body_is_refused() {
    let folder = folder_with_key();
    run_in(folder.path(), &["sign", "--url", URL, "--body-out", "out"], b"").refused(2, "invalid_argument");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn json_has_the_headers_in_the_order_in_which_they_are_sent() {
    let folder = folder_with_key();
    std::fs::write(folder.path().join("apikey"), "eyJrZXlfaWQiOiJhIiwia2V5IjoiYiJ9\n").unwrap();
    set_mode(&folder.path().join("apikey"), 0o600);
    let args = ["sign", "--json", "--url", URL, AT[0], AT[1], "--key-file", "apikey", "--body-file", "-"];
    let ran = run_in(folder.path(), &args, BODY);
    let names = ["x-api-key", "x-sign", "x-timestamp", "accept", "content-type"];
    let places: Vec<usize> =
        names.iter().map(|name| ran.text().find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{}", ran.text());
    let json = ran.json();
    assert_eq!(json["method"], "POST");
    assert_eq!(json["headers"]["x-api-key"], "eyJrZXlfaWQiOiJhIiwia2V5IjoiYiJ9");
    assert_eq!(json["headers"].as_object().unwrap().len(), names.len());
}

#[test]
fn the_text_output_never_shows_the_api_key() {
    let folder = folder_with_key();
    std::fs::write(folder.path().join("apikey"), "eyJrZXlfaWQiOiJhIiwia2V5IjoiYiJ9").unwrap();
    set_mode(&folder.path().join("apikey"), 0o644);
    let ran = run_in(folder.path(), &["sign", "--url", URL, "--key-file", "apikey"], b"");
    assert_eq!(ran.exit, 0);
    assert!(!ran.text().contains("eyJ"));
    assert!(ran.stderr.starts_with("warning: apikey can be read by others"), "{}", ran.stderr);
}

#[test]
fn a_key_that_others_can_read_is_refused_with_the_chmod_that_mends_it() {
    let folder = folder_with_key();
    let key = folder.path().join("private.pem");
    for mode in [0o640, 0o604, 0o620, 0o644, 0o777] {
        set_mode(&key, mode);
        let ran = run_in(folder.path(), &["sign", "--url", URL], b"");
        ran.refused(4, "insecure_key_file");
        assert!(ran.stderr.contains("chmod 600 private.pem"), "{}", ran.stderr);
        let allowed = ["sign", "--url", URL, "--allow-insecure-key-file"];
        assert_eq!(run_in(folder.path(), &allowed, b"").exit, 0);
    }
    // A mounted secret is a symbolic link: the opened file counts.
    set_mode(&key, 0o400);
    std::os::unix::fs::symlink("private.pem", folder.path().join("link")).unwrap();
    assert_eq!(run_in(folder.path(), &["sign", "--url", URL, "--pem-file", "link"], b"").exit, 0);
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_file() {
    let folder = folder_with_key();
    let entry = crate::support::cases("keys.json").into_iter().find(|entry| {
        entry["passphrase"].is_string() && entry["ok"].is_object() && entry["encoding"] == "pem"
    });
    let entry = entry.unwrap();
    let key = vector(entry["file"].as_str().unwrap());
    let pem_file = key.to_str().unwrap();
    let args = ["sign", "--url", URL, "--pem-file", pem_file, "--allow-insecure-key-file"];
    run_in(folder.path(), &args, b"").refused(4, "encrypted_private_key");
    let with_passphrase = [&args[..], &["--passphrase-file", "passphrase"]].concat();
    std::fs::write(folder.path().join("passphrase"), "wrong").unwrap();
    run_in(folder.path(), &with_passphrase, b"").refused(4, "wrong_passphrase");
    std::fs::write(
        folder.path().join("passphrase"),
        format!("{}\r\n", entry["passphrase"].as_str().unwrap()),
    )
    .unwrap();
    assert_eq!(run_in(folder.path(), &with_passphrase, b"").exit, 0);
}

#[test]
fn the_original_clients_flags_work_with_one_dash() {
    let folder = folder_with_key();
    let ran = run_in(
        folder.path(),
        &["sign", "-url", URL, "-timestamp=1639490495", "-pem-file", "private.pem"],
        b"",
    );
    let same = run_in(folder.path(), &["sign", "--url", URL, AT[0], AT[1]], b"");
    assert_eq!((ran.exit, ran.text()), (0, same.text()));
}
