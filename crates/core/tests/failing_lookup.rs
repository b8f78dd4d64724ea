//! A look-up of API keys that fails, as one in a database does: its error is the verifier's answer,
//! not `unknown_api_key`, and nothing is remembered of the request.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "the house's rules are core's own")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use partnersign::{
    ApiKey, Error, ErrorCode, MemoryReplay, Method, Nonce, NoncePolicy, ReceivedRequest, Request, Signer,
    SigningKey, Verifier,
};

const PKCS8: &[u8] = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs8.pem");
const URL: &str = "https://api.qredo.network/api/v1/p/company/search";
const API_KEY: &str = "eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9";

#[test]
fn its_error_is_the_answer_and_the_nonce_stays_unused() {
    let api_key = ApiKey::parse(API_KEY).unwrap();
    let signer = Signer::new(SigningKey::from_pem(PKCS8, None).unwrap(), Some(api_key));
    let nonce = Nonce::from_number(7).unwrap().into();
    let signed = signer.sign(&Request::new(Method::Post, URL), &nonce).unwrap();
    let headers: Vec<_> = signed.headers().collect();
    let received = ReceivedRequest::new("POST", URL, &headers, b"");

    let down = Arc::new(AtomicBool::new(true));
    let (key, is_down) = (signer.verifying_key().clone(), Arc::clone(&down));
    let verifier = Verifier::with_fallible_lookup(move |_| {
        if is_down.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorCode::Internal, "the database is down"));
        }
        Ok(Some(key.clone()))
    })
    .replay(MemoryReplay::new(NoncePolicy::Sequential));

    let refusal = verifier.verify(&received, 0).unwrap_err();
    assert_eq!((refusal.code(), refusal.message()), (ErrorCode::Internal, "the database is down"));
    down.store(false, Ordering::Relaxed);
    verifier.verify(&received, 0).unwrap();
    assert_eq!(verifier.verify(&received, 0).unwrap_err().code(), ErrorCode::NonceRejected);
}
