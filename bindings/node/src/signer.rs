//! Signing with a key of one's own: on this thread, on the thread pool, in batches.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, External};
use napi_derive::napi;
use partnersign::{ApiKey, Signer, SigningKey};

use crate::failure::{Answer, Failure};
use crate::request::{OwnedRequest, Wanted, size};
use crate::signed::Signed;
use crate::tasks::{BatchTask, SignTask};

#[napi(catch_unwind)]
pub fn signer_new(key: &External<SigningKey>, api_key: Option<&External<ApiKey>>) -> External<Signer> {
    External::new(Signer::new((**key).clone(), api_key.map(|api_key| (**api_key).clone())))
}

#[napi(catch_unwind)]
pub fn sign<'env>(
    env: &'env Env,
    signer: &External<Signer>,
    request: Wanted<'_>,
) -> napi::Result<Answer<Signed<'env>>> {
    let signed = request.parse().and_then(|(request, freshness)| signer.sign(&request, &freshness));
    match signed {
        Ok(signed) => Signed::new(env, &signed).map(Answer::A),
        Err(error) => Ok(Answer::B(Failure::from(&error))),
    }
}

/// Set by the face when nobody waits any more: work that has not begun is then left out.
pub type Cancelled = Arc<AtomicBool>;

#[napi(catch_unwind)]
pub fn cancelled_new() -> External<Cancelled> {
    External::new(Cancelled::default())
}

#[napi(catch_unwind)]
pub fn cancel(cancelled: &External<Cancelled>) {
    cancelled.store(true, Ordering::Relaxed);
}

#[napi(catch_unwind, ts_return_type = "Promise<Signed | Failure>")]
pub fn sign_async(
    signer: &External<Signer>,
    request: Wanted<'_>,
    cancelled: Option<&External<Cancelled>>,
) -> AsyncTask<SignTask> {
    let cancelled = cancelled.map(|cancelled| Arc::clone(cancelled));
    AsyncTask::new(SignTask::new((**signer).clone(), OwnedRequest::new(request), cancelled))
}

#[napi(catch_unwind, ts_return_type = "Promise<Array<Signed | Failure> | Failure>")]
pub fn sign_batch(
    signer: &External<Signer>,
    requests: Vec<Wanted<'_>>,
    threads: f64,
    cancelled: Option<&External<Cancelled>>,
) -> AsyncTask<BatchTask> {
    let requests = requests.into_iter().map(OwnedRequest::new).collect();
    let cancelled = cancelled.map(|cancelled| Arc::clone(cancelled));
    let threads = NonZeroUsize::new(size(threads)).unwrap_or(NonZeroUsize::MIN);
    AsyncTask::new(BatchTask::new((**signer).clone(), requests, threads, cancelled))
}
