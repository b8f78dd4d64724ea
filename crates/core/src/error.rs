//! The error table: every way in which partnersign can refuse, with the number and the code that
//! all languages share. Numbers and codes never change meaning; 0 is success.

use std::borrow::Cow;
use std::fmt;

/// Makes [`ErrorCode`] and everything that must list all codes from one table.
macro_rules! error_codes {
    ($($variant:ident = $number:literal, $code:literal, $meaning:literal;)+) => {
        /// What went wrong, as a stable number and a stable text.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = $meaning] $variant = $number,)+
        }

        impl ErrorCode {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The number that C callers see.
            pub const fn number(self) -> i32 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// The text that every other caller sees, such as `invalid_url`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// One sentence for the documentation: what the code means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }
        }
    };
}

error_codes! {
    InvalidUrl = 101, "invalid_url", "The URL is not in the form that an HTTP client sends unchanged.";
    InvalidTimestamp = 102, "invalid_timestamp", "The timestamp is not canonical decimal Unix seconds.";
    InvalidNonce = 103, "invalid_nonce", "The nonce has other characters than `A-Za-z0-9_-`, a bad length, or could pass for a timestamp.";
    InvalidMethod = 104, "invalid_method", "The method is none of GET, HEAD, POST, PUT, PATCH, DELETE.";
    InvalidJson = 105, "invalid_json", "The body is not well-formed JSON in UTF-8.";
    InvalidBody = 106, "invalid_body", "The body is well-formed JSON, but not an object or an array.";
    BodyNotAllowed = 107, "body_not_allowed", "A request with this method carries no body.";
    TooLarge = 108, "too_large", "An input exceeds its size limit.";
    InvalidArgument = 109, "invalid_argument", "An argument is unusable, or arguments contradict each other.";
    BufferTooSmall = 110, "buffer_too_small", "The caller's buffer cannot hold the result.";
    InvalidHandle = 111, "invalid_handle", "The handle is null, stale, or of another kind.";
    InvalidPrivateKey = 201, "invalid_private_key", "The input is not one whole RSA private key.";
    EncryptedPrivateKey = 202, "encrypted_private_key", "The private key is encrypted and no passphrase was given.";
    WrongPassphrase = 203, "wrong_passphrase", "The passphrase does not open the private key.";
    UnsupportedKey = 204, "unsupported_key", "The key is of a kind or in a format that is not supported.";
    WeakKey = 205, "weak_key", "The key's size, exponent or primes are outside the safe bounds.";
    InconsistentKey = 206, "inconsistent_key", "The components of the private key contradict each other.";
    InvalidPublicKey = 207, "invalid_public_key", "The input is not one whole RSA public key.";
    InvalidApiKey = 208, "invalid_api_key", "The API key is not base64 of a JSON object with `key_id` and `key`.";
    InsecureKeyFile = 209, "insecure_key_file", "The key file can be read by others than its owner.";
    SigningFailed = 301, "signing_failed", "The signing key produced no valid signature; it refuses further work.";
    SignatureRejected = 302, "signature_rejected", "The external signature does not verify against the public key.";
    MissingHeader = 401, "missing_header", "A header that authenticates the request is missing.";
    ConflictingHeaders = 402, "conflicting_headers", "A header appears twice, or both `x-timestamp` and `x-nonce` are present.";
    MalformedSignature = 403, "malformed_signature", "`x-sign` is not the one unpadded base64url text of a signature of the key's size.";
    SignatureMismatch = 404, "signature_mismatch", "The signature does not match the request.";
    TimestampOutOfWindow = 405, "timestamp_out_of_window", "The timestamp is too far from the verifier's time.";
    NonceRejected = 406, "nonce_rejected", "The nonce breaks the nonce policy, or client and server are out of step.";
    UnknownApiKey = 407, "unknown_api_key", "No public key is known for the API key.";
    ReplayedRequest = 408, "replayed_request", "The same signed request was seen before.";
    NonceBusy = 501, "nonce_busy", "A nonce is reserved and not yet settled.";
    NonceExhausted = 502, "nonce_exhausted", "No further nonce can be handed out.";
    NonceStoreUnavailable = 503, "nonce_store_unavailable", "The nonce store cannot be read or written.";
    NonceStoreCorrupt = 504, "nonce_store_corrupt", "The nonce store's content is damaged or was rolled back.";
    NonceLeaseLost = 505, "nonce_lease_lost", "Another holder has taken over the nonces of this key.";
    SendingFailed = 601, "sending_failed", "The request was not sent, or no whole answer came back.";
    Internal = 901, "internal", "A bug in partnersign: a panic was caught.";
}

/// A refusal: what kind, why in one sentence, and where in the input if there is such a place.
///
/// The message names the rule, the offending part and the mend. It never contains a secret or a
/// part of a body, and is at most [`Error::MAX_MESSAGE_BYTES`] long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: ErrorCode,
    message: Cow<'static, str>,
    position: Option<usize>,
}

impl Error {
    /// The longest message in bytes: what a C caller's fixed buffer of 256 holds.
    pub const MAX_MESSAGE_BYTES: usize = 255;

    /// An error with a message of its own; longer messages are cut at a character.
    ///
    /// Public for the faces, which report their own misuse (a null pointer, a wrong type) in the
    /// same terms.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        let mut message = message.into();
        if message.len() > Self::MAX_MESSAGE_BYTES {
            let mut owned = message.into_owned();
            let mut end = Self::MAX_MESSAGE_BYTES;
            while !owned.is_char_boundary(end) {
                end -= 1;
            }
            owned.truncate(end);
            message = Cow::Owned(owned);
        }
        Self { code, message, position: None }
    }

    /// The same error, pointing at a byte of the input.
    #[must_use]
    pub fn at(mut self, position: usize) -> Self {
        self.position = Some(position);
        self
    }

    /// What kind of refusal this is.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// Shorthand for the code's number.
    pub const fn number(&self) -> i32 {
        self.code.number()
    }

    /// One sentence that names the rule, the offending part and the mend.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Offset in bytes into the input that was refused, counted from 0.
    pub const fn position(&self) -> Option<usize> {
        self.position
    }
}

/// `<code>: <message>`, as the command line prints it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::{Error, ErrorCode};

    #[test]
    fn numbers_and_codes_are_unique_and_ordered() {
        let numbers: Vec<i32> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
        assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
        let mut codes: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
    }

    #[test]
    fn a_long_message_is_cut_at_a_character() {
        let error = Error::new(ErrorCode::InvalidUrl, "é".repeat(200));
        assert_eq!(error.message().len(), 254);
    }

    #[test]
    fn display_is_code_and_sentence() {
        let error = Error::new(ErrorCode::InvalidNonce, "it is empty").at(0);
        assert_eq!(error.to_string(), "invalid_nonce: it is empty");
        assert_eq!(error.position(), Some(0));
    }
}
