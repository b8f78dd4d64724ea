//! Private keys.

use std::ffi::c_char;
use std::path::PathBuf;

use partnersign::{Error, ErrorCode, SigningKey};
use partnersign_key_file::load_signing_key;

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{find, free, give, partnersign_signing_key, partnersign_verifying_key};
use crate::pointers::{Buffer, In, Out, refuse};

/// Reads a private key from PEM: PKCS#1, PKCS#8 or encrypted PKCS#8.
///
/// Takes the text; `passphrase` may be NULL (none), and is not looked at if the key is not encrypted.
/// Neither is kept. Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_TOO_LARGE` (over 64 KiB), `PARTNERSIGN_INVALID_PRIVATE_KEY`,
/// `PARTNERSIGN_ENCRYPTED_PRIVATE_KEY`, `PARTNERSIGN_WRONG_PASSPHRASE`, `PARTNERSIGN_UNSUPPORTED_KEY`,
/// `PARTNERSIGN_WEAK_KEY`, `PARTNERSIGN_INCONSISTENT_KEY`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_from_pem(
    pem: In<c_char>,
    pem_length: usize,
    passphrase: In<c_char>,
    passphrase_length: usize,
    out_key: Out<partnersign_signing_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (pem, passphrase) = (pem.bytes(pem_length)?, passphrase.optional_bytes(passphrase_length)?);
        give(out_key, || SigningKey::from_pem(pem, passphrase))
    })
}

/// Reads a private key from DER: PKCS#1, PKCS#8 or encrypted PKCS#8.
///
/// Takes the bytes; all else as for `partnersign_signing_key_from_pem`. Gives a handle that the caller
/// frees. Errors: those of `partnersign_signing_key_from_pem`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_from_der(
    der: In<u8>,
    der_length: usize,
    passphrase: In<c_char>,
    passphrase_length: usize,
    out_key: Out<partnersign_signing_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (der, passphrase) = (der.slice(der_length)?, passphrase.optional_bytes(passphrase_length)?);
        give(out_key, || SigningKey::from_der(der, passphrase))
    })
}

/// Reads a private key from a PEM or DER file. Symbolic links are followed.
///
/// Takes the path in the file system's own bytes; `passphrase` may be NULL. If the file is ours and group
/// or others can read it, it is refused with the `chmod` that mends it, unless `allow_insecure` is not 0.
/// Gives a handle that the caller frees. Errors: those of `partnersign_signing_key_from_pem`;
/// `PARTNERSIGN_INVALID_PRIVATE_KEY` also for a file that cannot be read;
/// `PARTNERSIGN_INSECURE_KEY_FILE`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_from_file(
    path: In<c_char>,
    path_length: usize,
    passphrase: In<c_char>,
    passphrase_length: usize,
    allow_insecure: i32,
    out_key: Out<partnersign_signing_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let path = path_of(path.bytes(path_length)?)?;
        let passphrase = passphrase.optional_bytes(passphrase_length)?;
        give(out_key, || load_signing_key(&path, passphrase, allow_insecure != 0))
    })
}

/// Makes a new private key of 2048, 3072 or 4096 bits, with the operating system's randomness.
///
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_generate(
    bits: u32,
    out_key: Out<partnersign_signing_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || give(out_key, || SigningKey::generate(bits as usize)))
}

/// The public key that belongs to a private key.
///
/// Gives a handle that the caller frees; it does not depend on `key`. Errors:
/// `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_public(
    key: partnersign_signing_key,
    out_public_key: Out<partnersign_verifying_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let key = find(key)?;
        give(out_public_key, || Ok(key.verifying_key().clone()))
    })
}

/// Writes a private key as PEM (PKCS#8): a secret, which the caller erases.
///
/// Takes a passphrase to encrypt with (AES-256-CBC under PBKDF2), or NULL for none; each encryption is
/// another text of the same length. Fills `buffer` (see "Results in a buffer"). Errors:
/// `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT` (also for an empty passphrase),
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_to_pem(
    key: partnersign_signing_key,
    passphrase: In<c_char>,
    passphrase_length: usize,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let key = find(key)?;
        let passphrase = passphrase.optional_bytes(passphrase_length)?;
        let buffer = Buffer::new(buffer, capacity, &out_length)?;
        let pem = match passphrase {
            None => key.to_pem()?,
            Some(passphrase) => key.to_encrypted_pem(passphrase, &random()?)?,
        };
        buffer.fill(pem.as_bytes())
    })
}

/// Signs a SHA-256 digest: RSASSA-PKCS1-v1_5, the bytes of the signature (as many as the modulus has).
///
/// For a process that holds the key for others, which use `partnersign_prepare` and
/// `partnersign_finish`; to sign requests with an own key, `partnersign_sign` does all.
/// Takes a digest of exactly 32 bytes. Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_BUFFER_TOO_SMALL`, `PARTNERSIGN_SIGNING_FAILED`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_sign_digest(
    key: partnersign_signing_key,
    digest: In<u8>,
    digest_length: usize,
    buffer: Out<u8>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let key = find(key)?;
        let digest = digest_of(digest.slice(digest_length)?)?;
        let buffer = Buffer::new(buffer, capacity, &out_length)?;
        buffer.fill(&key.sign_digest(digest)?)
    })
}

/// Frees a private key. Signers that were made from it keep their own; the last one erases it.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signing_key_free(key: partnersign_signing_key) -> i32 {
    boundary(Out::NONE, || free(key))
}

/// A path in the file system's own bytes.
pub(crate) fn path_of(bytes: &[u8]) -> Result<PathBuf, Error> {
    if bytes.is_empty() {
        return Err(refuse("the path is empty"));
    }
    #[cfg(unix)]
    {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        Ok(OsStr::from_bytes(bytes).into())
    }
    #[cfg(not(unix))]
    {
        std::str::from_utf8(bytes).map(PathBuf::from).map_err(|_| refuse("the path is not UTF-8"))
    }
}

/// A digest of exactly 32 bytes.
pub(crate) fn digest_of(bytes: &[u8]) -> Result<&[u8; 32], Error> {
    bytes.try_into().map_err(|_| refuse("a SHA-256 digest has exactly 32 bytes"))
}

fn random() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|_| Error::new(ErrorCode::Internal, "the operating system gives no randomness"))?;
    Ok(bytes)
}
