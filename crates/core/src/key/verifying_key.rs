//! The public key: it verifies, and everyone may see it.

use std::fmt;
use std::sync::Arc;

use pkcs8::der::asn1::{BitStringRef, Null};
use pkcs8::der::pem::LineEnding;
use pkcs8::der::{Encode, pem};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use sha2::{Digest, Sha256};

use super::check::{bit_length, parse_public};
use super::der::{Found, RSA_ENCRYPTION, classify, not_rsa, unwrap_spki};
use super::pem::decode_pem;
use super::{Wanted, check_file_size, looks_like_pem, unsupported};
use crate::backend::{Backend, DEFAULT, PublicOperation};
use crate::{Error, ErrorCode};

/// An RSA public key of 2048 to 8192 bits. Clones share it.
///
/// ```
/// # let pem = include_str!("../../../../tests/vectors/keys/rsa2048.spki.pem");
/// use partnersign::VerifyingKey;
///
/// let key = VerifyingKey::from_pem(pem.as_bytes())?;
/// assert_eq!(key.bits(), 2048);
/// assert_eq!(key.to_pem(), pem);
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Clone)]
pub struct VerifyingKey {
    shared: Arc<Shared>,
}

struct Shared {
    operation: Box<dyn PublicOperation>,
    bits: usize,
    spki_der: Vec<u8>,
    fingerprint: [u8; 32],
}

impl VerifyingKey {
    /// From PEM or DER, whichever the bytes are: the content of a key file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if looks_like_pem(bytes) { Self::from_pem(bytes) } else { Self::from_der(bytes) }
    }

    /// From PEM text: `SubjectPublicKeyInfo` or PKCS#1, decided by content, not by label.
    pub fn from_pem(text: &[u8]) -> Result<Self, Error> {
        check_file_size(text)?;
        Self::from_der(&decode_pem(text, Wanted::Public)?)
    }

    /// From DER: `SubjectPublicKeyInfo` or PKCS#1.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        check_file_size(der)?;
        match classify(der, Wanted::Public)? {
            Found::Pkcs1Public => Self::from_pkcs1(der, DEFAULT),
            Found::Spki => Self::from_pkcs1(unwrap_spki(der)?, DEFAULT),
            Found::Pkcs1Private | Found::Pkcs8 | Found::EncryptedPkcs8 => Err(unsupported(
                "this is a private key where a public key belongs; make the public one with: openssl rsa -in private.pem -pubout",
            )),
            Found::Certificate => Err(unsupported(
                "this is a certificate or a certificate request; take out its public key with: openssl x509 (or req) -in FILE -noout -pubkey",
            )),
            Found::EcPrivate => Err(not_rsa("an elliptic-curve")),
        }
    }

    /// From PKCS#1 `RSAPublicKey`, on a given backend.
    pub(crate) fn from_pkcs1(pkcs1_der: &[u8], backend: &dyn Backend) -> Result<Self, Error> {
        let parsed = parse_public(pkcs1_der, Wanted::Public)?;
        let refused = |_| Wanted::Public.invalid("the numbers are no RSA public key");
        let operation = backend.load_public(pkcs1_der).map_err(refused)?;
        let spki_der =
            encode_spki(pkcs1_der).map_err(|_| Wanted::Public.invalid("the key cannot be encoded"))?;
        let fingerprint = Sha256::digest(&spki_der).into();
        Ok(Self {
            shared: Arc::new(Shared { operation, bits: bit_length(parsed.modulus), spki_der, fingerprint }),
        })
    }

    /// The size of the modulus in bits.
    pub fn bits(&self) -> usize {
        self.shared.bits
    }

    /// The length of a signature in bytes: that of the modulus.
    pub fn signature_bytes(&self) -> usize {
        self.shared.bits.div_ceil(8)
    }

    /// `SubjectPublicKeyInfo` as PEM, as the web application takes it.
    pub fn to_pem(&self) -> String {
        pem::encode_string("PUBLIC KEY", LineEnding::LF, self.to_der()).unwrap_or_default()
    }

    /// `SubjectPublicKeyInfo` as DER.
    pub fn to_der(&self) -> &[u8] {
        &self.shared.spki_der
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`, in hexadecimal: the key's name.
    pub fn fingerprint(&self) -> String {
        crate::hex(self.fingerprint_bytes())
    }

    /// Modulus and public exponent, big-endian without leading zeros.
    pub(crate) fn numbers(&self) -> Option<(&[u8], &[u8])> {
        let key = parse_public(unwrap_spki(self.to_der()).ok()?, Wanted::Public).ok()?;
        Some((key.modulus.as_bytes(), key.public_exponent.as_bytes()))
    }

    pub(crate) fn fingerprint_bytes(&self) -> &[u8; 32] {
        &self.shared.fingerprint
    }

    /// Whether `signature` is the one over `digest`; the reason is a sentence for the developer.
    pub(crate) fn check_signature(&self, digest: &[u8; 32], signature: &[u8]) -> Result<(), &'static str> {
        if signature.len() != self.signature_bytes() {
            return Err(
                "the signature has another length than the public key's modulus: it was made by another key, or is none",
            );
        }
        if !self.shared.operation.verify_digest(digest, signature) {
            return Err(
                "the signature was made over other bytes (timestamp or nonce, URL, body), by another key, or not by RSASSA-PKCS1-v1_5 with SHA-256; diagnose says which",
            );
        }
        Ok(())
    }

    /// Verifies a signature over a SHA-256 digest; `signature_mismatch` if it does not hold.
    pub fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> Result<(), Error> {
        self.check_signature(digest, signature).map_err(|why| Error::new(ErrorCode::SignatureMismatch, why))
    }
}

fn encode_spki(pkcs1_der: &[u8]) -> pkcs8::der::Result<Vec<u8>> {
    let algorithm = AlgorithmIdentifierRef { oid: RSA_ENCRYPTION, parameters: Some(Null.into()) };
    SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(pkcs1_der)? }.to_der()
}

/// Two keys are equal if their `SubjectPublicKeyInfo` is.
impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.to_der() == other.to_der()
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("bits", &self.bits())
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}
