//! The two phases of signing: [`prepare`] makes what is hashed, [`Prepared::finish`] takes the
//! signature over it. Between the two, anyone may sign: this crate, an HSM, a KMS, another machine.

use std::fmt;

use crate::payload::Payload;
use crate::{ApiKey, Error, ErrorCode, Freshness, Method, Request, SignedRequest, VerifyingKey};

/// Checks a request by every rule and makes the payload and its digest.
///
/// Pure: the same input always gives the same bytes.
///
/// ```
/// use partnersign::{Freshness, Method, Request, Timestamp, prepare};
///
/// let url = "https://api.qredo.network/api/v1/p/company/search";
/// let prepared = prepare(&Request::new(Method::Get, url), &Timestamp::from_seconds(1634226826)?.into())?;
/// assert_eq!(prepared.payload(), format!("1634226826{url}").as_bytes());
/// assert_eq!(prepared.digest()[..4], [0x82, 0x61, 0x4f, 0x51]);
/// # Ok::<(), partnersign::Error>(())
/// ```
pub fn prepare(request: &Request<'_>, freshness: &Freshness) -> Result<Prepared, Error> {
    let freshness_text = freshness.to_string();
    let payload = Payload::new(
        request.method,
        request.url,
        request.body,
        request.form,
        request.max_body_bytes,
        &freshness_text,
    )?;
    Ok(Prepared {
        method: request.method,
        url: request.url.to_owned(),
        freshness_header: freshness.header_name(),
        freshness: freshness_text,
        digest: payload.digest(),
        payload,
    })
}

/// A checked request that waits for its signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) freshness_header: &'static str,
    pub(crate) freshness: String,
    pub(crate) payload: Payload,
    pub(crate) digest: [u8; 32],
}

impl Prepared {
    /// The exact bytes that are hashed: freshness, URL, body.
    pub fn payload(&self) -> &[u8] {
        self.payload.as_bytes()
    }

    /// SHA-256 of the payload: what an HSM or KMS signs by RSASSA-PKCS1-v1_5.
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Checks the signature against the public key and makes the request to send.
    ///
    /// A signature that does not verify never leaves: it is erased and refused with
    /// `signature_rejected`.
    pub fn finish(
        self,
        mut signature: Vec<u8>,
        public_key: &VerifyingKey,
        api_key: Option<ApiKey>,
    ) -> Result<SignedRequest, Error> {
        if let Err(why) = public_key.check_signature(&self.digest, &signature) {
            zeroize::Zeroize::zeroize(&mut signature);
            return Err(Error::new(ErrorCode::SignatureRejected, why));
        }
        Ok(SignedRequest::new(self, &signature, api_key))
    }
}

/// The body may hold what must not reach a log: only its length is shown.
impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared")
            .field("method", &self.method)
            .field("url", &self.url)
            .field(self.freshness_header, &self.freshness)
            .field("body_bytes", &self.payload.body().map(<[u8]>::len))
            .finish_non_exhaustive()
    }
}
