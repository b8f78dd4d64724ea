//! Many requests at once, on all cores.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use partnersign::{Freshness, Request};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::errors::as_object;
use crate::input;
use crate::signed_request::SignedRequest;
use crate::signer::Call;

/// Signs each call, a tuple `(method, url, body, timestamp, nonce, form)`, or an exception that takes its
/// place among the results. `threads` 0 means one for each core. The clock is read once.
pub(crate) fn sign<'py>(
    py: Python<'py>,
    signer: &partnersign::Signer,
    calls: &Bound<'py, PyList>,
    threads: usize,
) -> PyResult<Bound<'py, PyList>> {
    let clock = input::clock(py)?.into();
    let calls: Vec<Result<Call<'py>, PyErr>> = calls.iter().map(|call| read(&call, &clock)).collect();
    let mut requests: Vec<(Request<'_>, Freshness)> = Vec::with_capacity(calls.len());
    for call in calls.iter().flatten() {
        requests.push((call.request()?, call.freshness.clone()));
    }
    let threads =
        NonZeroUsize::new(threads).unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN));
    let mut signed = py.detach(|| signer.sign_batch(&requests, threads)).into_iter();
    let results = PyList::empty(py);
    for call in &calls {
        match (call, call.is_ok().then(|| signed.next()).flatten()) {
            (Err(error), _) => results.append(error.value(py))?,
            (Ok(_), Some(Ok(signed))) => results.append(Py::new(py, SignedRequest::new(signed))?)?,
            (Ok(_), Some(Err(error))) => results.append(as_object(py, &error))?,
            (Ok(_), None) => {
                let why = "the batch lost a result";
                let error = partnersign::Error::new(partnersign::ErrorCode::Internal, why);
                results.append(as_object(py, &error))?;
            }
        }
    }
    Ok(results)
}

fn read<'py>(call: &Bound<'py, PyAny>, clock: &Freshness) -> PyResult<Call<'py>> {
    let Ok(parts) = call.cast::<PyTuple>() else {
        return Err(PyErr::from_value(call.clone()));
    };
    let part = |index| parts.get_item(index);
    let given = |index| Ok::<_, PyErr>(Some(part(index)?).filter(|value| !value.is_none()));
    let (timestamp, nonce) = (given(3)?, given(4)?);
    let freshness = if timestamp.is_none() && nonce.is_none() {
        clock.clone()
    } else {
        input::freshness(call.py(), timestamp.as_ref(), nonce.as_ref())?
    };
    Call::read(&part(0)?, &part(1)?, given(2)?.as_ref(), freshness, given(5)?.as_ref(), None)
}
