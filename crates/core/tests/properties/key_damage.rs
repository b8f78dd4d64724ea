//! Whatever comes in as a key: arbitrary bytes, damaged files, and well-formed files whose numbers are
//! not those of a key. Nothing panics, and what is loaded signs and verifies.

use partnersign::{ErrorCode, SigningKey, VerifyingKey};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rsa::pkcs1::der::{Decode, Encode};
use rsa::pkcs1::{RsaPrivateKey, RsaPublicKey, UintRef};

use crate::keys::der_of;
use crate::no_panic::{answered, damage, damaged, text};
use crate::{cases, read};

/// To every loader of keys, as what it is and as what it is not.
fn load(bytes: &[u8], passphrase: Option<&[u8]>) {
    for outcome in [
        SigningKey::from_bytes(bytes, passphrase),
        SigningKey::from_pem(bytes, passphrase),
        SigningKey::from_der(bytes, passphrase),
    ] {
        let Some(key) = answered(outcome, bytes.len()) else { continue };
        key.sign_digest(&[1; 32]).unwrap();
        key.to_pem().unwrap();
    }
    for outcome in
        [VerifyingKey::from_bytes(bytes), VerifyingKey::from_pem(bytes), VerifyingKey::from_der(bytes)]
    {
        let Some(key) = answered(outcome, bytes.len()) else { continue };
        assert!(key.verify_digest(&[1; 32], &vec![1; key.signature_bytes()]).is_err());
        VerifyingKey::from_pem(key.to_pem().as_bytes()).unwrap();
    }
}

const KEY_FILES: [&str; 12] = [
    "rsa2048.pkcs8.pem",
    "rsa2048.pkcs8.der",
    "rsa2048.pkcs1.pem",
    "rsa2048.pkcs1.der",
    "rsa2048.spki.pem",
    "rsa2048.spki.der",
    "rsa2048.pkcs1-public.der",
    "rsa2048.encrypted.pem",
    "rsa2048.encrypted.der",
    "rsa2048.literal-newlines.pem",
    "rsa2048.text-around.pem",
    "bad/certificate.der",
];

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn arbitrary_bytes_as_a_key(bytes in vec(any::<u8>(), 0..200), label in text()) {
        load(&bytes, None);
        load(&bytes, Some(&bytes));
        // In armour, and as the content of a DER sequence.
        let base64 = String::from_utf8_lossy(&bytes);
        load(format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----").as_bytes(), None);
        let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
        load(&[&[0x30, 0x82, length[0], length[1]], &bytes[..]].concat(), Some(b"x"));
        load(&[&[0x30, 0x82, length[0], length[1] + 3, 2, 1, 0][..7], &bytes[..]].concat(), Some(b"x"));
    }

    #[test]
    fn a_damaged_key_file(file in select(&KEY_FILES[..]), damage in vec(damage(), 1..4)) {
        load(&damaged(read(&format!("keys/{file}")), &damage), Some(b"correct horse battery staple"));
    }

    /// Damage inside PEM that is still good base64 of the same length.
    #[test]
    fn a_damaged_key_in_good_armour(at in any::<Index>(), with in "[A-Za-z0-9+/]{1,8}") {
        let mut pem = String::from_utf8(read("keys/rsa2048.pkcs8.pem")).unwrap();
        let at = 28 + at.index(pem.len() - 80);
        pem.replace_range(at..at + with.len(), &with);
        load(pem.as_bytes(), None);
    }
}

/// A number for a place where another belongs.
#[derive(Clone, Debug)]
enum Number {
    Small(u64),
    /// One of the file's own eight numbers.
    Of(usize),
    /// The same, with one bit changed.
    OneBitOf(usize, Index),
    OfOtherKey(usize),
    PowerOfTwo(usize),
    Bytes(Vec<u8>),
    Huge(usize),
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        3 => prop_oneof![0..4_u64, Just(65_537), any::<u64>()].prop_map(Number::Small),
        3 => (0..8_usize).prop_map(Number::Of),
        3 => (0..8_usize, any::<Index>()).prop_map(|(of, bit)| Number::OneBitOf(of, bit)),
        1 => (0..8_usize).prop_map(Number::OfOtherKey),
        1 => (0..2100_usize).prop_map(Number::PowerOfTwo),
        1 => vec(any::<u8>(), 1..300).prop_map(Number::Bytes),
        1 => (300..9000_usize).prop_map(Number::Huge),
    ]
}

/// n, e, d, p, q, dP, dQ, qInv of a PKCS#1 file.
fn numbers(file: &str) -> [Vec<u8>; 8] {
    let pem = String::from_utf8(read(&format!("keys/{file}"))).unwrap();
    let der = der_of(&pem);
    let key = RsaPrivateKey::from_der(&der).unwrap();
    let primes =
        [key.private_exponent, key.prime1, key.prime2, key.exponent1, key.exponent2, key.coefficient];
    let [d, p, q, dp, dq, qinv] = primes.map(|number| number.as_bytes().to_vec());
    [key.modulus.as_bytes().to_vec(), key.public_exponent.as_bytes().to_vec(), d, p, q, dp, dq, qinv]
}

fn bytes_of(number: &Number, own: &[Vec<u8>; 8], other: &[Vec<u8>; 8]) -> Vec<u8> {
    match number {
        Number::Small(small) => small.to_be_bytes().to_vec(),
        Number::Of(of) => own[*of].clone(),
        Number::OneBitOf(of, bit) => {
            let mut bytes = own[*of].clone();
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        }
        Number::OfOtherKey(of) => other[*of].clone(),
        Number::PowerOfTwo(exponent) => [&[1 << (exponent % 8)], &vec![0; exponent / 8][..]].concat(),
        Number::Bytes(bytes) => bytes.clone(),
        Number::Huge(length) => vec![0xA5; *length],
    }
}

/// PKCS#1 private and public key of these numbers.
#[allow(clippy::many_single_char_names, reason = "RFC 8017 names them so")]
fn encode(numbers: &[Vec<u8>; 8]) -> (Vec<u8>, Vec<u8>) {
    let [n, e, d, p, q, dp, dq, qinv] =
        [0, 1, 2, 3, 4, 5, 6, 7].map(|at| UintRef::new(&numbers[at]).unwrap());
    let private = RsaPrivateKey {
        modulus: n,
        public_exponent: e,
        private_exponent: d,
        prime1: p,
        prime2: q,
        exponent1: dp,
        exponent2: dq,
        coefficient: qinv,
        other_prime_infos: None,
    };
    (private.to_der().unwrap(), RsaPublicKey { modulus: n, public_exponent: e }.to_der().unwrap())
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn a_key_whose_numbers_are_no_keys(changes in vec((0..8_usize, number()), 1..4)) {
        let own = numbers("rsa2048.pkcs1.pem");
        let other = numbers("rsa2048-other.pkcs1.pem");
        let mut mixed = own.clone();
        for (at, number) in &changes {
            mixed[*at] = bytes_of(number, &own, &other);
        }
        let (private, public) = encode(&mixed);
        load(&private, None);
        load(&public, None);
        let is_own = |at: usize| UintRef::new(&mixed[at]).unwrap() == UintRef::new(&own[at]).unwrap();
        if let Err(error) = SigningKey::from_der(&private, None) {
            prop_assert!(!(0..8).all(is_own));
            let named = [ErrorCode::InconsistentKey, ErrorCode::WeakKey];
            prop_assert!(named.contains(&error.code()), "{error}");
        } else {
            // d has more than one right value; nothing else may differ.
            prop_assert!([0, 1, 3, 4, 5, 6, 7].into_iter().all(is_own), "{:?}", changes);
        }
    }
}

/// The caller asked for a private key, so the refusal is one of a private key.
#[test]
fn a_private_key_with_an_even_modulus_is_no_invalid_public_key() {
    let mut numbers = numbers("rsa2048.pkcs1.pem");
    *numbers[0].last_mut().unwrap() ^= 1;
    let error = SigningKey::from_der(&encode(&numbers).0, None).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InconsistentKey, "{error}");
}
