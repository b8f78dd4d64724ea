//! `diagnose`: why a signature did not match.

use partnersign::{Cause, ErrorCode};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::errors::{as_object, raise, refuse_pickle};
use crate::guard::guard;
use crate::input::Content;
use crate::keys::{PUBLIC_KEY, verifying_key};
use crate::verifier::Received;

/// What the diagnosis found.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct Diagnosis(partnersign::Diagnosis);

#[pymethods]
impl Diagnosis {
    #[getter]
    fn found(&self) -> bool {
        self.0.found
    }

    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    #[getter]
    fn causes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.causes.iter().copied().map(Cause::as_str))
    }

    #[getter]
    fn is_valid(&self) -> bool {
        self.0.is_valid()
    }

    #[getter]
    fn broken_rule(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.0.broken_rule.as_ref().map(|error| as_object(py, error))
    }

    #[getter]
    fn signed_digest<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.signed_digest.as_deref().map(|digest| PyBytes::new(py, digest))
    }

    #[getter]
    fn signed_payload<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.0.signed_payload.as_deref().map(|payload| PyBytes::new(py, payload))
    }

    #[getter]
    fn first_difference(&self) -> Option<usize> {
        self.0.first_difference
    }

    fn __repr__(&self) -> String {
        let causes: Vec<&str> = self.0.causes.iter().copied().map(Cause::as_str).collect();
        let (found, valid) = (self.0.found, self.0.is_valid());
        format!("<Diagnosis found={found} valid={valid} causes=[{}]>", causes.join(", "))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("Diagnosis"))
    }
}

/// Finds out why the signature of a received request does not match.
#[pyfunction]
#[pyo3(signature = (public_keys, method, url, headers, body=None))]
pub(crate) fn diagnose(
    py: Python<'_>,
    public_keys: &Bound<'_, PyAny>,
    method: &Bound<'_, PyAny>,
    url: &Bound<'_, PyAny>,
    headers: &Bound<'_, PyAny>,
    body: Option<&Bound<'_, PyAny>>,
) -> PyResult<Diagnosis> {
    guard(py, || {
        let is_text = Content::read(public_keys, PUBLIC_KEY, ErrorCode::InvalidPublicKey)?.is_some();
        let keys = match public_keys.try_iter() {
            Ok(keys) if !is_text => keys.map(|key| verifying_key(&key?)).collect::<PyResult<_>>()?,
            _ => vec![verifying_key(public_keys)?],
        };
        let received = Received::read(method, url, headers, body)?;
        let pairs = received.headers.pairs();
        let request = received.request(&pairs);
        py.detach(|| partnersign::diagnose(&keys, &request)).map(Diagnosis).map_err(|error| raise(py, &error))
    })
}
