//! Signers, and signing in one call.

use std::ffi::c_void;
use std::sync::Arc;

use partnersign::Signer;

use crate::boundary::boundary;
use crate::callbacks::{Callback, partnersign_drop_callback, partnersign_sign_digest_callback};
use crate::error::partnersign_error;
use crate::kinds::{
    find, find_if_given, free, give, partnersign_api_key, partnersign_prepared, partnersign_signed_request,
    partnersign_signer, partnersign_signing_key, partnersign_verifying_key,
};
use crate::pointers::{In, Out};
use crate::request::{RequestTexts, partnersign_freshness, partnersign_request};

/// A signer with a key of its own.
///
/// Takes an API key, or one with the id 0 for none (then no `x-api-key` is made). Keeps neither handle: the
/// caller still frees both. Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signer_new(
    key: partnersign_signing_key,
    api_key: partnersign_api_key,
    out_signer: Out<partnersign_signer>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (key, api_key) = (find(key)?, find_if_given(api_key)?);
        give(out_signer, || Ok(Signer::new(key.clone(), api_key)))
    })
}

/// A signer whose private key is elsewhere: `sign_digest` asks it for each signature, which is then
/// verified against `public_key` before it leaves. To wait for a signature without blocking a thread, use
/// `partnersign_prepare` and `partnersign_finish`.
///
/// Takes `user_data`, which is passed to each call of `sign_digest` and at last to `drop_user_data` (may
/// be NULL), and an API key, or one with the id 0 for none. Keeps no handle: the caller still frees both.
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT` (also if `sign_digest` is NULL). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signer_external(
    public_key: partnersign_verifying_key,
    sign_digest: partnersign_sign_digest_callback,
    user_data: *mut c_void,
    drop_user_data: partnersign_drop_callback,
    api_key: partnersign_api_key,
    out_signer: Out<partnersign_signer>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (public_key, api_key) = (find(public_key)?, find_if_given(api_key)?);
        let callback = Callback::new(sign_digest, user_data)?;
        give(out_signer, || {
            let (callback, length) = (Arc::clone(&callback), public_key.signature_bytes());
            let sign = move |digest: &[u8; 32]| callback.sign_digest(digest, length);
            Ok(Signer::external(public_key.clone(), sign, api_key))
        })?;
        callback.accept(drop_user_data);
        Ok(())
    })
}

/// The public key that a signer's signatures verify against.
///
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signer_public_key(
    signer: partnersign_signer,
    out_public_key: Out<partnersign_verifying_key>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let signer = find(signer)?;
        give(out_public_key, || Ok(signer.verifying_key().clone()))
    })
}

/// Checks, signs and verifies one request.
///
/// Takes what the caller wants to send and what stops a replay; neither is kept. Gives what must be sent,
/// a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_INVALID_URL`, `PARTNERSIGN_INVALID_TIMESTAMP`, `PARTNERSIGN_INVALID_NONCE`,
/// `PARTNERSIGN_INVALID_METHOD`, `PARTNERSIGN_INVALID_JSON`, `PARTNERSIGN_INVALID_BODY`,
/// `PARTNERSIGN_BODY_NOT_ALLOWED`, `PARTNERSIGN_TOO_LARGE`; `PARTNERSIGN_SIGNING_FAILED` if an own key
/// makes a wrong signature (it then refuses all further work), `PARTNERSIGN_SIGNATURE_REJECTED` if an
/// external one does. Threads: any; one signer signs on many threads at once.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_sign(
    signer: partnersign_signer,
    request: In<partnersign_request>,
    freshness: In<partnersign_freshness>,
    out_signed: Out<partnersign_signed_request>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let signer = find(signer)?;
        let (request, freshness) = (request.read()?, freshness.read()?);
        let texts = RequestTexts::of(&request)?;
        let freshness = freshness.to_freshness()?;
        give(out_signed, || signer.sign(&texts.request(), &freshness))
    })
}

/// Signs what `partnersign_prepare` has checked.
///
/// `prepared` stays the caller's to free. Gives a handle that the caller frees. Errors:
/// `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_SIGNING_FAILED`,
/// `PARTNERSIGN_SIGNATURE_REJECTED`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_sign_prepared(
    signer: partnersign_signer,
    prepared: partnersign_prepared,
    out_signed: Out<partnersign_signed_request>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (signer, prepared) = (find(signer)?, find(prepared)?);
        give(out_signed, || signer.sign_prepared(prepared.clone()))
    })
}

/// Frees a signer. Calls that use it in other threads end as if it were still there.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_signer_free(signer: partnersign_signer) -> i32 {
    boundary(Out::NONE, || free(signer))
}
