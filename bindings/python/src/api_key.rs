//! `ApiKey`: what goes into `x-api-key`.

use partnersign::ErrorCode;
use pyo3::prelude::*;

use crate::errors::{raise, refuse_pickle};
use crate::guard::guard;
use crate::input::Content;

/// An API key, checked: base64 of a JSON object with `key_id` and `key`.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct ApiKey(pub(crate) partnersign::ApiKey);

#[pymethods]
impl ApiKey {
    #[new]
    fn new(py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || read(text).map(Self))
    }

    #[getter]
    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    fn __repr__(&self) -> String {
        format!("<ApiKey key_id={:?}>", self.0.key_id())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("ApiKey"))
    }
}

/// An API key from an [`ApiKey`], `str` or bytes.
pub(crate) fn read(value: &Bound<'_, PyAny>) -> PyResult<partnersign::ApiKey> {
    if let Ok(api_key) = value.cast::<ApiKey>() {
        return Ok(api_key.get().0.clone());
    }
    let content = Content::require(value, "the API key", ErrorCode::InvalidApiKey)?;
    // What is not UTF-8 is no base64 either: core says so.
    let text = std::str::from_utf8(content.as_slice()).unwrap_or("\u{FFFD}");
    partnersign::ApiKey::parse(text).map_err(|error| raise(value.py(), &error))
}
