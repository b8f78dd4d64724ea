//! Received headers: pairs, a mapping, or the multi-dictionary of an HTTP library.

use std::borrow::Cow;

use partnersign::ErrorCode;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use crate::errors::wrong_type;

/// Names and values, duplicates included.
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// Names and values are `str` or `bytes`; a value may be a list of them; one that is `None` is absent.
    pub(crate) fn read(headers: &Bound<'_, PyAny>) -> PyResult<Self> {
        let refuse = |value: &Bound<'_, PyAny>| {
            let wanted = "headers must be a mapping or pairs of names and values";
            wrong_type(value, ErrorCode::InvalidArgument, wanted)
        };
        if headers.is_instance_of::<PyString>() || headers.is_instance_of::<PyBytes>() {
            return Err(refuse(headers));
        }
        // httpx joins the values of one name in `items`, and keeps them apart in `multi_items`.
        let pairs = match ["multi_items", "items"].iter().find_map(|name| headers.getattr(*name).ok()) {
            Some(items) => items.call0()?,
            None => headers.clone(),
        };
        let mut read = Vec::new();
        for pair in pairs.try_iter().map_err(|_| refuse(headers))? {
            let pair = pair?;
            let (name, value) = name_and_value(&pair).ok_or_else(|| refuse(&pair))?;
            let name = header_text(&name)?.into_owned();
            if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
                for value in value.try_iter()? {
                    read.push((name.clone(), header_text(&value?)?.into_owned()));
                }
            } else if !value.is_none() {
                read.push((name, header_text(&value)?.into_owned()));
            }
        }
        Ok(Self(read))
    }

    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// The two items of a tuple or list.
fn name_and_value<'py>(pair: &Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let is_pair = pair.is_instance_of::<PyTuple>() || pair.is_instance_of::<PyList>();
    if !is_pair || pair.len().ok()? != 2 {
        return None;
    }
    Some((pair.get_item(0).ok()?, pair.get_item(1).ok()?))
}

/// HTTP's bytes are Latin-1. What is not text at all becomes characters that core refuses where they matter.
fn header_text<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_string_lossy());
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().iter().copied().map(char::from).collect());
    }
    Err(wrong_type(value, ErrorCode::InvalidArgument, "a header's name and value must be str or bytes"))
}
