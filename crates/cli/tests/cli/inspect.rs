//! `inspect`: what a file is, also one that is refused, and never its secret.

use crate::support::{cases, folder_with_key, line, run_in, set_mode, vector};

#[test]
fn a_good_private_key() {
    let folder = folder_with_key();
    let ran = run_in(folder.path(), &["inspect", "private.pem"], b"");
    assert_eq!((ran.exit, &ran.stderr[..]), (0, ""));
    for (label, value) in [
        ("private.pem", "private key"),
        ("algorithm", "RSA"),
        ("bits", "2048"),
        ("public exponent", "65537"),
        ("format", "PKCS#8"),
        ("encoding", "PEM"),
        ("mode", "0600"),
        ("problem", "none"),
    ] {
        assert_eq!(line(ran.text(), label), value);
    }
    let public = vector("keys/rsa2048.spki.pem");
    let public = run_in(folder.path(), &["inspect".as_ref(), public.as_os_str()], b"");
    assert_eq!(line(ran.text(), "fingerprint"), line(public.text(), "fingerprint"));
}

#[test]
fn an_encrypted_key_shows_its_scheme_and_with_the_passphrase_all() {
    let folder = folder_with_key();
    std::fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
    let made = ["keygen", "--passphrase-file", "passphrase", "--pem-file", "locked.pem"];
    assert_eq!(run_in(folder.path(), &made, b"").exit, 0);
    let closed = run_in(folder.path(), &["inspect", "locked.pem", "--json"], b"").answer(4);
    assert_eq!(closed["problems"][0]["code"], "encrypted_private_key");
    assert_eq!(closed["encryption"], "PBES2: PBKDF2 (HMAC-SHA-256, 600000 rounds), AES-256-CBC");
    let args = ["inspect", "locked.pem", "--json", "--passphrase-file", "passphrase"];
    let open = run_in(folder.path(), &args, b"").answer(0);
    assert_eq!((&open["bits"], &open["public_exponent"]), (&2048.into(), &65537.into()));
    assert!(open["fingerprint"].is_string());
    assert_eq!(open["format"], "encrypted PKCS#8");
}

#[test]
fn an_api_key_without_its_secret() {
    let folder = folder_with_key();
    let path = folder.path().join("apikey");
    // {"key_id":"AzMwpXC4UhAhpQ","key":"secret"} and the same with "sandbox":true.
    for (text, sandbox) in [
        ("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9", "false"),
        ("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCIsInNhbmRib3giOnRydWV9", "true"),
    ] {
        std::fs::write(&path, format!("{text}\n")).unwrap();
        set_mode(&path, 0o600);
        let ran = run_in(folder.path(), &["inspect", "apikey"], b"");
        assert_eq!(ran.exit, 0);
        assert_eq!(line(ran.text(), "apikey"), "API key");
        assert_eq!(line(ran.text(), "key id"), "AzMwpXC4UhAhpQ");
        assert_eq!(line(ran.text(), "sandbox"), sandbox);
        assert_eq!(line(ran.text(), "length"), text.len().to_string());
        assert!(!ran.text().contains("eyJ") && !ran.text().contains("secret"));
    }
    set_mode(&path, 0o644);
    let ran = run_in(folder.path(), &["inspect", "apikey"], b"");
    assert_eq!(ran.exit, 4);
    assert!(line(ran.text(), "problem").starts_with("insecure_key_file: "));
}

#[test]
fn what_people_keep_there_by_mistake_gets_a_mend() {
    let folder = folder_with_key();
    for (text, mend) in [
        ("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t", "base64 -d"),
        ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "base64 -d"),
        ("{\"key_id\": \"a\", \"key\": \"b\"}", "base64 -w0"),
        ("hello", "not base64"),
        ("", "empty"),
    ] {
        std::fs::write(folder.path().join("file"), text).unwrap();
        let answer = run_in(folder.path(), &["inspect", "file", "--json"], b"").answer(4);
        assert_eq!(answer["kind"], "unknown");
        assert!(answer["problems"][0]["message"].as_str().unwrap().contains(mend), "{answer}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let folder = folder_with_key();
    run_in(folder.path(), &["inspect", "nowhere.pem"], b"").refused(4, "invalid_argument");
    run_in(folder.path(), &["inspect", "."], b"").refused(4, "invalid_argument");
    run_in(folder.path(), &["inspect"], b"").refused(2, "invalid_argument");
}

/// Every key of the vectors: the verdict is the loader's, and no part of the key comes out.
#[test]
fn the_keys_of_the_vectors() {
    let folder = folder_with_key();
    for case in cases("keys.json") {
        let name = case["name"].as_str().unwrap();
        let (Some(file), Some(kind)) = (case["file"].as_str(), case["kind"].as_str()) else { continue };
        // The content decides here: nobody says which kind or encoding is wanted.
        if name.contains("given as") || name.contains("-given-as-") {
            continue;
        }
        let copy = folder.path().join("key");
        std::fs::copy(vector(file), &copy).unwrap();
        set_mode(&copy, 0o600);
        let mut args = vec!["inspect", "key", "--json"];
        if let Some(passphrase) = case["passphrase"].as_str() {
            std::fs::write(folder.path().join("passphrase"), format!("{passphrase}\n")).unwrap();
            args.extend(["--passphrase-file", "passphrase"]);
        } else if !case["passphrase"].is_null() {
            continue;
        }
        let ran = run_in(folder.path(), &args, b"");
        assert_eq!(ran.stderr, "", "{name}");
        let answer: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        if case["ok"].is_object() {
            assert_eq!((ran.exit, &answer["problems"]), (0, &serde_json::json!([])), "{name}: {answer}");
            assert_eq!(answer["bits"], case["ok"]["bits"], "{name}");
            assert_eq!(answer["fingerprint"], case["ok"]["spki_sha256"], "{name}");
            assert_eq!(answer["kind"], format!("{kind} key"), "{name}");
        } else {
            assert_eq!(ran.exit, 4, "{name}: {answer}");
        }
    }
}
