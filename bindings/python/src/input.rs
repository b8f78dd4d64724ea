//! Python's values as core's: texts, bytes, bodies, timestamps and nonces.

use std::time::{SystemTime, UNIX_EPOCH};

use partnersign::{BodyForm, Error, ErrorCode, Freshness, Nonce, Request, Timestamp};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyList, PyMemoryView, PyString};
use zeroize::Zeroizing;

use crate::errors::{raise, refuse, wrong_type};
use crate::guard::guard;

/// Bytes that do not change while the GIL is released: those of an immutable object, or a copy.
pub(crate) enum Content<'py> {
    Bytes(Bound<'py, PyBytes>),
    Text(Bound<'py, PyString>),
    Copy(Zeroizing<Vec<u8>>),
}

impl<'py> Content<'py> {
    /// From `bytes`, `str` (as UTF-8), or a copy of a `bytearray`, `memoryview` or other buffer.
    ///
    /// `None` for anything else; `not_utf8` is the code for a `str` with a lone surrogate.
    pub(crate) fn read(value: &Bound<'py, PyAny>, what: &str, not_utf8: ErrorCode) -> PyResult<Option<Self>> {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Some(Self::Bytes(bytes.clone())));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return match text.to_str() {
                Ok(_) => Ok(Some(Self::Text(text.clone()))),
                Err(_) => Err(raise(value.py(), &surrogate(text, what, not_utf8))),
            };
        }
        if let Ok(bytes) = value.cast::<PyByteArray>() {
            return Ok(Some(Self::Copy(Zeroizing::new(bytes.to_vec()))));
        }
        match PyMemoryView::from(value) {
            // In logical order, also where the memory is not contiguous.
            Ok(view) => Ok(Some(Self::Bytes(view.call_method0("tobytes")?.cast_into::<PyBytes>()?))),
            Err(_) if value.is_instance_of::<PyMemoryView>() => Err(refuse(
                value.py(),
                ErrorCode::InvalidArgument,
                format!("{what} is a memoryview that was released"),
            )),
            Err(_) => Ok(None),
        }
    }

    /// The same; anything else is a wrong type.
    pub(crate) fn require(value: &Bound<'py, PyAny>, what: &str, not_utf8: ErrorCode) -> PyResult<Self> {
        Self::read(value, what, not_utf8)?.ok_or_else(|| {
            wrong_type(
                value,
                ErrorCode::InvalidArgument,
                &format!("{what} must be bytes, bytearray, memoryview or str"),
            )
        })
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes.as_bytes(),
            Self::Text(text) => text.to_str().map(str::as_bytes).unwrap_or_default(),
            Self::Copy(bytes) => bytes,
        }
    }
}

/// A body to be signed: as [`Content`], or a `dict` or `list` that is written as JSON once.
pub(crate) fn body<'py>(value: Option<&Bound<'py, PyAny>>) -> PyResult<Option<Content<'py>>> {
    static DUMPS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Some(value) = value else { return Ok(None) };
    if value.is_instance_of::<PyDict>() || value.is_instance_of::<PyList>() {
        let json = DUMPS.import(value.py(), "partnersign._json", "dumps")?.call1((value,))?;
        return Ok(Some(Content::Bytes(json.cast_into::<PyBytes>()?)));
    }
    match Content::read(value, "the body", ErrorCode::InvalidJson)? {
        Some(content) => Ok(Some(content)),
        None => Err(wrong_type(
            value,
            ErrorCode::InvalidArgument,
            "the body must be bytes, bytearray, memoryview, str, dict, list or None",
        )),
    }
}

/// A `str`; subclasses count by their text.
pub(crate) fn text<'a>(value: &'a Bound<'_, PyAny>, what: &str, not_utf8: ErrorCode) -> PyResult<&'a str> {
    let Ok(text) = value.cast::<PyString>() else {
        return Err(wrong_type(value, ErrorCode::InvalidArgument, &format!("{what} must be a str")));
    };
    text.to_str().map_err(|_| raise(value.py(), &surrogate(text, what, not_utf8)))
}

/// The refusal of a text that has no UTF-8, pointing at the byte where it ends.
fn surrogate(text: &Bound<'_, PyString>, what: &str, code: ErrorCode) -> Error {
    let error = Error::new(code, format!("{what} has a lone surrogate, which no UTF-8 text can hold"));
    let start = text.call_method0("encode").err().and_then(|error| {
        let start: usize = error.value(text.py()).getattr("start").ok()?.extract().ok()?;
        let good =
            text.get_item(pyo3::types::PySlice::new(text.py(), 0, isize::try_from(start).ok()?, 1)).ok()?;
        Some(good.cast::<PyString>().ok()?.to_str().ok()?.len())
    });
    match start {
        Some(start) => error.at(start),
        None => error,
    }
}

/// Exactly one of the two; the system clock's seconds if there is neither.
pub(crate) fn freshness(
    py: Python<'_>,
    timestamp: Option<&Bound<'_, PyAny>>,
    nonce: Option<&Bound<'_, PyAny>>,
) -> PyResult<Freshness> {
    match (timestamp, nonce) {
        (None, None) => clock(py).map(Freshness::Timestamp),
        (Some(timestamp), None) => read_timestamp(timestamp).map(Freshness::Timestamp),
        (None, Some(nonce)) => read_nonce(nonce).map(Freshness::Nonce),
        (Some(_), Some(_)) => {
            Err(refuse(py, ErrorCode::InvalidArgument, "both timestamp and nonce are given; give one"))
        }
    }
}

/// The system clock, in Unix seconds.
pub(crate) fn clock(py: Python<'_>) -> PyResult<Timestamp> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(u64::MAX, |since| since.as_secs());
    Timestamp::from_seconds(seconds).map_err(|_| {
        refuse(
            py,
            ErrorCode::InvalidTimestamp,
            "the system clock is before 1970 or after 2286; set it, or give a timestamp",
        )
    })
}

/// The system clock as `sign` reads it.
#[pyfunction]
#[pyo3(name = "_clock")]
pub(crate) fn clock_seconds(py: Python<'_>) -> PyResult<u64> {
    guard(py, || Ok(clock(py)?.seconds()))
}

fn read_timestamp(value: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    const CODE: ErrorCode = ErrorCode::InvalidTimestamp;
    let read = if value.is_instance_of::<PyString>() {
        Timestamp::parse(text(value, "the timestamp", CODE)?)
    } else {
        match whole_number(value) {
            Some(Ok(number)) => Timestamp::from_seconds(number),
            // Core says what is wrong with a text that is as small or as large.
            Some(Err(number)) => {
                Timestamp::parse(if is_negative(&number) { "-1" } else { "99999999999999999999" })
            }
            None if value.is_instance_of::<PyFloat>() => {
                return Err(wrong_type(
                    value,
                    ErrorCode::InvalidArgument,
                    "the timestamp must be whole seconds, such as int(time.time())",
                ));
            }
            None => {
                let wanted = "the timestamp must be an int or a str";
                return Err(wrong_type(value, ErrorCode::InvalidArgument, wanted));
            }
        }
    };
    read.map_err(|error| raise(value.py(), &error))
}

fn read_nonce(value: &Bound<'_, PyAny>) -> PyResult<Nonce> {
    const CODE: ErrorCode = ErrorCode::InvalidNonce;
    let read = if value.is_instance_of::<PyString>() {
        Nonce::parse(text(value, "the nonce", CODE)?)
    } else {
        match whole_number(value) {
            Some(Ok(number)) => Nonce::parse(&number.to_string()),
            Some(Err(number)) if is_negative(&number) => {
                Err(Error::new(CODE, "the nonce is a negative number"))
            }
            Some(Err(number)) => match number.str() {
                Ok(digits) => Nonce::parse(text(&digits, "the nonce", CODE)?),
                // Python writes no number of more than 4300 digits.
                Err(_) => Err(Error::new(CODE, "the nonce has more than 128 digits")),
            },
            None => {
                let wanted = "the nonce must be a str or an int";
                return Err(wrong_type(value, ErrorCode::InvalidArgument, wanted));
            }
        }
    };
    read.map_err(|error| raise(value.py(), &error))
}

/// An `int`, or what says by `__index__` that it is one; `Err` holds one that is in no `u64`. `True` and
/// `False` are no numbers here.
fn whole_number<'py>(value: &Bound<'py, PyAny>) -> Option<Result<u64, Bound<'py, PyAny>>> {
    if value.is_instance_of::<PyBool>() {
        return None;
    }
    if let Ok(number) = value.extract::<u64>() {
        return Some(Ok(number));
    }
    let number =
        if value.is_instance_of::<PyInt>() { value.clone() } else { value.call_method0("__index__").ok()? };
    Some(Err(number))
}

fn is_negative(number: &Bound<'_, PyAny>) -> bool {
    number.lt(0).unwrap_or(true)
}

/// Seconds of the verifier's clock: an int or a float, or the system's.
pub(crate) fn now(py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<u64> {
    const CODE: ErrorCode = ErrorCode::InvalidArgument;
    let Some(value) = value else { return Ok(clock(py)?.seconds()) };
    let out_of_range = || refuse(py, CODE, "now is no time: it is negative, far too large or not a number");
    let number = match value.cast::<PyFloat>() {
        Ok(float) => float.call_method0("__floor__").map_err(|_| out_of_range())?,
        Err(_) => value.clone(),
    };
    let wanted = "now must be Unix seconds, an int or a float";
    whole_number(&number).ok_or_else(|| wrong_type(value, CODE, wanted))?.map_err(|_| out_of_range())
}

/// A limit in bytes or seconds.
pub(crate) fn limit<T: TryFrom<u64>>(value: &Bound<'_, PyAny>, what: &str) -> PyResult<T> {
    let number = whole_number(value)
        .ok_or_else(|| wrong_type(value, ErrorCode::InvalidArgument, &format!("{what} must be an int")))?;
    number.ok().and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
        refuse(value.py(), ErrorCode::InvalidArgument, format!("{what} is negative, or far too large"))
    })
}

/// `True` or `False`, and nothing that merely counts as such.
pub(crate) fn boolean(value: Option<&Bound<'_, PyAny>>, what: &str) -> PyResult<bool> {
    let Some(value) = value else { return Ok(false) };
    let boolean = value.cast::<PyBool>().map_err(|_| {
        wrong_type(value, ErrorCode::InvalidArgument, &format!("{what} must be True or False"))
    })?;
    Ok(boolean.is_true())
}

pub(crate) fn max_body_bytes(value: Option<&Bound<'_, PyAny>>) -> PyResult<usize> {
    value.map_or(Ok(Request::DEFAULT_MAX_BODY_BYTES), |value| limit(value, "max_body_bytes"))
}

pub(crate) fn form(value: Option<&Bound<'_, PyAny>>) -> PyResult<BodyForm> {
    let Some(value) = value else { return Ok(BodyForm::Compact) };
    match text(value, "the form", ErrorCode::InvalidArgument)? {
        "compact" => Ok(BodyForm::Compact),
        "exact" => Ok(BodyForm::Exact),
        _ => Err(refuse(value.py(), ErrorCode::InvalidArgument, "the form is \"compact\" or \"exact\"")),
    }
}

/// Removes the whitespace between JSON tokens and changes nothing else.
#[pyfunction]
pub(crate) fn compact_json<'py>(py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    guard(py, || {
        let content = Content::require(data, "the JSON", ErrorCode::InvalidJson)?;
        let json = content.as_slice();
        let compact = py.detach(|| partnersign::compact_json(json)).map_err(|error| raise(py, &error))?;
        Ok(PyBytes::new(py, &compact))
    })
}
