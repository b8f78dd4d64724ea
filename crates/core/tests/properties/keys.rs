//! A key stays the same key through every format and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use partnersign::{ErrorCode, SigningKey, VerifyingKey};
use proptest::collection::vec;
use proptest::prelude::*;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use serde_json::Value;

use crate::{cases, read, signing_key};

/// Whether this build's backend makes keys.
const GENERATES: bool = cfg!(feature = "aws-lc");

fn pem(label: &str, der: &[u8], columns: usize, newline: &str) -> String {
    let base64 = STANDARD.encode(der);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(columns).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----{newline}{}{newline}-----END {label}-----{newline}", lines.join(newline))
}

/// The DER in a plain PEM file.
pub(crate) fn der_of(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(base64).unwrap()
}

/// Loads what is written in every format, and compares fingerprint and signature.
fn goes_through_every_format(key: &SigningKey) {
    let fingerprint = key.verifying_key().fingerprint();
    let signature = key.sign_digest(&[7; 32]).unwrap();
    let pkcs8_pem = key.to_pem().unwrap();
    let pkcs8 = der_of(&pkcs8_pem);
    let pkcs1 =
        rsa::RsaPrivateKey::from_pkcs8_der(&pkcs8).unwrap().to_pkcs1_der().unwrap().as_bytes().to_vec();
    let files = [
        pkcs8_pem.as_bytes().to_vec(),
        pkcs8.clone(),
        pkcs1.clone(),
        pem("RSA PRIVATE KEY", &pkcs1, 64, "\n").into_bytes(),
        pem("PRIVATE KEY", &pkcs8, 76, "\r\n").into_bytes(),
        pem("RSA PRIVATE KEY", &pkcs8, 64, "\\n").into_bytes(),
        pem("PRIVATE KEY", &pkcs1, 100_000, " ").into_bytes(),
    ];
    for (index, file) in files.iter().enumerate() {
        // A passphrase for a key that is not encrypted is not looked at.
        let passphrase = (index % 2 == 0).then_some(&b"not looked at"[..]);
        let again =
            SigningKey::from_bytes(file, passphrase).unwrap_or_else(|error| panic!("{index}: {error}"));
        assert_eq!(again.verifying_key(), key.verifying_key(), "format {index}");
        assert_eq!(again.verifying_key().fingerprint(), fingerprint);
        assert_eq!(again.to_pem().unwrap(), pkcs8_pem);
        assert_eq!(again.sign_digest(&[7; 32]).unwrap(), signature);
    }
}

fn public_goes_through_every_format(key: &VerifyingKey) {
    let spki = key.to_der();
    // SubjectPublicKeyInfo of RSA: 24 bytes, then the PKCS#1 key.
    let pkcs1 = &spki[24..];
    for file in [
        spki.to_vec(),
        pkcs1.to_vec(),
        key.to_pem().into_bytes(),
        pem("RSA PUBLIC KEY", pkcs1, 64, "\n").into_bytes(),
        pem("PUBLIC KEY", spki, 64, "\r\n").into_bytes(),
        pem("PUBLIC KEY", pkcs1, 100_000, "\\n").into_bytes(),
    ] {
        let again = VerifyingKey::from_bytes(&file).unwrap();
        assert_eq!(again.fingerprint(), key.fingerprint());
        assert_eq!((again.to_pem(), again.to_der(), again.bits()), (key.to_pem(), spki, key.bits()));
    }
}

/// The private keys of `keys.json` that load without a passphrase, with the expected fingerprints.
fn good_keys() -> Vec<(String, String)> {
    let document: Value = serde_json::from_slice(&read("keys.json")).unwrap();
    let is_wanted = |case: &&Value| {
        case["kind"] == "private"
            && case["ok"].is_object()
            && case["passphrase"].is_null()
            && case["file"].is_string()
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let cases = document["cases"].as_array().unwrap().iter().filter(is_wanted);
    cases.map(|case| (text(&case["file"]), text(&case["ok"]["spki_sha256"]))).collect()
}

#[test]
fn the_keys_of_the_vectors_stay_themselves() {
    let keys = good_keys();
    assert!(keys.len() >= 30);
    let mut fingerprints = Vec::new();
    for (file, fingerprint) in keys {
        let key = SigningKey::from_bytes(&read(&file), None).unwrap();
        assert_eq!(key.verifying_key().fingerprint(), fingerprint, "{file}");
        // Each key once through all formats, not each of its files.
        if !fingerprints.contains(&fingerprint) {
            goes_through_every_format(&key);
            public_goes_through_every_format(key.verifying_key());
            fingerprints.push(fingerprint);
        }
    }
    assert!(fingerprints.len() >= 7, "only {} different keys", fingerprints.len());
}

proptest! {
    #![proptest_config(cases(3))]

    #[test]
    fn a_new_key_stays_itself(() in Just(())) {
        let key = SigningKey::generate(2048);
        prop_assert_eq!(key.is_ok(), GENERATES);
        if let Ok(key) = key {
            prop_assert_eq!(key.verifying_key().bits(), 2048);
            goes_through_every_format(&key);
            public_goes_through_every_format(key.verifying_key());
        }
    }

    #[test]
    fn an_encrypted_key_opens_with_its_passphrase_and_no_other(
        passphrase in vec(any::<u8>(), 1..40),
        other in vec(any::<u8>(), 0..40),
        random in any::<[u8; 32]>(),
    ) {
        let key = signing_key("rsa2048-other.pkcs8.pem");
        let pem = key.to_encrypted_pem(&passphrase, &random).unwrap();
        let load = |passphrase: Option<&[u8]>| {
            SigningKey::from_pem(pem.as_bytes(), passphrase)
                .map(|key| key.verifying_key().fingerprint())
                .map_err(|error| error.code())
        };
        prop_assert_eq!(load(Some(&passphrase)), Ok(key.verifying_key().fingerprint()));
        prop_assert_eq!(load(None), Err(ErrorCode::EncryptedPrivateKey));
        let wrong = if other == passphrase { b"other".to_vec() } else { other };
        prop_assert_eq!(load(Some(&wrong)), Err(ErrorCode::WrongPassphrase));
        let der = SigningKey::from_der(&der_of(&pem), Some(&passphrase)).unwrap();
        prop_assert_eq!(der.to_pem().unwrap(), key.to_pem().unwrap());
    }
}

/// Salt and IV are what is given: the same input gives the same file, another salt another one.
#[test]
fn encryption_takes_its_randomness_from_the_argument_alone() {
    let key = signing_key("rsa2048.pkcs8.pem");
    let encrypt = |random: u8| key.to_encrypted_pem(b"passphrase", &[random; 32]).unwrap();
    assert_eq!(encrypt(1), encrypt(1));
    assert_ne!(encrypt(1), encrypt(2));
}

#[test]
fn only_keys_of_2048_3072_and_4096_bits_are_made() {
    for bits in [0, 1, 512, 1024, 2047, 2049, 8192, usize::MAX] {
        assert_eq!(SigningKey::generate(bits).unwrap_err().code(), ErrorCode::InvalidArgument);
    }
}
