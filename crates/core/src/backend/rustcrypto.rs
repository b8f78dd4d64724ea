//! The crate `rsa`: portable, and the independent oracle in the tests. Not in any release.
//!
//! It computes in variable time (RUSTSEC-2023-0071), so only the blinded form is used. The blinding
//! generator is seeded from the private key and the digest: no randomness comes from outside, and
//! nobody without the key can foresee the blinding.

use pkcs1::der::asn1::UintRef;
use pkcs8::EncodePrivateKey;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::traits::PrivateKeyParts;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Backend, BackendError, PrivateOperation, PublicOperation};

pub(crate) struct RustCrypto;

/// The largest modulus; `rsa` itself stops at 4096 bits for public keys.
const MAX_BITS: usize = 8192;

impl Backend for RustCrypto {
    fn load_private(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PrivateOperation>, BackendError> {
        let stated = pkcs1::RsaPrivateKey::try_from(pkcs1_der).map_err(|_| BackendError)?;
        let key = RsaPrivateKey::from_pkcs1_der(pkcs1_der).map_err(|_| BackendError)?;
        check_crt_values(&key, &stated)?;
        let blinding_seed =
            Sha256::new().chain_update(b"partnersign blinding").chain_update(pkcs1_der).finalize();
        Ok(Box::new(Private { key, blinding_seed: Zeroizing::new(blinding_seed.into()) }))
    }

    fn load_public(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PublicOperation>, BackendError> {
        let stated = pkcs1::RsaPublicKey::try_from(pkcs1_der).map_err(|_| BackendError)?;
        let modulus = BigUint::from_bytes_be(stated.modulus.as_bytes());
        let exponent = BigUint::from_bytes_be(stated.public_exponent.as_bytes());
        let key = RsaPublicKey::new_with_max_size(modulus, exponent, MAX_BITS).map_err(|_| BackendError)?;
        Ok(Box::new(key))
    }

    fn generate(&self, _bits: usize) -> Option<Result<Zeroizing<Vec<u8>>, BackendError>> {
        None
    }
}

/// `rsa` ignores the file's CRT values and computes its own; a file that contradicts them is refused.
fn check_crt_values(key: &RsaPrivateKey, stated: &pkcs1::RsaPrivateKey<'_>) -> Result<(), BackendError> {
    let same = |computed: Option<&BigUint>, stated: UintRef<'_>| {
        computed.is_some_and(|computed| *computed == BigUint::from_bytes_be(stated.as_bytes()))
    };
    let consistent = same(key.dp(), stated.exponent1)
        && same(key.dq(), stated.exponent2)
        && same(key.crt_coefficient().as_ref(), stated.coefficient);
    if consistent { Ok(()) } else { Err(BackendError) }
}

struct Private {
    key: RsaPrivateKey,
    blinding_seed: Zeroizing<[u8; 32]>,
}

impl PrivateOperation for Private {
    fn sign_digest(&self, digest: &[u8; 32], signature: &mut [u8]) -> Result<(), BackendError> {
        let seed = Sha256::new().chain_update(*self.blinding_seed).chain_update(digest).finalize();
        let mut blinding = ChaCha20Rng::from_seed(seed.into());
        let scheme = Pkcs1v15Sign::new::<Sha256>();
        let signed = self.key.sign_with_rng(&mut blinding, scheme, digest).map_err(|_| BackendError)?;
        if signed.len() != signature.len() {
            return Err(BackendError);
        }
        signature.iter_mut().zip(signed).for_each(|(to, from)| *to = from);
        Ok(())
    }

    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, BackendError> {
        let der = EncodePrivateKey::to_pkcs8_der(&self.key).map_err(|_| BackendError)?;
        Ok(der.to_bytes())
    }
}

impl PublicOperation for RsaPublicKey {
    fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        self.verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature).is_ok()
    }
}
