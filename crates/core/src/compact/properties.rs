//! Properties, over generated JSON and over mutations of it.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::compact_json;
use super::tests::compact;
use crate::error::ErrorCode;

/// A JSON value as its tokens, which whitespace may separate.
type Tokens = Vec<String>;

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&["true", "false", "null", "0", "-0", "1e400", "\"\"", "\"\\uD800\""][..])
            .prop_map(String::from),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?",
        string(),
    ]
}

fn string() -> impl Strategy<Value = String> {
    "\"([ !#-\\[\\]-~]|[\u{7f}\u{e9}\u{2028}\u{6771}\u{1f600}]|\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}){0,40}\""
}

fn joined(open: &str, members: &[Tokens], close: &str) -> Tokens {
    let members = members.join(&String::from(","));
    [vec![String::from(open)], members, vec![String::from(close)]].concat()
}

fn body() -> impl Strategy<Value = Tokens> {
    let value =
        scalar().prop_map(|token| vec![token]).prop_recursive(6, 60, 8, |value| container(value.boxed()));
    container(value.boxed())
}

fn container(value: BoxedStrategy<Tokens>) -> impl Strategy<Value = Tokens> {
    let member =
        (string(), value.clone()).prop_map(|(key, value)| [vec![key, String::from(":")], value].concat());
    prop_oneof![
        vec(value, 0..8).prop_map(|values| joined("[", &values, "]")),
        vec(member, 0..8).prop_map(|members| joined("{", &members, "}")),
    ]
}

fn whitespace() -> impl Strategy<Value = String> {
    let breaks = select(&["", "", " ", "\t", "\r", "\n", "\r\n", " \n", "\n\n\t"][..]);
    let indentation = prop_oneof![2 => Just(0), 1 => 0..40_usize];
    (breaks, indentation).prop_map(|(breaks, indentation)| breaks.to_owned() + &" ".repeat(indentation))
}

/// The tokens of a body, and whitespace to put in front of, between and behind them.
fn spaced_body() -> impl Strategy<Value = (Tokens, Vec<String>)> {
    body().prop_flat_map(|tokens| {
        let gaps = tokens.len() + 1;
        (Just(tokens), vec(whitespace(), gaps))
    })
}

fn interleave(tokens: &[String], gaps: &[String]) -> String {
    let first = gaps[0].clone();
    tokens.iter().zip(&gaps[1..]).fold(first, |text, (token, gap)| text + token + gap)
}

/// Changes at a few places: bytes put in, taken out, put in place of others.
fn mutate(bytes: &mut Vec<u8>, changes: &[(Index, u8, u8)]) {
    for &(at, kind, byte) in changes {
        let at = at.index(bytes.len() + 1);
        match (kind % 3, at < bytes.len()) {
            (0, _) | (_, false) => bytes.insert(at, byte),
            (1, true) => drop(bytes.remove(at)),
            (_, true) => bytes[at] = byte,
        }
    }
}

fn change() -> impl Strategy<Value = (Index, u8, u8)> {
    let byte = prop_oneof![4 => select(&b"{}[],:\"\\ \n\t019-+.eEutfn/'"[..]), 1 => any::<u8>()];
    (any::<Index>(), any::<u8>(), byte)
}

/// Independent of the compactor: `serde_json` judges, a loop over bytes removes whitespace.
fn reference(input: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<serde::de::IgnoredAny>(input).ok()?;
    std::str::from_utf8(input).ok()?;
    let (mut in_string, mut escaped) = (false, false);
    let mut kept = input.to_vec();
    kept.retain(|byte| {
        let keep = in_string || !b" \t\n\r".contains(byte);
        in_string ^= *byte == b'"' && !escaped;
        escaped = in_string && *byte == b'\\' && !escaped;
        keep
    });
    matches!(kept[0], b'{' | b'[').then_some(kept)
}

proptest! {
    #[test]
    fn whitespace_makes_no_difference((tokens, gaps) in spaced_body()) {
        let compacted = compact(interleave(&tokens, &gaps)).unwrap();
        prop_assert_eq!(&compacted, &tokens.concat().into_bytes());
        // Idempotent, and borrowed the second time.
        prop_assert!(matches!(compact_json(&compacted), Ok(Cow::Borrowed(again)) if again == compacted));
    }

    #[test]
    fn verdict_and_bytes_are_those_of_serde_json_without_whitespace(
        (tokens, gaps) in spaced_body(),
        changes in vec(change(), 0..4),
    ) {
        let mut input = interleave(&tokens, &gaps).into_bytes();
        mutate(&mut input, &changes);
        let compacted = compact(&input);
        prop_assert_eq!(compacted.clone().ok(), reference(&input));
        if let Ok(compacted) = compacted {
            prop_assert!(compacted.len() <= input.len());
        }
    }

    #[test]
    fn any_bytes_get_a_verdict(input in vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(compact(&input).ok(), reference(&input));
    }

    #[test]
    fn a_scalar_is_refused_as_a_body(token in scalar(), before in whitespace(), after in whitespace()) {
        let error = compact(format!("{before}{token}{after}")).unwrap_err();
        prop_assert_eq!((error.code(), error.position()), (ErrorCode::InvalidBody, Some(before.len())));
    }

    #[test]
    fn a_refusal_names_a_place_within_the_input(
        tokens in body(),
        changes in vec(change(), 1..3),
    ) {
        let mut input = tokens.concat().into_bytes();
        mutate(&mut input, &changes);
        if let Err(error) = compact(&input) {
            prop_assert!(error.position().unwrap() <= input.len());
            prop_assert!(error.message().starts_with("line "));
        }
    }
}
