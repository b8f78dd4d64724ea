//! The same whole job as a C program with OpenSSL's EVP does it: strip the body by hand, build the
//! payload, sign by `EVP_DigestSign`, encode as base64url.

use openssl::base64::encode_block;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;

use crate::Outcome;

/// A loaded key.
pub(crate) struct OpenSsl {
    key: PKey<Private>,
}

impl OpenSsl {
    pub(crate) fn from_pem(pem: &[u8]) -> Outcome<Self> {
        let key = PKey::private_key_from_pem(pem).map_err(|error| format!("OpenSSL: {error}"))?;
        Ok(Self { key })
    }

    /// `x-sign` over timestamp, URL and stripped body; and the body to send.
    pub(crate) fn sign(&self, timestamp: &str, url: &str, body: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let body = strip_whitespace(body);
        let mut payload = Vec::with_capacity(timestamp.len() + url.len() + body.len());
        payload.extend_from_slice(timestamp.as_bytes());
        payload.extend_from_slice(url.as_bytes());
        payload.extend_from_slice(&body);
        let mut signature = vec![0; self.key.size()];
        let mut signer = Signer::new(MessageDigest::sha256(), &self.key).ok()?;
        let length = signer.sign_oneshot(&mut signature, &payload).ok()?;
        Some((base64url(signature.get(..length)?), body))
    }

    /// The key as PKCS#8 DER.
    pub(crate) fn to_pkcs8_der(&self) -> Outcome<Vec<u8>> {
        self.key.private_key_to_pkcs8().map_err(|error| format!("OpenSSL: {error}"))
    }
}

/// Loads a key and checks its numbers, as our load does.
pub(crate) fn load_and_check(pem: &[u8]) -> bool {
    Rsa::private_key_from_pem(pem).and_then(|key| key.check_key()).unwrap_or(false)
}

/// The loop that every C signer has: it drops whitespace outside of strings, and checks nothing.
pub(crate) fn strip_whitespace(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for &byte in json {
        if in_string {
            out.push(byte);
            if escaped {
                escaped = false;
            } else if byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                in_string = false;
            }
        } else if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            out.push(byte);
            in_string = byte == b'"';
        }
    }
    out
}

/// `EVP_EncodeBlock`, then the other alphabet, without padding.
fn base64url(bytes: &[u8]) -> Vec<u8> {
    let mut text = encode_block(bytes).into_bytes();
    while text.last() == Some(&b'=') {
        text.pop();
    }
    for byte in &mut text {
        match byte {
            b'+' => *byte = b'-',
            b'/' => *byte = b'_',
            _ => {}
        }
    }
    text
}
