//! No secret shows: the `Debug` text of every public type is pinned, and no `Debug`, `Display` or error
//! message contains a part of a private key, a passphrase, an API key, a signature or a body.
//!
//! A part is any run of characters that is too long to be there by chance, in every notation in which
//! such bytes are usually printed.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "the house's rules are core's own")]

mod needles;

use std::fmt::{Debug, Display};
use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use partnersign::{
    ApiKey, ApiKeys, BodyForm, Diagnosis, Error, ErrorCode, Freshness, MemoryReplay, Method, Nonce,
    NoncePolicy, NonceSequencer, Outcome, Prepared, ReceivedRequest, ReplayMemory, Request, Seen,
    SignedRequest, Signer, SigningKey, Timestamp, Verified, Verifier, VerifyingKey, compact_json, diagnose,
    prepare,
};
use serde_json::Value;

use needles::{Needles, read};

const PASSPHRASE: &[u8] = b"correct horse battery staple";
const API_KEY: &str = "eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldC1zZWNyZXQtc2VjcmV0In0";
const API_KEY_SECRET: &str = "secret-secret-secret";
const URL: &str = "https://api.qredo.network/api/v1/p/company";
const BODY: &str = "{ \"name\": \"ACME Corp\", \"pin\": \"1029384756\" }";

fn key() -> SigningKey {
    SigningKey::from_pem(&read("keys/rsa2048.encrypted.pem"), Some(PASSPHRASE)).unwrap()
}

fn api_key() -> ApiKey {
    ApiKey::parse(API_KEY).unwrap()
}

fn request() -> Request<'static> {
    Request::new(Method::Post, URL).body(BODY.as_bytes())
}

fn timestamp() -> Freshness {
    Timestamp::from_seconds(1_634_226_826).unwrap().into()
}

fn prepared() -> Prepared {
    prepare(&request(), &timestamp()).unwrap()
}

fn signed() -> SignedRequest {
    Signer::new(key(), Some(api_key())).sign(&request(), &timestamp()).unwrap()
}

/// A replay memory that keeps what it is shown.
#[derive(Clone, Default)]
struct Keeper(Arc<Mutex<Option<Seen>>>);

impl ReplayMemory for Keeper {
    fn check_and_insert(&self, _: &VerifyingKey, _: &Freshness, seen: &Seen) -> Result<(), Error> {
        *self.0.lock().unwrap() = Some(*seen);
        Ok(())
    }
}

fn verified() -> (Verified, Seen) {
    let (keeper, signed) = (Keeper::default(), signed());
    let headers: Vec<_> = signed.headers().collect();
    let received = ReceivedRequest::new("POST", URL, &headers, signed.body().unwrap());
    let verifier = Verifier::with_key(key().verifying_key().clone()).replay(keeper.clone());
    let verified = verifier.verify(&received, 1_634_226_826).unwrap();
    let seen = keeper.0.lock().unwrap().unwrap();
    (verified, seen)
}

/// The diagnosis of a body that was signed compacted and sent as it was.
fn diagnosis() -> Diagnosis {
    let signed = signed();
    let headers: Vec<_> = signed.headers().collect();
    let received = ReceivedRequest::new("POST", URL, &headers, BODY.as_bytes());
    diagnose(&[key().verifying_key().clone()], &received).unwrap()
}

/// Every public type that can be shown, with its name.
fn everything() -> Vec<(&'static str, Box<dyn Debug>)> {
    let public = key().verifying_key().clone();
    let mut api_keys = ApiKeys::new();
    api_keys.insert(&api_key(), public.clone());
    let mut sequencer = NonceSequencer::new(NoncePolicy::Sequential, Some(41)).unwrap();
    let reservation = sequencer.reserve().unwrap();
    let (verified, seen) = verified();
    vec![
        ("SigningKey", Box::new(key())),
        ("VerifyingKey", Box::new(public.clone())),
        ("ApiKey", Box::new(api_key())),
        ("ApiKeys", Box::new(api_keys)),
        ("Signer", Box::new(Signer::new(key(), Some(api_key())))),
        ("Signer, external", Box::new(Signer::external(public.clone(), |_| Ok(Vec::new()), Some(api_key())))),
        ("Request", Box::new(request())),
        ("Prepared", Box::new(prepared())),
        ("SignedRequest", Box::new(signed())),
        ("Verifier", Box::new(Verifier::with_key(public))),
        ("Verified", Box::new(verified)),
        ("Seen", Box::new(seen)),
        (
            "ReceivedRequest",
            Box::new(ReceivedRequest::new("POST", URL, &[("x-api-key", API_KEY)], BODY.as_bytes())),
        ),
        ("Diagnosis", Box::new(diagnosis())),
        ("MemoryReplay", Box::new(MemoryReplay::new(NoncePolicy::Unique))),
        ("NonceState", Box::new(sequencer.state())),
        ("NonceSequencer", Box::new(sequencer)),
        ("Reservation", Box::new(reservation)),
        ("Freshness", Box::new([timestamp(), Nonce::parse("42").unwrap().into()])),
        ("Method", Box::new(Method::ALL)),
        ("BodyForm", Box::new([BodyForm::Compact, BodyForm::Exact])),
        ("Outcome", Box::new([Outcome::Consumed, Outcome::NotConsumed, Outcome::Unknown, Outcome::Refused])),
        ("NoncePolicy", Box::new([NoncePolicy::Sequential, NoncePolicy::Increasing, NoncePolicy::Unique])),
        ("Error", Box::new(Error::new(ErrorCode::InvalidNonce, "the nonce is empty").at(0))),
    ]
}

#[test]
fn the_debug_text_of_every_public_type_is_pinned() {
    let texts: Vec<String> = everything().iter().map(|(name, shown)| format!("{name}: {shown:?}")).collect();
    assert_snapshot!(texts.join("\n"), @r#"
    SigningKey: SigningKey { public: VerifyingKey { bits: 2048, fingerprint: "969c96a336a35088a563d595e65a639bb1708c32cd7a10a81972984b15d04b8d", .. }, .. }
    VerifyingKey: VerifyingKey { bits: 2048, fingerprint: "969c96a336a35088a563d595e65a639bb1708c32cd7a10a81972984b15d04b8d", .. }
    ApiKey: ApiKey { key_id: "AzMwpXC4UhAhpQ", .. }
    ApiKeys: ApiKeys { len: 1, .. }
    Signer: Signer { public_key: VerifyingKey { bits: 2048, fingerprint: "969c96a336a35088a563d595e65a639bb1708c32cd7a10a81972984b15d04b8d", .. }, external: false, api_key: Some(ApiKey { key_id: "AzMwpXC4UhAhpQ", .. }), .. }
    Signer, external: Signer { public_key: VerifyingKey { bits: 2048, fingerprint: "969c96a336a35088a563d595e65a639bb1708c32cd7a10a81972984b15d04b8d", .. }, external: true, api_key: Some(ApiKey { key_id: "AzMwpXC4UhAhpQ", .. }), .. }
    Request: Request { method: Post, url: "https://api.qredo.network/api/v1/p/company", body_bytes: Some(44), form: Compact, .. }
    Prepared: Prepared { method: Post, url: "https://api.qredo.network/api/v1/p/company", x-timestamp: "1634226826", body_bytes: Some(39), .. }
    SignedRequest: SignedRequest { method: Post, url: "https://api.qredo.network/api/v1/p/company", x-timestamp: "1634226826", body_bytes: Some(39), digest: "f814e4361616b3d213282b91a4c6c80be9c773f8661c03cadfb468465bfceffb", api_key: Some(ApiKey { key_id: "AzMwpXC4UhAhpQ", .. }), .. }
    Verifier: Verifier { window_seconds: 300, max_body_bytes: 10485760, replay: false, .. }
    Verified: Verified { key_id: Some("AzMwpXC4UhAhpQ"), freshness: Timestamp(Timestamp(1634226826)), digest: "f814e4361616b3d213282b91a4c6c80be9c773f8661c03cadfb468465bfceffb" }
    Seen: Seen { method: Post, digest: "f814e4361616b3d213282b91a4c6c80be9c773f8661c03cadfb468465bfceffb", now: 1634226826, window_seconds: 300 }
    ReceivedRequest: ReceivedRequest { method: "POST", url: "https://api.qredo.network/api/v1/p/company", header_names: ["x-api-key"], body_bytes: 44, .. }
    Diagnosis: Diagnosis { found: true, causes: [BodyCompacted], broken_rule: None, signed_digest: Some("f814e4361616b3d213282b91a4c6c80be9c773f8661c03cadfb468465bfceffb"), signed_payload_bytes: Some(91), first_difference: Some(53), .. }
    MemoryReplay: MemoryReplay { policy: Unique, .. }
    NonceState: NonceState { policy: Sequential, last: 41, consumed: 0, stopped: false, doubtful: [(42, 42)] }
    NonceSequencer: NonceSequencer { policy: Sequential, last: 41, consumed: 0, stopped: false, doubt: Doubt { ranges: [] }, race: Race { front: 0, unexplained: None }, live: {1: 42}, last_serial: 1, owner: () }
    Reservation: Reservation { nonce: 42, uncertain: false, serial: 1, owner: () }
    Freshness: [Timestamp(Timestamp(1634226826)), Nonce(Nonce("42"))]
    Method: [Get, Head, Post, Put, Patch, Delete]
    BodyForm: [Compact, Exact]
    Outcome: [Consumed, NotConsumed, Unknown, Refused]
    NoncePolicy: [Sequential, Increasing, Unique]
    Error: Error { code: InvalidNonce, message: "the nonce is empty", position: Some(0) }
    "#);
}

/// What is secret in the objects of [`everything`].
fn secrets() -> Needles {
    let mut needles = Needles::default();
    needles.private_key(&key());
    needles.pem_lines("keys/rsa2048.pkcs8.pem");
    needles.pem_lines("keys/rsa2048.pkcs1.pem");
    needles.pem_lines("keys/rsa2048.encrypted.pem");
    needles.bytes(PASSPHRASE);
    needles.bytes(API_KEY.as_bytes());
    needles.bytes(API_KEY_SECRET.as_bytes());
    needles.bytes(BODY.as_bytes());
    needles.bytes(signed().signature().as_bytes());
    needles
}

#[test]
fn no_debug_text_shows_a_secret() {
    let secrets = secrets();
    for (name, shown) in everything() {
        for text in
            [format!("{shown:?}"), format!("{shown:#?}"), format!("{shown:x?}"), format!("{shown:#X?}")]
        {
            secrets.assert_absent(name, &text);
        }
    }
}

#[test]
fn no_display_text_shows_a_secret() {
    let secrets = secrets();
    let texts: [&dyn Display; 5] = [
        &Method::Post,
        &timestamp(),
        &Timestamp::from_seconds(1).unwrap(),
        &Nonce::parse("abc").unwrap(),
        &Error::new(ErrorCode::Internal, "x"),
    ];
    for text in texts {
        secrets.assert_absent("Display", &text.to_string());
    }
}

/// The scan itself finds what it looks for.
#[test]
fn the_scan_finds_planted_secrets() {
    let secrets = secrets();
    let key = key();
    let pem = key.to_pem().unwrap();
    let planted: [&dyn Debug; 6] =
        [&*pem, &&pem[200..230], &PASSPHRASE, &API_KEY, &request().body, &&BODY[10..30]];
    for (index, planted) in planted.into_iter().enumerate() {
        for text in [format!("{planted:?}"), format!("{planted:#?}")] {
            assert!(secrets.found_in(&text).is_some(), "planted secret {index}");
        }
    }
    needles::assert_finds_the_numbers_of(&key, &secrets);
}

fn assert_safe<T>(what: &str, outcome: Result<T, Error>, secrets: &Needles) -> usize {
    let Err(error) = outcome else { return 0 };
    assert!(error.message().len() <= Error::MAX_MESSAGE_BYTES, "{what}: {error}");
    for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}"), error.message().to_owned()] {
        secrets.assert_absent(what, &text);
    }
    1
}

/// Every key of the vectors, with its passphrase, as what it is and as what it is not.
#[test]
fn no_error_of_loading_a_key_shows_a_part_of_its_file() {
    let document: Value = serde_json::from_slice(&read("keys.json")).unwrap();
    let mut errors = 0;
    for case in document["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let Some(file) = case["file"].as_str() else { continue };
        let bytes = read(file);
        let passphrase = needles::passphrase(&case["passphrase"]);
        let mut secrets = Needles::default();
        secrets.key_file(&bytes);
        // A wrong passphrase such as "wrong" would be found in "wrong_passphrase".
        passphrase.iter().filter(|text| text.len() >= 12).for_each(|text| secrets.bytes(text));
        for passphrase in [passphrase.as_deref(), None] {
            errors += assert_safe(name, SigningKey::from_bytes(&bytes, passphrase), &secrets);
            errors += assert_safe(name, SigningKey::from_pem(&bytes, passphrase), &secrets);
            errors += assert_safe(name, SigningKey::from_der(&bytes, passphrase), &secrets);
        }
        errors += assert_safe(name, VerifyingKey::from_bytes(&bytes), &secrets);
    }
    assert!(errors > 300, "only {errors} errors were looked at");
}

#[test]
fn no_error_about_an_api_key_shows_a_part_of_it() {
    let mut secrets = Needles::default();
    secrets.bytes(API_KEY.as_bytes());
    secrets.bytes(API_KEY_SECRET.as_bytes());
    let json = format!("{{\"key_id\":\"AzMwpXC4UhAhpQ\",\"key\":\"{API_KEY_SECRET}\"}}");
    let mut errors = 0;
    for at in 0..API_KEY.len() {
        for text in [
            API_KEY[..at].to_owned(),
            format!("{}!{}", &API_KEY[..at], &API_KEY[at..]),
            format!("{API_KEY}{}", &API_KEY[..at]),
            needles::base64(&json.as_bytes()[..at.min(json.len())]),
            needles::base64(json.replacen(char::is_alphabetic, "\u{1}", at).as_bytes()),
        ] {
            errors += assert_safe("ApiKey::parse", ApiKey::parse(&text), &secrets);
        }
    }
    errors += assert_safe("ApiKey::parse", ApiKey::parse(&API_KEY.repeat(60)), &secrets);
    assert!(errors > 300, "only {errors} errors were looked at");
}

#[test]
fn no_error_about_a_body_shows_a_part_of_it() {
    let mut secrets = Needles::default();
    secrets.bytes(BODY.as_bytes());
    let mut errors = 0;
    for at in 0..BODY.len() {
        for body in [
            BODY[..at].to_owned(),
            BODY[at..].to_owned(),
            format!("{}\u{1}{}", &BODY[..at], &BODY[at..]),
            format!("{}\\x{}", &BODY[..at], &BODY[at..]),
            format!("{BODY}{}", &BODY[at..]),
        ] {
            errors += assert_safe("compact_json", compact_json(body.as_bytes()), &secrets);
            for form in [BodyForm::Compact, BodyForm::Exact] {
                let request = Request::new(Method::Post, URL).body(body.as_bytes()).form(form);
                errors += assert_safe("prepare", prepare(&request, &timestamp()), &secrets);
                let mut request = request;
                request.method = Method::Get;
                errors += assert_safe("prepare", prepare(&request, &timestamp()), &secrets);
            }
        }
    }
    assert!(errors > 500, "only {errors} errors were looked at");
}
