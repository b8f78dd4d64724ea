//! Timestamps and nonces that may have been signed in place of the one that was received.

use super::cause::Cause;
use super::variants::Variants;

/// How far apart two readings of the clock are tried, in seconds.
const SHIFT_SECONDS: u64 = 60;

/// What was received, and mistakes that give one other text each.
pub(super) fn freshness_variants(timestamp: Option<&str>, nonce: Option<&str>) -> Variants {
    let mut variants = Variants::of(timestamp.or(nonce).unwrap_or_default());
    if let (Some(_), Some(nonce)) = (timestamp, nonce) {
        variants.add(&[Cause::FreshnessSwapped], nonce);
    }
    if let Some(seconds) = timestamp.and_then(milliseconds_to_seconds) {
        variants.add(&[Cause::TimestampSentMilliseconds], seconds.to_string());
    }
    variants.add(&[Cause::FreshnessMissing], "");
    variants
}

/// Of a number that is too large to be seconds before the year 33658.
fn milliseconds_to_seconds(text: &str) -> Option<u64> {
    let milliseconds = text.parse::<u64>().ok().filter(|number| *number >= 1_000_000_000_000)?;
    milliseconds.checked_div(1000)
}

/// Clock readings in place of the received one: many, so they are tried with few other mistakes.
pub(super) fn clock_variants(timestamp: Option<&str>) -> Variants {
    let mut variants = Variants::of(timestamp.unwrap_or_default());
    let Some(seconds) = timestamp.and_then(|text| text.parse::<u64>().ok()) else { return variants };
    for shift in 1..=SHIFT_SECONDS {
        for shifted in [seconds.checked_sub(shift), seconds.checked_add(shift)].into_iter().flatten() {
            variants.push(&[Cause::TimestampShifted], shifted.to_string());
        }
    }
    if let Some(milliseconds) = seconds.checked_mul(1000) {
        for fraction in 0..1000 {
            variants
                .push(&[Cause::TimestampMilliseconds], (milliseconds.saturating_add(fraction)).to_string());
        }
    }
    variants
}
