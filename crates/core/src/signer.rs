//! A signing key (or an external one) and, if there is one, an API key: signs requests.

use std::fmt;
use std::sync::Arc;

use crate::{ApiKey, Error, Freshness, Prepared, Request, SignedRequest, SigningKey, VerifyingKey, prepare};

/// A function that signs a SHA-256 digest by RSASSA-PKCS1-v1_5: an HSM, a KMS, another process.
type SignDigest = dyn Fn(&[u8; 32]) -> Result<Vec<u8>, Error> + Send + Sync;

/// Signs requests. Immutable; clones share the keys.
///
/// ```
/// # let pem = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs8.pem");
/// use partnersign::{Method, Request, Signer, SigningKey, Timestamp};
///
/// let signer = Signer::new(SigningKey::from_pem(pem, None)?, None);
/// let request = Request::new(Method::Post, "https://api.qredo.network/api/v1/p/company")
///     .body(br#"{ "name": "ACME Corp" }"#);
/// let signed = signer.sign(&request, &Timestamp::from_seconds(1639490495)?.into())?;
///
/// assert_eq!(signed.body(), Some(&br#"{"name":"ACME Corp"}"#[..])); // send these bytes
/// assert_eq!(signed.headers().next().unwrap(), ("x-sign", signed.signature()));
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    key: Key,
    api_key: Option<ApiKey>,
}

#[derive(Clone)]
enum Key {
    Own(SigningKey),
    External { public: VerifyingKey, sign_digest: Arc<SignDigest> },
}

impl Signer {
    /// A signer with a key of its own.
    pub const fn new(key: SigningKey, api_key: Option<ApiKey>) -> Self {
        Self { key: Key::Own(key), api_key }
    }

    /// A signer whose private key is elsewhere.
    ///
    /// `sign_digest` gets the 32-byte digest and returns the signature. What it returns is verified
    /// against `public_key` before it leaves (`signature_rejected` for that call alone); an error
    /// that it returns is passed on as it is. To await a signature, use [`prepare`] and
    /// [`Prepared::finish`] instead.
    pub fn external(
        public_key: VerifyingKey,
        sign_digest: impl Fn(&[u8; 32]) -> Result<Vec<u8>, Error> + Send + Sync + 'static,
        api_key: Option<ApiKey>,
    ) -> Self {
        Self { key: Key::External { public: public_key, sign_digest: Arc::new(sign_digest) }, api_key }
    }

    /// Checks, signs and verifies one request.
    pub fn sign(&self, request: &Request<'_>, freshness: &Freshness) -> Result<SignedRequest, Error> {
        self.sign_prepared(prepare(request, freshness)?)
    }

    /// Signs a request that [`prepare`] has checked.
    pub fn sign_prepared(&self, prepared: Prepared) -> Result<SignedRequest, Error> {
        match &self.key {
            // Verified inside: an own key refuses further work after a failure.
            Key::Own(key) => {
                let signature = key.sign_digest(prepared.digest())?;
                Ok(SignedRequest::new(prepared, &signature, self.api_key.clone()))
            }
            Key::External { public, sign_digest } => {
                let signature = sign_digest(prepared.digest())?;
                prepared.finish(signature, public, self.api_key.clone())
            }
        }
    }

    /// The public key that the signatures verify against.
    pub fn verifying_key(&self) -> &VerifyingKey {
        match &self.key {
            Key::Own(key) => key.verifying_key(),
            Key::External { public, .. } => public,
        }
    }

    /// Whether somebody else's code makes the signatures.
    pub(crate) const fn is_external(&self) -> bool {
        matches!(self.key, Key::External { .. })
    }

    /// The API key that goes along, if the signer has one.
    pub const fn api_key(&self) -> Option<&ApiKey> {
        self.api_key.as_ref()
    }
}

/// Shows the public parts alone.
impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("public_key", self.verifying_key())
            .field("external", &self.is_external())
            .field("api_key", &self.api_key)
            .finish_non_exhaustive()
    }
}
