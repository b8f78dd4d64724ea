//! Why a signature did not match.

use std::ffi::c_char;

use partnersign::{Diagnosis, Error, VerifyingKey, diagnose};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{fill, find, free, give, partnersign_diagnosis, partnersign_verifying_key};
use crate::pointers::{In, Out, refuse};
use crate::verifier::{ReceivedTexts, partnersign_received_request};

/// Finds out why the signature of a received request does not match: what was signed instead.
///
/// Takes the known public keys, the one that the request's API key belongs to first, and the request as it
/// arrived; neither is kept. Takes about 20 ms at most for a body up to 4 KiB. Gives a handle that the
/// caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT` (also without a key),
/// `PARTNERSIGN_MISSING_HEADER` (no `x-sign`), `PARTNERSIGN_CONFLICTING_HEADERS`,
/// `PARTNERSIGN_MALFORMED_SIGNATURE` (`x-sign` is no signature in any spelling). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnose(
    public_keys: In<partnersign_verifying_key>,
    public_key_count: usize,
    received: In<partnersign_received_request>,
    out_diagnosis: Out<partnersign_diagnosis>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let handles = public_keys.slice(public_key_count)?.iter();
        let keys: Vec<VerifyingKey> =
            handles.map(|key| find(*key).map(|key| key.clone())).collect::<Result<_, Error>>()?;
        let received = received.read()?;
        let texts = ReceivedTexts::of(&received)?;
        give(out_diagnosis, || texts.with(|received| diagnose(&keys, received)))
    })
}

/// Whether the failure is explained, or the signature is right: 1 or 0.
///
/// Gives `*out_found`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_found(
    diagnosis: partnersign_diagnosis,
    out_found: Out<i32>,
    error: Out<partnersign_error>,
) -> i32 {
    value(diagnosis, out_found, error, |diagnosis| diagnosis.found.into())
}

/// Whether the signature is right and the request breaks no rule: 1 or 0.
///
/// Gives `*out_valid`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_is_valid(
    diagnosis: partnersign_diagnosis,
    out_valid: Out<i32>,
    error: Out<partnersign_error>,
) -> i32 {
    value(diagnosis, out_valid, error, |diagnosis| diagnosis.is_valid().into())
}

/// What a developer should know and do, in sentences.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_message(
    diagnosis: partnersign_diagnosis,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(diagnosis, buffer, capacity, out_length, error, |diagnosis| Ok(diagnosis.message.as_bytes()))
}

/// How many causes were found: none if the signature is right or nothing was found.
///
/// Gives `*out_count`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_cause_count(
    diagnosis: partnersign_diagnosis,
    out_count: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    value(diagnosis, out_count, error, |diagnosis| diagnosis.causes.len())
}

/// The code of a cause, such as `body_compacted`: docs/causes.md lists them.
///
/// Takes an index from 0. Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT` (also for an index that is too large), `PARTNERSIGN_BUFFER_TOO_SMALL`.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_cause(
    diagnosis: partnersign_diagnosis,
    index: usize,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(diagnosis, buffer, capacity, out_length, error, |diagnosis| {
        let cause = diagnosis.causes.get(index);
        let cause = cause.ok_or_else(|| refuse("the diagnosis has no cause with this index"))?;
        Ok(cause.as_str().as_bytes())
    })
}

/// The status of the rule that the request breaks although its signature is right; 0 if there is none.
///
/// Gives `*out_status`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_broken_rule(
    diagnosis: partnersign_diagnosis,
    out_status: Out<i32>,
    error: Out<partnersign_error>,
) -> i32 {
    value(diagnosis, out_status, error, |diagnosis| diagnosis.broken_rule.as_ref().map_or(0, Error::number))
}

/// The digest that was signed; the length is 0 where the signature gives none back.
///
/// Fills `buffer` (with up to 64 bytes: other hashes are longer). Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_signed_digest(
    diagnosis: partnersign_diagnosis,
    buffer: Out<u8>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(diagnosis, buffer, capacity, out_length, error, |diagnosis| {
        Ok(diagnosis.signed_digest.as_deref().unwrap_or_default())
    })
}

/// The payload that was signed; the length is 0 where it was not found.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_signed_payload(
    diagnosis: partnersign_diagnosis,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(diagnosis, buffer, capacity, out_length, error, |diagnosis| {
        Ok(diagnosis.signed_payload.as_deref().unwrap_or_default())
    })
}

/// The offset in bytes of the first byte in which the signed payload differs from that of the received
/// request; -1 where there is no such place.
///
/// Gives `*out_offset`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_first_difference(
    diagnosis: partnersign_diagnosis,
    out_offset: Out<i64>,
    error: Out<partnersign_error>,
) -> i32 {
    value(diagnosis, out_offset, error, |diagnosis| {
        diagnosis.first_difference.and_then(|offset| i64::try_from(offset).ok()).unwrap_or(-1)
    })
}

/// Frees a diagnosis.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_diagnosis_free(diagnosis: partnersign_diagnosis) -> i32 {
    boundary(Out::NONE, || free(diagnosis))
}

/// Writes one value of a diagnosis.
fn value<T: Copy>(
    diagnosis: partnersign_diagnosis,
    out: Out<T>,
    error: Out<partnersign_error>,
    value: impl FnOnce(&Diagnosis) -> T,
) -> i32 {
    boundary(error, || {
        let diagnosis = find(diagnosis)?;
        out.target()?.write(value(&diagnosis));
        Ok(())
    })
}
