//! The compactor against `serde_json`: the same verdict on every input (less scalars at the top
//! level and invalid UTF-8), and the bytes that are left when the whitespace outside of strings is
//! taken away. It is never longer than its input, changes nothing the second time, and `Exact` gives
//! the same verdict. `compare_with_go.py` replays what this finds through Go.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use partnersign::{BodyForm, Error, ErrorCode, Method, Request, compact_json, prepare};
use partnersign_fuzz::{URL, timestamp};
use serde::de::IgnoredAny;

/// How deep Go's `encoding/json` reads.
const MAX_DEPTH: usize = 10_000;

fuzz_target!(|input: &[u8]| {
    let compacted = compact_json(input);
    let exact = in_form(input, BodyForm::Exact);
    let compact = in_form(input, BodyForm::Compact);
    match (expected(input), compacted) {
        (Ok(bytes), Ok(compacted)) => {
            assert_eq!(compacted, bytes);
            assert!(compacted.len() <= input.len());
            assert!(matches!(compact_json(&compacted), Ok(Cow::Borrowed(again)) if again == bytes));
            assert_eq!(exact.as_deref(), Ok(input));
            assert_eq!(compact.as_deref(), Ok(&*bytes));
        }
        (Err(code), Err(error)) => {
            assert_eq!(error.code(), code, "{error}");
            assert!(error.position().is_some_and(|position| position <= input.len()), "{error:?}");
            assert_eq!(exact.as_ref(), Err(&error));
            assert_eq!(compact.as_ref(), Err(&error));
        }
        (expected, compacted) => panic!("expected {expected:?}, got {compacted:?}"),
    }
});

/// The body as it would be sent.
fn in_form(input: &[u8], form: BodyForm) -> Result<Vec<u8>, Error> {
    let prepared = prepare(&Request::new(Method::Post, URL).body(input).form(form), &timestamp())?;
    let before = timestamp().to_string().len() + URL.len();
    Ok(prepared.payload()[before..].to_vec())
}

/// The verdict and the bytes by other means. `serde_json` skips a value without recursion and
/// without a limit of depth.
fn expected(input: &[u8]) -> Result<Vec<u8>, ErrorCode> {
    let well_formed = serde_json::from_slice::<IgnoredAny>(input).is_ok();
    if !well_formed || std::str::from_utf8(input).is_err() {
        return Err(ErrorCode::InvalidJson);
    }
    let (kept, depth) = without_whitespace(input);
    match kept.first() {
        _ if depth > MAX_DEPTH => Err(ErrorCode::InvalidJson),
        Some(b'{' | b'[') => Ok(kept),
        _ => Err(ErrorCode::InvalidBody),
    }
}

/// Well-formed JSON without the whitespace outside of its strings, and how deep it is nested.
fn without_whitespace(json: &[u8]) -> (Vec<u8>, usize) {
    let mut kept = Vec::with_capacity(json.len());
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json {
        if in_string {
            in_string = escaped || *byte != b'"';
            escaped = !escaped && *byte == b'\\';
        } else {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => continue,
                b'"' => in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        kept.push(*byte);
    }
    (kept, deepest)
}
