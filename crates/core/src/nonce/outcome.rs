//! What became of a nonce.

use crate::{Error, ErrorCode};

/// What the sender of a request learned about the nonce that it carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The server has taken the nonce, whether or not it then did what was asked.
    Consumed,
    /// The request never left: no copy of it can reach the server, now or later.
    ///
    /// For the caller alone to say, of a request that failed before a byte was written. No answer and
    /// no transport error proves it, so [`Outcome::of_http`] never gives it.
    NotConsumed,
    /// Nobody knows: a time-out, a lost connection, an answer that does not come from the server itself.
    Unknown,
    /// The server refused the nonce itself.
    Refused,
}

impl Outcome {
    /// What an HTTP answer says about the nonce. Every adapter, in every language, uses this function.
    ///
    /// `status` is that of the final answer, `None` if there was none (any transport error, a time-out
    /// included); `reason` is the `reason` of the error body, if it has one.
    ///
    /// | answer | outcome |
    /// | --- | --- |
    /// | 2xx | `Consumed` |
    /// | 401 with the reason `nonce`, exactly | `Refused` |
    /// | any other 401; 407, 408, 413, 414, 421, 425, 429, 431; 1xx, 3xx, 5xx; anything else; no answer | `Unknown` |
    /// | any other 4xx: a business answer, which comes after the nonce was checked | `Consumed` |
    ///
    /// The nine 4xx under `Unknown` are those that a proxy, a rate limiter or a server that never looked
    /// at the request gives. `Unknown` is the safe side: a nonce that had been consumed after all is
    /// refused when it is offered again, and the sequencer moves on. To take one for consumed that was
    /// not would leave a gap, which a sequential server never forgives.
    pub const fn of_http(status: Option<u16>, reason: Option<&str>) -> Self {
        match status {
            Some(401) if is_nonce(reason) => Self::Refused,
            Some(401 | 407 | 408 | 413 | 414 | 421 | 425 | 429 | 431) => Self::Unknown,
            Some(200..=299 | 400..=499) => Self::Consumed,
            Some(_) | None => Self::Unknown,
        }
    }

    /// The outcome that `text` names, as in [`Self::as_str`]; anything else is `invalid_argument`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "consumed" => Ok(Self::Consumed),
            "not_consumed" => Ok(Self::NotConsumed),
            "unknown" => Ok(Self::Unknown),
            "refused" => Ok(Self::Refused),
            _ => Err(Error::new(
                ErrorCode::InvalidArgument,
                format!("an outcome is consumed, not_consumed, unknown or refused, not {text:?}"),
            )),
        }
    }

    /// The name that every language uses: `consumed`, `not_consumed`, `unknown`, `refused`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Consumed => "consumed",
            Self::NotConsumed => "not_consumed",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }
}

/// Whether the error body's reason is `nonce`: no other capitals, no spaces around it.
const fn is_nonce(reason: Option<&str>) -> bool {
    match reason {
        Some(text) => matches!(text.as_bytes(), b"nonce"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome;
    use crate::ErrorCode;

    #[test]
    fn http_answers_mean_what_the_vectors_say() {
        let text = include_str!("../../../../tests/vectors/outcome_of_http.json");
        let file: serde_json::Value = serde_json::from_str(text).unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert!(cases.len() >= 40);
        for case in cases {
            let status = case["status"].as_u64().map(|status| u16::try_from(status).unwrap());
            assert_eq!(status.is_none(), case["status"].is_null(), "{case}");
            let outcome = Outcome::of_http(status, case["reason"].as_str());
            assert_eq!(outcome.as_str(), case["outcome"].as_str().unwrap(), "{case}");
        }
    }

    #[test]
    fn no_http_answer_says_not_consumed() {
        for status in 0..=u16::MAX {
            for reason in [None, Some("nonce")] {
                let outcome = Outcome::of_http(Some(status), reason);
                assert_ne!(outcome, Outcome::NotConsumed);
                assert_eq!(outcome == Outcome::Refused, status == 401 && reason.is_some());
            }
        }
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for outcome in [Outcome::Consumed, Outcome::NotConsumed, Outcome::Unknown, Outcome::Refused] {
            assert_eq!(Outcome::parse(outcome.as_str()), Ok(outcome));
        }
        for other in ["", "Consumed", "unknown ", "notconsumed", "refused\0"] {
            assert_eq!(Outcome::parse(other).unwrap_err().code(), ErrorCode::InvalidArgument);
        }
    }
}
