//! What happens when whoever computes is wrong: no signature that does not verify leaves.
//!
//! Here: a backend that lies, at load or later, and a key file with one wrong bit. A key that failed
//! once refuses all further work, also through its clones. External signers that lie, fail or panic
//! are in `tests/external_signer.rs`.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "the house's rules are not the tests'"
)]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pkcs1::UintRef;
use pkcs8::der::{Decode, Encode};
use zeroize::Zeroizing;

use super::{SigningKey, VerifyingKey};
use crate::backend::{Backend, BackendError, DEFAULT, PrivateOperation, PublicOperation};
use crate::{Error, ErrorCode, Freshness, Method, Request, Signer, Timestamp};

const PKCS1: &[u8] = include_bytes!("../../../../tests/vectors/keys/rsa2048.pkcs1.der");

/// What a faulty private operation does to the honest signature of the honest backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lie {
    OneBit {
        byte: usize,
        bit: u8,
    },
    Garbage,
    /// Says that it signed, and wrote nothing.
    Nothing,
    OtherDigest,
    Fails,
    /// The honest signature, and yet an error.
    SignsAndFails,
}

const LIES: [Lie; 8] = [
    Lie::OneBit { byte: 0, bit: 0 },
    Lie::OneBit { byte: 128, bit: 7 },
    Lie::OneBit { byte: 255, bit: 0 },
    Lie::Garbage,
    Lie::Nothing,
    Lie::OtherDigest,
    Lie::Fails,
    Lie::SignsAndFails,
];

/// The default backend, but for its private keys: they lie from the signature number `honest` on.
struct Faulty {
    lie: Lie,
    honest: usize,
    calls: Arc<AtomicUsize>,
}

struct FaultyKey {
    key: Box<dyn PrivateOperation>,
    lie: Lie,
    honest: usize,
    calls: Arc<AtomicUsize>,
}

impl Backend for Faulty {
    fn load_private(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PrivateOperation>, BackendError> {
        let key = DEFAULT.load_private(pkcs1_der)?;
        let Self { lie, honest, calls } = self;
        Ok(Box::new(FaultyKey { key, lie: *lie, honest: *honest, calls: Arc::clone(calls) }))
    }

    fn load_public(&self, pkcs1_der: &[u8]) -> Result<Box<dyn PublicOperation>, BackendError> {
        DEFAULT.load_public(pkcs1_der)
    }

    fn generate(&self, _bits: usize) -> Option<Result<Zeroizing<Vec<u8>>, BackendError>> {
        None
    }
}

impl PrivateOperation for FaultyKey {
    fn sign_digest(&self, digest: &[u8; 32], signature: &mut [u8]) -> Result<(), BackendError> {
        if self.calls.fetch_add(1, Ordering::Relaxed) < self.honest {
            return self.key.sign_digest(digest, signature);
        }
        match self.lie {
            Lie::OneBit { byte, bit } => {
                self.key.sign_digest(digest, signature)?;
                signature[byte] ^= 1 << bit;
                Ok(())
            }
            Lie::Garbage => {
                signature.fill(0xA7);
                Ok(())
            }
            Lie::Nothing => Ok(()),
            Lie::OtherDigest => self.key.sign_digest(&[!digest[0]; 32], signature),
            Lie::Fails => Err(BackendError),
            Lie::SignsAndFails => self.key.sign_digest(digest, signature).and(Err(BackendError)),
        }
    }

    fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, BackendError> {
        Err(BackendError)
    }
}

/// Loads the test key on a backend that lies after `honest` signatures; the counter is of all calls.
fn load(lie: Lie, honest: usize) -> (Result<SigningKey, Error>, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let backend = Faulty { lie, honest, calls: Arc::clone(&calls) };
    (SigningKey::load(PKCS1, None, &backend), calls)
}

fn code<T>(result: Result<T, Error>) -> Option<ErrorCode> {
    result.err().map(|error| error.code())
}

#[test]
fn a_key_that_signs_wrongly_at_load_is_not_loaded() {
    for lie in LIES {
        let (loaded, calls) = load(lie, 0);
        assert_eq!(code(loaded), Some(ErrorCode::InconsistentKey), "{lie:?}");
        assert_eq!(calls.load(Ordering::Relaxed), 1);
    }
}

#[test]
fn a_key_that_signs_wrongly_later_refuses_all_further_work_also_in_clones() {
    for lie in LIES {
        let (key, calls) = load(lie, 3);
        let key = key.unwrap();
        let clone = key.clone();
        let signer = Signer::new(key.clone(), None);
        for digest in [[1; 32], [2; 32]] {
            let signature = key.sign_digest(&digest).unwrap();
            key.verifying_key().verify_digest(&digest, &signature).unwrap();
        }
        assert_eq!(code(key.sign_digest(&[3; 32])), Some(ErrorCode::SigningFailed), "{lie:?}");
        assert_eq!(calls.load(Ordering::Relaxed), 4);
        // The backend is not asked again, not even for what it signed well before.
        for digest in [[1; 32], [3; 32], [4; 32]] {
            assert_eq!(code(key.sign_digest(&digest)), Some(ErrorCode::SigningFailed));
            assert_eq!(code(clone.sign_digest(&digest)), Some(ErrorCode::SigningFailed));
        }
        let url = "https://h/";
        let refused = signer.sign(&Request::new(Method::Get, url), &now()).unwrap_err();
        assert_eq!((refused.code(), refused.number()), (ErrorCode::SigningFailed, 301));
        assert_eq!(calls.load(Ordering::Relaxed), 4, "{lie:?}");
    }
}

#[test]
fn a_key_that_fails_within_a_batch_spoils_the_rest_and_nothing_else() {
    let (key, _) = load(Lie::Garbage, 3);
    let requests = vec![(Request::new(Method::Get, "https://h/"), now()); 5];
    let results = Signer::new(key.unwrap(), None).sign_batch(&requests, NonZeroUsize::MIN);
    let codes: Vec<_> = results.into_iter().map(code).collect();
    let failed = Some(ErrorCode::SigningFailed);
    assert_eq!(codes, [None, None, failed, failed, failed]);
}

/// The test key with one bit of one number of its file changed.
fn with_one_bit_changed(number: usize, bit: usize) -> Vec<u8> {
    let mut key = pkcs1::RsaPrivateKey::from_der(PKCS1).unwrap();
    let RsaNumbers(numbers) = RsaNumbers::of(&mut key);
    let mut changed = numbers[number].as_bytes().to_vec();
    let byte = changed.len() - 1 - bit / 8 % changed.len();
    changed[byte] ^= 1 << (bit % 8);
    *numbers.into_iter().nth(number).unwrap() = UintRef::new(&changed).unwrap();
    key.to_der().unwrap()
}

/// n, e, d, p, q, dP, dQ, qInv in the order of the file.
struct RsaNumbers<'k, 'a>([&'k mut UintRef<'a>; 8]);

impl<'k, 'a> RsaNumbers<'k, 'a> {
    fn of(key: &'k mut pkcs1::RsaPrivateKey<'a>) -> Self {
        Self([
            &mut key.modulus,
            &mut key.public_exponent,
            &mut key.private_exponent,
            &mut key.prime1,
            &mut key.prime2,
            &mut key.exponent1,
            &mut key.exponent2,
            &mut key.coefficient,
        ])
    }
}

/// With either backend: `rsa` itself would not look at the last three.
#[test]
fn one_wrong_bit_in_a_number_of_the_file_is_an_inconsistent_key() {
    for number in [0, 2, 3, 4, 5, 6, 7] {
        for bit in [1, 2, 7, 8, 500, 511, 1000, 1023] {
            let outcome = SigningKey::from_der(&with_one_bit_changed(number, bit), None);
            assert_eq!(code(outcome), Some(ErrorCode::InconsistentKey), "number {number}, bit {bit}");
        }
    }
    // 65537 with bit 1 or 17: still odd and large enough, but not the exponent of this key.
    for bit in [1, 7, 15] {
        let outcome = SigningKey::from_der(&with_one_bit_changed(1, bit), None);
        assert_eq!(code(outcome), Some(ErrorCode::InconsistentKey), "e, bit {bit}");
    }
}

fn now() -> Freshness {
    Timestamp::from_seconds(1_634_226_826).unwrap().into()
}

/// A backend whose public keys find every signature good.
struct Gullible;

impl Backend for Gullible {
    fn load_private(&self, _pkcs1_der: &[u8]) -> Result<Box<dyn PrivateOperation>, BackendError> {
        Err(BackendError)
    }

    fn load_public(&self, _pkcs1_der: &[u8]) -> Result<Box<dyn PublicOperation>, BackendError> {
        Ok(Box::new(Self))
    }

    fn generate(&self, _bits: usize) -> Option<Result<Zeroizing<Vec<u8>>, BackendError>> {
        None
    }
}

impl PublicOperation for Gullible {
    fn verify_digest(&self, _digest: &[u8; 32], _signature: &[u8]) -> bool {
        true
    }
}

#[test]
fn a_signature_of_another_length_is_refused_before_the_backend_is_asked() {
    let own = SigningKey::from_der(PKCS1, None).unwrap();
    let key = pkcs1::RsaPrivateKey::from_der(PKCS1).unwrap();
    let gullible = VerifyingKey::from_pkcs1(&key.public_key().to_der().unwrap(), &Gullible).unwrap();
    assert_eq!(own.verifying_key(), &gullible);
    for length in [0, 1, 255, 257, 512] {
        let outcome = gullible.verify_digest(&[0; 32], &vec![1; length]);
        assert_eq!(code(outcome), Some(ErrorCode::SignatureMismatch), "{length} bytes");
    }
    assert_eq!(gullible.verify_digest(&[0; 32], &[1; 256]), Ok(()));
}
