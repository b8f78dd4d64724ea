//! `SignedRequest`: what must be sent.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict};

use crate::errors::refuse_pickle;
use crate::guard::guard;

/// A signed request. Immutable; `headers` is a new dictionary each time.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct SignedRequest {
    signed: partnersign::SignedRequest,
    body: PyOnceLock<Option<Py<PyBytes>>>,
}

impl SignedRequest {
    pub(crate) fn new(signed: partnersign::SignedRequest) -> Self {
        Self { signed, body: PyOnceLock::new() }
    }
}

#[pymethods]
impl SignedRequest {
    #[getter]
    fn method(&self) -> &'static str {
        self.signed.method().as_str()
    }

    #[getter]
    fn url(&self) -> &str {
        self.signed.url()
    }

    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        guard(py, || {
            let headers = PyDict::new(py);
            for (name, value) in self.signed.headers() {
                headers.set_item(name, value)?;
            }
            Ok(headers)
        })
    }

    #[getter]
    fn body(&self, py: Python<'_>) -> PyResult<Option<Py<PyBytes>>> {
        guard(py, || {
            let make = || self.signed.body().map(|body| PyBytes::new(py, body).unbind());
            Ok(self.body.get_or_init(py, make).as_ref().map(|body| body.clone_ref(py)))
        })
    }

    #[getter]
    fn signature(&self) -> &str {
        self.signed.signature()
    }

    #[getter]
    fn payload<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        guard(py, || Ok(PyBytes::new(py, self.signed.payload())))
    }

    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.signed.digest())
    }

    /// What was signed, by its digest; neither signature nor API key nor body.
    fn __repr__(&self) -> String {
        let body =
            self.signed.body().map_or_else(|| "None".to_owned(), |body| format!("{} bytes", body.len()));
        let digest = crate::hex(self.signed.digest());
        format!("<SignedRequest {} {} body={body} digest={digest}>", self.method(), self.url())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("SignedRequest"))
    }
}
