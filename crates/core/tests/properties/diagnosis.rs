//! The diagnosis never claims what is not so.

use partnersign::{ReceivedRequest, SigningKey, diagnose};
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
