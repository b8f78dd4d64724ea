//! Which nonces a server accepts.

use crate::{Error, ErrorCode};

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
}

#[cfg(test)]
mod tests {
    use super::NoncePolicy;
    use crate::ErrorCode;

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
    fn sequential_is_the_default() {
        assert_eq!(NoncePolicy::default(), NoncePolicy::Sequential);
    }
}
