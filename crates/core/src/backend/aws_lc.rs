//! AWS-LC: constant time, fork-safe blinding, full key checks at load. What releases use.

use aws_lc_rs::digest::{Digest, SHA256};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use zeroize::Zeroizing;

use super::{Backend, BackendError, PrivateOperation, PublicOperation};
use crate::forking::undivided;

pub(crate) struct AwsLc;

impl Backend for AwsLc {
    fn load_private(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PrivateOperation>, BackendError> {
        let key = KeyPair::from_der(pkcs1_der).map_err(|_| BackendError)?;
        Ok(Box::new(key))
    }

    fn load_public(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PublicOperation>, BackendError> {
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pkcs1_der).map_err(|_| BackendError)?;
        Ok(Box::new(key))
    }

    fn generate(&self, bits: usize) -> Option<Result<Zeroizing<Vec<u8>>, BackendError>> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => return Some(Err(BackendError)),
        };
        Some(
            undivided(|| KeyPair::generate(size))
                .map_err(|_| BackendError)
                .and_then(|key| key.to_pkcs8_der()),
        )
    }
}

impl PrivateOperation for KeyPair {
    fn sign_digest(&self, digest: &[u8; 32], signature: &mut [u8]) -> Result<(), BackendError> {
        // AWS-LC panics on a buffer of another length.
        if signature.len() != self.public_modulus_len() {
            return Err(BackendError);
        }
        let digest = Digest::import_less_safe(digest, &SHA256).map_err(|_| BackendError)?;
        undivided(|| KeyPair::sign_digest(self, &RSA_PKCS1_SHA256, &digest, signature))
            .map_err(|_| BackendError)
    }

    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, BackendError> {
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(self).map_err(|_| BackendError)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }
}

impl PublicOperation for ParsedPublicKey {
    fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        Digest::import_less_safe(digest, &SHA256)
            .is_ok_and(|digest| undivided(|| self.verify_digest_sig(&digest, signature)).is_ok())
    }
}
