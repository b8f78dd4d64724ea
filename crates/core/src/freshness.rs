//! What stops a replay: a timestamp or a nonce, as the first bytes of the payload.

use std::fmt;

use crate::{Error, ErrorCode};

/// Unix seconds, 0 to 9,999,999,999: at most ten digits in canonical decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    const MAX_DIGITS: usize = 10;
    const MAX_SECONDS: u64 = 9_999_999_999;

    /// From Unix seconds; refuses what needs more than ten digits.
    pub fn from_seconds(seconds: u64) -> Result<Self, Error> {
        if seconds > Self::MAX_SECONDS {
            return Err(Self::refuse(&seconds.to_string()));
        }
        Ok(Self(seconds))
    }

    /// From its canonical text: 1 to 10 digits, no sign, no leading zero.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !is_canonical_decimal(text) || text.len() > Self::MAX_DIGITS {
            return Err(Self::refuse(text));
        }
        text.parse().map(Self).map_err(|_| Self::refuse(text))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// Says what is wrong with a text that is no timestamp.
    fn refuse(text: &str) -> Error {
        let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let why = match text.len() {
            0 => "the timestamp is empty; write Unix seconds such as 1634226826",
            13 if all_digits => {
                "the timestamp has 13 digits and looks like milliseconds; divide by 1000 and drop the fraction"
            }
            _ if !all_digits => {
                "the timestamp is not decimal digits alone (no sign, space or point); write Unix seconds such as 1634226826"
            }
            1..=Self::MAX_DIGITS => "the timestamp has a leading zero; write it without",
            _ => "the timestamp has more than 10 digits; write Unix seconds such as 1634226826",
        };
        Error::new(ErrorCode::InvalidTimestamp, why)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A nonce: 1 to 128 of `A-Za-z0-9_-`.
///
/// A text that could pass for a timestamp between 2017 and 2050 is refused: the name of the header
/// is not signed, so an expired timestamp could come back as a nonce.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// The largest number that a sequencer hands out, 2^53 - 1: the largest that every JSON reader
    /// keeps exact.
    pub const MAX_NUMBER: u64 = (1 << 53) - 1;

    const MAX_BYTES: usize = 128;

    /// From its text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |why: &'static str| Err(Error::new(ErrorCode::InvalidNonce, why));
        if text.is_empty() {
            return refuse("the nonce is empty; write 1 to 128 of A-Za-z0-9_-");
        }
        if text.len() > Self::MAX_BYTES {
            return refuse("the nonce is longer than 128 characters");
        }
        if let Some(position) =
            text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_' && byte != b'-')
        {
            let why = "the nonce has a character outside A-Za-z0-9_-";
            return Err(Error::new(ErrorCode::InvalidNonce, why).at(position));
        }
        if could_be_timestamp(text) {
            return refuse(
                "a nonce of ten digits between 1483228800 and 2524607999 could pass for a timestamp of the years 2017 to 2049; take another number",
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// From a number, such as a sequencer's; at most [`Nonce::MAX_NUMBER`].
    pub fn from_number(number: u64) -> Result<Self, Error> {
        if number > Self::MAX_NUMBER {
            return Err(Error::new(ErrorCode::InvalidNonce, "the nonce is above 2^53 - 1"));
        }
        Self::parse(&number.to_string())
    }

    /// The text that is signed and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, if the nonce is canonical decimal and at most [`Nonce::MAX_NUMBER`].
    pub fn number(&self) -> Option<u64> {
        if !is_canonical_decimal(&self.0) {
            return None;
        }
        self.0.parse().ok().filter(|number| *number <= Self::MAX_NUMBER)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Exactly one of the two goes into every request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// Sent as `x-timestamp`.
    Timestamp(Timestamp),
    /// Sent as `x-nonce`.
    Nonce(Nonce),
}

impl Freshness {
    /// The name of the header that carries it.
    pub const fn header_name(&self) -> &'static str {
        match self {
            Self::Timestamp(_) => "x-timestamp",
            Self::Nonce(_) => "x-nonce",
        }
    }
}

/// The text that is signed and sent.
impl fmt::Display for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timestamp(timestamp) => timestamp.fmt(f),
            Self::Nonce(nonce) => nonce.fmt(f),
        }
    }
}

impl From<Timestamp> for Freshness {
    fn from(timestamp: Timestamp) -> Self {
        Self::Timestamp(timestamp)
    }
}

impl From<Nonce> for Freshness {
    fn from(nonce: Nonce) -> Self {
        Self::Nonce(nonce)
    }
}

fn is_canonical_decimal(text: &str) -> bool {
    text == "0"
        || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0') && !text.is_empty())
}

/// Canonical decimal from the start of 2017 to the start of 2050, in Unix seconds.
fn could_be_timestamp(text: &str) -> bool {
    text.len() == Timestamp::MAX_DIGITS
        && text.parse().is_ok_and(|number: u64| TIMESTAMP_LIKE.contains(&number))
}

/// Ten-digit numbers that are never a nonce: Unix seconds from 2017-01-01 to 2049-12-31.
pub(crate) const TIMESTAMP_LIKE: std::ops::Range<u64> = 1_483_228_800..2_524_608_000;

#[cfg(test)]
mod tests {
    use super::{Nonce, Timestamp};

    #[test]
    fn milliseconds_are_named() {
        let error = Timestamp::parse("1634226826000").unwrap_err();
        assert!(error.message().contains("milliseconds"), "{error}");
        assert!(Timestamp::from_seconds(1_634_226_826_000).unwrap_err().message().contains("milliseconds"));
    }

    #[test]
    fn nonce_numbers() {
        assert_eq!(Nonce::from_number(Nonce::MAX_NUMBER).unwrap().number(), Some(Nonce::MAX_NUMBER));
        assert!(Nonce::from_number(Nonce::MAX_NUMBER + 1).is_err());
        assert_eq!(Nonce::parse("007").unwrap().number(), None);
        assert_eq!(Nonce::parse("0").unwrap().number(), Some(0));
    }

    #[test]
    fn a_nonce_that_could_be_a_timestamp_is_refused() {
        for (number, accepted) in
            [(1_483_228_799, true), (1_483_228_800, false), (2_524_607_999, false), (2_524_608_000, true)]
        {
            assert_eq!(Nonce::from_number(number).is_ok(), accepted, "{number}");
        }
    }
}
