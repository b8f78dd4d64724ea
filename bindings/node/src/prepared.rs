//! Signing in two phases, for keys that are elsewhere.

use napi::Env;
use napi::bindgen_prelude::{External, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::{ApiKey, Prepared, VerifyingKey, prepare as prepare_request};

use crate::failure::{Answer, Failure, answer};
use crate::request::Wanted;
use crate::signed::Signed;

#[napi(catch_unwind)]
pub fn prepare(request: Wanted<'_>) -> Answer<External<Prepared>> {
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
    api_key: Option<&External<ApiKey>>,
) -> napi::Result<Answer<Signed<'env>>> {
    let api_key = api_key.map(|api_key| (**api_key).clone());
    match (**prepared).clone().finish(signature.to_vec(), public_key, api_key) {
        Ok(signed) => Signed::new(env, &signed).map(Answer::A),
        Err(error) => Ok(Answer::B(Failure::from(&error))),
    }
}
