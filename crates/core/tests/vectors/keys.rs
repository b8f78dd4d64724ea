use partnersign::{Error, SigningKey, VerifyingKey};
use serde_json::Value;

use crate::support::{bytes, expect, read, run, same, text};

fn key_bytes(case: &Value) -> Vec<u8> {
    case["file"].as_str().map_or_else(|| bytes(&case["bytes"]).unwrap(), read)
}

/// Loads as a caller would who knows the encoding, and as one who does not.
fn load(case: &Value) -> Result<VerifyingKey, Error> {
    let key = key_bytes(case);
    let passphrase = bytes(&case["passphrase"]);
    let passphrase = passphrase.as_deref();
    let private = |key: SigningKey| key.verifying_key().clone();
    match (text(case, "kind"), text(case, "encoding")) {
        ("private", "pem") => SigningKey::from_pem(&key, passphrase).map(private),
        ("private", _) => SigningKey::from_der(&key, passphrase).map(private),
        (_, "pem") => VerifyingKey::from_pem(&key),
        _ => VerifyingKey::from_der(&key),
    }
}

fn load_either(case: &Value) -> Result<VerifyingKey, Error> {
    let key = key_bytes(case);
    let passphrase = bytes(&case["passphrase"]);
    if text(case, "kind") == "private" {
        SigningKey::from_bytes(&key, passphrase.as_deref()).map(|key| key.verifying_key().clone())
    } else {
        VerifyingKey::from_bytes(&key)
    }
}

#[test]
fn keys() {
    run("keys.json", 100, |case| {
        let is_pem = key_bytes(case).windows(11).any(|window| window == b"-----BEGIN ");
        let encoding_is_true = is_pem == (text(case, "encoding") == "pem");
        for outcome in [Some(load(case)), encoding_is_true.then(|| load_either(case))].into_iter().flatten() {
            let Some(key) = expect(case, outcome)? else { continue };
            same("bits", &(key.bits() as u64), &case["ok"]["bits"].as_u64().unwrap())?;
            same("fingerprint", key.fingerprint().as_str(), text(&case["ok"], "spki_sha256"))?;
            let pem = case["ok"]["public_pem_file"].as_str().map(read);
            if let Some(pem) = pem {
                same("public PEM", &key.to_pem(), &String::from_utf8(pem).unwrap())?;
            }
        }
        Ok(())
    });
}
