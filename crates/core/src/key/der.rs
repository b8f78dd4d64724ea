//! Which kind of key is this DER? The ASN.1 content decides, whatever a label or file name says.

use pkcs8::PrivateKeyInfo;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use pkcs8::der::{Decode, Reader, SliceReader, Tag, Tagged};
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::{Wanted, unsupported};
use crate::Error;

pub(super) const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The first byte of every DER key.
const SEQUENCE: u8 = 0x30;

/// What the outermost SEQUENCE turns out to be, by the types of its first elements.
pub(super) enum Found {
    /// RFC 8017 `RSAPrivateKey`.
    Pkcs1Private,
    /// RFC 8017 `RSAPublicKey`.
    Pkcs1Public,
    /// RFC 5208 `PrivateKeyInfo`.
    Pkcs8,
    /// RFC 5208 `EncryptedPrivateKeyInfo`.
    EncryptedPkcs8,
    /// RFC 5280 `SubjectPublicKeyInfo`.
    Spki,
    /// RFC 5280 `Certificate`.
    Certificate,
    /// RFC 5915 `ECPrivateKey`.
    EcPrivate,
}

/// Recognises the structure; refuses what is cut off, has trailing bytes, or is no key at all.
pub(super) fn classify(der: &[u8], wanted: Wanted) -> Result<Found, Error> {
    let tags = first_tags(der, wanted)?;
    match *tags.as_slice() {
        [Tag::Integer, Tag::Integer] => Ok(Found::Pkcs1Public),
        [Tag::Integer, Tag::Integer, Tag::Integer, ..] => Ok(Found::Pkcs1Private),
        [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] => Ok(Found::Pkcs8),
        [Tag::Integer, Tag::OctetString, ..] => Ok(Found::EcPrivate),
        [Tag::Sequence, Tag::OctetString] => Ok(Found::EncryptedPkcs8),
        [Tag::Sequence, Tag::BitString] => Ok(Found::Spki),
        [Tag::Sequence, Tag::Sequence, Tag::BitString] => Ok(Found::Certificate),
        _ => Err(wanted.invalid("the DER is well-formed, but its structure is no key's")),
    }
}

/// The tags of up to four elements of the outermost SEQUENCE, which must be whole and alone.
fn first_tags(der: &[u8], wanted: Wanted) -> Result<Vec<Tag>, Error> {
    let damaged = |_| wanted.invalid("the DER is damaged or cut off");
    if der.is_empty() {
        return Err(wanted.invalid("the key is empty"));
    }
    if der.first() != Some(&SEQUENCE) {
        return Err(wanted.invalid("the data is neither PEM nor a DER key"));
    }
    let mut reader = SliceReader::new(der).map_err(damaged)?;
    let outer = AnyRef::decode(&mut reader).map_err(damaged)?;
    if !reader.is_finished() {
        return Err(wanted.invalid("bytes follow after the end of the key; remove them"));
    }
    let mut elements = SliceReader::new(outer.value()).map_err(damaged)?;
    let mut tags = Vec::new();
    while !elements.is_finished() {
        let element = AnyRef::decode(&mut elements).map_err(damaged)?;
        if tags.len() < 4 {
            tags.push(element.tag());
        }
    }
    Ok(tags)
}

/// The PKCS#1 private key inside a PKCS#8 one, and the PKCS#1 public key if it carries one.
pub(super) fn unwrap_pkcs8(der: &[u8]) -> Result<(&[u8], Option<&[u8]>), Error> {
    let info = PrivateKeyInfo::from_der(der)
        .map_err(|_| Wanted::Private.invalid("the PKCS#8 structure around the private key is malformed"))?;
    check_algorithm(info.algorithm.oid)?;
    Ok((info.private_key, info.public_key))
}

/// The PKCS#1 public key inside a `SubjectPublicKeyInfo`.
pub(super) fn unwrap_spki(der: &[u8]) -> Result<&[u8], Error> {
    let malformed = || Wanted::Public.invalid("the structure around the public key is malformed");
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| malformed())?;
    check_algorithm(info.algorithm.oid)?;
    info.subject_public_key.as_bytes().ok_or_else(malformed)
}

fn check_algorithm(algorithm: ObjectIdentifier) -> Result<(), Error> {
    match algorithm {
        RSA_ENCRYPTION => Ok(()),
        RSA_PSS => Err(unsupported(
            "the key is restricted to RSA-PSS; the Partner API signs by PKCS#1 v1.5, so make a key with: openssl genrsa -out private.pem 2048",
        )),
        EC => Err(not_rsa("an elliptic-curve")),
        ED25519 => Err(not_rsa("an Ed25519")),
        _ => Err(not_rsa("not an RSA")),
    }
}

pub(super) fn not_rsa(kind: &str) -> Error {
    let why = format!(
        "this is {kind} key; the Partner API signs by RSA, so make one with: openssl genrsa -out private.pem 2048"
    );
    unsupported(why)
}

/// The number, if it is below 2^64.
pub(super) fn to_u64(number: UintRef<'_>) -> Option<u64> {
    let append = |value: u64, byte: &u8| value.checked_mul(256).map(|value| value | u64::from(*byte));
    number.as_bytes().iter().try_fold(0, append)
}
