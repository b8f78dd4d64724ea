//! Signing in two phases, for keys that are elsewhere.

use napi::Env;
use napi::bindgen_prelude::{External, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::{Prepared, VerifyingKey, prepare as prepare_request};

use crate::failure::{Answer, answer};
use crate::request::Wanted;
use crate::signed::{packed, to_answer};

#[napi(catch_unwind)]
pub fn prepare(
    method: String,
    url: String,
    body: Option<Uint8ArraySlice<'_>>,
    exact: bool,
    max_body_bytes: f64,
    is_nonce: bool,
    freshness: String,
) -> Answer<External<Prepared>> {
    let request = Wanted { method, url, body, exact, max_body_bytes, is_nonce, freshness };
    let prepared = request.parse().and_then(|(request, freshness)| prepare_request(&request, &freshness));
    answer(prepared.map(|prepared| {
        let size = prepared.payload().len();
        External::new_with_size_hint(prepared, size)
    }))
}

#[napi(catch_unwind)]
pub fn prepared_payload<'env>(
    env: &'env Env,
    prepared: &External<Prepared>,
) -> napi::Result<Uint8ArraySlice<'env>> {
    Uint8ArraySlice::copy_from(env, prepared.payload())
}

#[napi(catch_unwind)]
pub fn prepared_digest<'env>(
    env: &'env Env,
    prepared: &External<Prepared>,
) -> napi::Result<Uint8ArraySlice<'env>> {
    Uint8ArraySlice::copy_from(env, prepared.digest())
}

#[napi(catch_unwind)]
pub fn finish<'env>(
    env: &'env Env,
    prepared: &External<Prepared>,
    signature: &[u8],
    public_key: &External<VerifyingKey>,
) -> napi::Result<Answer<Uint8ArraySlice<'env>>> {
    let signed = (**prepared).clone().finish(signature.to_vec(), public_key, None);
    to_answer(env, signed.map(|signed| packed(&signed)))
}
