//! Private key files: nothing panics, a refusal has a code of its kind, and a key that is accepted
//! signs what its public key verifies and is the same key after it was written and read again.
//!
//! Deriving a key from a passphrase is slow on purpose, so a passphrase is given only to files that
//! ask for little work.

#![no_main]

use libfuzzer_sys::fuzz_target;
use partnersign::{KeyDescription, KeyEncoding, KeyFormat, SigningKey, VerifyingKey, describe_key};

/// That of every encrypted key of the vectors.
const PASSPHRASE: &[u8] = b"correct horse battery staple";

/// `too_large`, and the refusals of a private key file.
const CODES: [i32; 7] = [108, 201, 202, 203, 204, 205, 206];

fuzz_target!(|bytes: &[u8]| {
    let description = describe_key(bytes);
    let passphrase = is_cheap(&description).then_some(PASSPHRASE);
    let loaded = SigningKey::from_bytes(bytes, passphrase);
    match &loaded {
        Ok(key) => check_accepted(key, &description),
        Err(error) => assert!(CODES.contains(&error.number()), "{error}"),
    }
    // The other way in: DER can hold the text of a BEGIN line, but nothing is a key both ways.
    let otherwise = match description.encoding {
        KeyEncoding::Pem => SigningKey::from_der(bytes, passphrase),
        _ => SigningKey::from_pem(bytes, passphrase),
    };
    match otherwise {
        Ok(_) => assert!(loaded.is_err()),
        Err(error) => assert!(CODES.contains(&error.number()), "{error}"),
    }
});

fn check_accepted(key: &SigningKey, description: &KeyDescription) {
    let public = key.verifying_key();
    let digest = [0xC3; 32];
    let signature = key.sign_digest(&digest).unwrap();
    assert_eq!(signature.len(), public.signature_bytes());
    public.verify_digest(&digest, &signature).unwrap();

    let again = SigningKey::from_pem(key.to_pem().unwrap().as_bytes(), None).unwrap();
    assert_eq!(again.verifying_key().fingerprint(), public.fingerprint());
    assert_eq!(again.sign_digest(&digest).unwrap(), signature);
    assert_eq!(VerifyingKey::from_pem(public.to_pem().as_bytes()).as_ref(), Ok(public));

    // The description says the same about it, unless only the passphrase could open it.
    let format = description.format.unwrap();
    assert!(format.is_private());
    let bits = description.bits.or((format == KeyFormat::EncryptedPkcs8).then_some(public.bits()));
    assert_eq!(bits, Some(public.bits()));
}

/// Not encrypted, or by at most 4096 PBKDF2 rounds.
fn is_cheap(description: &KeyDescription) -> bool {
    let Some(encryption) = &description.encryption else {
        return description.format != Some(KeyFormat::EncryptedPkcs8);
    };
    let rounds = encryption.split([' ', ',']).collect::<Vec<_>>();
    let rounds = rounds.iter().position(|word| *word == "rounds)").and_then(|at| rounds.get(at - 1));
    rounds.and_then(|rounds| rounds.parse().ok()).is_some_and(|rounds: u64| rounds <= 4096)
}
