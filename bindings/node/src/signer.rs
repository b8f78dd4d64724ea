//! Signing with a key of one's own: on this thread, on the thread pool, in batches.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use napi::Env;
use napi::bindgen_prelude::{AsyncTask, External, Float64ArraySlice, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::{Signer, SigningKey};

use crate::failure::Answer;
use crate::request::{Wanted, size};
use crate::signed::{packed, to_answer};
use crate::tasks::BatchTask;

#[napi(catch_unwind)]
pub fn signer_new(key: &External<SigningKey>) -> External<Signer> {
    External::new(Signer::new((**key).clone(), None))
}

#[napi(catch_unwind)]
#[allow(clippy::too_many_arguments)]
pub fn sign<'env>(
    env: &'env Env,
    signer: &External<Signer>,
    method: String,
    url: String,
    body: Option<Uint8ArraySlice<'_>>,
    exact: bool,
    max_body_bytes: f64,
    is_nonce: bool,
    freshness: String,
) -> napi::Result<Answer<Uint8ArraySlice<'env>>> {
    let wanted = Wanted { method, url, body, exact, max_body_bytes, is_nonce, freshness };
    let signed = wanted.parse().and_then(|(request, freshness)| signer.sign(&request, &freshness));
    to_answer(env, signed.map(|signed| packed(&signed)))
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

/// Requests by column: reading a thousand objects would take as long as ten signatures.
///
/// `texts` holds method, URL and freshness of each request in turn; `numbers` whether the body stays exact,
/// its greatest length, and whether the freshness is a nonce; `bodies` a body or nothing.
#[napi(catch_unwind, ts_return_type = "Promise<Array<Uint8Array | Failure> | Failure>")]
pub fn sign_batch(
    signer: &External<Signer>,
    texts: Vec<String>,
    numbers: Float64ArraySlice<'_>,
    bodies: Vec<Option<Uint8ArraySlice<'_>>>,
    threads: f64,
    cancelled: Option<&External<Cancelled>>,
) -> AsyncTask<BatchTask> {
    let mut texts = texts.into_iter();
    let requests = std::iter::zip(numbers.as_chunks::<3>().0, bodies).map_while(|(numbers, body)| {
        let (method, url, freshness) = (texts.next()?, texts.next()?, texts.next()?);
        let [exact, max_body_bytes, is_nonce] = *numbers;
        let (exact, is_nonce) = (exact != 0.0, is_nonce != 0.0);
        Some(Wanted { method, url, body, exact, max_body_bytes, is_nonce, freshness }.into_owned())
    });
    let requests = requests.collect();
    let cancelled = cancelled.map(|cancelled| Arc::clone(cancelled));
    let threads = NonZeroUsize::new(size(threads)).unwrap_or(NonZeroUsize::MIN);
    AsyncTask::new(BatchTask::new((**signer).clone(), requests, threads, cancelled))
}
