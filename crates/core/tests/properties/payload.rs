//! The payload is unambiguous: no bytes can be read as two different accepted requests.
//!
//! The parts are joined with nothing between, so this rests on the rules for each part alone
//! (`security.md` 7.1). Readings are counted by trying every split, with no knowledge of the rules.

use partnersign::{
    BodyForm, ErrorCode, Freshness, Method, Nonce, ReceivedRequest, Request, Signer, Timestamp, Verifier,
    prepare,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::inputs::accepted;
use crate::{cases, is_full_scale, signing_key};

/// Texts whose concatenations come close to requests in more than one way.
const FRAGMENTS: [&str; 20] = [
    "1",
    "h",
    "s",
    "http",
    "://",
    "https://h/",
    "ws://h/",
    "wss://",
    "/",
    "?",
    "{",
    "}",
    "{}",
    "[",
    "]",
    "[1]",
    "\"",
    "{\"",
    "\":1}",
    ":",
];

/// Every (freshness, URL, body as signed) that is accepted and gives these bytes.
fn readings(payload: &str) -> Vec<(&str, &str, &str)> {
    let mut found = Vec::new();
    for (url_at, _) in payload.char_indices() {
        let (freshness_text, rest) = payload.split_at(url_at);
        let freshness = Timestamp::parse(freshness_text)
            .map(Freshness::Timestamp)
            .or_else(|_| Nonce::parse(freshness_text).map(Freshness::Nonce));
        let Ok(freshness) = freshness else { continue };
        for body_at in rest.char_indices().map(|(at, _)| at).chain([rest.len()]) {
            let (url, body) = rest.split_at(body_at);
            let mut request = Request::new(Method::Post, url).form(BodyForm::Exact);
            request.body = Some(body.as_bytes()).filter(|body| !body.is_empty());
            if let Ok(prepared) = prepare(&request, &freshness) {
                assert_eq!(prepared.payload(), payload.as_bytes());
                found.push((freshness_text, url, body));
            }
        }
    }
    found
}

/// Exhaustively: all that can be made of up to three (at full scale: four) fragments after a freshness.
#[test]
fn no_short_text_reads_as_two_requests() {
    let mut texts = vec![String::new()];
    let mut previous = 0;
    for _ in 0..if is_full_scale() { 4 } else { 3 } {
        let longest = previous..texts.len();
        previous = texts.len();
        for index in longest {
            texts.extend(FRAGMENTS.map(|fragment| format!("{}{fragment}", texts[index])));
        }
    }
    let mut readable = 0;
    for text in &texts {
        let text = format!("1{text}");
        let found = readings(&text);
        assert!(found.len() <= 1, "{text}: {found:?}");
        readable += found.len();
    }
    println!("{} texts, {readable} of them readable, none in two ways", texts.len());
    assert!(readable > 100, "only {readable} of the texts are requests: this shows nothing");
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn no_text_of_fragments_reads_as_two_requests(
        start in select(&["1https://h/", "hhttp://h/", "7wss://[::1]/", "1634226826https://h/x?y=", "1", ""][..]),
        fragments in vec(select(&FRAGMENTS[..]), 0..10),
    ) {
        let text = format!("{start}{}", fragments.concat());
        let found = readings(&text);
        prop_assert!(found.len() <= 1, "{}: {:?}", text, found);
    }
}

proptest! {
    #![proptest_config(cases(300))]

    /// The payload of an accepted request, split at every other place, is no other accepted request.
    #[test]
    fn an_accepted_payload_reads_as_that_request_alone(accepted in accepted()) {
        let prepared = prepare(&accepted.request(), &accepted.freshness).unwrap();
        let payload = std::str::from_utf8(prepared.payload()).unwrap();
        let freshness = accepted.freshness.to_string();
        let body = &payload[freshness.len() + accepted.url.len()..];
        prop_assert_eq!(accepted.body.is_some(), !body.is_empty());
        prop_assert_eq!(readings(payload), [(freshness.as_str(), accepted.url.as_str(), body)]);
    }
}

fn code(method: Method, url: &str, body: Option<&str>, freshness: &Freshness) -> Option<ErrorCode> {
    let mut request = Request::new(method, url).form(BodyForm::Exact);
    request.body = body.map(str::as_bytes);
    prepare(&request, freshness).err().map(|error| error.code())
}

/// A signed request with a nonce, and what a verifier says if it arrives as something else.
fn arrives_as(
    honest: (&str, &str, Option<&str>),
    forged: (Method, &str, &str, &str),
) -> Result<(), ErrorCode> {
    let (nonce, url, body) = honest;
    let mut request = Request::new(Method::Post, url).form(BodyForm::Exact);
    request.body = body.map(str::as_bytes);
    let signer = Signer::new(signing_key("rsa2048.pkcs8.pem"), None);
    let signed = signer.sign(&request, &Nonce::parse(nonce).unwrap().into()).unwrap();
    let (method, nonce, url, body) = forged;
    let payload = format!("{nonce}{url}{body}");
    assert_eq!(payload.as_bytes(), signed.payload(), "the attack needs equal payloads");
    let headers = [("x-sign", signed.signature()), ("x-nonce", nonce)];
    let verifier = Verifier::with_key(signer.verifying_key().clone());
    let received = ReceivedRequest::new(method.as_str(), url, &headers, body.as_bytes());
    verifier.verify(&received, 0).map(|_| ()).map_err(|error| error.code())
}

/// A signed GET with raw braces in the URL would be a POST with a body, and the reverse.
#[test]
fn url_body_slide() {
    let now = Timestamp::from_seconds(1_634_226_826).unwrap().into();
    for (url, body) in
        [("https://h/x?filter=", "{\"a\":1}"), ("https://h/x?filter=", "[1]"), ("https://h/", "[]")]
    {
        assert_eq!(code(Method::Post, url, Some(body), &now), None);
        for method in Method::ALL {
            let slid = format!("{url}{body}");
            assert_eq!(code(*method, &slid, None, &now), Some(ErrorCode::InvalidUrl), "{slid}");
            let outcome = arrives_as(("7", url, Some(body)), (*method, "7", &slid, ""));
            assert_eq!(outcome, Err(ErrorCode::InvalidUrl));
        }
    }
}

/// `…/withdraw/` with the body `1` would be `…/withdraw/1` without one.
#[test]
fn scalar_body() {
    let now = Timestamp::from_seconds(1_634_226_826).unwrap().into();
    let url = "https://h/fund/withdraw/";
    for scalar in ["1", "-1", "1e5", "0", "true", "false", "null", "\"a\"", " 1 "] {
        assert_eq!(code(Method::Post, url, Some(scalar), &now), Some(ErrorCode::InvalidBody), "{scalar}");
        let compacted = Request::new(Method::Post, url).body(scalar.as_bytes());
        assert_eq!(prepare(&compacted, &now).unwrap_err().code(), ErrorCode::InvalidBody, "{scalar}");
    }
    assert_eq!(code(Method::Post, "https://h/fund/withdraw/1", None, &now), None);
    let outcome = arrives_as(("7", "https://h/fund/withdraw/1", None), (Method::Post, "7", url, "1"));
    assert_eq!(outcome, Err(ErrorCode::InvalidBody));
}

/// A URL inside a signed body would become the URL, with all that is before it as the nonce.
#[test]
fn nonce_transplant() {
    let (url, body) = ("https://api.h/note", "{\"memo\":\"https://api.h/api/v1/p/fund/1/freeze?x=\"}");
    let nonce = "7https://api.h/note{\"memo\":\"";
    let target = "https://api.h/api/v1/p/fund/1/freeze?x=\"}";
    assert_eq!(Nonce::parse(nonce).unwrap_err().code(), ErrorCode::InvalidNonce);
    assert_eq!(
        code(Method::Get, target, None, &Nonce::parse("7").unwrap().into()),
        Some(ErrorCode::InvalidUrl),
        "and the quote that ends the body's string would stand in the URL",
    );
    let outcome = arrives_as(("7", url, Some(body)), (Method::Post, nonce, target, ""));
    assert_eq!(outcome, Err(ErrorCode::InvalidNonce));
    assert_eq!(readings(&format!("7{url}{body}")), [("7", url, body)]);
}
