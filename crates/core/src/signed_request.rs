//! What must be sent: method, URL, headers and the exact body bytes.

use std::fmt;

use crate::signature::encode_signature;
use crate::{ApiKey, Method, Prepared};

/// A signed request. Send [`body`](Self::body) as it is: those bytes and no others are signed.
#[derive(Clone)]
pub struct SignedRequest {
    prepared: Prepared,
    signature: String,
    api_key: Option<ApiKey>,
}

impl SignedRequest {
    pub(crate) fn new(prepared: Prepared, signature: &[u8], api_key: Option<ApiKey>) -> Self {
        Self { prepared, signature: encode_signature(signature), api_key }
    }

    /// The method to send.
    pub const fn method(&self) -> Method {
        self.prepared.method
    }

    /// The URL to send, byte for byte as it was given.
    pub fn url(&self) -> &str {
        &self.prepared.url
    }

    /// The headers to send, in this order, names in lower case: `x-api-key` (if the signer has one),
    /// `x-sign`, `x-timestamp` or `x-nonce`, `accept`, and with a body `content-type`.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let api_key = self.api_key.as_ref().map(|api_key| ("x-api-key", api_key.expose_secret()));
        let content_type = self.body().map(|_| ("content-type", "application/json"));
        api_key
            .into_iter()
            .chain([
                ("x-sign", self.signature()),
                (self.prepared.freshness_header, self.prepared.freshness.as_str()),
                ("accept", "application/json"),
            ])
            .chain(content_type)
    }

    /// The exact body bytes to send, or `None` for a request without one.
    pub fn body(&self) -> Option<&[u8]> {
        self.prepared.payload.body()
    }

    /// The value of `x-sign`: the signature in base64url without padding.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The exact bytes that were hashed: freshness, URL, body.
    pub fn payload(&self) -> &[u8] {
        self.prepared.payload()
    }

    /// SHA-256 of the payload.
    pub const fn digest(&self) -> &[u8; 32] {
        self.prepared.digest()
    }
}

/// Shows what was signed by its digest; neither signature nor API key nor body.
impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("method", &self.prepared.method)
            .field("url", &self.prepared.url)
            .field(self.prepared.freshness_header, &self.prepared.freshness)
            .field("body_bytes", &self.body().map(<[u8]>::len))
            .field("digest", &crate::hex(self.digest()))
            .field("api_key", &self.api_key)
            .finish_non_exhaustive()
    }
}
