//! A signed request as JavaScript values.

use napi::Env;
use napi::bindgen_prelude::{Object, Result, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::SignedRequest;

/// What must be sent, and what was hashed. Each array has memory of its own.
#[napi(object, object_from_js = false)]
pub struct Signed<'env> {
    pub method: &'static str,
    #[napi(ts_type = "Record<string, string>")]
    pub headers: Object<'env>,
    pub body: Option<Uint8ArraySlice<'env>>,
    pub signature: String,
    pub payload: Uint8ArraySlice<'env>,
    pub digest: Uint8ArraySlice<'env>,
}

impl<'env> Signed<'env> {
    /// Copies everything out.
    pub(crate) fn new(env: &'env Env, signed: &SignedRequest) -> Result<Self> {
        let mut headers = Object::new(env)?;
        for (name, value) in signed.headers() {
            headers.set(name, value)?;
        }
        Ok(Self {
            method: signed.method().as_str(),
            headers,
            body: signed.body().map(|body| Uint8ArraySlice::copy_from(env, body)).transpose()?,
            signature: signed.signature().to_owned(),
            payload: Uint8ArraySlice::copy_from(env, signed.payload())?,
            digest: Uint8ArraySlice::copy_from(env, signed.digest())?,
        })
    }
}
