//! What a call costs above core: core's own `prepare`, for the bench program alone.

use std::hint::black_box;

use partnersign::prepare;

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::pointers::{In, Out};
use crate::request::{RequestTexts, partnersign_freshness, partnersign_request};

/// Runs core's `prepare` `count` times on one request, and drops what it makes.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_bench_core_prepare(
    request: In<partnersign_request>,
    freshness: In<partnersign_freshness>,
    count: u32,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (request, freshness) = (request.read()?, freshness.read()?);
        let texts = RequestTexts::of(&request)?;
        let (request, freshness) = (texts.request(), freshness.to_freshness()?);
        for _ in 0..count {
            drop(black_box(prepare(black_box(&request), black_box(&freshness))?));
        }
        Ok(())
    })
}
