//! Timestamps and nonces against the rule of design 4.2, written a second time: the same verdict,
//! the text comes back unchanged, and no text between 2017 and 2050 is both.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use partnersign::{ErrorCode, Nonce, Timestamp};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(input) else { return Corpus::Reject };
    check_timestamp(text);
    check_nonce(text);
    Corpus::Keep
});

fn check_timestamp(text: &str) {
    match Timestamp::parse(text) {
        Ok(timestamp) => {
            assert!(is_timestamp(text));
            assert_eq!(timestamp.to_string(), text);
            assert_eq!(Timestamp::from_seconds(timestamp.seconds()), Ok(timestamp));
        }
        Err(error) => {
            assert!(!is_timestamp(text), "{error}");
            assert_eq!(error.code(), ErrorCode::InvalidTimestamp);
            let is_milliseconds = text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
            assert_eq!(error.message().contains("milliseconds"), is_milliseconds);
        }
    }
}

fn check_nonce(text: &str) {
    match Nonce::parse(text) {
        Ok(nonce) => {
            assert!(is_nonce(text));
            assert_eq!(nonce.as_str(), text);
            let number = text.parse().ok().filter(|number: &u64| number.to_string() == text);
            let number = number.filter(|number| *number <= Nonce::MAX_NUMBER);
            assert_eq!(nonce.number(), number);
            if let Some(number) = number {
                assert_eq!(Nonce::from_number(number), Ok(nonce));
            }
        }
        Err(error) => {
            assert!(!is_nonce(text), "{error}");
            assert_eq!(error.code(), ErrorCode::InvalidNonce);
            assert!(error.position().is_none_or(|position| position < text.len()));
        }
    }
}

/// Canonical decimal of 1 to 10 digits.
fn is_timestamp(text: &str) -> bool {
    text.len() <= 10 && text.parse().is_ok_and(|seconds: u64| seconds.to_string() == text)
}

/// 1 to 128 of the alphabet, and no timestamp of the years 2017 to 2049.
fn is_nonce(text: &str) -> bool {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let years = 1_483_228_800_u64..=2_524_607_999;
    let transplanted = is_timestamp(text) && text.parse().is_ok_and(|seconds| years.contains(&seconds));
    (1..=128).contains(&text.len())
        && text.chars().all(|character| alphabet.contains(character))
        && !transplanted
}
