//! The diagnosis never claims what was not signed. A payload that it names gives, by one of the
//! hashings that signers use, what RSA's bare public operation takes out of the signature. libFuzzer's
//! time limit bounds its time.
//!
//! A received request as `partnersign_fuzz::Received` reads it; after a NUL byte in its body may stand
//! a payload that is signed here. Settings then: the hash (`sha1` … `sha512`, else SHA-256), `bare` (no
//! DigestInfo), `other` (by another of the known keys).

#![no_main]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use libfuzzer_sys::{Corpus, fuzz_target};
use partnersign::{Cause, Diagnosis, ErrorCode, diagnose};
use partnersign_fuzz::{KEYS, Received};
use rsa::Pkcs1v15Sign;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some(mut received) = Received::read(input) else { return Corpus::Reject };
    let Some(at) = received.body.iter().position(|byte| *byte == 0) else {
        check_as_given(&received);
        return Corpus::Keep;
    };
    let (body, signed) = (&received.body[..at], &received.body[at + 1..]);
    received.body = body;
    let signature = sign(&received, signed);
    let text = URL_SAFE_NO_PAD.encode(&signature);
    received.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("x-sign"));
    received.headers.push(("x-sign", &text));
    check_signed_here(&received, &signature, signed);
    Corpus::Keep
});

/// The signature of the input: mostly one that fits nothing any more.
fn check_as_given(received: &Received<'_>) {
    let Some(diagnosis) = diagnosis(received) else { return };
    check_shape(received, &diagnosis);
    // Of the spellings of a signature only the right one is read here.
    let Some(signature) = received.header("x-sign").and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()) else {
        return;
    };
    if signature.len() == KEYS[0].verifying.signature_bytes() {
        check_claims(&diagnosis, &signature);
    }
}

fn check_signed_here(received: &Received<'_>, signature: &[u8], signed: &[u8]) {
    let Some(diagnosis) = diagnosis(received) else { return };
    check_shape(received, &diagnosis);
    check_claims(&diagnosis, signature);
    assert!(!diagnosis.causes.contains(&Cause::WrongKey));
    assert_eq!(diagnosis.causes.contains(&Cause::OtherKey), received.is_set("other"));
    let is_plain =
        !["bare", "other", "sha1", "sha224", "sha384", "sha512"].map(|w| received.is_set(w)).contains(&true);
    if is_plain {
        assert_eq!(diagnosis.signed_digest.as_deref(), Some(&Sha256::digest(signed)[..]));
        let is_right = signed == received.payload();
        assert_eq!(is_right, diagnosis.found && diagnosis.causes.is_empty(), "{}", diagnosis.message);
    }
}

/// `None` where there is nothing to diagnose.
fn diagnosis(received: &Received<'_>) -> Option<Diagnosis> {
    let keys = [KEYS[0].verifying.clone(), KEYS[1].verifying.clone()];
    match diagnose(&keys, &received.request()) {
        Ok(diagnosis) => Some(diagnosis),
        Err(error) => {
            let codes =
                [ErrorCode::MissingHeader, ErrorCode::ConflictingHeaders, ErrorCode::MalformedSignature];
            assert!(codes.contains(&error.code()), "{error}");
            None
        }
    }
}

/// The parts of the answer fit each other.
fn check_shape(received: &Received<'_>, diagnosis: &Diagnosis) {
    let expected = received.payload();
    assert_eq!(diagnosis.found, diagnosis.signed_payload.is_some() || !diagnosis.causes.is_empty());
    assert!(!diagnosis.message.is_empty());
    let differs = diagnosis.signed_payload.as_ref().is_some_and(|payload| *payload != expected);
    let names_difference = diagnosis.causes.iter().any(|cause| {
        let code = cause.as_str();
        ["body_", "url_", "timestamp_", "freshness_", "parts_", "payload_", "method_", "api_"]
            .iter()
            .any(|part| code.starts_with(part))
    });
    assert_eq!(differs, names_difference, "{:?}", diagnosis.causes);
    assert_eq!(differs, diagnosis.first_difference.is_some());
    if let (Some(at), Some(payload)) = (diagnosis.first_difference, &diagnosis.signed_payload) {
        assert_eq!(payload[..at], expected[..at]);
        assert_ne!(payload.get(at), expected.get(at));
    }
}

/// What it says was signed comes out of the signature.
fn check_claims(diagnosis: &Diagnosis, signature: &[u8]) {
    let reversed: Vec<u8> = signature.iter().rev().copied().collect();
    let opened = KEYS.iter().flat_map(|key| [signature, &reversed].map(|signature| key.open(signature)));
    let messages: Vec<Vec<u8>> = opened.flatten().collect();
    if let Some(digest) = &diagnosis.signed_digest {
        assert!(messages.iter().any(|message| message.ends_with(digest)));
    }
    let Some(payload) = &diagnosis.signed_payload else { return };
    // A PSS hash stands before the last byte and is salted: the vectors cover it.
    if diagnosis.causes.contains(&Cause::Pss) {
        return;
    }
    let mut endings = hashings::<Sha256>(payload);
    endings.extend(hashings::<Sha1>(payload));
    endings.extend(hashings::<Sha224>(payload));
    endings.extend(hashings::<Sha384>(payload));
    endings.extend(hashings::<Sha512>(payload));
    if diagnosis.causes.contains(&Cause::NotHashed) {
        endings.push([&[0], &payload[..]].concat());
    }
    let signed = |ending: &Vec<u8>| messages.iter().any(|message| message.ends_with(ending));
    assert!(endings.iter().any(signed), "never signed: {}", payload.escape_ascii());
}

/// Once, as text (hexadecimal, base64), and twice.
fn hashings<D: Digest>(payload: &[u8]) -> Vec<Vec<u8>> {
    let once = D::digest(payload).to_vec();
    let digits: String = once.iter().map(|byte| format!("{byte:02x}")).collect();
    let texts = [digits.to_uppercase(), digits, STANDARD.encode(&once), URL_SAFE_NO_PAD.encode(&once)];
    let mut all: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).chain([once]).collect();
    all.extend(all.clone().iter().map(|bytes| D::digest(bytes).to_vec()));
    all
}

fn sign(received: &Received<'_>, payload: &[u8]) -> Vec<u8> {
    let key = &KEYS[usize::from(received.is_set("other"))];
    let (scheme, digest) = if received.is_set("sha1") {
        (Pkcs1v15Sign::new::<Sha1>(), Sha1::digest(payload).to_vec())
    } else if received.is_set("sha224") {
        (Pkcs1v15Sign::new::<Sha224>(), Sha224::digest(payload).to_vec())
    } else if received.is_set("sha384") {
        (Pkcs1v15Sign::new::<Sha384>(), Sha384::digest(payload).to_vec())
    } else if received.is_set("sha512") {
        (Pkcs1v15Sign::new::<Sha512>(), Sha512::digest(payload).to_vec())
    } else if received.is_set("bare") {
        (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(payload).to_vec())
    } else {
        return key.signing.sign_digest(&Sha256::digest(payload).into()).unwrap();
    };
    let scheme = if received.is_set("bare") { Pkcs1v15Sign::new_unprefixed() } else { scheme };
    key.rsa_private.sign(scheme, &digest).unwrap()
}
