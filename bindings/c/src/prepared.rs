//! Signing in two phases: for an HSM, a KMS, another machine.

use std::ffi::c_char;

use partnersign::prepare;

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{
    fill, find, find_if_given, free, give, partnersign_api_key, partnersign_prepared,
    partnersign_signed_request, partnersign_verifying_key,
};
use crate::pointers::{In, Out};
use crate::request::{RequestTexts, partnersign_freshness, partnersign_request};

/// The first phase: checks a request by every rule and makes what is to be signed.
///
/// Takes what the caller wants to send and what stops a replay; neither is kept. Gives a handle that the
/// caller frees. Errors: those of `partnersign_sign` up to `PARTNERSIGN_TOO_LARGE`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_prepare(
    request: In<partnersign_request>,
    freshness: In<partnersign_freshness>,
    out_prepared: Out<partnersign_prepared>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (request, freshness) = (request.read()?, freshness.read()?);
        let texts = RequestTexts::of(&request)?;
        let freshness = freshness.to_freshness()?;
        give(out_prepared, || prepare(&texts.request(), &freshness))
    })
}

/// The exact bytes that are hashed: timestamp or nonce, URL, body, nothing between.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_prepared_payload(
    prepared: partnersign_prepared,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(prepared, buffer, capacity, out_length, error, |prepared| Ok(prepared.payload()))
}

/// SHA-256 of the payload, 32 bytes: what an HSM or KMS signs by RSASSA-PKCS1-v1_5.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_prepared_digest(
    prepared: partnersign_prepared,
    buffer: Out<u8>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(prepared, buffer, capacity, out_length, error, |prepared| Ok(prepared.digest()))
}

/// The second phase: checks the signature and makes what must be sent.
///
/// Takes the signature's bytes, the public key that they must verify against, and an API key, or one with
/// the id 0 for none. `prepared` stays the caller's to free, and can be finished again. Gives a handle that
/// the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_SIGNATURE_REJECTED`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_finish(
    prepared: partnersign_prepared,
    signature: In<u8>,
    signature_length: usize,
    public_key: partnersign_verifying_key,
    api_key: partnersign_api_key,
    out_signed: Out<partnersign_signed_request>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (prepared, public_key, api_key) = (find(prepared)?, find(public_key)?, find_if_given(api_key)?);
        let signature = signature.slice(signature_length)?;
        give(out_signed, || prepared.clone().finish(signature.to_vec(), &public_key, api_key))
    })
}

/// Frees a prepared request.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_prepared_free(prepared: partnersign_prepared) -> i32 {
    boundary(Out::NONE, || free(prepared))
}
