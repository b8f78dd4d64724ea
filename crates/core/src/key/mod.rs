//! RSA keys: from a file's bytes to a checked key, and back.
//!
//! In the order of the data: [`pem`] (text to DER), [`der`] (which kind of key is this),
//! [`encrypted`] (PBES2), [`check`] (sizes, exponent, primes), the two key types, and
//! the [`report`] on a file, good or not.

#[cfg(test)]
mod faults;
mod pem;
mod der;
mod encrypted;
mod check;
mod signing_key;
mod verifying_key;
mod report;

pub use report::{KeyDescription, KeyEncoding, KeyFormat, describe_key};
pub use signing_key::SigningKey;
pub use verifying_key::VerifyingKey;

use crate::{Error, ErrorCode};

/// The longest key file in bytes.
const MAX_KEY_BYTES: usize = 64 * 1024;

/// Which kind of key the caller asked for: it decides the code of a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Private,
    Public,
}

impl Wanted {
    /// The input is not one whole key of this kind.
    fn invalid(self, why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        let code = match self {
            Self::Private => ErrorCode::InvalidPrivateKey,
            Self::Public => ErrorCode::InvalidPublicKey,
        };
        Error::new(code, why)
    }
}

fn unsupported(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::UnsupportedKey, why)
}

fn check_file_size(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_KEY_BYTES {
        return Err(Error::new(ErrorCode::TooLarge, "the key file is larger than 64 KiB"));
    }
    Ok(())
}

/// Whether a key file is PEM; else it is taken for DER.
fn looks_like_pem(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"-----BEGIN ";
    bytes.windows(MARK.len()).any(|window| window == MARK)
}
