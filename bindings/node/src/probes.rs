//! For the bench.

use std::hint::black_box;
use std::time::Instant;

use napi_derive::napi;
use partnersign::{Method, Request, Timestamp, prepare};

use crate::failure::{Answer, answer};

/// Microseconds that core alone takes to prepare a POST with this URL and body, on average over `count`.
#[napi(catch_unwind)]
pub fn time_prepare(url: String, body: &[u8], count: u32) -> Answer<f64> {
    let measure = || {
        let request = Request::new(Method::Post, &url).body(body);
        let freshness = Timestamp::from_seconds(1_639_490_495)?.into();
        let start = Instant::now();
        for _ in 0..count {
            black_box(prepare(black_box(&request), black_box(&freshness)))?;
        }
        Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(count))
    };
    answer(measure())
}
