//! The key that goes into `x-api-key`: base64 of JSON with `key_id` and `key`.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{Error, ErrorCode};

/// An API key: a bearer secret. Clones share the one erased-on-drop copy.
///
/// ```
/// use partnersign::ApiKey;
///
/// let api_key = ApiKey::parse("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9")?;
/// assert_eq!(api_key.key_id(), "AzMwpXC4UhAhpQ");
/// assert!(!format!("{api_key:?}").contains("eyJ"));
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    secret: Arc<Secret>,
}

#[derive(Zeroize, ZeroizeOnDrop)]
struct Secret {
    text: String,
    key_id: String,
    key: String,
}

/// What the JSON must have; other fields and any order are allowed.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Fields {
    key_id: String,
    key: String,
}

impl ApiKey {
    /// The longest API key in bytes.
    const MAX_BYTES: usize = 4096;

    /// Reads an API key as the web application shows it.
    ///
    /// URL-safe or standard base64, padded or not; surrounding whitespace is trimmed. It is sent as
    /// it is given here. Refuses all else with `invalid_api_key`, and more than 4 KiB with `too_large`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = |why: &'static str| Error::new(ErrorCode::InvalidApiKey, why);
        let text = text.trim();
        if text.is_empty() {
            return Err(refuse("the API key is empty"));
        }
        if text.len() > Self::MAX_BYTES {
            return Err(Error::new(ErrorCode::TooLarge, "the API key is longer than 4096 bytes"));
        }
        let alphabet = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let json = GeneralPurpose::new(&alphabet, config).decode(text).map(Zeroizing::new).map_err(|_| {
            refuse("the API key is not base64; copy it whole, as the web application shows it")
        })?;
        // serde would also take a list for a struct, and reads over what is not UTF-8 in other fields.
        let text_of_object =
            std::str::from_utf8(&json).ok().filter(|json| json.trim_start().starts_with('{'));
        let mut fields: Fields =
            text_of_object.and_then(|json| serde_json::from_str(json).ok()).ok_or_else(|| {
                refuse("the API key is base64, but not of a JSON object with the strings key_id and key")
            })?;
        if fields.key_id.is_empty() || fields.key.is_empty() {
            return Err(refuse("key_id or key is empty in the API key"));
        }
        let secret = Secret {
            text: text.to_owned(),
            key_id: std::mem::take(&mut fields.key_id),
            key: std::mem::take(&mut fields.key),
        };
        Ok(Self { secret: Arc::new(secret) })
    }

    /// The public part: it names the key in logs and errors.
    pub fn key_id(&self) -> &str {
        &self.secret.key_id
    }

    /// The text that is sent as `x-api-key`. A secret: keep it out of logs.
    pub fn expose_secret(&self) -> &str {
        &self.secret.text
    }

    /// The secret part alone; only a mistaken signer uses it.
    pub(crate) fn expose_key(&self) -> &str {
        &self.secret.key
    }

    /// One-way name of the key, the same for every spelling: what a server stores instead of the key.
    ///
    /// Nobody can steer it, so a look-up by it may compare in variable time.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.secret.key_id.len().to_be_bytes());
        hasher.update(&self.secret.key_id);
        hasher.update(&self.secret.key);
        hasher.finalize().into()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey").field("key_id", &self.secret.key_id).finish_non_exhaustive()
    }
}
