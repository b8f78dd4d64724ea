//! The RSA operations, and who performs them. Nothing of a backend shows in a public signature.

#[cfg(feature = "aws-lc")]
mod aws_lc;
#[cfg(all(feature = "rustcrypto", not(feature = "aws-lc")))]
mod rustcrypto;

use zeroize::Zeroizing;

/// A backend refused or failed; the backends give no reasons that could be passed on.
#[derive(Debug)]
pub(crate) struct BackendError;

/// One implementation of RSA.
///
/// What it is given was checked by [`crate::key`]: whole DER, sizes and exponent in bounds.
pub(crate) trait Backend: Sync {
    /// Loads a PKCS#1 `RSAPrivateKey`; refuses components that contradict each other.
    fn load_private(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PrivateOperation>, BackendError>;

    /// Loads a PKCS#1 `RSAPublicKey`.
    fn load_public(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PublicOperation>, BackendError>;

    /// A new key of 2048, 3072 or 4096 bits as PKCS#8, or `None` where the backend has no generator.
    fn generate(&self, bits: usize) -> Option<Result<Zeroizing<Vec<u8>>, BackendError>>;
}

/// RSASSA-PKCS1-v1_5 with SHA-256 over a digest, by a private key.
pub(crate) trait PrivateOperation: Send + Sync {
    /// Fills `signature`, which has the length of the modulus.
    fn sign_digest(&self, digest: &[u8; 32], signature: &mut [u8]) -> Result<(), BackendError>;

    /// The key as unencrypted PKCS#8 DER.
    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, BackendError>;
}

/// The check of such a signature, by the public key.
pub(crate) trait PublicOperation: Send + Sync {
    /// Whether the whole encoded message is what PKCS#1 v1.5 demands; `signature` has the length of
    /// the modulus.
    fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool;
}

/// The backend of this build: AWS-LC where it is enabled, else `RustCrypto`.
#[cfg(feature = "aws-lc")]
pub(crate) static DEFAULT: &dyn Backend = &aws_lc::AwsLc;
#[cfg(all(feature = "rustcrypto", not(feature = "aws-lc")))]
pub(crate) static DEFAULT: &dyn Backend = &rustcrypto::RustCrypto;

#[cfg(not(any(feature = "aws-lc", feature = "rustcrypto")))]
compile_error!("partnersign needs a backend: enable the feature `aws-lc` (default) or `rustcrypto`");
