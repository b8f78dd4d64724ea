//! `partnersign._native`: what the Python package `partnersign` is built on.
//!
//! The rules are core's. Here Python's values become core's types ([`input`], [`headers`]), every entry
//! point catches panics ([`guard`]), and the GIL is released around everything that computes. What is
//! easier said in Python (exceptions, asyncio, enums) is in `python/partnersign`.

#![deny(unsafe_code)]
// Python calls `__reduce__` and the like with a `self`, needed or not.
#![allow(clippy::unused_self)]

mod guard;
mod errors;
mod fork;
mod input;
mod headers;
mod api_key;
mod keys;
mod signed_request;
mod signer;
mod batch;
mod verifier;
mod diagnosis;
mod nonces;
mod probes;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
#[pyo3(name = "_native")]
fn native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    guard::silence_panics();
    module.add("VERSION", env!("CARGO_PKG_VERSION"))?;
    module.add("BACKEND", "aws-lc")?;
    module.add_class::<api_key::ApiKey>()?;
    module.add_class::<keys::SigningKey>()?;
    module.add_class::<keys::VerifyingKey>()?;
    module.add_class::<signed_request::SignedRequest>()?;
    module.add_class::<signer::ExternalKey>()?;
    module.add_class::<signer::Prepared>()?;
    module.add_class::<signer::Signer>()?;
    module.add_class::<verifier::MemoryReplay>()?;
    module.add_class::<verifier::Verified>()?;
    module.add_class::<verifier::Verifier>()?;
    module.add_class::<diagnosis::Diagnosis>()?;
    module.add_class::<nonces::NonceSequencer>()?;
    module.add_class::<nonces::Reservation>()?;
    module.add_function(wrap_pyfunction!(input::compact_json, module)?)?;
    module.add_function(wrap_pyfunction!(input::clock_seconds, module)?)?;
    module.add_function(wrap_pyfunction!(diagnosis::diagnose, module)?)?;
    module.add_function(wrap_pyfunction!(nonces::outcome_of_http, module)?)?;
    module.add_function(wrap_pyfunction!(fork::before_fork, module)?)?;
    module.add_function(wrap_pyfunction!(fork::after_fork, module)?)?;
    module.add_function(wrap_pyfunction!(probes::panic_on_purpose, module)?)?;
    module.add_function(wrap_pyfunction!(probes::time_prepare, module)?)?;
    fork::register(module)
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
