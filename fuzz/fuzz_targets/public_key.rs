//! Public key files: nothing panics, a refusal has a code of its kind, and a key that is accepted is
//! the same key after it was written and read again, within the bounds, and verifies nothing that
//! was not signed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use partnersign::{KeyEncoding, KeyFormat, VerifyingKey, describe_key};
use partnersign_fuzz::KEYS;

/// `too_large`, and the refusals of a public key file.
const CODES: [i32; 4] = [108, 204, 205, 207];

fuzz_target!(|bytes: &[u8]| {
    let description = describe_key(bytes);
    let loaded = VerifyingKey::from_bytes(bytes);
    match &loaded {
        Ok(key) => {
            check_accepted(key);
            assert!(matches!(description.format, Some(KeyFormat::Spki | KeyFormat::Pkcs1Public)));
            assert_eq!(description.bits, Some(key.bits()));
            assert!(description.public_exponent.is_some_and(|e| e % 2 == 1 && (65537..1 << 33).contains(&e)));
        }
        Err(error) => assert!(CODES.contains(&error.number()), "{error}"),
    }
    // The other way in: DER can hold the text of a BEGIN line, but nothing is a key both ways.
    let otherwise = match description.encoding {
        KeyEncoding::Pem => VerifyingKey::from_der(bytes),
        _ => VerifyingKey::from_pem(bytes),
    };
    match otherwise {
        Ok(_) => assert!(loaded.is_err()),
        Err(error) => assert!(CODES.contains(&error.number()), "{error}"),
    }
});

fn check_accepted(key: &VerifyingKey) {
    assert!((2048..=8192).contains(&key.bits()));
    assert_eq!(key.signature_bytes(), key.bits().div_ceil(8));
    for again in [VerifyingKey::from_pem(key.to_pem().as_bytes()), VerifyingKey::from_der(key.to_der())] {
        assert_eq!(again.as_ref().map(VerifyingKey::fingerprint), Ok(key.fingerprint()));
    }
    // Zero, one and the greatest number are the signatures that a forger tries first.
    let digest = [0xC3; 32];
    let mut one = vec![0; key.signature_bytes()];
    assert!(key.verify_digest(&digest, &one).is_err());
    *one.last_mut().unwrap() = 1;
    assert!(key.verify_digest(&digest, &one).is_err());
    assert!(key.verify_digest(&digest, &vec![0xFF; key.signature_bytes()]).is_err());
    assert!(key.verify_digest(&digest, &[]).is_err());
    if *key == KEYS[0].verifying {
        let signature = KEYS[0].signing.sign_digest(&digest).unwrap();
        key.verify_digest(&digest, &signature).unwrap();
    }
}
