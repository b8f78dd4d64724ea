//! The private key: checked at load, and once more at each signature.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pkcs8::der::Encode;
use pkcs8::der::pem::LineEnding;
use zeroize::{Zeroize, Zeroizing};

use super::check::{check_private_exponent_range, check_private_numbers, parse_private};
use super::der::{Found, classify, not_rsa, unwrap_pkcs8, unwrap_spki};
use super::encrypted::{decrypt_pkcs8, encrypt_pkcs8};
use super::pem::decode_pem;
use super::{VerifyingKey, Wanted, check_file_size, looks_like_pem, unsupported};
use crate::backend::{Backend, DEFAULT, PrivateOperation};
use crate::{Error, ErrorCode};

/// An RSA private key of 2048 to 8192 bits with two primes. Clones share it; the last one erases it.
///
/// ```
/// # let pem = include_bytes!("../../../../tests/vectors/keys/rsa2048.pkcs8.pem");
/// use partnersign::SigningKey;
///
/// let key = SigningKey::from_pem(pem, None)?;
/// assert_eq!(key.verifying_key().bits(), 2048);
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey {
    shared: Arc<Shared>,
}

struct Shared {
    operation: Box<dyn PrivateOperation>,
    public: VerifyingKey,
    /// Set by the first signature that did not verify: memory or processor cannot be trusted with
    /// this key any more, and a second faulty signature would give it away.
    failed: AtomicBool,
}

impl SigningKey {
    /// From PEM or DER, whichever the bytes are: the content of a key file.
    pub fn from_bytes(bytes: &[u8], passphrase: Option<&[u8]>) -> Result<Self, Error> {
        if looks_like_pem(bytes) {
            Self::from_pem(bytes, passphrase)
        } else {
            Self::from_der(bytes, passphrase)
        }
    }

    /// From PEM text: PKCS#1, PKCS#8 or encrypted PKCS#8, decided by content, not by label.
    ///
    /// A passphrase for a key that is not encrypted is not looked at.
    pub fn from_pem(text: &[u8], passphrase: Option<&[u8]>) -> Result<Self, Error> {
        check_file_size(text)?;
        Self::load(&decode_pem(text, Wanted::Private)?, passphrase, DEFAULT)
    }

    /// From DER: PKCS#1, PKCS#8 or encrypted PKCS#8.
    pub fn from_der(der: &[u8], passphrase: Option<&[u8]>) -> Result<Self, Error> {
        check_file_size(der)?;
        Self::load(der, passphrase, DEFAULT)
    }

    /// A new key of 2048, 3072 or 4096 bits.
    ///
    /// The backend takes its randomness from the operating system. The backend `rustcrypto` has no
    /// generator: there, as for other sizes, the refusal is `invalid_argument`.
    pub fn generate(bits: usize) -> Result<Self, Error> {
        let refuse = |why: &'static str| Error::new(ErrorCode::InvalidArgument, why);
        if ![2048, 3072, 4096].contains(&bits) {
            return Err(refuse("keys of 2048, 3072 or 4096 bits can be made"));
        }
        let der = DEFAULT
            .generate(bits)
            .ok_or_else(|| {
                refuse("this build's backend makes no keys; use the feature aws-lc, or openssl genrsa")
            })?
            .map_err(|_| Error::new(ErrorCode::Internal, "the backend failed to make a key"))?;
        Self::load(&der, None, DEFAULT)
    }

    pub(crate) fn load(der: &[u8], passphrase: Option<&[u8]>, backend: &dyn Backend) -> Result<Self, Error> {
        match classify(der, Wanted::Private)? {
            Found::Pkcs1Private => Self::from_pkcs1(der, backend),
            Found::Pkcs8 => Self::from_pkcs8(der, backend),
            Found::EncryptedPkcs8 => Self::from_pkcs8(decrypt_pkcs8(der, passphrase)?.as_bytes(), backend),
            Found::Pkcs1Public | Found::Spki => Err(unsupported(
                "this is a public key where the private key belongs; give the file that openssl genrsa wrote",
            )),
            Found::Certificate => Err(unsupported(
                "this is a certificate or a certificate request where the private key belongs; give the file that openssl genrsa wrote",
            )),
            Found::EcPrivate => Err(not_rsa("an elliptic-curve")),
        }
    }

    fn from_pkcs8(der: &[u8], backend: &dyn Backend) -> Result<Self, Error> {
        let (pkcs1_der, stated_public) = unwrap_pkcs8(der)?;
        let key = Self::from_pkcs1(pkcs1_der, backend)?;
        let public = unwrap_spki(key.verifying_key().to_der())?;
        if stated_public.is_some_and(|stated| stated != public) {
            return Err(inconsistent("the file's public key is not that of its private key"));
        }
        Ok(key)
    }

    /// In this order: size and exponent; by the backend, p*q = n and that d, dP, dQ and qInv belong
    /// to them; |p-q| and d; at last a signature that verifies shows that the numbers work.
    fn from_pkcs1(pkcs1_der: &[u8], backend: &dyn Backend) -> Result<Self, Error> {
        let parsed = parse_private(pkcs1_der)?;
        let public_der =
            parsed.public_key().to_der().map_err(|_| Wanted::Private.invalid("the key cannot be encoded"))?;
        let public = VerifyingKey::from_pkcs1(&public_der, backend).map_err(|_| {
            inconsistent("the modulus of the private key is none; the file is damaged, so restore it")
        })?;
        check_private_exponent_range(&parsed)?;
        let operation = backend.load_private(pkcs1_der).map_err(|_| {
            inconsistent(
                "the numbers of the private key contradict each other; the file is damaged, so restore it",
            )
        })?;
        check_private_numbers(&parsed)?;
        let key = Self { shared: Arc::new(Shared { operation, public, failed: AtomicBool::new(false) }) };
        key.sign_digest(&[0x5A; 32]).map_err(|_| {
            inconsistent("the private key makes no valid signature; the file is damaged, so restore it")
        })?;
        Ok(key)
    }

    /// The public key that belongs to it.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.shared.public
    }

    /// The signature over a SHA-256 digest: RSASSA-PKCS1-v1_5, as long as the modulus.
    ///
    /// Every signature is verified before it is returned. One that fails is erased, and the key
    /// refuses all further work with `signing_failed`.
    pub fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Error> {
        let shared = &*self.shared;
        if shared.failed.load(Ordering::Acquire) {
            return Err(signing_failed());
        }
        let mut signature = vec![0; shared.public.signature_bytes()];
        let signed = shared.operation.sign_digest(digest, &mut signature);
        if signed.is_err() || shared.public.check_signature(digest, &signature).is_err() {
            shared.failed.store(true, Ordering::Release);
            signature.zeroize();
            return Err(signing_failed());
        }
        Ok(signature)
    }

    /// The key as unencrypted PKCS#8 PEM, erased when dropped.
    pub fn to_pem(&self) -> Result<Zeroizing<String>, Error> {
        let der = self.to_pkcs8_der()?;
        encode_pem("PRIVATE KEY", &der)
    }

    /// The key as PKCS#8 PEM, encrypted with AES-256-CBC under PBKDF2-HMAC-SHA-256.
    ///
    /// `random` gives salt and IV: 32 bytes from the operating system's source, new for each call. An
    /// empty passphrase is `invalid_argument`.
    pub fn to_encrypted_pem(&self, passphrase: &[u8], random: &[u8; 32]) -> Result<Zeroizing<String>, Error> {
        if passphrase.is_empty() {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                "an empty passphrase protects nothing; give one",
            ));
        }
        let der = self.to_pkcs8_der()?;
        encode_pem("ENCRYPTED PRIVATE KEY", encrypt_pkcs8(&der, passphrase, random)?.as_bytes())
    }

    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.shared
            .operation
            .to_pkcs8_der()
            .map_err(|_| Error::new(ErrorCode::Internal, "the backend cannot export the key"))
    }
}

fn encode_pem(label: &str, der: &[u8]) -> Result<Zeroizing<String>, Error> {
    pkcs8::der::pem::encode_string(label, LineEnding::LF, der)
        .map(Zeroizing::new)
        .map_err(|_| Error::new(ErrorCode::Internal, "the key cannot be written as PEM"))
}

fn inconsistent(why: &'static str) -> Error {
    Error::new(ErrorCode::InconsistentKey, why)
}

fn signing_failed() -> Error {
    Error::new(
        ErrorCode::SigningFailed,
        "the key made a signature that does not verify; it is not used any more in this process (check the machine's memory, reload the key)",
    )
}

/// Shows the public part alone.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", self.verifying_key()).finish_non_exhaustive()
    }
}
