//! Public keys.

use std::ffi::c_char;

use partnersign::VerifyingKey;
use partnersign_key_file::load_verifying_key;

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{find, free, give, partnersign_verifying_key};
use crate::pointers::{Buffer, In, Out};
use crate::signing_key::{digest_of, path_of};

/// Reads a public key from PEM: `SubjectPublicKeyInfo` or PKCS#1.
///
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_TOO_LARGE`,
/// `PARTNERSIGN_INVALID_PUBLIC_KEY`, `PARTNERSIGN_UNSUPPORTED_KEY`, `PARTNERSIGN_WEAK_KEY`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_from_pem(
    pem: In<c_char>,
    pem_length: usize,
    out_key: Out<partnersign_verifying_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let pem = pem.bytes(pem_length)?;
        give(out_key, || VerifyingKey::from_pem(pem))
    })
}

/// Reads a public key from DER: `SubjectPublicKeyInfo` or PKCS#1.
///
/// Gives a handle that the caller frees. Errors: those of `partnersign_verifying_key_from_pem`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_from_der(
    der: In<u8>,
    der_length: usize,
    out_key: Out<partnersign_verifying_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let der = der.slice(der_length)?;
        give(out_key, || VerifyingKey::from_der(der))
    })
}

/// Reads a public key from a PEM or DER file.
///
/// Takes the path in the file system's own bytes. Gives a handle that the caller frees. Errors: those of
/// `partnersign_verifying_key_from_pem`; `PARTNERSIGN_INVALID_PUBLIC_KEY` also for a file that cannot be
/// read. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_from_file(
    path: In<c_char>,
    path_length: usize,
    out_key: Out<partnersign_verifying_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let path = path_of(path.bytes(path_length)?)?;
        give(out_key, || load_verifying_key(&path))
    })
}

/// The size of a public key's modulus in bits. A signature has `(bits + 7) / 8` bytes.
///
/// Gives `*out_bits`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_bits(
    key: partnersign_verifying_key,
    out_bits: Out<u32>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let bits = find(key)?.bits();
        out_bits.target()?.write(u32::try_from(bits).unwrap_or(u32::MAX));
        Ok(())
    })
}

/// A public key as PEM (`SubjectPublicKeyInfo`), as the web application takes it.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_to_pem(
    key: partnersign_verifying_key,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let key = find(key)?;
        Buffer::new(buffer, capacity, &out_length)?.fill(key.to_pem().as_bytes())
    })
}

/// A public key as DER (`SubjectPublicKeyInfo`).
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_to_der(
    key: partnersign_verifying_key,
    buffer: Out<u8>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let key = find(key)?;
        Buffer::new(buffer, capacity, &out_length)?.fill(key.to_der())
    })
}

/// A public key's name: SHA-256 of its `SubjectPublicKeyInfo`, 64 lower-case hexadecimal digits.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_fingerprint(
    key: partnersign_verifying_key,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let key = find(key)?;
        Buffer::new(buffer, capacity, &out_length)?.fill(key.fingerprint().as_bytes())
    })
}

/// Whether a signature (its bytes, not base64url) is that of a SHA-256 digest. To check received requests
/// use `partnersign_verify`, which checks all else too.
///
/// Takes a digest of exactly 32 bytes. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_SIGNATURE_MISMATCH`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_verify_digest(
    key: partnersign_verifying_key,
    digest: In<u8>,
    digest_length: usize,
    signature: In<u8>,
    signature_length: usize,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let digest = digest_of(digest.slice(digest_length)?)?;
        find(key)?.verify_digest(digest, signature.slice(signature_length)?)
    })
}

/// Frees a public key. What was made from it keeps its own.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_verifying_key_free(key: partnersign_verifying_key) -> i32 {
    boundary(Out::NONE, || free(key))
}
