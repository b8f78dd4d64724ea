//! No two accepted (freshness, URL, body) give the same payload. The input is a payload: of all the
//! ways to cut it into three, at most one may be accepted.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use partnersign::{BodyForm, Freshness, Method, Nonce, Request, Timestamp, prepare};

/// A freshness has at most 128 bytes; beside it this leaves room for a URL and a body.
const MAX_BYTES: usize = 300;

fuzz_target!(|payload: &[u8]| -> Corpus {
    if payload.len() > MAX_BYTES {
        return Corpus::Reject;
    }
    let mut accepted = Vec::new();
    for (freshness, end) in freshnesses(payload) {
        for url_end in end..=payload.len() {
            let Ok(url) = std::str::from_utf8(&payload[end..url_end]) else { continue };
            if is_accepted(&freshness, url, &payload[url_end..], payload) {
                accepted.push((end, url_end));
            }
        }
    }
    assert!(accepted.len() < 2, "cut after freshness and URL at {accepted:?}");
    Corpus::Keep
});

/// Everything that the payload could begin with. A number is the same bytes as either.
fn freshnesses(payload: &[u8]) -> impl Iterator<Item = (Freshness, usize)> {
    (0..=payload.len()).filter_map(|end| {
        let text = std::str::from_utf8(&payload[..end]).ok()?;
        let timestamp = Timestamp::parse(text).map(Freshness::from);
        let freshness = timestamp.or_else(|_| Nonce::parse(text).map(Freshness::from)).ok()?;
        Some((freshness, end))
    })
}

/// Whether this cut is accepted; then it must give back the payload.
fn is_accepted(freshness: &Freshness, url: &str, body: &[u8], payload: &[u8]) -> bool {
    let request = Request::new(Method::Post, url).form(BodyForm::Exact);
    let request = if body.is_empty() { request } else { request.body(body) };
    let Ok(prepared) = prepare(&request, freshness) else { return false };
    assert_eq!(prepared.payload(), payload);

    // Compacted, the body is another one, but the payload is as unambiguous.
    let compacted = prepare(&request.form(BodyForm::Compact), freshness).unwrap();
    assert!(compacted.payload().len() <= payload.len());
    if !body.is_empty() {
        let at = payload.len() - body.len();
        let exact = Request::new(Method::Post, url).form(BodyForm::Exact).body(&compacted.payload()[at..]);
        assert_eq!(prepare(&exact, freshness).unwrap().payload(), compacted.payload());
    }
    true
}
