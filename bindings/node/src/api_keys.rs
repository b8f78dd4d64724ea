//! API keys, and the table of public keys by API key.

use std::sync::{Arc, PoisonError, RwLock};

use napi::bindgen_prelude::External;
use napi_derive::napi;
use partnersign::{ApiKey, ApiKeys, VerifyingKey};

use crate::failure::{Answer, answer};

#[napi(catch_unwind)]
pub fn api_key_parse(text: String) -> Answer<External<ApiKey>> {
    let text = zeroize::Zeroizing::new(text);
    answer(ApiKey::parse(&text).map(External::new))
}

#[napi(catch_unwind)]
pub fn api_key_id(api_key: &External<ApiKey>) -> String {
    api_key.key_id().to_owned()
}

#[napi(catch_unwind)]
pub fn api_key_secret(api_key: &External<ApiKey>) -> String {
    api_key.expose_secret().to_owned()
}

/// Shared with the verifiers that look up in it.
pub type SharedApiKeys = Arc<RwLock<ApiKeys>>;

#[napi(catch_unwind)]
pub fn api_keys_new() -> External<SharedApiKeys> {
    External::new(SharedApiKeys::default())
}

#[napi(catch_unwind)]
pub fn api_keys_insert(
    api_keys: &External<SharedApiKeys>,
    api_key: &External<ApiKey>,
    public_key: &External<VerifyingKey>,
) {
    let mut table = api_keys.write().unwrap_or_else(PoisonError::into_inner);
    table.insert(api_key, (**public_key).clone());
}
