//! What a signature gives back to whoever has the public key: the hash that was signed.
//!
//! Public data only, so nothing here needs constant time.

use num_bigint::BigUint;
use pkcs8::der::asn1::{ObjectIdentifier, OctetStringRef};
use pkcs8::der::{Decode, Reader, SliceReader};
use pkcs8::spki::AlgorithmIdentifierRef;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::cause::Cause;
use crate::VerifyingKey;

/// A hash function that signers use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    const ALL: [Self; 5] = [Self::Sha256, Self::Sha1, Self::Sha384, Self::Sha512, Self::Sha224];

    /// Of the whole input.
    pub(super) fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Self::Sha224 => Sha224::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }

    /// The function whose digests have this length in bytes.
    pub(super) fn of_length(bytes: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.digest_bytes() == bytes)
    }

    const fn digest_bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Everything of the DigestInfo that stands before the digest (RFC 8017 section 9.2, note 1).
    const fn digest_info(self) -> &'static [u8] {
        match self {
            Self::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
            Self::Sha224 => b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c",
            Self::Sha256 => b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        }
    }

    /// The cause that another hash than SHA-256 is.
    pub(super) const fn cause(self) -> Option<Cause> {
        match self {
            Self::Sha1 => Some(Cause::Sha1),
            Self::Sha224 => Some(Cause::Sha224),
            Self::Sha256 => None,
            Self::Sha384 => Some(Cause::Sha384),
            Self::Sha512 => Some(Cause::Sha512),
        }
    }
}

/// SHA-256's DigestInfo as some write it, without the NULL parameters.
const SHA256_WITHOUT_NULL: &[u8] = b"\x30\x2f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x20";

const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");

/// What was signed, as far as the signature itself tells.
pub(super) enum Recovered {
    /// A digest in a DigestInfo.
    Digest { hash: Hash, digest: Vec<u8>, causes: Vec<Cause> },
    /// The digest of a hash function that is not tried, in a DigestInfo.
    OtherHash { digest: Vec<u8>, causes: Vec<Cause> },
    /// Other bytes than a DigestInfo: a bare digest, or text that was not hashed.
    Bare { content: Vec<u8>, causes: Vec<Cause> },
    /// RSASSA-PSS, in each reading that is well-formed.
    Pss(Vec<Pss>),
}

impl Recovered {
    /// Whether it shows by itself that the signature was made with this key.
    pub(super) fn is_certain(&self) -> bool {
        match self {
            Self::Digest { .. } | Self::OtherHash { .. } | Self::Bare { .. } => true,
            Self::Pss(readings) => readings.iter().any(|pss| pss.certain),
        }
    }

    /// How often a candidate's bytes count against the budget: SHA-384 and SHA-512 have no processor
    /// instructions where SHA-256 has, and each reading of a PSS signature is tried.
    pub(super) fn cost(&self) -> usize {
        let of = |hash: &Hash| if matches!(hash, Hash::Sha384 | Hash::Sha512) { 4 } else { 1 };
        match self {
            Self::Digest { hash, .. } => of(hash),
            Self::OtherHash { .. } | Self::Bare { .. } => 1,
            Self::Pss(readings) => readings.iter().map(|pss| of(&pss.hash)).sum(),
        }
    }
}

/// Raises the signature to the public exponent and reads the encoded message (RFC 8017 section 9);
/// `None` if it is none: then it was made with another key.
pub(super) fn recover(key: &VerifyingKey, signature: &[u8]) -> Option<Recovered> {
    let (modulus, exponent) = key.numbers()?;
    let modulus = BigUint::from_bytes_be(modulus);
    let signature = BigUint::from_bytes_be(signature);
    if signature >= modulus {
        return None;
    }
    let message = signature.modpow(&BigUint::from_bytes_be(exponent), &modulus).to_bytes_be();
    // The first byte is zero and gone: block type 1 and the padding remain.
    let padded = key.signature_bytes().checked_sub(1)?;
    if message.len() == padded {
        if let Some(content) = unpad(&message) {
            return Some(read_content(content, Vec::new()));
        }
    }
    if (MIN_UNPADDED_BYTES..padded / 2).contains(&message.len()) {
        return Some(read_content(&whole_digest(message), vec![Cause::NoPadding]));
    }
    unmask_pss(key.bits(), &message)
}

/// A number that is so much smaller than the modulus was not made by chance; nor was one this short hashed.
const MIN_UNPADDED_BYTES: usize = 16;

/// A digest as a number has lost the zero bytes at its front.
fn whole_digest(mut number: Vec<u8>) -> Vec<u8> {
    let digests = [20_usize, 28, 32, 48, 64];
    if let Some(missing) = digests.iter().filter_map(|length| length.checked_sub(number.len())).min() {
        if missing <= 2 {
            number.splice(..0, std::iter::repeat_n(0, missing));
        }
    }
    number
}

/// Block type 1: `01`, at least eight `ff`, `00`.
fn unpad(message: &[u8]) -> Option<&[u8]> {
    let padding = message.strip_prefix(&[1])?;
    let end = padding.iter().position(|byte| *byte != 0xFF).filter(|end| *end >= 8)?;
    padding.get(end..)?.strip_prefix(&[0])
}

/// A DigestInfo, or anything else; `causes` are what is already known.
fn read_content(content: &[u8], causes: Vec<Cause>) -> Recovered {
    let with = |cause: Option<Cause>| causes.iter().copied().chain(cause).collect();
    for hash in Hash::ALL {
        if let Some(digest) =
            content.strip_prefix(hash.digest_info()).filter(|digest| digest.len() == hash.digest_bytes())
        {
            return Recovered::Digest { hash, digest: digest.to_vec(), causes: with(hash.cause()) };
        }
    }
    if let Some(digest) = content.strip_prefix(SHA256_WITHOUT_NULL).filter(|digest| digest.len() == 32) {
        let causes = with(Some(Cause::DigestInfoWithoutNull));
        return Recovered::Digest { hash: Hash::Sha256, digest: digest.to_vec(), causes };
    }
    match read_digest_info(content) {
        Some((hash, digest)) if hash != SHA256 => {
            Recovered::OtherHash { digest, causes: with(Some(Cause::OtherHash)) }
        }
        _ => Recovered::Bare { content: content.to_vec(), causes },
    }
}

/// Any hash function's DigestInfo (RFC 8017 section A.2.4): its name and the digest.
fn read_digest_info(content: &[u8]) -> Option<(ObjectIdentifier, Vec<u8>)> {
    let mut reader = SliceReader::new(content).ok()?;
    let info = reader.sequence(|fields| {
        let algorithm = AlgorithmIdentifierRef::decode(fields)?;
        Ok((algorithm.oid, OctetStringRef::decode(fields)?.as_bytes().to_vec()))
    });
    info.ok().filter(|_| reader.is_finished())
}

/// How an RSASSA-PSS signature may have been made, and what it then contains.
pub(super) struct Pss {
    pub(super) hash: Hash,
    salt: Vec<u8>,
    digest: Vec<u8>,
    /// Whether so many zero bytes stood before the salt that it is none by chance. A salt of the
    /// greatest length has none, so that one in thousands of random numbers looks like it.
    pub(super) certain: bool,
}

impl Pss {
    /// Whether it is one over a payload with this digest (RFC 8017 section 9.1.2, steps 12 to 14).
    pub(super) fn is_over(&self, payload_digest: &[u8]) -> bool {
        self.hash.digest(&[&[0; 8], payload_digest, &self.salt].concat()) == self.digest
    }
}

/// Every reading as EMSA-PSS that is well-formed: the encoding does not say which hashes made it, and
/// some libraries leave MGF1 at SHA-1.
fn unmask_pss(bits: usize, message: &[u8]) -> Option<Recovered> {
    let hashes = Hash::ALL.into_iter().flat_map(|hash| [(hash, hash), (hash, Hash::Sha1)]);
    let readings: Vec<Pss> = hashes.filter_map(|(hash, mask)| unmask(bits, message, hash, mask)).collect();
    (!readings.is_empty()).then_some(Recovered::Pss(readings))
}

/// RFC 8017 section 9.1.2, steps 3 to 11.
fn unmask(bits: usize, message: &[u8], hash: Hash, mask: Hash) -> Option<Pss> {
    let message_bits = bits.checked_sub(1)?;
    let length = message_bits.div_ceil(8);
    let mut padded = vec![0; length.checked_sub(message.len())?];
    padded.extend_from_slice(message);
    let (masked, rest) = padded.split_at_checked(length.checked_sub(hash.digest_bytes() + 1)?)?;
    let digest = rest.strip_suffix(&[0xBC])?;
    let mut data: Vec<u8> = masked.iter().zip(mgf1(mask, digest, masked.len())).map(|(a, b)| a ^ b).collect();
    let unused = length * 8 - message_bits;
    let first = data.first_mut()?;
    *first &= 0xFF >> unused;
    let end = data.iter().position(|byte| *byte != 0)?;
    let salt = data.get(end..)?.strip_prefix(&[1])?;
    Some(Pss { hash, salt: salt.to_vec(), digest: digest.to_vec(), certain: end >= 8 })
}

/// The mask generation function of RFC 8017 section B.2.1.
fn mgf1(hash: Hash, seed: &[u8], length: usize) -> impl Iterator<Item = u8> {
    let block = move |counter: u32| hash.digest(&[seed, &counter.to_be_bytes()].concat());
    (0..).flat_map(block).take(length)
}
