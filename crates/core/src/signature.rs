//! `x-sign`: a signature as base64url without padding (RFC 4648 section 5), one spelling only.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Error, ErrorCode};

pub(crate) fn encode_signature(signature: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(signature)
}

/// The signature of exactly `expected_bytes`; any other spelling of it is `malformed_signature`.
pub(crate) fn decode_signature(text: &str, expected_bytes: usize) -> Result<Vec<u8>, Error> {
    if text.len() > expected_bytes * 2 {
        let why = "x-sign is much longer than a signature of this key";
        return Err(Error::new(ErrorCode::MalformedSignature, why));
    }
    if let Some(position) =
        text.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'-' && byte != b'_')
    {
        let why = match text.as_bytes().get(position) {
            Some(b'=') => "x-sign has padding ('='); send base64url without it",
            Some(b'+' | b'/') => {
                "x-sign is in the standard base64 alphabet; send base64url ('-' and '_' for '+' and '/')"
            }
            _ => "x-sign has a character outside the base64url alphabet",
        };
        return Err(Error::new(ErrorCode::MalformedSignature, why).at(position));
    }
    let signature = URL_SAFE_NO_PAD.decode(text).map_err(|_| {
        let why = "x-sign is cut off, or its last character has spare bits that are not zero";
        Error::new(ErrorCode::MalformedSignature, why)
    })?;
    if signature.len() != expected_bytes {
        let why = format!(
            "x-sign has {} bytes once decoded, a signature of this key has {expected_bytes}",
            signature.len()
        );
        return Err(Error::new(ErrorCode::MalformedSignature, why));
    }
    Ok(signature)
}

#[cfg(test)]
mod tests {
    use super::{decode_signature, encode_signature};

    #[test]
    fn one_spelling_of_sixteen_is_accepted() {
        let signature = [0xA7; 256];
        let text = encode_signature(&signature);
        let (head, last) = text.split_at(text.len() - 1);
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let group = alphabet.find(last).unwrap() / 16 * 16;
        let spellings = alphabet[group..group + 16].chars().map(|last| format!("{head}{last}"));
        let accepted: Vec<String> = spellings.filter(|text| decode_signature(text, 256).is_ok()).collect();
        assert_eq!(accepted, [text]);
    }
}
