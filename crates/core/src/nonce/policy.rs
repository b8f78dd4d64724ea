//! Which nonces a server accepts.

use crate::{Error, ErrorCode, Nonce};

/// Which numbers the server accepts from one API key.
///
/// The API's documents disagree, so it is a setting: one says that a server which saw 10 "requires 11",
/// another says "unique identifier", an older one "ever-increasing".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoncePolicy {
    /// Exactly the last one plus one; the first that a key ever uses may be any number.
    ///
    /// The default: what it sends is accepted under the other two policies too.
    #[default]
    Sequential,
    /// Anything greater than the last one accepted. Gaps are normal, order of arrival counts.
    Increasing,
    /// Anything not seen before, in any order.
    Unique,
}

impl NoncePolicy {
    /// The policy that `text` names: `sequential`, `increasing` or `unique`, as in [`Self::as_str`].
    ///
    /// Anything else, other capitals included, is `invalid_argument`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "sequential" => Ok(Self::Sequential),
            "increasing" => Ok(Self::Increasing),
            "unique" => Ok(Self::Unique),
            _ => Err(Error::new(
                ErrorCode::InvalidArgument,
                format!("a nonce policy is sequential, increasing or unique, not {text:?}"),
            )),
        }
    }

    /// The name that settings, URLs and every language use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::Increasing => "increasing",
            Self::Unique => "unique",
        }
    }

    /// The number of a nonce that may follow `last`, the last number accepted from the same public key.
    ///
    /// For a replay memory of your own, which must check and remember in one atomic step. Refuses with
    /// `nonce_rejected` what is no decimal number up to 2^53 - 1 or does not follow. Under
    /// [`Self::Unique`] any number may follow: the memory knows which were used.
    pub fn accept(self, last: Option<u64>, nonce: &Nonce) -> Result<u64, Error> {
        let rejected = |why: String| Error::new(ErrorCode::NonceRejected, why);
        let number = nonce
            .number()
            .ok_or_else(|| rejected("the nonce is no decimal number up to 2^53 - 1".to_owned()))?;
        match (self, last) {
            (Self::Sequential, Some(last)) if number != last.saturating_add(1) => {
                Err(rejected(format!("the nonce is {number}, the next one is {}", last.saturating_add(1))))
            }
            (Self::Increasing, Some(last)) if number <= last => {
                Err(rejected(format!("the nonce is {number}, it must be above {last}")))
            }
            _ => Ok(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NoncePolicy;
    use crate::{ErrorCode, Nonce};

    #[test]
    fn names_are_read_as_they_are_written() {
        for policy in [NoncePolicy::Sequential, NoncePolicy::Increasing, NoncePolicy::Unique] {
            assert_eq!(NoncePolicy::parse(policy.as_str()), Ok(policy));
        }
        for other in ["", "Sequential", "unique ", "increasing\0"] {
            assert_eq!(NoncePolicy::parse(other).unwrap_err().code(), ErrorCode::InvalidArgument);
        }
    }

    #[test]
    fn what_may_follow_the_last_number() {
        let accept = |policy: NoncePolicy, last, nonce: &str| {
            policy.accept(last, &Nonce::parse(nonce).unwrap()).map_err(|error| error.code())
        };
        let refused = Err(ErrorCode::NonceRejected);
        for (last, nonce, sequential, increasing) in [
            (None, "7", Ok(7), Ok(7)),
            (Some(7), "8", Ok(8), Ok(8)),
            (Some(7), "9", refused, Ok(9)),
            (Some(7), "7", refused, refused),
            (Some(7), "6", refused, refused),
            (None, "eight", refused, refused),
            (None, "08", refused, refused),
        ] {
            assert_eq!(accept(NoncePolicy::Sequential, last, nonce), sequential, "{last:?} {nonce}");
            assert_eq!(accept(NoncePolicy::Increasing, last, nonce), increasing, "{last:?} {nonce}");
        }
        assert_eq!(accept(NoncePolicy::Unique, Some(7), "6"), Ok(6));
    }

    #[test]
    fn sequential_is_the_default() {
        assert_eq!(NoncePolicy::default(), NoncePolicy::Sequential);
    }
}
