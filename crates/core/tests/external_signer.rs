//! An external signer (an HSM, a KMS) that lies, fails or panics: its signature does not leave, the
//! failure is that of one call alone, and a batch neither hangs nor loses its order.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "the house's rules are core's own")]

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partnersign::{
    Error, ErrorCode, Freshness, Method, Request, Signer, SigningKey, Timestamp, VerifyingKey, prepare,
};

const PKCS1: &[u8] = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs1.der");
const SPKI: &[u8] = include_bytes!("../../../tests/vectors/keys/rsa2048.spki.der");
const OTHER: &[u8] = include_bytes!("../../../tests/vectors/keys/rsa2048-other.pkcs8.pem");

fn now() -> Freshness {
    Timestamp::from_seconds(1_634_226_826).unwrap().into()
}

/// What a lying signer returns, given its honest key and another one.
type Lie = fn(&SigningKey, &SigningKey, &[u8; 32]) -> Result<Vec<u8>, Error>;

const LIES: [(&str, Lie); 8] = [
    ("empty", |_, _, _| Ok(Vec::new())),
    ("zeros", |_, _, _| Ok(vec![0; 256])),
    ("another key's", |_, other, digest| other.sign_digest(digest)),
    ("another digest's", |own, _, digest| own.sign_digest(&[!digest[0]; 32])),
    ("one bit", |own, _, digest| {
        let mut signature = own.sign_digest(digest)?;
        signature[9] ^= 4;
        Ok(signature)
    }),
    ("too short", |own, _, digest| Ok(own.sign_digest(digest)?[..255].to_vec())),
    ("too long", |own, _, digest| Ok([&own.sign_digest(digest)?[..], &[0]].concat())),
    ("base64url", |own, _, digest| Ok(URL_SAFE_NO_PAD.encode(own.sign_digest(digest)?).into_bytes())),
];

#[test]
fn an_external_signer_that_lies_spoils_its_own_call_alone() {
    let own = SigningKey::from_der(PKCS1, None).unwrap();
    let other = SigningKey::from_pem(OTHER, None).unwrap();
    let request = Request::new(Method::Get, "https://h/");
    for (name, lie) in LIES {
        let (own, other, calls) = (own.clone(), other.clone(), AtomicUsize::new(0));
        let sign_digest = move |digest: &[u8; 32]| match calls.fetch_add(1, Ordering::Relaxed) {
            0 => lie(&own, &other, digest),
            _ => own.sign_digest(digest),
        };
        let signer = Signer::external(VerifyingKey::from_der(SPKI).unwrap(), sign_digest, None);
        let clone = signer.clone();
        let refused = signer.sign(&request, &now()).unwrap_err();
        assert_eq!((refused.code(), refused.number()), (ErrorCode::SignatureRejected, 302), "{name}");
        signer.sign(&request, &now()).unwrap();
        clone.sign(&request, &now()).unwrap();
    }
}

#[test]
fn a_batch_loses_what_the_external_signer_lied_about_and_nothing_else() {
    let own = SigningKey::from_der(PKCS1, None).unwrap();
    let requests = batch_with_one_that_panics();
    let spoilt = *prepare(&requests[2].0, &now()).unwrap().digest();
    let sign_digest =
        move |digest: &[u8; 32]| own.sign_digest(if *digest == spoilt { &[0; 32] } else { digest });
    let signer = Signer::external(VerifyingKey::from_der(SPKI).unwrap(), sign_digest, None);
    for threads in [1, 3] {
        let results = signer.sign_batch(&requests, NonZeroUsize::new(threads).unwrap());
        for (result, (request, _)) in results.into_iter().zip(&requests) {
            let wanted = (request.url == requests[2].0.url).then_some(ErrorCode::SignatureRejected);
            assert_eq!(result.err().map(|error| error.code()), wanted);
        }
    }
}

#[test]
fn an_external_signers_error_is_passed_on_as_it_is() {
    let error = Error::new(ErrorCode::InvalidHandle, "the HSM's session has ended").at(7);
    let given = error.clone();
    let signer = Signer::external(VerifyingKey::from_der(SPKI).unwrap(), move |_| Err(given.clone()), None);
    assert_eq!(signer.sign(&Request::new(Method::Get, "https://h/"), &now()).unwrap_err(), error);
}

/// An external signer over the test key that panics at the URL `https://h/panic`.
fn panicking_signer() -> Signer {
    let own = SigningKey::from_der(PKCS1, None).unwrap();
    let request = Request::new(Method::Get, "https://h/panic");
    let spoilt = *prepare(&request, &now()).unwrap().digest();
    let sign_digest = move |digest: &[u8; 32]| {
        assert!(*digest != spoilt, "the HSM's driver has a bug (this panic is part of the test)");
        own.sign_digest(digest)
    };
    Signer::external(VerifyingKey::from_der(SPKI).unwrap(), sign_digest, None)
}

fn batch_with_one_that_panics() -> Vec<(Request<'static>, Freshness)> {
    let urls = ["https://h/a", "https://h/b", "https://h/panic", "https://h/c", "https://h/d", "https://h/e"];
    urls.iter().cycle().take(24).map(|url| (Request::new(Method::Get, url), now())).collect()
}

/// However many threads there are, and whichever of them meets the panic.
#[test]
fn a_panic_in_a_batch_is_internal_for_its_request_and_nothing_else() {
    let signer = panicking_signer();
    let requests = batch_with_one_that_panics();
    for threads in [1, 2, 3, 30] {
        let results = signer.sign_batch(&requests, NonZeroUsize::new(threads).unwrap());
        assert_eq!(results.len(), requests.len());
        for (result, (request, _)) in results.into_iter().zip(&requests) {
            match result {
                Ok(signed) => assert_eq!(signed.url(), request.url, "in the order of the input"),
                Err(error) => {
                    assert_eq!((error.code(), request.url), (ErrorCode::Internal, "https://h/panic"));
                }
            }
        }
    }
    assert!(signer.sign(&requests[0].0, &now()).is_ok(), "and the signer goes on");
}
