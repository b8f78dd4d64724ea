//! `SigningKey` and `VerifyingKey`.

use std::path::PathBuf;

use partnersign::ErrorCode;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyType};

use crate::errors::{raise, refuse, refuse_pickle, wrong_type};
use crate::guard::guard;
use crate::input::{Content, boolean, limit};

/// `SigningKey::from_pem` or `from_der` of core.
type PrivateLoader = fn(&[u8], Option<&[u8]>) -> Result<partnersign::SigningKey, partnersign::Error>;

/// An RSA private key of 2048 to 8192 bits. Immutable, and shared between threads.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct SigningKey(pub(crate) partnersign::SigningKey);

#[pymethods]
impl SigningKey {
    #[classmethod]
    #[pyo3(signature = (data, passphrase=None))]
    fn from_pem(
        cls: &Bound<'_, PyType>,
        data: &Bound<'_, PyAny>,
        passphrase: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Self::load(cls.py(), data, passphrase, partnersign::SigningKey::from_pem)
    }

    #[classmethod]
    #[pyo3(signature = (data, passphrase=None))]
    fn from_der(
        cls: &Bound<'_, PyType>,
        data: &Bound<'_, PyAny>,
        passphrase: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Self::load(cls.py(), data, passphrase, partnersign::SigningKey::from_der)
    }

    #[classmethod]
    #[pyo3(
        signature = (path, passphrase=None, *, allow_insecure=None),
        text_signature = "($type, path, passphrase=None, *, allow_insecure=False)"
    )]
    fn from_file(
        cls: &Bound<'_, PyType>,
        path: &Bound<'_, PyAny>,
        passphrase: Option<&Bound<'_, PyAny>>,
        allow_insecure: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let py = cls.py();
        guard(py, || {
            let path = file_path(path)?;
            let passphrase = read_passphrase(passphrase)?;
            let passphrase = passphrase.as_ref().map(Content::as_slice);
            let allow_insecure = boolean(allow_insecure, "allow_insecure")?;
            py.detach(|| partnersign_key_file::load_signing_key(&path, passphrase, allow_insecure))
                .map(Self)
                .map_err(|error| raise(py, &error))
        })
    }

    #[classmethod]
    #[pyo3(signature = (bits=None), text_signature = "($type, bits=2048)")]
    fn generate(cls: &Bound<'_, PyType>, bits: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let py = cls.py();
        guard(py, || {
            let bits = bits.map_or(Ok(2048), |bits| limit(bits, "bits"))?;
            py.detach(|| partnersign::SigningKey::generate(bits)).map(Self).map_err(|error| raise(py, &error))
        })
    }

    #[getter]
    fn bits(&self) -> usize {
        self.0.verifying_key().bits()
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.0.verifying_key().fingerprint()
    }

    #[getter]
    fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key().clone())
    }

    fn public_pem(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(self.0.verifying_key().to_pem()))
    }

    #[pyo3(signature = (passphrase=None))]
    fn private_pem<'py>(
        &self,
        py: Python<'py>,
        passphrase: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, pyo3::types::PyString>> {
        guard(py, || {
            let passphrase = read_passphrase(passphrase)?;
            let pem = match passphrase.as_ref().map(Content::as_slice) {
                None => py.detach(|| self.0.to_pem()),
                Some(passphrase) => {
                    // Salt and IV: nothing secret.
                    let random: [u8; 32] = py.import("os")?.call_method1("urandom", (32,))?.extract()?;
                    py.detach(|| self.0.to_encrypted_pem(passphrase, &random))
                }
            };
            let pem = pem.map_err(|error| raise(py, &error))?;
            Ok(pyo3::types::PyString::new(py, &pem))
        })
    }

    fn __repr__(&self) -> String {
        format!("<SigningKey bits={} fingerprint={}>", self.bits(), self.fingerprint())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("SigningKey"))
    }
}

impl SigningKey {
    fn load(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        passphrase: Option<&Bound<'_, PyAny>>,
        loader: PrivateLoader,
    ) -> PyResult<Self> {
        guard(py, || {
            let content = Content::require(data, "the key", ErrorCode::InvalidPrivateKey)?;
            let passphrase = read_passphrase(passphrase)?;
            let (data, passphrase) = (content.as_slice(), passphrase.as_ref().map(Content::as_slice));
            py.detach(|| loader(data, passphrase)).map(Self).map_err(|error| raise(py, &error))
        })
    }
}

/// An RSA public key of 2048 to 8192 bits.
#[pyclass(frozen, eq, hash, module = "partnersign")]
#[derive(PartialEq, Eq)]
pub(crate) struct VerifyingKey(pub(crate) partnersign::VerifyingKey);

impl std::hash::Hash for VerifyingKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_der().hash(state);
    }
}

#[pymethods]
impl VerifyingKey {
    #[classmethod]
    fn from_pem(cls: &Bound<'_, PyType>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::load(cls.py(), data, partnersign::VerifyingKey::from_pem)
    }

    #[classmethod]
    fn from_der(cls: &Bound<'_, PyType>, data: &Bound<'_, PyAny>) -> PyResult<Self> {
        Self::load(cls.py(), data, partnersign::VerifyingKey::from_der)
    }

    #[classmethod]
    fn from_file(cls: &Bound<'_, PyType>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = cls.py();
        guard(py, || {
            let path = file_path(path)?;
            py.detach(|| partnersign_key_file::load_verifying_key(&path))
                .map(Self)
                .map_err(|error| raise(py, &error))
        })
    }

    #[getter]
    fn bits(&self) -> usize {
        self.0.bits()
    }

    #[getter]
    fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    fn public_pem(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || Ok(self.0.to_pem()))
    }

    /// Raises `signature_mismatch` if the signature over the SHA-256 digest does not hold.
    fn verify_digest(
        &self,
        py: Python<'_>,
        digest: &Bound<'_, PyAny>,
        signature: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        guard(py, || {
            let digest = Content::require(digest, "the digest", ErrorCode::InvalidArgument)?;
            let signature = Content::require(signature, "the signature", ErrorCode::InvalidArgument)?;
            let Ok(digest) = <&[u8; 32]>::try_from(digest.as_slice()) else {
                return Err(refuse(
                    py,
                    ErrorCode::InvalidArgument,
                    "the digest must be the 32 bytes of a SHA-256",
                ));
            };
            let signature = signature.as_slice();
            py.detach(|| self.0.verify_digest(digest, signature)).map_err(|error| raise(py, &error))
        })
    }

    fn public_der<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.to_der())
    }

    fn __repr__(&self) -> String {
        format!("<VerifyingKey bits={} fingerprint={}>", self.bits(), self.fingerprint())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("VerifyingKey"))
    }
}

impl VerifyingKey {
    fn load(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        loader: fn(&[u8]) -> Result<partnersign::VerifyingKey, partnersign::Error>,
    ) -> PyResult<Self> {
        guard(py, || {
            let content = Content::require(data, "the key", ErrorCode::InvalidPublicKey)?;
            let data = content.as_slice();
            py.detach(|| loader(data)).map(Self).map_err(|error| raise(py, &error))
        })
    }
}

/// A `SigningKey`, or one made from `cryptography`'s `RSAPrivateKey`.
pub(crate) fn signing_key(value: &Bound<'_, PyAny>) -> PyResult<partnersign::SigningKey> {
    static CONVERT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Ok(key) = value.cast::<SigningKey>() {
        return Ok(key.get().0.clone());
    }
    let converted = CONVERT.import(value.py(), "partnersign._convert", "signing_key")?.call1((value,))?;
    Ok(converted.cast::<SigningKey>()?.get().0.clone())
}

/// What errors call the argument.
pub(crate) const PUBLIC_KEY: &str = "the public key";

/// A `VerifyingKey`, or one made from PEM, DER, a `SigningKey`, or `cryptography`'s `RSAPublicKey`.
pub(crate) fn verifying_key(value: &Bound<'_, PyAny>) -> PyResult<partnersign::VerifyingKey> {
    static CONVERT: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Ok(key) = value.cast::<VerifyingKey>() {
        return Ok(key.get().0.clone());
    }
    if let Ok(key) = value.cast::<SigningKey>() {
        return Ok(key.get().0.verifying_key().clone());
    }
    if let Some(content) = Content::read(value, PUBLIC_KEY, ErrorCode::InvalidPublicKey)? {
        return partnersign::VerifyingKey::from_bytes(content.as_slice())
            .map_err(|error| raise(value.py(), &error));
    }
    let converted = CONVERT.import(value.py(), "partnersign._convert", "verifying_key")?.call1((value,))?;
    Ok(converted.cast::<VerifyingKey>()?.get().0.clone())
}

fn read_passphrase<'py>(value: Option<&Bound<'py, PyAny>>) -> PyResult<Option<Content<'py>>> {
    value.map(|value| Content::require(value, "the passphrase", ErrorCode::InvalidArgument)).transpose()
}

fn file_path(value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    let path: PathBuf = value.extract().map_err(|_| {
        wrong_type(value, ErrorCode::InvalidArgument, "the path must be a str or an os.PathLike of one")
    })?;
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(refuse(value.py(), ErrorCode::InvalidArgument, "the path has a NUL character"));
    }
    Ok(path)
}
