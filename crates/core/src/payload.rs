//! The payload: the exact bytes that are hashed. Freshness, URL and body, nothing between.
//!
//! The rules of [`url`](crate::url), [`body`](crate::body) and [`freshness`](crate::freshness) make
//! it unambiguous: a freshness has neither `:` nor `/`, and no scheme is the end of another, so the
//! first `://` fixes where the URL begins; `{` never stands in a URL and `[` only right after `//`,
//! and no URL has whitespace, so the first of them elsewhere fixes where the body begins.

use sha2::{Digest, Sha256};

use crate::body::{append_body, check_body_allowed};
use crate::url::check_url;
use crate::{BodyForm, Error, Method};

/// The exact bytes that are hashed, and where the body begins in them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Payload {
    bytes: Vec<u8>,
    body_at: Option<usize>,
}

impl Payload {
    /// Checks all three parts by their rules and joins them.
    pub(crate) fn new(
        method: Method,
        url: &str,
        body: Option<&[u8]>,
        form: BodyForm,
        max_body_bytes: usize,
        freshness: &str,
    ) -> Result<Self, Error> {
        check_url(url)?;
        let mut bytes = Vec::with_capacity(
            freshness.len() + url.len() + body.map_or(0, |body| body.len().min(max_body_bytes)),
        );
        bytes.extend_from_slice(freshness.as_bytes());
        bytes.extend_from_slice(url.as_bytes());
        let Some(body) = body else {
            return Ok(Self { bytes, body_at: None });
        };
        check_body_allowed(method, body, max_body_bytes)?;
        let body_at = bytes.len();
        append_body(body, form, &mut bytes)?;
        Ok(Self { bytes, body_at: Some(body_at) })
    }

    /// All bytes, in the order in which they are hashed.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The body as it is signed and sent.
    pub(crate) fn body(&self) -> Option<&[u8]> {
        self.bytes.get(self.body_at?..)
    }

    /// SHA-256 over all bytes.
    pub(crate) fn digest(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}
