//! `Signer`: signs requests with an own or an external key.

use std::sync::Mutex;

use partnersign::{ErrorCode, Freshness, Method, Request};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::api_key::{self, ApiKey};
use crate::errors::{raise, refuse, refuse_pickle, wrong_type};
use crate::guard::guard;
use crate::input::{self, Content};
use crate::keys::{VerifyingKey, signing_key, verifying_key};
use crate::signed_request::SignedRequest;

/// Everything that `sign` is called with, before it is checked.
pub(crate) struct Call<'py> {
    method: Method,
    url: Bound<'py, PyAny>,
    body: Option<Content<'py>>,
    pub(crate) freshness: Freshness,
    form: partnersign::BodyForm,
    max_body_bytes: usize,
}

impl<'py> Call<'py> {
    pub(crate) fn read(
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        freshness: Freshness,
        form: Option<&Bound<'py, PyAny>>,
        max_body_bytes: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let method = Method::parse(input::text(method, "the method", ErrorCode::InvalidMethod)?)
            .map_err(|error| raise(method.py(), &error))?;
        input::text(url, "the URL", ErrorCode::InvalidUrl)?;
        Ok(Self {
            method,
            url: url.clone(),
            body: input::body(body)?,
            freshness,
            form: input::form(form)?,
            max_body_bytes: input::max_body_bytes(max_body_bytes)?,
        })
    }

    pub(crate) fn request(&self) -> PyResult<Request<'_>> {
        let mut request =
            Request::new(self.method, input::text(&self.url, "the URL", ErrorCode::InvalidUrl)?);
        request.body = self.body.as_ref().map(Content::as_slice);
        request.form = self.form;
        request.max_body_bytes = self.max_body_bytes;
        Ok(request)
    }
}

/// A key that is elsewhere: its public half, and the function that signs a digest.
#[pyclass(frozen, module = "partnersign._native")]
pub(crate) struct ExternalKey {
    public: partnersign::VerifyingKey,
    sign_digest: Py<PyAny>,
}

#[pymethods]
impl ExternalKey {
    #[new]
    fn new(py: Python<'_>, public_key: &Bound<'_, PyAny>, sign_digest: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || {
            if !sign_digest.is_callable() {
                return Err(wrong_type(
                    sign_digest,
                    ErrorCode::InvalidArgument,
                    "sign_digest must be callable",
                ));
            }
            Ok(Self { public: verifying_key(public_key)?, sign_digest: sign_digest.clone().unbind() })
        })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.sign_digest)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("ExternalKey"))
    }
}

/// A checked request that waits for its signature.
#[pyclass(frozen, module = "partnersign._native")]
pub(crate) struct Prepared {
    digest: [u8; 32],
    prepared: Mutex<Option<partnersign::Prepared>>,
}

#[pymethods]
impl Prepared {
    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.digest)
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("Prepared"))
    }
}

enum Key {
    Own(partnersign::Signer),
    External(Py<ExternalKey>),
}

/// Signs requests. Immutable, and shared between threads.
#[pyclass(frozen, subclass, module = "partnersign._native")]
pub(crate) struct Signer {
    key: Key,
    api_key: Option<partnersign::ApiKey>,
}

#[pymethods]
impl Signer {
    #[new]
    #[pyo3(signature = (key, api_key=None))]
    fn new(py: Python<'_>, key: &Bound<'_, PyAny>, api_key: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        guard(py, || {
            let api_key = api_key.map(api_key::read).transpose()?;
            let key = match key.cast::<ExternalKey>() {
                Ok(external) => Key::External(external.clone().unbind()),
                Err(_) => Key::Own(partnersign::Signer::new(signing_key(key)?, api_key.clone())),
            };
            Ok(Self { key, api_key })
        })
    }

    #[pyo3(
        signature = (method, url, body=None, *, timestamp=None, nonce=None, form=None, max_body_bytes=None),
        text_signature = "($self, method, url, body=None, *, timestamp=None, nonce=None, form='compact', max_body_bytes=10485760)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the keyword arguments of the Python method")]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        timestamp: Option<&Bound<'py, PyAny>>,
        nonce: Option<&Bound<'py, PyAny>>,
        form: Option<&Bound<'py, PyAny>>,
        max_body_bytes: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<SignedRequest> {
        guard(py, || {
            let freshness = input::freshness(py, timestamp, nonce)?;
            let call = Call::read(method, url, body, freshness, form, max_body_bytes)?;
            let (request, freshness) = (call.request()?, &call.freshness);
            let signed = match &self.key {
                Key::Own(signer) => py.detach(|| signer.sign(&request, freshness)),
                Key::External(external) => {
                    let prepared = py.detach(|| partnersign::prepare(&request, freshness));
                    return self.sign_externally(
                        py,
                        external.get(),
                        prepared.map_err(|error| raise(py, &error))?,
                    );
                }
            };
            signed.map(SignedRequest::new).map_err(|error| raise(py, &error))
        })
    }

    /// The first phase alone, for a signature that is awaited.
    #[pyo3(signature = (method, url, body=None, *, timestamp=None, nonce=None, form=None, max_body_bytes=None))]
    #[expect(clippy::too_many_arguments, reason = "the keyword arguments of the Python method")]
    fn _prepare<'py>(
        &self,
        py: Python<'py>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
        timestamp: Option<&Bound<'py, PyAny>>,
        nonce: Option<&Bound<'py, PyAny>>,
        form: Option<&Bound<'py, PyAny>>,
        max_body_bytes: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Prepared> {
        guard(py, || {
            let freshness = input::freshness(py, timestamp, nonce)?;
            let call = Call::read(method, url, body, freshness, form, max_body_bytes)?;
            let (request, freshness) = (call.request()?, &call.freshness);
            let prepared =
                py.detach(|| partnersign::prepare(&request, freshness)).map_err(|error| raise(py, &error))?;
            Ok(Prepared { digest: *prepared.digest(), prepared: Mutex::new(Some(prepared)) })
        })
    }

    /// The second phase: verifies the signature that an external key made.
    fn _finish(
        &self,
        py: Python<'_>,
        prepared: &Prepared,
        signature: &Bound<'_, PyAny>,
    ) -> PyResult<SignedRequest> {
        guard(py, || {
            let waiting = prepared.prepared.lock().ok().and_then(|mut prepared| prepared.take());
            let waiting = waiting.ok_or_else(|| {
                refuse(py, ErrorCode::InvalidArgument, "this request has had its signature")
            })?;
            self.finish(py, waiting, signature)
        })
    }

    #[getter]
    fn _external(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        match &self.key {
            Key::Own(_) => None,
            Key::External(external) => Some(external.get().sign_digest.clone_ref(py)),
        }
    }

    fn _sign_batch<'py>(
        &self,
        py: Python<'py>,
        calls: &Bound<'py, pyo3::types::PyList>,
        threads: usize,
    ) -> PyResult<Bound<'py, pyo3::types::PyList>> {
        guard(py, || match &self.key {
            Key::Own(signer) => crate::batch::sign(py, signer, calls, threads),
            Key::External(_) => {
                Err(refuse(py, ErrorCode::InvalidArgument, "an external key signs one by one"))
            }
        })
    }

    #[getter]
    fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.public().clone())
    }

    #[getter]
    fn api_key(&self) -> Option<ApiKey> {
        self.api_key.clone().map(ApiKey)
    }

    fn __repr__(&self) -> String {
        let public = self.public();
        let external = matches!(self.key, Key::External(_));
        let key_id =
            self.api_key.as_ref().map_or_else(|| "None".to_owned(), |key| format!("{:?}", key.key_id()));
        let (bits, fingerprint) = (public.bits(), public.fingerprint());
        let external = if external { " external" } else { "" };
        format!("<Signer{external} bits={bits} fingerprint={fingerprint} key_id={key_id}>")
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("Signer"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.key {
            Key::Own(_) => Ok(()),
            Key::External(external) => visit.call(external),
        }
    }
}

impl Signer {
    fn public(&self) -> &partnersign::VerifyingKey {
        match &self.key {
            Key::Own(signer) => signer.verifying_key(),
            Key::External(external) => &external.get().public,
        }
    }

    /// What the function raises is passed on as it is.
    fn sign_externally(
        &self,
        py: Python<'_>,
        external: &ExternalKey,
        prepared: partnersign::Prepared,
    ) -> PyResult<SignedRequest> {
        let digest = PyBytes::new(py, prepared.digest());
        let signature = external.sign_digest.bind(py).call1((digest,))?;
        if signature.hasattr("__await__")? {
            // An unawaited coroutine would warn when it is collected.
            if let Ok(close) = signature.getattr("close") {
                close.call0()?;
            }
            let why = "sign_digest is async; use: await signer.sign_async(...)";
            return Err(refuse(py, ErrorCode::InvalidArgument, why));
        }
        self.finish(py, prepared, &signature)
    }

    fn finish(
        &self,
        py: Python<'_>,
        prepared: partnersign::Prepared,
        signature: &Bound<'_, PyAny>,
    ) -> PyResult<SignedRequest> {
        let content = if signature.is_instance_of::<pyo3::types::PyString>() {
            None
        } else {
            Content::read(signature, "the signature", ErrorCode::SignatureRejected)?
        };
        let content = content.ok_or_else(|| {
            let wanted = "sign_digest must return the signature as bytes";
            wrong_type(signature, ErrorCode::SignatureRejected, wanted)
        })?;
        let (bytes, public, api_key) = (content.as_slice().to_vec(), self.public(), self.api_key.clone());
        py.detach(|| prepared.finish(bytes, public, api_key))
            .map(SignedRequest::new)
            .map_err(|error| raise(py, &error))
    }
}
