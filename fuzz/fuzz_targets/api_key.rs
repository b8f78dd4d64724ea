//! API keys: what is accepted is base64 of a JSON object with the two strings, by readers of our own;
//! it is sent as it was given, found again in every other spelling, and shows nowhere.

#![no_main]

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use libfuzzer_sys::{Corpus, fuzz_target};
use partnersign::{ApiKey, ApiKeys, ErrorCode};
use partnersign_fuzz::KEYS;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    match ApiKey::parse(text) {
        Ok(api_key) => check_accepted(&api_key, text),
        Err(error) => {
            let expected =
                if text.trim().len() > 4096 { ErrorCode::TooLarge } else { ErrorCode::InvalidApiKey };
            assert_eq!(error.code(), expected, "{error}");
        }
    }
    Corpus::Keep
});

fn check_accepted(api_key: &ApiKey, text: &str) {
    assert_eq!(api_key.expose_secret(), text.trim());
    assert!(!format!("{api_key:?}").contains(text.trim()));

    let json = decode(text.trim());
    assert!(std::str::from_utf8(&json).is_ok(), "the JSON is not UTF-8");
    assert!(serde_json::from_slice::<IgnoredAny>(&json).is_ok());
    assert!(!api_key.key_id().is_empty());
    // `serde_json` keeps no lone surrogates, no numbers beyond 64 bits and no deep values: all of them
    // can stand in the fields that nobody asks for.
    if let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(&json) {
        assert_eq!(fields["key_id"].as_str(), Some(api_key.key_id()));
        assert!(fields["key"].as_str().is_some_and(|key| !key.is_empty()));
    }

    let mut api_keys = ApiKeys::new();
    assert!(api_keys.insert(api_key, KEYS[0].verifying.clone()).is_none());
    for other in [STANDARD.encode(&json), URL_SAFE_NO_PAD.encode(&json)] {
        // Padding can carry the text over the limit of 4 KiB.
        match ApiKey::parse(&other) {
            Ok(other) => assert!(api_keys.find(&other).is_some()),
            Err(error) => assert_eq!(error.code(), ErrorCode::TooLarge),
        }
    }
}

/// Base64 in either alphabet, six bits at a time.
fn decode(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for character in text.trim_end_matches('=').bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => panic!("accepted although it is no base64"),
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xFF) as u8);
        }
    }
    bytes
}
