//! For our own tests and measurements; not part of the package's interface.

use std::hint::black_box;
use std::time::Instant;

use partnersign::{Method, Request, Timestamp};
use pyo3::prelude::*;

use crate::errors::raise;
use crate::guard::guard;

/// Panics, also while the GIL is released.
#[pyfunction]
#[pyo3(name = "_panic_on_purpose")]
pub(crate) fn panic_on_purpose(py: Python<'_>, detached: bool) -> PyResult<()> {
    guard(py, || if detached { py.detach(|| panic!("on purpose")) } else { panic!("on purpose") })
}

/// Nanoseconds that core alone takes to prepare a POST with this URL and body, on average over `count`.
#[pyfunction]
#[pyo3(name = "_time_prepare")]
pub(crate) fn time_prepare(py: Python<'_>, url: &str, body: &[u8], count: u32) -> PyResult<f64> {
    guard(py, || {
        let request = Request::new(Method::Post, url).body(body);
        let freshness = Timestamp::from_seconds(1_639_490_495).map_err(|error| raise(py, &error))?.into();
        let start = Instant::now();
        for _ in 0..count {
            black_box(partnersign::prepare(black_box(&request), black_box(&freshness)))
                .map_err(|error| raise(py, &error))?;
        }
        Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(count))
    })
}
