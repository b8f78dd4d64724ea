//! Whatever comes in, every public entry point answers: arbitrary bytes, and real inputs with damage.
//!
//! Beside that nothing panics: each refusal has a message that a C caller's buffer holds, and points,
//! if anywhere, into the input.

use std::num::NonZeroUsize;

use base64::Engine;
use partnersign::{
    ApiKey, ApiKeys, BodyForm, Error, ErrorCode, MemoryReplay, Method, Nonce, NoncePolicy, NonceSequencer,
    NonceState, Outcome, ReceivedRequest, Request, Signer, Timestamp, Verifier, VerifyingKey, compact_json,
    prepare,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::{cases, inputs, read, signing_key};

const API_KEY: &str = "eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9";

/// A refusal's message fits, and its position lies within the input.
pub(crate) fn answered<T>(outcome: Result<T, Error>, input_bytes: usize) -> Option<T> {
    outcome
        .map_err(|error| {
            assert!(error.message().len() <= Error::MAX_MESSAGE_BYTES, "{error}");
            assert!(!error.message().is_empty());
            assert!(error.position().is_none_or(|at| at <= input_bytes), "{error:?} of {input_bytes} bytes");
        })
        .ok()
}

/// One change to real bytes.
#[derive(Clone, Debug)]
pub(crate) enum Damage {
    Flip(Index, u8),
    Set(Index, u8),
    Cut(Index),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    Repeat(Index, Index),
}

pub(crate) fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    let special =
        select(&[0, 1, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xFF, b'%', b'"', b'{', b'-', b'\n', b'='][..]);
    prop_oneof![
        3 => (index(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        3 => (index(), special).prop_map(|(at, byte)| Damage::Set(at, byte)),
        1 => index().prop_map(Damage::Cut),
        1 => (index(), 1..40_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        1 => (index(), vec(any::<u8>(), 1..40)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        1 => (index(), index()).prop_map(|(from, to)| Damage::Repeat(from, to)),
    ]
}

pub(crate) fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for damage in damage {
        let length = bytes.len();
        if length == 0 {
            break;
        }
        match damage {
            Damage::Flip(at, bit) => bytes[at.index(length)] ^= 1 << bit,
            Damage::Set(at, byte) => bytes[at.index(length)] = *byte,
            Damage::Cut(at) => bytes.truncate(at.index(length)),
            Damage::Remove(at, count) => {
                let at = at.index(length);
                bytes.drain(at..length.min(at + count));
            }
            Damage::Insert(at, new) => {
                let at = at.index(length);
                bytes.splice(at..at, new.iter().copied());
            }
            Damage::Repeat(from, to) => {
                let (from, to) = (from.index(length), to.index(length));
                bytes.extend_from_within(from.min(to)..from.max(to));
            }
        }
    }
    bytes
}

/// Arbitrary text of the characters that mean something to some parser here.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[0-9a-z:/?#@%.\\[\\]{}\",' -]{0,40}",
        any::<Vec<char>>().prop_map(String::from_iter)
    ]
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn arbitrary_texts(text in text(), number in any::<u64>(), status in any::<Option<u16>>()) {
        answered(Timestamp::parse(&text), text.len());
        answered(Timestamp::from_seconds(number), 0);
        answered(Nonce::parse(&text), text.len());
        answered(Nonce::from_number(number), 0);
        answered(Method::parse(&text), text.len());
        answered(ApiKey::parse(&text), text.len());
        answered(NoncePolicy::parse(&text), text.len());
        answered(Outcome::parse(&text), text.len());
        Outcome::of_http(status, Some(&text));
        for code in ErrorCode::ALL {
            answered::<()>(Err(Error::new(*code, format!("{text}.{text}")).at(0)), 0);
        }
    }

    #[test]
    fn a_damaged_api_key(damage in vec(damage(), 1..4)) {
        let text = String::from_utf8_lossy(&damaged(API_KEY.into(), &damage)).into_owned();
        if let Some(api_key) = answered(ApiKey::parse(&text), text.len()) {
            prop_assert!(ApiKeys::new().find(&api_key).is_none());
        }
        // And the JSON inside.
        let json = damaged(br#"{"key_id":"AzMwpXC4UhAhpQ","key":"secret","more":[1,{"a":null}]}"#.into(), &damage);
        let text = base64::engine::general_purpose::STANDARD.encode(json);
        answered(ApiKey::parse(&text), text.len());
    }

    #[test]
    fn arbitrary_and_damaged_requests(
        accepted in inputs::accepted(),
        damage in vec(damage(), 0..4),
        garbage in (text(), vec(any::<u8>(), 0..60)),
        limit in 0..100_usize,
    ) {
        let url = String::from_utf8_lossy(&damaged(accepted.url.clone().into(), &damage)).into_owned();
        let body = damaged(accepted.body.clone().unwrap_or_default().into(), &damage);
        for url in [&url, &garbage.0] {
            for body in [None, Some(&body[..]), Some(&garbage.1)] {
                for form in [BodyForm::Compact, BodyForm::Exact] {
                    let mut request = Request::new(accepted.method, url).form(form);
                    request.body = body;
                    let most = url.len().max(body.map_or(0, <[u8]>::len));
                    answered(prepare(&request, &accepted.freshness), most);
                    request.max_body_bytes = limit;
                    answered(prepare(&request, &accepted.freshness), most);
                }
            }
        }
        for body in [&body, &garbage.1] {
            if let Some(compacted) = answered(compact_json(body), body.len()) {
                prop_assert!(compacted.len() <= body.len());
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn arbitrary_and_damaged_received_requests(
        accepted in inputs::accepted(),
        damage in vec(damage(), 1..4),
        extra in vec((text(), text()), 0..3),
        which in 0..8_usize,
        now in any::<u64>(),
    ) {
        let signer = Signer::new(signing_key("rsa2048.pkcs8.pem"), Some(ApiKey::parse(API_KEY).unwrap()));
        let signed = signer.sign(&accepted.request(), &accepted.freshness).unwrap();
        let hurt = |index, bytes: &[u8]| {
            let bytes = if index == which { damaged(bytes.to_vec(), &damage) } else { bytes.to_vec() };
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let method = hurt(0, signed.method().as_str().as_bytes());
        let url = hurt(1, signed.url().as_bytes());
        let body = hurt(2, signed.body().unwrap_or_default());
        let headers: Vec<(String, String)> = signed.headers().enumerate()
            .map(|(index, (name, value))| (name.to_owned(), hurt(3 + index, value.as_bytes())))
            .chain(extra)
            .collect();
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut api_keys = ApiKeys::new();
        api_keys.insert(&ApiKey::parse(API_KEY).unwrap(), signer.verifying_key().clone());
        for policy in [NoncePolicy::Sequential, NoncePolicy::Increasing, NoncePolicy::Unique] {
            let api_keys = api_keys.clone();
            let verifier = Verifier::with_lookup(move |api_key| api_keys.find(api_key))
                .window_seconds(now).max_body_bytes(1000).replay(MemoryReplay::new(policy));
            let received = ReceivedRequest::new(&method, &url, &headers, body.as_bytes());
            for _ in 0..2 {
                answered(verifier.verify(&received, now), 10_000);
            }
        }
    }

    #[test]
    fn arbitrary_signatures(signature in vec(any::<u8>(), 0..300), accepted in inputs::accepted()) {
        let key = VerifyingKey::from_bytes(&read("keys/rsa2048.spki.pem")).unwrap();
        prop_assert!(answered(key.verify_digest(&[0; 32], &signature), 0).is_none());
        let prepared = prepare(&accepted.request(), &accepted.freshness).unwrap();
        prop_assert!(answered(prepared.finish(signature.clone(), &key, None), 0).is_none());
        let signer = Signer::external(key, move |_| Ok(signature.clone()), None);
        let requests = vec![(accepted.request(), accepted.freshness.clone()); 3];
        let results = signer.sign_batch(&requests, NonZeroUsize::new(2).unwrap());
        prop_assert!(results.len() == 3 && results.iter().all(Result::is_err));
    }

    #[test]
    fn an_arbitrary_nonce_state_and_what_follows(
        policy in select(&[NoncePolicy::Sequential, NoncePolicy::Increasing, NoncePolicy::Unique][..]),
        numbers in vec(prop_oneof![0..20_u64, Just(u64::MAX), Just(Nonce::MAX_NUMBER), Just(1_483_228_799), any::<u64>()], 2..24),
        stopped in any::<bool>(),
        steps in vec((0..6_u8, any::<Index>()), 0..60),
    ) {
        let doubtful = numbers[2..].chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let state = NonceState { policy, last: numbers[0], consumed: numbers[1], stopped, doubtful };
        let restored = answered(NonceSequencer::restore(&state), 0);
        let Some(mut sequencer) = restored.or_else(|| answered(NonceSequencer::new(policy, Some(numbers[0])), 0)) else { return Ok(()) };
        let mut held = Vec::new();
        for (step, index) in steps {
            let outcomes = [Outcome::Consumed, Outcome::NotConsumed, Outcome::Unknown, Outcome::Refused];
            match (step, held.is_empty()) {
                (0, _) | (1..=4, true) => held.extend(answered(sequencer.reserve(), 0)),
                (5, _) => { answered(sequencer.resync(numbers[index.index(numbers.len())]), 0); }
                (step, false) => {
                    let reservation = held.remove(index.index(held.len()));
                    answered(sequencer.settle(reservation, outcomes[usize::from(step - 1)]), 0);
                }
                (_, true) => {}
            }
            let state = sequencer.state();
            prop_assert_eq!(NonceSequencer::restore(&state).unwrap().state(), state);
        }
    }
}
