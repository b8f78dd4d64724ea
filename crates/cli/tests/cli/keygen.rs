//! `keygen`: a private key for its owner alone, and never an overwritten file.

use std::os::unix::fs::PermissionsExt;

use crate::support::{URL, line, run_in};

#[test]
fn the_new_key_signs_and_its_public_key_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let made = run_in(folder.path(), &["keygen", "--bits", "3072", "--json"], b"").json();
    assert_eq!((&made["private_key"], &made["bits"]), (&"private.pem".into(), &3072.into()));
    let mode = std::fs::metadata(folder.path().join("private.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let signed = run_in(folder.path(), &["sign", "--url", URL], b"");
    let signature = format!("x-sign: {}", line(signed.text(), "x-sign"));
    let timestamp = format!("x-timestamp: {}", line(signed.text(), "x-timestamp"));
    let args = [
        "verify",
        "--public-key",
        "public.pem",
        "--url",
        URL,
        "--header",
        &signature,
        "--header",
        &timestamp,
    ];
    assert_eq!(run_in(folder.path(), &args, b"").exit, 0);
}

#[test]
fn an_existing_file_is_never_overwritten_and_no_half_pair_is_left() {
    for existing in ["private.pem", "public.pem"] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(existing), "precious").unwrap();
        run_in(folder.path(), &["keygen"], b"").refused(3, "invalid_argument");
        let files: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, [existing]);
        assert_eq!(std::fs::read(folder.path().join(existing)).unwrap(), b"precious");
    }
}

#[test]
fn a_path_that_is_no_text_is_a_path_too() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = tempfile::tempdir().unwrap();
    let (private, public) = (OsStr::from_bytes(b"\xff1"), OsStr::from_bytes(b"\xff2"));
    let args = [
        "keygen".as_ref(),
        "--json".as_ref(),
        "--pem-file".as_ref(),
        private,
        "--public-key".as_ref(),
        public,
    ];
    assert_eq!(run_in(folder.path(), &args, b"").json()["bits"], 2048);
}

#[test]
fn a_passphrase_encrypts_the_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
    assert_eq!(run_in(folder.path(), &["keygen", "--passphrase-file", "passphrase"], b"").exit, 0);
    let pem = std::fs::read_to_string(folder.path().join("private.pem")).unwrap();
    assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
    run_in(folder.path(), &["sign", "--url", URL], b"").refused(4, "encrypted_private_key");
    let args = ["sign", "--url", URL, "--passphrase-file", "passphrase"];
    assert_eq!(run_in(folder.path(), &args, b"").exit, 0);
}

#[test]
fn other_sizes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for bits in ["0", "1024", "2049", "8192"] {
        run_in(folder.path(), &["keygen", "--bits", bits], b"").refused(3, "invalid_argument");
    }
}
