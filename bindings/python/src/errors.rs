//! Core's errors as Python exceptions, which are written in Python (`partnersign._errors`).

use partnersign::{Error, ErrorCode};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyAny;

/// The exception for an error of core.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    make(py, "error", (error.code().as_str(), error.message(), error.position()))
}

/// The exception for an error that a batch returns rather than raises.
pub(crate) fn as_object(py: Python<'_>, error: &Error) -> Py<PyAny> {
    raise(py, error).into_value(py).into_any()
}

/// An input that a call cannot work with.
pub(crate) fn refuse(py: Python<'_>, code: ErrorCode, why: impl Into<String>) -> PyErr {
    raise(py, &Error::new(code, why.into()))
}

/// A value of the wrong type: an `InputError` that is a `TypeError` too.
pub(crate) fn wrong_type(value: &Bound<'_, PyAny>, code: ErrorCode, wanted: &str) -> PyErr {
    let found = value.get_type().name().map_or_else(|_| "another type".to_owned(), |name| name.to_string());
    make(
        value.py(),
        "type_error",
        (code.as_str(), Error::new(code, format!("{wanted}, not {found}")).message()),
    )
}

/// Why the object may not be copied: `TypeError`, as Python says it of all that cannot be pickled.
pub(crate) fn refuse_pickle(name: &str) -> PyErr {
    let article = if name.starts_with(['A', 'E']) { "an" } else { "a" };
    pyo3::exceptions::PyTypeError::new_err(format!(
        "{article} {name} cannot be pickled or copied: it is immutable, so share it, or load it anew in the other process"
    ))
}

fn make<'py>(py: Python<'py>, function: &'static str, arguments: impl pyo3::call::PyCallArgs<'py>) -> PyErr {
    static MODULE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let module = MODULE
        .get_or_try_init(py, || py.import("partnersign._errors").map(|module| module.into_any().unbind()));
    module
        .and_then(|module| module.bind(py).getattr(function)?.call1(arguments))
        .map_or_else(|error| error, PyErr::from_value)
}
