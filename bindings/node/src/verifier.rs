//! Verifying. Looking up a public key is JavaScript's: the face asks for the API key first, looks up,
//! and then verifies, so that nothing here calls back.

use std::sync::{Arc, Mutex, PoisonError};

use napi::Env;
use napi::bindgen_prelude::{External, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::{
    ApiKey, Error, Freshness, MemoryReplay, NoncePolicy, ReceivedRequest, Verified, Verifier, VerifyingKey,
};

use crate::api_keys::SharedApiKeys;
use crate::failure::{Answer, Failure, answer};
use crate::request::size;

/// A request as it arrived.
#[napi(object, object_to_js = false)]
pub struct Received<'env> {
    pub method: String,
    pub url: String,
    /// Name, value, name, value…
    pub headers: Vec<String>,
    pub body: Option<Uint8ArraySlice<'env>>,
}

impl Received<'_> {
    /// Core's request, for as long as `work` takes.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&ReceivedRequest<'_>) -> T) -> T {
        let pairs = self.headers.as_chunks::<2>().0;
        let headers: Vec<_> = pairs.iter().map(|[name, value]| (name.as_str(), value.as_str())).collect();
        let body = self.body.as_deref().unwrap_or_default();
        work(&ReceivedRequest::new(&self.method, &self.url, &headers, body))
    }
}

pub type Replay = Arc<MemoryReplay>;

#[napi(catch_unwind)]
pub fn memory_replay_new(policy: String) -> Answer<External<Replay>> {
    answer(NoncePolicy::parse(&policy).map(|policy| External::new(Arc::new(MemoryReplay::new(policy)))))
}

/// The API key of a request that keeps the rules so far.
#[napi(catch_unwind)]
pub fn received_api_key(request: Received<'_>, max_body_bytes: f64) -> Answer<External<ApiKey>> {
    let found = Arc::new(Mutex::new(None));
    let finder = Arc::clone(&found);
    let verifier = Verifier::with_lookup(move |api_key| {
        *finder.lock().unwrap_or_else(PoisonError::into_inner) = Some(api_key.clone());
        None
    })
    .max_body_bytes(size(max_body_bytes));
    let refusal = request.with(|request| verifier.verify(request, 0)).map(|_| ());
    let api_key = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (api_key, refusal) {
        (Some(api_key), _) => Answer::A(External::new(api_key)),
        (None, Err(error)) => Answer::B(Failure::from(&error)),
        (None, Ok(())) => Answer::B(Failure::from(&Error::new(
            partnersign::ErrorCode::Internal,
            "a request verified without a public key",
        ))),
    }
}

/// What a verified request turned out to be.
#[napi(object, object_from_js = false)]
pub struct VerifiedRequest<'env> {
    pub key_id: Option<String>,
    pub is_nonce: bool,
    pub freshness: String,
    pub digest: Uint8ArraySlice<'env>,
}

/// How to verify.
#[napi(object, object_to_js = false)]
pub struct Rules {
    pub window_seconds: f64,
    pub max_body_bytes: f64,
    pub now: f64,
}

impl Rules {
    fn verify(
        &self,
        verifier: Verifier,
        replay: Option<&External<Replay>>,
        request: &Received<'_>,
    ) -> Result<Verified, Error> {
        let mut verifier = verifier
            .window_seconds(size(self.window_seconds) as u64)
            .max_body_bytes(size(self.max_body_bytes));
        if let Some(replay) = replay {
            verifier = verifier.replay(Arc::clone(replay));
        }
        request.with(|request| verifier.verify(request, size(self.now) as u64))
    }
}

fn to_answer(env: &Env, result: Result<Verified, Error>) -> napi::Result<Answer<VerifiedRequest<'_>>> {
    let verified = match result {
        Ok(verified) => verified,
        Err(error) => return Ok(Answer::B(Failure::from(&error))),
    };
    Ok(Answer::A(VerifiedRequest {
        is_nonce: matches!(verified.freshness, Freshness::Nonce(_)),
        freshness: verified.freshness.to_string(),
        digest: Uint8ArraySlice::copy_from(env, verified.digest)?,
        key_id: verified.key_id,
    }))
}

/// With one public key; `x-api-key` may be absent.
#[napi(catch_unwind)]
pub fn verify_with_key<'env>(
    env: &'env Env,
    key: &External<VerifyingKey>,
    replay: Option<&External<Replay>>,
    rules: Rules,
    request: Received<'_>,
) -> napi::Result<Answer<VerifiedRequest<'env>>> {
    to_answer(env, rules.verify(Verifier::with_key((**key).clone()), replay, &request))
}

/// With the public key that was looked up; `unknown_api_key` without one.
#[napi(catch_unwind)]
pub fn verify_with_found<'env>(
    env: &'env Env,
    found: Option<&External<VerifyingKey>>,
    replay: Option<&External<Replay>>,
    rules: Rules,
    request: Received<'_>,
) -> napi::Result<Answer<VerifiedRequest<'env>>> {
    let found = found.map(|key| (**key).clone());
    to_answer(env, rules.verify(Verifier::with_lookup(move |_| found.clone()), replay, &request))
}

/// With a table of public keys.
#[napi(catch_unwind)]
pub fn verify_with_table<'env>(
    env: &'env Env,
    api_keys: &External<SharedApiKeys>,
    replay: Option<&External<Replay>>,
    rules: Rules,
    request: Received<'_>,
) -> napi::Result<Answer<VerifiedRequest<'env>>> {
    let table = Arc::clone(api_keys);
    let find = move |api_key: &ApiKey| table.read().unwrap_or_else(PoisonError::into_inner).find(api_key);
    to_answer(env, rules.verify(Verifier::with_lookup(find), replay, &request))
}
