//! The verifier on whole received requests (as `partnersign_fuzz::Received` reads them): nothing
//! panics, and what it accepts was really signed: RSA's bare public operation on the one `x-sign`
//! gives the padded SHA-256 of the parts joined. The same request again is a replay. A sixteenth of
//! the requests that keep the rules is signed here, and must be accepted.
//!
//! Settings: `now=N window=N`, `lookup` (by API key), `sequential`, `increasing` or `unique` (a replay
//! memory of this policy).

#![no_main]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::{Corpus, fuzz_target};
use partnersign::{
    BodyForm, ErrorCode, Freshness, MemoryReplay, Method, Nonce, NoncePolicy, ReceivedRequest, Request,
    Signer, Timestamp, Verifier, prepare,
};
use partnersign_fuzz::{KEYS, Received};
use sha2::{Digest, Sha256};

/// The key ids of the vectors' two API keys.
const KEY_IDS: [&str; 2] = ["Vm3cT0rT3stK3y", "B3taT3stK3yId1"];

fuzz_target!(|input: &[u8]| -> Corpus {
    let Some(received) = Received::read(input) else { return Corpus::Reject };
    let (now, window) = (received.number("now", 1_639_490_495), received.number("window", 300));
    let verifier = verifier(&received).window_seconds(window);
    match verifier.verify(&received.request(), now) {
        Ok(verified) => {
            check_really_signed(&received);
            assert_eq!(verified.digest[..], Sha256::digest(received.payload())[..]);
            if let Freshness::Timestamp(timestamp) = verified.freshness {
                assert!(timestamp.seconds().abs_diff(now) <= window);
            }
            check_replay(&verifier, &received, now);
        }
        Err(error) => assert!(matches!(error.number(), 101..=108 | 208 | 401..=407), "{error}"),
    }
    check_signed_here(&received);
    Corpus::Keep
});

fn policy(received: &Received<'_>) -> Option<NoncePolicy> {
    let policies = [
        ("sequential", NoncePolicy::Sequential),
        ("increasing", NoncePolicy::Increasing),
        ("unique", NoncePolicy::Unique),
    ];
    policies.into_iter().find(|(word, _)| received.is_set(word)).map(|(_, policy)| policy)
}

fn verifier(received: &Received<'_>) -> Verifier {
    let verifier = if received.is_set("lookup") {
        Verifier::with_lookup(|api_key| {
            let index = KEY_IDS.iter().position(|key_id| *key_id == api_key.key_id())?;
            Some(KEYS[index].verifying.clone())
        })
    } else {
        Verifier::with_key(KEYS[0].verifying.clone())
    };
    match policy(received) {
        Some(policy) => verifier.replay(MemoryReplay::new(policy)),
        None => verifier,
    }
}

/// RFC 8017 section 9.2, by the bare public operation.
fn check_really_signed(received: &Received<'_>) {
    let signatures: Vec<&str> = received
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-sign"))
        .map(|h| h.1)
        .collect();
    let [signature] = signatures[..] else { panic!("accepted with {} signatures", signatures.len()) };
    assert!(received.header("x-timestamp").is_some() != received.header("x-nonce").is_some());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let digest = Sha256::digest(received.payload());
    let content =
        [b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", &digest[..]];
    let mut message = vec![0xFF; signature.len()];
    message[..2].copy_from_slice(&[0, 1]);
    let content_at = signature.len() - 51;
    message[content_at - 1] = 0;
    message[content_at..].copy_from_slice(&content.concat());
    let keys = if received.is_set("lookup") { &KEYS[..] } else { &KEYS[..1] };
    assert!(keys.iter().any(|key| key.open(&signature).as_ref() == Some(&message)));
}

fn check_replay(verifier: &Verifier, received: &Received<'_>, now: u64) {
    let again = verifier.verify(&received.request(), now).map_err(|error| error.code());
    let is_get = received.method.eq_ignore_ascii_case("GET");
    match (policy(received), received.header("x-nonce")) {
        (_, Some(_)) => assert_eq!(again.unwrap_err(), ErrorCode::NonceRejected),
        (Some(_), None) if !is_get => assert_eq!(again.unwrap_err(), ErrorCode::ReplayedRequest),
        _ => assert!(again.is_ok()),
    }
}

/// What we sign, we accept; and not with another URL.
fn check_signed_here(received: &Received<'_>) {
    let freshness = match (received.header("x-timestamp"), received.header("x-nonce")) {
        (Some(text), _) => Timestamp::parse(text).map(Freshness::from),
        (None, text) => Nonce::parse(text.unwrap_or("nonce")).map(Freshness::from),
    };
    let (Ok(freshness), Ok(method)) = (freshness, Method::parse(received.method)) else { return };
    let request = Request::new(method, received.url).form(BodyForm::Exact);
    let request = if received.body.is_empty() { request } else { request.body(received.body) };
    let Ok(prepared) = prepare(&request, &freshness) else { return };
    // A signature takes long.
    if prepared.digest()[0] >= 16 {
        return;
    }
    let signed = Signer::new(KEYS[0].signing.clone(), None).sign_prepared(prepared).unwrap();
    let now = match &freshness {
        Freshness::Timestamp(timestamp) => timestamp.seconds(),
        Freshness::Nonce(_) => 0,
    };
    let headers: Vec<_> = signed.headers().collect();
    let verify = |url| {
        let verifier =
            Verifier::with_key(KEYS[0].verifying.clone()).replay(MemoryReplay::new(NoncePolicy::Unique));
        verifier.verify(
            &ReceivedRequest::new(method.as_str(), url, &headers, signed.body().unwrap_or_default()),
            now,
        )
    };
    assert_eq!(verify(signed.url()).map(|verified| verified.digest).as_ref(), Ok(signed.digest()));
    assert!(verify(&format!("{}x", signed.url())).is_err());
}
