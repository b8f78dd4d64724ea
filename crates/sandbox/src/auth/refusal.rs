//! Core's refusals in the vendor's words, and the search for what was signed instead.

use partnersign::{Error, ErrorCode, ReceivedRequest, VerifyingKey, diagnose};

use crate::answer::Answer;
use crate::received::Received;

/// The answer to a request that the verifier refused.
///
/// `signature` is the vendor's; the other reasons are ours, as nobody has documented one.
pub(crate) fn refused(error: &Error) -> Answer {
    let message = error.message();
    let not_authentic = |reason: &str| Answer::not_authentic(reason, message);
    match error.code() {
        ErrorCode::InvalidUrl => Answer::bad_request("url").diagnosed(message),
        ErrorCode::InvalidMethod => Answer::bad_request("method").diagnosed(message),
        ErrorCode::InvalidJson | ErrorCode::InvalidBody | ErrorCode::BodyNotAllowed => {
            Answer::bad_request("body").diagnosed(message)
        }
        ErrorCode::TooLarge => Answer::bad_request("size").diagnosed(message),
        ErrorCode::InvalidApiKey | ErrorCode::UnknownApiKey => not_authentic("key"),
        ErrorCode::InvalidTimestamp | ErrorCode::TimestampOutOfWindow | ErrorCode::ReplayedRequest => {
            not_authentic("timestamp")
        }
        ErrorCode::InvalidNonce | ErrorCode::NonceRejected => not_authentic("nonce"),
        ErrorCode::MissingHeader | ErrorCode::ConflictingHeaders => not_authentic(header_reason(message)),
        _ => not_authentic("signature"),
    }
}

/// Which header is missing, twice there, or in conflict with another.
fn header_reason(message: &str) -> &'static str {
    let names = |header: &str| message.contains(header);
    if names("x-timestamp") && names("x-nonce") {
        "timestamp/nonce"
    } else if names("x-timestamp") {
        "timestamp"
    } else if names("x-nonce") {
        "nonce"
    } else if names("x-api-key") {
        "key"
    } else {
        "signature"
    }
}

/// Why the signature does not match, in a sentence; up to 20 ms of work for short bodies.
///
/// `keys`: that of the API key first, then others that are known.
pub(crate) fn explain(keys: &[VerifyingKey], origin: &str, received: &Received) -> Option<String> {
    let url = format!("{origin}{}", received.target);
    let headers = received.header_pairs();
    let request = ReceivedRequest::new(&received.method, &url, &headers, &received.body);
    diagnose(keys, &request).ok().map(|diagnosis| diagnosis.message)
}

#[cfg(test)]
mod tests {
    use super::refused;
    use partnersign::{Error, ErrorCode};

    #[test]
    fn each_refusal_has_its_reason() {
        for (code, message, status, reason) in [
            (ErrorCode::SignatureMismatch, "", 401, "signature"),
            (ErrorCode::MissingHeader, "the header x-sign is missing or empty", 401, "signature"),
            (
                ErrorCode::MissingHeader,
                "the header x-timestamp or x-nonce is missing or empty",
                401,
                "timestamp/nonce",
            ),
            (
                ErrorCode::ConflictingHeaders,
                "both x-timestamp and x-nonce are present; send one",
                401,
                "timestamp/nonce",
            ),
            (ErrorCode::ConflictingHeaders, "the header x-nonce appears more than once", 401, "nonce"),
            (ErrorCode::ConflictingHeaders, "the header x-api-key appears more than once", 401, "key"),
            (ErrorCode::TimestampOutOfWindow, "", 401, "timestamp"),
            (ErrorCode::ReplayedRequest, "", 401, "timestamp"),
            (ErrorCode::NonceRejected, "", 401, "nonce"),
            (ErrorCode::UnknownApiKey, "", 401, "key"),
            (ErrorCode::InvalidJson, "", 400, "body"),
            (ErrorCode::InvalidUrl, "", 400, "url"),
        ] {
            let answer = refused(&Error::new(code, message));
            assert_eq!(answer.status.as_u16(), status, "{code:?}");
            assert!(answer.body.ends_with(&format!(r#""detail":{{"reason":"{reason}"}}}}"#)), "{code:?}");
        }
    }
}
