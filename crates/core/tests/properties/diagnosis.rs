//! The diagnosis never claims what is not so.

use partnersign::{Cause, ReceivedRequest, SigningKey, diagnose};
use proptest::prelude::*;

use crate::inputs::{Accepted, accepted};
use crate::{cases, signing_key};

/// Signs any bytes as a payload, right or wrong.
fn sign(key: &SigningKey, payload: &[u8]) -> String {
    use base64::Engine;
    use sha2::{Digest, Sha256};

    let signature = key.sign_digest(&Sha256::digest(payload).into()).unwrap();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signature)
}

/// Diagnoses the request as received with that signature.
fn diagnose_signed(key: &SigningKey, request: &Accepted, signature: &str) -> partnersign::Diagnosis {
    let freshness = request.freshness.to_string();
    let headers = [("x-sign", signature), (request.freshness.header_name(), freshness.as_str())];
    let body = request.body.as_deref().unwrap_or_default().as_bytes();
    let received = ReceivedRequest::new(request.method.as_str(), &request.url, &headers, body);
    diagnose(&[key.verifying_key().clone()], &received).unwrap()
}

/// Signed and sent alike, and yet no verifier accepts it: the rule is named, not "valid".
#[test]
fn a_right_signature_over_a_request_that_breaks_a_rule_is_not_called_valid() {
    let key = signing_key("rsa2048.pkcs8.pem");
    let url = "https://h/a";
    for (method, url, headers, body, code) in [
        ("GET", url, &[("x-timestamp", "1639490495123")][..], "", "invalid_timestamp"),
        ("GET", url, &[("x-nonce", "1639490495")], "", "invalid_nonce"),
        ("GET", url, &[], "", "missing_header"),
        ("GET", url, &[("x-timestamp", "1"), ("x-nonce", "2")], "", "conflicting_headers"),
        ("DELETE", url, &[("x-timestamp", "1")], "{}", "body_not_allowed"),
        ("POST", url, &[("x-timestamp", "1")], "{", "invalid_json"),
        ("POST", "https://h:443/", &[("x-timestamp", "1")], "{}", "invalid_url"),
        ("BREW", url, &[("x-timestamp", "1")], "", "invalid_method"),
    ] {
        let freshness = headers.first().map_or("", |(_, value)| value);
        let signature = sign(&key, format!("{freshness}{url}{body}").as_bytes());
        let headers = [headers, &[("x-sign", signature.as_str())]].concat();
        let received = ReceivedRequest::new(method, url, &headers, body.as_bytes());
        let diagnosis = diagnose(&[key.verifying_key().clone()], &received).unwrap();
        assert!(!diagnosis.is_valid() && diagnosis.found && diagnosis.causes.is_empty(), "{diagnosis:?}");
        assert_eq!(diagnosis.broken_rule.unwrap().code().as_str(), code);
        assert!(diagnosis.message.contains("breaks a rule"), "{}", diagnosis.message);
    }
}

/// Lengths that are nobody's slip are told as they are.
#[test]
fn a_signature_of_another_length_is_told_its_length() {
    let key = signing_key("rsa2048.pkcs8.pem");
    let diagnose = |signature: &str| {
        let headers = [("x-timestamp", "1"), ("x-sign", signature)];
        diagnose(&[key.verifying_key().clone()], &ReceivedRequest::new("GET", "https://h/", &headers, b""))
            .unwrap()
    };
    let whole = sign(&key, b"1https://h/");
    for cut in [43, 338, 339] {
        let diagnosis = diagnose(&whole[..cut]);
        assert_eq!(diagnosis.causes, [Cause::NotASignature]);
        let told = format!("x-sign stands for {} bytes, a signature of the first key has 256", cut * 3 / 4);
        assert!(diagnosis.message.contains(&told), "{}", diagnosis.message);
    }
}

/// A header that is there under another name is named.
#[test]
fn a_misspelt_header_is_named() {
    let key = signing_key("rsa2048.pkcs8.pem");
    let signature = sign(&key, b"1https://h/");
    let diagnose = |headers: &[(&str, &str)]| {
        diagnose(&[key.verifying_key().clone()], &ReceivedRequest::new("GET", "https://h/", headers, b""))
    };
    let error = diagnose(&[("x-signature", &signature), ("x-timestamp", "1")]).unwrap_err();
    assert_eq!(error.code().as_str(), "missing_header");
    assert!(error.message().contains("x-signature"), "{error}");
    let diagnosis = diagnose(&[("x-sign", &signature), ("x-time-stamp", "1")]).unwrap();
    assert!(!diagnosis.found && diagnosis.message.contains("x-time-stamp"), "{}", diagnosis.message);
    let diagnosis = diagnose(&[("x-sign", &signature)]).unwrap();
    assert!(diagnosis.message.contains("x-timestamp or x-nonce is missing"), "{}", diagnosis.message);
}

/// The cause is named, and the rule that is broken besides.
#[test]
fn a_broken_rule_is_told_with_the_cause() {
    let key = signing_key("rsa2048.pkcs8.pem");
    let signature = sign(&key, b"1https://h/");
    let headers = [("x-timestamp", "1"), ("x-sign", signature.as_str())];
    let request = ReceivedRequest::new("GET", "https://h/", &headers, b"{}");
    let diagnosis = diagnose(&[key.verifying_key().clone()], &request).unwrap();
    assert_eq!(diagnosis.causes, [Cause::BodyMissing]);
    assert!(diagnosis.message.contains("breaks a rule"), "{}", diagnosis.message);
}

proptest! {
    #![proptest_config(cases(100))]

    /// Random payloads, and a payload with one byte changed in a way that no cause changes it.
    #[test]
    fn random_non_causes_give_no_claim(request in accepted(), other in "[!-~]{0,200}", at: usize) {
        let key = signing_key("rsa2048.pkcs8.pem");
        let payload = [request.freshness.to_string(), request.url.clone(), request.body.clone().unwrap_or_default()].concat();
        let mut changed = payload.clone().into_bytes();
        let at = at % changed.len();
        changed[at] = b'\x01';
        for signed in [format!("\x02{other}").as_bytes(), &changed] {
            let diagnosis = diagnose_signed(&key, &request, &sign(&key, signed));
            prop_assert!(!diagnosis.found && diagnosis.causes.is_empty(), "{diagnosis:?}");
        }
    }

    #[test]
    fn a_right_signature_is_called_valid(request in accepted()) {
        let key = signing_key("rsa2048.pkcs8.pem");
        let payload = [request.freshness.to_string(), request.url.clone(), request.body.clone().unwrap_or_default()].concat();
        let diagnosis = diagnose_signed(&key, &request, &sign(&key, payload.as_bytes()));
        prop_assert!(diagnosis.found && diagnosis.causes.is_empty(), "{diagnosis:?}");
        prop_assert_eq!(diagnosis.signed_payload.as_deref(), Some(payload.as_bytes()));
    }
}
