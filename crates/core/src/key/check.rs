//! The checks that no backend makes, or none explains: sizes, exponent, distance of the primes, size
//! of the private exponent. After Go's `crypto/rsa`; each with the code of the refusal.

use pkcs1::UintRef;
use pkcs8::der::Decode;

use super::der::to_u64;
use super::{Wanted, unsupported};
use crate::{Error, ErrorCode};

/// The sizes of the modulus in bits, for signing and verifying alike.
const MIN_BITS: usize = 2048;
const MAX_BITS: usize = 8192;
/// The public exponent: odd, from 65537 to 2^33 - 1.
const MIN_EXPONENT: u64 = 65_537;
const MAX_EXPONENT: u64 = (1 << 33) - 1;
/// FIPS 186-5 A.1.3: |p - q| > 2^(bits/2 - 100).
const PRIME_DISTANCE_SLACK_BITS: usize = 100;

/// Reads a PKCS#1 public key and checks size and exponent.
pub(super) fn parse_public(pkcs1_der: &[u8], wanted: Wanted) -> Result<pkcs1::RsaPublicKey<'_>, Error> {
    let key = pkcs1::RsaPublicKey::from_der(pkcs1_der)
        .map_err(|_| wanted.invalid("the RSA key's numbers are malformed or cut off"))?;
    check_public(&key)?;
    Ok(key)
}

/// Reads a PKCS#1 private key and checks number of primes, size and exponent.
pub(super) fn parse_private(pkcs1_der: &[u8]) -> Result<pkcs1::RsaPrivateKey<'_>, Error> {
    let key = pkcs1::RsaPrivateKey::from_der(pkcs1_der)
        .map_err(|_| Wanted::Private.invalid("the RSA private key's numbers are malformed or cut off"))?;
    if key.other_prime_infos.is_some() {
        return Err(unsupported(
            "the key has more than two primes; make one with: openssl genrsa -out private.pem 2048",
        ));
    }
    check_public(&key.public_key())?;
    Ok(key)
}

/// Refuses d >= n: it may be consistent, and yet no tool writes it.
pub(super) fn check_private_exponent_range(key: &pkcs1::RsaPrivateKey<'_>) -> Result<(), Error> {
    if is_less(key.private_exponent, key.modulus) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::InconsistentKey, "the private exponent is not below the modulus"))
}

/// Refuses private numbers that are consistent, and yet give the key away.
pub(super) fn check_private_numbers(key: &pkcs1::RsaPrivateKey<'_>) -> Result<(), Error> {
    check_private_exponent(key)?;
    check_prime_distance(key)
}

fn check_public(key: &pkcs1::RsaPublicKey<'_>) -> Result<(), Error> {
    let bits = bit_length(key.modulus);
    if !(MIN_BITS..=MAX_BITS).contains(&bits) {
        return Err(weak(format!("the key has {bits} bits; {MIN_BITS} to {MAX_BITS} are accepted")));
    }
    let exponent = to_u64(key.public_exponent);
    if !exponent
        .is_some_and(|exponent| (MIN_EXPONENT..=MAX_EXPONENT).contains(&exponent) && exponent % 2 == 1)
    {
        return Err(weak("the public exponent is not an odd number from 65537 to 2^33 - 1; usual is 65537"));
    }
    Ok(())
}

/// Wiener's attack and its kin find a private exponent far below the modulus.
fn check_private_exponent(key: &pkcs1::RsaPrivateKey<'_>) -> Result<(), Error> {
    if bit_length(key.private_exponent) <= bit_length(key.modulus) / 2 {
        return Err(weak("the private exponent is too small; the key can be broken, so make a new one"));
    }
    Ok(())
}

/// Fermat's method finds primes that are close to each other.
fn check_prime_distance(key: &pkcs1::RsaPrivateKey<'_>) -> Result<(), Error> {
    let least = bit_length(key.modulus) / 2 - PRIME_DISTANCE_SLACK_BITS;
    if distance_bits(key.prime1, key.prime2) <= least {
        return Err(weak(
            "the two primes are too close to each other; the key can be broken, so make a new one",
        ));
    }
    Ok(())
}

/// The length in bits of |a - b|.
fn distance_bits(a: UintRef<'_>, b: UintRef<'_>) -> usize {
    let (large, small) = if is_less(a, b) { (b, a) } else { (a, b) };
    let mut borrow = 0;
    let mut bits = 0;
    let padded = small.as_bytes().iter().rev().copied().chain(std::iter::repeat(0));
    for (place, (large, small)) in large.as_bytes().iter().rev().copied().zip(padded).enumerate() {
        let difference = i32::from(large) - i32::from(small) - borrow;
        borrow = i32::from(difference < 0);
        let byte = difference.rem_euclid(256).unsigned_abs();
        if byte != 0 {
            bits = place * 8 + (32 - byte.leading_zeros() as usize);
        }
    }
    bits
}

/// Compares big-endian numbers without leading zeros.
fn is_less(a: UintRef<'_>, b: UintRef<'_>) -> bool {
    (a.as_bytes().len(), a.as_bytes()) < (b.as_bytes().len(), b.as_bytes())
}

/// Of a big-endian number without leading zeros.
pub(super) fn bit_length(number: UintRef<'_>) -> usize {
    let bytes = number.as_bytes();
    (bytes.len() * 8).saturating_sub(bytes.first().map_or(0, |first| first.leading_zeros() as usize))
}

fn weak(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorCode::WeakKey, why)
}

#[cfg(test)]
mod tests {
    use super::{UintRef, bit_length, distance_bits};

    #[test]
    fn distance_in_bits() {
        let uint = |bytes: &'static [u8]| UintRef::new(bytes).unwrap();
        for (a, b, bits) in [
            (&[5][..], &[5][..], 0),
            (&[6], &[5], 1),
            (&[1, 0], &[255], 1),
            (&[255], &[1, 0], 1),
            (&[2, 0, 0], &[1, 255], 17),
            (&[0x80, 0, 0], &[1], 23),
        ] {
            assert_eq!(distance_bits(uint(a), uint(b)), bits, "{a:?} {b:?}");
        }
        assert_eq!(bit_length(uint(&[1, 0])), 9);
    }
}
