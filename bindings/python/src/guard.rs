//! A panic is a bug of ours; it becomes `PartnerSignError(code="internal")`, which `except Exception` sees.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use partnersign::{Error, ErrorCode};
use pyo3::prelude::*;

use crate::errors::raise;

thread_local! {
    /// The file and line of the last panic in this thread.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Remembers where a panic happened and prints nothing: what it says could hold a secret.
///
/// The hook belongs to this library's own copy of Rust's runtime; other extensions keep theirs.
pub(crate) fn silence_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line()));
        PLACE.set(place.unwrap_or_default());
    }));
}

/// Runs the body of an entry point.
pub(crate) fn guard<T>(py: Python<'_>, body: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| {
        let place = PLACE.take();
        let why = format!("a bug in partnersign: a panic at {place} was caught; please report it");
        Err(raise(py, &Error::new(ErrorCode::Internal, why)))
    })
}
