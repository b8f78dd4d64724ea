//! What the fuzz targets share: the test keys, RSA's bare public operation, and a received request
//! as text, so that a seed or a finding can be read and mended in an editor.
//!
//! ```text
//! settings, in words of the target
//! POST
//! https://api.qredo.network/api/v1/p/company
//! x-timestamp: 1639490495
//! x-sign: …
//!
//! {"name":"ACME Corp"}
//! ```

use std::sync::LazyLock;

use partnersign::{Freshness, ReceivedRequest, SigningKey, Timestamp, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};

/// A URL that keeps every rule.
pub const URL: &str = "https://api.qredo.network/api/v1/p/company";

const PRIVATE_PEM: [&str; 2] = [
    include_str!("../../tests/vectors/keys/rsa2048.pkcs8.pem"),
    include_str!("../../tests/vectors/keys/rsa2048-other.pkcs8.pem"),
];

/// A key pair of the vectors, in the types of core and in those of the crate `rsa`.
pub struct TestKey {
    pub signing: SigningKey,
    pub verifying: VerifyingKey,
    pub rsa_private: RsaPrivateKey,
    rsa_public: RsaPublicKey,
}

/// `rsa2048` and `rsa2048-other`.
pub static KEYS: LazyLock<[TestKey; 2]> = LazyLock::new(|| PRIVATE_PEM.map(TestKey::load));

impl TestKey {
    fn load(pem: &str) -> Self {
        let signing = SigningKey::from_pem(pem.as_bytes(), None).unwrap();
        let verifying = signing.verifying_key().clone();
        let rsa_private = RsaPrivateKey::from_pkcs8_pem(pem).unwrap();
        let rsa_public = RsaPublicKey::from_public_key_pem(&verifying.to_pem()).unwrap();
        Self { signing, verifying, rsa_private, rsa_public }
    }

    /// `signature` to the power of e modulo n: the encoded message, as long as the modulus. `None`
    /// for what has not the length of a signature.
    pub fn open(&self, signature: &[u8]) -> Option<Vec<u8>> {
        if signature.len() != self.rsa_public.size() {
            return None;
        }
        let number = BigUint::from_bytes_be(signature).modpow(self.rsa_public.e(), self.rsa_public.n());
        let digits = number.to_bytes_be();
        let mut message = vec![0; self.rsa_public.size().checked_sub(digits.len())?];
        message.extend(digits);
        Some(message)
    }
}

/// A timestamp that keeps every rule.
pub fn timestamp() -> Freshness {
    Timestamp::from_seconds(1_639_490_495).unwrap().into()
}

/// A received request as the input of a fuzz target spells it.
pub struct Received<'a> {
    pub settings: &'a str,
    pub method: &'a str,
    pub url: &'a str,
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: &'a [u8],
}

impl<'a> Received<'a> {
    /// `None` for what has not this form.
    pub fn read(input: &'a [u8]) -> Option<Self> {
        let end = input.windows(2).position(|window| window == b"\n\n")?;
        let (head, rest) = input.split_at(end);
        let mut lines = std::str::from_utf8(head).ok()?.split('\n');
        let (settings, method, url) = (lines.next()?, lines.next()?, lines.next()?);
        let headers = lines.map(|line| line.split_once(": ")).collect::<Option<_>>()?;
        Some(Self { settings, method, url, headers, body: &rest[2..] })
    }

    pub fn request(&self) -> ReceivedRequest<'_> {
        ReceivedRequest::new(self.method, self.url, &self.headers, self.body)
    }

    /// The value of a header; an empty one counts as absent.
    pub fn header(&self, wanted: &str) -> Option<&'a str> {
        let mut named = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        named.next().map(|(_, value)| *value).filter(|value| !value.is_empty())
    }

    /// What should have been signed: freshness, URL and body, joined.
    pub fn payload(&self) -> Vec<u8> {
        let freshness = self.header("x-timestamp").or_else(|| self.header("x-nonce")).unwrap_or_default();
        [freshness.as_bytes(), self.url.as_bytes(), self.body].concat()
    }

    /// Whether one of the words before the method is this one.
    pub fn is_set(&self, word: &str) -> bool {
        self.settings.split(' ').any(|set| set == word)
    }

    /// The number after `name=`, or another.
    pub fn number(&self, name: &str, otherwise: u64) -> u64 {
        let value = self.settings.split(' ').find_map(|set| set.strip_prefix(name)?.strip_prefix('='));
        value.and_then(|value| value.parse().ok()).unwrap_or(otherwise)
    }
}
