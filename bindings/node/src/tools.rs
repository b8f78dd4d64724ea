//! The rest: version, compaction, diagnosis.

use napi::Env;
use napi::bindgen_prelude::{External, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::{Diagnosis, VerifyingKey};

use crate::failure::{Answer, Failure};
use crate::verifier::Received;

/// The version of this library; the face loads no other.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

#[napi(catch_unwind)]
pub fn compact_json<'env>(env: &'env Env, json: &[u8]) -> napi::Result<Answer<Uint8ArraySlice<'env>>> {
    match partnersign::compact_json(json) {
        Ok(compact) => Uint8ArraySlice::copy_from(env, compact).map(Answer::A),
        Err(error) => Ok(Answer::B(Failure::from(&error))),
    }
}

/// What a diagnosis found.
#[napi(object, object_from_js = false)]
pub struct Findings<'env> {
    pub found: bool,
    pub valid: bool,
    pub causes: Vec<&'static str>,
    pub broken_rule: Option<Failure>,
    pub message: String,
    pub signed_digest: Option<Uint8ArraySlice<'env>>,
    pub signed_payload: Option<Uint8ArraySlice<'env>>,
    pub first_difference: Option<f64>,
}

#[napi(catch_unwind)]
pub fn diagnose<'env>(
    env: &'env Env,
    keys: Vec<&External<VerifyingKey>>,
    request: Received<'_>,
) -> napi::Result<Answer<Findings<'env>>> {
    let keys: Vec<VerifyingKey> = keys.into_iter().map(|key| (**key).clone()).collect();
    match request.with(|request| partnersign::diagnose(&keys, request)) {
        Ok(diagnosis) => to_findings(env, &diagnosis).map(Answer::A),
        Err(error) => Ok(Answer::B(Failure::from(&error))),
    }
}

fn to_findings<'env>(env: &'env Env, diagnosis: &Diagnosis) -> napi::Result<Findings<'env>> {
    let copy = |bytes: &Vec<u8>| Uint8ArraySlice::copy_from(env, bytes);
    Ok(Findings {
        found: diagnosis.found,
        valid: diagnosis.is_valid(),
        causes: diagnosis.causes.iter().map(|cause| cause.as_str()).collect(),
        broken_rule: diagnosis.broken_rule.as_ref().map(Failure::from),
        message: diagnosis.message.clone(),
        signed_digest: diagnosis.signed_digest.as_ref().map(copy).transpose()?,
        signed_payload: diagnosis.signed_payload.as_ref().map(copy).transpose()?,
        // Payloads are shorter than 2^53 bytes.
        #[allow(clippy::cast_precision_loss)]
        first_difference: diagnosis.first_difference.map(|offset| offset as f64),
    })
}
