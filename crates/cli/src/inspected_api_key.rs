//! What an API key file is, without its secret; and what a text is that is none.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use partnersign::{ApiKey, Error, ErrorCode};
use serde::Deserialize;
use zeroize::Zeroizing;

/// What may be shown of an API key.
pub(crate) struct ApiKeyFacts {
    pub(crate) key_id: String,
    pub(crate) is_sandbox: bool,
    /// In characters, as it is sent.
    pub(crate) length: usize,
}

/// Whether a file holds text: no control characters but line breaks and tabs.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

/// Reads an API key; what is none gets the sentence that helps most.
pub(crate) fn read_api_key(bytes: &[u8]) -> Result<ApiKeyFacts, Error> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let key = ApiKey::parse(text).map_err(|refusal| hint(text.trim()).unwrap_or(refusal))?;
    let sent = key.expose_secret();
    Ok(ApiKeyFacts { key_id: key.key_id().to_owned(), is_sandbox: is_sandbox(sent), length: sent.len() })
}

/// Sandbox keys carry a third field, `"sandbox": true`.
fn is_sandbox(sent: &str) -> bool {
    #[derive(Deserialize)]
    struct Fields {
        #[serde(default)]
        sandbox: bool,
    }

    let standard = Zeroizing::new(sent.replace('-', "+").replace('_', "/"));
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let json = GeneralPurpose::new(&STANDARD, config).decode(standard.as_bytes()).map(Zeroizing::new);
    json.is_ok_and(|json| serde_json::from_slice(&json).is_ok_and(|fields: Fields| fields.sandbox))
}

/// What people keep in such files by mistake.
fn hint(text: &str) -> Option<Error> {
    let base64_of_begin = text.starts_with("LS0tLS1CRUdJTi");
    let (code, why) = if base64_of_begin {
        (
            ErrorCode::InvalidPrivateKey,
            "this is a PEM file in base64 once more; mend it with: base64 -d FILE > private.pem",
        )
    } else if text.starts_with("MII") {
        (
            ErrorCode::InvalidPrivateKey,
            "this is a key without its '-----BEGIN …-----' and '-----END …-----' lines; mend it with: base64 -d FILE > private.der",
        )
    } else if text.starts_with('{') && text.contains("\"key_id\"") {
        (
            ErrorCode::InvalidApiKey,
            "this is JSON, and an API key is the base64 of it; mend it with: base64 -w0 FILE > apikey",
        )
    } else {
        return None;
    };
    Some(Error::new(code, why))
}
