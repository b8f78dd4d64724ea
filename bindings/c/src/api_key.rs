//! API keys, and the ones that a verifier knows.

use std::ffi::c_char;
use std::sync::{Arc, PoisonError, RwLock};

use partnersign::forking::undivided;
use partnersign::{ApiKey, ApiKeys};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{
    fill, find, free, give, partnersign_api_key, partnersign_api_keys, partnersign_verifying_key,
};
use crate::pointers::{In, Out};

/// Reads an API key as the web application shows it: base64 of a JSON object with `key_id` and `key`.
///
/// Surrounding whitespace is trimmed; the text is copied, and erased when the last user is freed. Gives a
/// handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_INVALID_API_KEY`,
/// `PARTNERSIGN_TOO_LARGE` (over 4 KiB). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_key_parse(
    text: In<c_char>,
    text_length: usize,
    out_api_key: Out<partnersign_api_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let text = text.bytes(text_length)?;
        give(out_api_key, || ApiKey::parse(&String::from_utf8_lossy(text)))
    })
}

/// The public part of an API key, which names it in logs.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_key_key_id(
    api_key: partnersign_api_key,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(api_key, buffer, capacity, out_length, error, |api_key| Ok(api_key.key_id().as_bytes()))
}

/// The text that is sent as `x-api-key`: a secret, which must not reach a log. For a look-up callback;
/// compare it in constant time only.
///
/// Fills `buffer`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_key_expose_secret(
    api_key: partnersign_api_key,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    fill(api_key, buffer, capacity, out_length, error, |api_key| Ok(api_key.expose_secret().as_bytes()))
}

/// Frees an API key. Signers that were made with it keep their own.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_key_free(api_key: partnersign_api_key) -> i32 {
    boundary(Out::NONE, || free(api_key))
}

/// An empty set of API keys with their public keys, for `partnersign_verifier_with_api_keys`. It looks
/// keys up without revealing by its time how much of a wrong one was right.
///
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_keys_new(
    out_api_keys: Out<partnersign_api_keys>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || give(out_api_keys, || Ok(Arc::new(RwLock::new(ApiKeys::new())))))
}

/// Registers the public key that belongs to an API key; one that was there is replaced. Verifiers that
/// use the set know it from now on.
///
/// Keeps neither handle: the caller still frees both. Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_keys_insert(
    api_keys: partnersign_api_keys,
    api_key: partnersign_api_key,
    public_key: partnersign_verifying_key,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (api_keys, api_key, public_key) = (find(api_keys)?, find(api_key)?, find(public_key)?);
        undivided(|| {
            let mut api_keys = api_keys.write().unwrap_or_else(PoisonError::into_inner);
            api_keys.insert(&api_key, public_key.clone());
        });
        Ok(())
    })
}

/// Frees a set of API keys. Verifiers that use it go on doing so.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_api_keys_free(api_keys: partnersign_api_keys) -> i32 {
    boundary(Out::NONE, || free(api_keys))
}
