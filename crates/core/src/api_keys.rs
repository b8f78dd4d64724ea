//! The API keys that a verifier knows, each with the public key that its owner uploaded.

use std::collections::BTreeMap;
use std::fmt;

use crate::{ApiKey, VerifyingKey};

/// Finds public keys by API key without revealing, by its time, how much of a wrong one was right:
/// it compares SHA-256 hashes, which nobody can steer.
///
/// ```
/// # let pem = include_bytes!("../../../tests/vectors/keys/rsa2048.spki.pem");
/// use partnersign::{ApiKey, ApiKeys, Verifier, VerifyingKey};
///
/// let mut api_keys = ApiKeys::new();
/// let api_key = ApiKey::parse("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9")?;
/// api_keys.insert(&api_key, VerifyingKey::from_pem(pem)?);
/// let verifier = Verifier::with_lookup(move |api_key| api_keys.find(api_key));
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct ApiKeys {
    by_hash: BTreeMap<[u8; 32], VerifyingKey>,
}

impl ApiKeys {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers a public key for an API key; returns the one that it replaces.
    pub fn insert(&mut self, api_key: &ApiKey, public_key: VerifyingKey) -> Option<VerifyingKey> {
        self.by_hash.insert(api_key.hash(), public_key)
    }

    /// The public key for an API key, in whichever base64 spelling it came.
    pub fn find(&self, api_key: &ApiKey) -> Option<VerifyingKey> {
        self.by_hash.get(&api_key.hash()).cloned()
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("len", &self.by_hash.len()).finish_non_exhaustive()
    }
}
