//! `Verifier`, `Verified` and `MemoryReplay`: checks received requests.

use std::sync::{Arc, Mutex, PoisonError};

use partnersign::{ApiKeys, ErrorCode, Freshness, NoncePolicy, ReceivedRequest};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping};

use crate::api_key;
use crate::errors::{raise, refuse_pickle, wrong_type};
use crate::guard::guard;
use crate::headers::Headers;
use crate::input::{self, Content};
use crate::keys::VerifyingKey;

/// What was accepted, in this process's memory.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct MemoryReplay {
    memory: Arc<partnersign::MemoryReplay>,
    policy: NoncePolicy,
}

#[pymethods]
impl MemoryReplay {
    #[new]
    fn new(py: Python<'_>, policy: &Bound<'_, PyAny>) -> PyResult<Self> {
        guard(py, || {
            let policy = read_policy(policy)?;
            Ok(Self { memory: Arc::new(partnersign::MemoryReplay::new(policy)), policy })
        })
    }

    #[getter]
    fn policy(&self) -> &'static str {
        self.policy.as_str()
    }

    fn __repr__(&self) -> String {
        format!("<MemoryReplay policy={}>", self.policy.as_str())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("MemoryReplay"))
    }
}

pub(crate) fn read_policy(value: &Bound<'_, PyAny>) -> PyResult<NoncePolicy> {
    NoncePolicy::parse(input::text(value, "the policy", ErrorCode::InvalidArgument)?)
        .map_err(|error| raise(value.py(), &error))
}

/// What a verified request turned out to be.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct Verified(partnersign::Verified);

#[pymethods]
impl Verified {
    #[getter]
    fn key_id(&self) -> Option<&str> {
        self.0.key_id.as_deref()
    }

    #[getter]
    fn freshness(&self) -> (&'static str, String) {
        let kind = match self.0.freshness {
            Freshness::Timestamp(_) => "timestamp",
            Freshness::Nonce(_) => "nonce",
        };
        (kind, self.0.freshness.to_string())
    }

    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.digest)
    }

    fn __repr__(&self) -> String {
        let key_id = self.key_id().map_or_else(|| "None".to_owned(), |key_id| format!("{key_id:?}"));
        let (kind, text) = self.freshness();
        format!("<Verified key_id={key_id} {kind}={text} digest={}>", crate::hex(&self.0.digest))
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("Verified"))
    }
}

enum Keys {
    Fixed(partnersign::VerifyingKey),
    Registered(Arc<ApiKeys>),
    Lookup(Py<PyAny>),
}

/// Checks received requests. Immutable, and shared between threads.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct Verifier {
    keys: Keys,
    window_seconds: u64,
    max_body_bytes: usize,
    replay: Option<Arc<partnersign::MemoryReplay>>,
}

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(
        signature = (lookup, *, window_seconds=None, replay=None, max_body_bytes=None),
        text_signature = "(lookup, *, window_seconds=300, replay=None, max_body_bytes=10485760)"
    )]
    fn new(
        py: Python<'_>,
        lookup: &Bound<'_, PyAny>,
        window_seconds: Option<&Bound<'_, PyAny>>,
        replay: Option<&Bound<'_, PyAny>>,
        max_body_bytes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        guard(py, || {
            let window = |value| input::limit(value, "window_seconds");
            let replay = replay.map(|replay| match replay.cast::<MemoryReplay>() {
                Ok(replay) => Ok(Arc::clone(&replay.get().memory)),
                Err(_) => {
                    Err(wrong_type(replay, ErrorCode::InvalidArgument, "replay must be a MemoryReplay"))
                }
            });
            Ok(Self {
                keys: Keys::read(lookup)?,
                window_seconds: window_seconds
                    .map_or(Ok(partnersign::Verifier::DEFAULT_WINDOW_SECONDS), window)?,
                max_body_bytes: input::max_body_bytes(max_body_bytes)?,
                replay: replay.transpose()?,
            })
        })
    }

    #[pyo3(signature = (method, url, headers, body=None, now=None))]
    fn verify(
        &self,
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        url: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        body: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Verified> {
        guard(py, || {
            let received = Received::read(method, url, headers, body)?;
            let now = input::now(py, now)?;
            let raised = Arc::new(Mutex::new(None));
            let verifier = self.build(py, &raised);
            let pairs = received.headers.pairs();
            let request = received.request(&pairs);
            let verified = py.detach(|| verifier.verify(&request, now));
            if let Some(error) = raised.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return Err(error);
            }
            verified.map(Verified).map_err(|error| raise(py, &error))
        })
    }

    fn __repr__(&self) -> String {
        format!("<Verifier window_seconds={} replay={}>", self.window_seconds, self.replay.is_some())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("Verifier"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.keys {
            Keys::Lookup(lookup) => visit.call(lookup),
            Keys::Fixed(_) | Keys::Registered(_) => Ok(()),
        }
    }
}

impl Keys {
    fn read(lookup: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(key) = lookup.cast::<VerifyingKey>() {
            return Ok(Self::Fixed(key.get().0.clone()));
        }
        if let Ok(mapping) = lookup.cast::<PyMapping>() {
            let mut registered = ApiKeys::new();
            for pair in mapping.items()?.iter() {
                let (api_key, key) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
                registered.insert(&api_key::read(&api_key)?, found_key(&key)?);
            }
            return Ok(Self::Registered(Arc::new(registered)));
        }
        if lookup.is_callable() {
            return Ok(Self::Lookup(lookup.clone().unbind()));
        }
        let wanted = "lookup must be a function of the API key, a mapping of API keys, or one VerifyingKey";
        Err(wrong_type(lookup, ErrorCode::InvalidArgument, wanted))
    }
}

impl Verifier {
    /// Core's verifier for one call; what a Python function raises is left in `raised`.
    fn build(&self, py: Python<'_>, raised: &Arc<Mutex<Option<PyErr>>>) -> partnersign::Verifier {
        let verifier = match &self.keys {
            Keys::Fixed(key) => partnersign::Verifier::with_key(key.clone()),
            Keys::Registered(registered) => {
                let registered = Arc::clone(registered);
                partnersign::Verifier::with_lookup(move |api_key| registered.find(api_key))
            }
            Keys::Lookup(lookup) => {
                let (lookup, raised) = (lookup.clone_ref(py), Arc::clone(raised));
                partnersign::Verifier::with_lookup(move |api_key| {
                    Python::attach(|py| call_lookup(lookup.bind(py), api_key.expose_secret())).unwrap_or_else(
                        |error| {
                            *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                            None
                        },
                    )
                })
            }
        };
        let verifier = verifier.window_seconds(self.window_seconds).max_body_bytes(self.max_body_bytes);
        match &self.replay {
            Some(memory) => verifier.replay(Arc::clone(memory)),
            None => verifier,
        }
    }
}

fn call_lookup(lookup: &Bound<'_, PyAny>, api_key: &str) -> PyResult<Option<partnersign::VerifyingKey>> {
    let found = lookup.call1((api_key,))?;
    if found.is_none() { Ok(None) } else { found_key(&found).map(Some) }
}

fn found_key(value: &Bound<'_, PyAny>) -> PyResult<partnersign::VerifyingKey> {
    match value.cast::<VerifyingKey>() {
        Ok(key) => Ok(key.get().0.clone()),
        Err(_) => Err(wrong_type(
            value,
            ErrorCode::InvalidArgument,
            "the key for an API key must be a VerifyingKey, or None from a function",
        )),
    }
}

/// A received request, as Python has it.
pub(crate) struct Received<'py> {
    method: String,
    url: String,
    pub(crate) headers: Headers,
    body: Option<Content<'py>>,
}

impl<'py> Received<'py> {
    pub(crate) fn read(
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        headers: &Bound<'py, PyAny>,
        body: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let body = body
            .map(|body| match Content::read(body, "the body", ErrorCode::InvalidJson)? {
                Some(content) => Ok(content),
                None => Err(wrong_type(
                    body,
                    ErrorCode::InvalidArgument,
                    "the body must be the received bytes (bytes, bytearray, memoryview or str) or None",
                )),
            })
            .transpose()?;
        Ok(Self {
            method: input::text(method, "the method", ErrorCode::InvalidMethod)?.to_owned(),
            url: input::text(url, "the URL", ErrorCode::InvalidUrl)?.to_owned(),
            headers: Headers::read(headers)?,
            body,
        })
    }

    pub(crate) fn request<'a>(&'a self, pairs: &'a [(&'a str, &'a str)]) -> ReceivedRequest<'a> {
        let body = self.body.as_ref().map(Content::as_slice).unwrap_or_default();
        ReceivedRequest::new(&self.method, &self.url, pairs, body)
    }
}
