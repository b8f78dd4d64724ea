//! PBES2-encrypted PKCS#8: PBKDF2 or scrypt, AES in CBC mode.
//!
//! A small file can ask for minutes of work or gigabytes of memory, so what it asks for is read and
//! bounded before anything is derived.

use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, UintRef};
use pkcs8::der::{Decode, SliceReader};
use pkcs8::pkcs5::{self, pbes2};
use pkcs8::{EncryptedPrivateKeyInfo, PrivateKeyInfo, SecretDocument};

use super::der::to_u64;
use super::{Wanted, unsupported};
use crate::{Error, ErrorCode};

/// The most PBKDF2 rounds that are carried out.
const MAX_PBKDF2_ROUNDS: u64 = 10_000_000;
/// The most memory that scrypt may take for its table, 128 * r * N bytes.
const MAX_SCRYPT_BYTES: u64 = 256 * 1024 * 1024;
/// The most that it may take beside it, 128 * r * p bytes.
const MAX_SCRYPT_BYTES_BESIDE: u64 = 16 * 1024 * 1024;
/// The most bytes that scrypt may fill in all, 128 * r * N * p; key tools write p = 1.
const MAX_SCRYPT_WORK: u64 = 4 * MAX_SCRYPT_BYTES;
/// PBKDF2 rounds for keys that this crate encrypts: what OWASP asks for HMAC-SHA-256.
const PBKDF2_ROUNDS: u32 = 600_000;

const PBES2: ObjectIdentifier = pbes2::PBES2_OID;
const PBKDF2: ObjectIdentifier = pbes2::PBKDF2_OID;
const SCRYPT: ObjectIdentifier = pbes2::SCRYPT_OID;

/// Opens an encrypted private key; the result is the DER of a PKCS#8 `PrivateKeyInfo`.
pub(super) fn decrypt_pkcs8(der: &[u8], passphrase: Option<&[u8]>) -> Result<SecretDocument, Error> {
    check_cost(der)?;
    let info = EncryptedPrivateKeyInfo::from_der(der).map_err(|_| unsupported_encryption())?;
    if uses_sha1(&info) {
        return Err(unsupported_encryption());
    }
    let passphrase = passphrase.ok_or_else(|| {
        Error::new(ErrorCode::EncryptedPrivateKey, "the private key is encrypted; give its passphrase")
    })?;
    let wrong = || Error::new(ErrorCode::WrongPassphrase, "the passphrase does not open the private key");
    let opened = info.decrypt(passphrase).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(
            pkcs5::Error::UnsupportedAlgorithm { .. } | pkcs5::Error::NoPbes1CryptSupport,
        ) => unsupported_encryption(),
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::AlgorithmParametersInvalid { .. }) => {
            Wanted::Private.invalid("the key file's encryption parameters contradict each other")
        }
        _ => wrong(),
    })?;
    // A wrong passphrase can leave valid padding behind: garbage is the same refusal.
    match PrivateKeyInfo::from_der(opened.as_bytes()) {
        Ok(_) => Ok(opened),
        Err(_) => Err(wrong()),
    }
}

/// HMAC-SHA-1, PBKDF2's default: no passphrase would help.
fn uses_sha1(info: &EncryptedPrivateKeyInfo<'_>) -> bool {
    let derivation = info.encryption_algorithm.pbes2().and_then(|scheme| scheme.kdf.pbkdf2());
    derivation.is_some_and(|derivation| derivation.prf == pbes2::Pbkdf2Prf::HmacWithSha1)
}

/// Refuses a key derivation over the bounds, before anything is derived.
fn check_cost(der: &[u8]) -> Result<(), Error> {
    let malformed =
        |_| Wanted::Private.invalid("the structure around the encrypted private key is malformed");
    let Some(derivation) = read_derivation(der).map_err(malformed)? else {
        return Err(unsupported_encryption());
    };
    let too_large = |why: &'static str| Err(Error::new(ErrorCode::TooLarge, why));
    match derivation {
        Derivation::Pbkdf2 { rounds: 0 } => {
            Err(Wanted::Private.invalid("the key file asks for 0 PBKDF2 rounds; it is damaged"))
        }
        Derivation::Pbkdf2 { rounds } if rounds > MAX_PBKDF2_ROUNDS => {
            too_large("the key file asks for more than 10,000,000 PBKDF2 rounds")
        }
        Derivation::Pbkdf2 { .. } => Ok(()),
        Derivation::Scrypt { n, r, p } if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 => {
            Err(Wanted::Private.invalid("the key file's scrypt parameters are impossible; it is damaged"))
        }
        Derivation::Scrypt { n, r, p } => {
            let block = r.saturating_mul(128);
            if block.saturating_mul(n) > MAX_SCRYPT_BYTES || block.saturating_mul(p) > MAX_SCRYPT_BYTES_BESIDE
            {
                too_large("the key file asks for more than 256 MiB of scrypt memory")
            } else if block.saturating_mul(n).saturating_mul(p) > MAX_SCRYPT_WORK {
                too_large("the key file asks scrypt to fill more than 1 GiB in all")
            } else {
                Ok(())
            }
        }
    }
}

/// What a file asks for to turn the passphrase into a key.
enum Derivation {
    Pbkdf2 { rounds: u64 },
    Scrypt { n: u64, r: u64, p: u64 },
}

/// Walks `EncryptedPrivateKeyInfo` (RFC 5208, RFC 8018, RFC 7914) down to the cost parameters;
/// `None` for anything but PBES2 with PBKDF2 or scrypt.
fn read_derivation(der: &[u8]) -> pkcs8::der::Result<Option<Derivation>> {
    let algorithm = first_element(AnyRef::from_der(der)?)?;
    let mut parts = SliceReader::new(algorithm.value())?;
    if ObjectIdentifier::decode(&mut parts)? != PBES2 {
        return Ok(None);
    }
    let derivation = first_element(AnyRef::decode(&mut parts)?)?;
    let mut parts = SliceReader::new(derivation.value())?;
    let function = ObjectIdentifier::decode(&mut parts)?;
    if function != PBKDF2 && function != SCRYPT {
        return Ok(None);
    }
    let parameters = AnyRef::decode(&mut parts)?;
    let mut parameters = SliceReader::new(parameters.value())?;
    let _salt = AnyRef::decode(&mut parameters)?;
    let mut number = || UintRef::decode(&mut parameters).map(|number| to_u64(number).unwrap_or(u64::MAX));
    Ok(Some(if function == PBKDF2 {
        Derivation::Pbkdf2 { rounds: number()? }
    } else {
        Derivation::Scrypt { n: number()?, r: number()?, p: number()? }
    }))
}

fn first_element(sequence: AnyRef<'_>) -> pkcs8::der::Result<AnyRef<'_>> {
    AnyRef::decode(&mut SliceReader::new(sequence.value())?)
}

fn unsupported_encryption() -> Error {
    unsupported(
        "the private key's encryption is not supported (only PBES2 with PBKDF2-HMAC-SHA-2 or scrypt, and AES-CBC); mend it with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.pem -out NEW.pem",
    )
}

/// Encrypts a PKCS#8 key: PBES2, PBKDF2-HMAC-SHA-256, AES-256-CBC. Salt and IV come from `random`.
pub(super) fn encrypt_pkcs8(
    der: &[u8],
    passphrase: &[u8],
    random: &[u8; 32],
) -> Result<SecretDocument, Error> {
    let failed = |_| Error::new(ErrorCode::Internal, "the private key could not be encrypted");
    let (salt, iv) = random.split_at_checked(16).unwrap_or_default();
    let iv = iv.first_chunk().ok_or(pkcs8::Error::KeyMalformed).map_err(failed)?;
    let parameters = pbes2::Parameters::pbkdf2_sha256_aes256cbc(PBKDF2_ROUNDS, salt, iv)
        .map_err(pkcs8::Error::EncryptedPrivateKey)
        .map_err(failed)?;
    let info = PrivateKeyInfo::from_der(der).map_err(pkcs8::Error::Asn1).map_err(failed)?;
    info.encrypt_with_params(parameters, passphrase).map_err(failed)
}
