//! What holds for every input, shown on random and on adversarial ones.
//!
//! The number of cases is that of CI; with `SCALE=full` in the environment it is fifty times that.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "the house's rules are core's own")]

mod inputs;

mod diagnosis;
mod key_damage;
mod keys;
mod no_panic;
mod payload;
mod signing;

use partnersign::SigningKey;
use proptest::test_runner::Config;

/// `ci` cases, or fifty times as many.
fn cases(ci: u32) -> Config {
    let cases = ci * if is_full_scale() { 50 } else { 1 };
    Config { cases, failure_persistence: None, max_global_rejects: cases * 20, ..Config::default() }
}

fn is_full_scale() -> bool {
    std::env::var("SCALE").is_ok_and(|scale| scale == "full")
}

/// The content of a file in `tests/vectors`.
fn read(name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A private key of `tests/vectors/keys` that is not encrypted.
fn signing_key(name: &str) -> SigningKey {
    SigningKey::from_bytes(&read(&format!("keys/{name}")), None).unwrap()
}
