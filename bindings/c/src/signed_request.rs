//! What must be sent.

use std::ffi::c_char;

use partnersign::{Error, SignedRequest};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{fill, find, free, partnersign_signed_request};
use crate::pointers::{Out, refuse};

/// The method to send, in upper case.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_method(
    signed: partnersign_signed_request,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(signed.method().as_str().as_bytes()))
}

/// The URL to send, byte for byte as it was given.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_url(
    signed: partnersign_signed_request,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(signed.url().as_bytes()))
}

/// How many headers must be sent: 3 to 5.
///
/// Gives `*out_count`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_header_count(
    signed: partnersign_signed_request,
    out_count: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let signed = find(signed)?;
        out_count.target()?.write(signed.headers().count());
        Ok(())
    })
}

/// The name of a header, in lower case. In this order: `x-api-key` (if the signer has one), `x-sign`,
/// `x-timestamp` or `x-nonce`, `accept`, and with a body `content-type`.
///
/// Takes an index from 0. Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT` (also for an index that is too large), `PARTNERSIGN_BUFFER_TOO_SMALL`.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_header_name(
    signed: partnersign_signed_request,
    index: usize,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(header(signed, index)?.0.as_bytes()))
}

/// The value of a header. That of `x-api-key` is a secret, which must not reach a log.
///
/// Takes an index from 0. Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT` (also for an index that is too large), `PARTNERSIGN_BUFFER_TOO_SMALL`.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_header_value(
    signed: partnersign_signed_request,
    index: usize,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(header(signed, index)?.1.as_bytes()))
}

/// The exact body bytes to send, these and no others. The length is 0 if there is no body; one that is
/// there is never empty.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_body(
    signed: partnersign_signed_request,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(signed.body().unwrap_or_default()))
}

/// The value of `x-sign`: the signature in base64url without padding.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_signature(
    signed: partnersign_signed_request,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(signed.signature().as_bytes()))
}

/// The exact bytes that were hashed: timestamp or nonce, URL, body, nothing between.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_payload(
    signed: partnersign_signed_request,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(signed.payload()))
}

/// SHA-256 of the payload, 32 bytes.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_digest(
    signed: partnersign_signed_request,
    buffer: Out<u8>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(signed, buffer, capacity, out_length, error, |signed| Ok(signed.digest()))
}

/// Frees a signed request.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signed_request_free(signed: partnersign_signed_request) -> i32 {
    boundary(Out::NONE, || free(signed))
}

fn header(signed: &SignedRequest, index: usize) -> Result<(&'static str, &str), Error> {
    signed.headers().nth(index).ok_or_else(|| refuse("the request has no header with this index"))
}
