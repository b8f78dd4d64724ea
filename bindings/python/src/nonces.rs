//! `NonceSequencer` and `Reservation`: which number to sign next, and what became of it.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use partnersign::{ErrorCode, Outcome};
use pyo3::prelude::*;

use crate::errors::{raise, refuse, refuse_pickle, wrong_type};
use crate::guard::guard;
use crate::input;
use crate::verifier::read_policy;

/// Hands out nonces and takes back what became of them. Shared between the threads of one process.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct NonceSequencer {
    sequencer: Mutex<partnersign::NonceSequencer>,
    /// A forked child has a copy of the numbers, which are the parent's to give.
    process: u32,
    /// How often `abandon` was called. The adapters' queue is to know.
    abandoned: AtomicU64,
}

#[pymethods]
impl NonceSequencer {
    #[new]
    #[pyo3(signature = (policy, last=None))]
    fn new(py: Python<'_>, policy: &Bound<'_, PyAny>, last: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        guard(py, || {
            let last = last.map(|last| input::limit(last, "last")).transpose()?;
            let sequencer = partnersign::NonceSequencer::new(read_policy(policy)?, last)
                .map_err(|error| raise(py, &error))?;
            Ok(Self {
                sequencer: Mutex::new(sequencer),
                process: process::id(),
                abandoned: AtomicU64::new(0),
            })
        })
    }

    #[getter]
    fn policy(&self, py: Python<'_>) -> PyResult<&'static str> {
        guard(py, || Ok(self.lock(py)?.policy().as_str()))
    }

    #[getter]
    fn last(&self, py: Python<'_>) -> PyResult<Option<u64>> {
        guard(py, || Ok(self.lock(py)?.last()))
    }

    fn reserve(&self, py: Python<'_>) -> PyResult<Reservation> {
        guard(py, || {
            let reservation = self.lock(py)?.reserve().map_err(|error| raise(py, &error))?;
            Ok(Reservation(reservation))
        })
    }

    fn settle(
        &self,
        py: Python<'_>,
        reservation: &Bound<'_, PyAny>,
        outcome: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        guard(py, || {
            let Ok(reservation) = reservation.cast::<Reservation>() else {
                return Err(wrong_type(
                    reservation,
                    ErrorCode::InvalidArgument,
                    "the reservation must be one",
                ));
            };
            let outcome = Outcome::parse(input::text(outcome, "the outcome", ErrorCode::InvalidArgument)?)
                .map_err(|error| raise(py, &error))?;
            let settled = self.lock(py)?.settle(reservation.get().0.clone(), outcome);
            settled.map_err(|error| raise(py, &error))
        })
    }

    fn abandon(&self, py: Python<'_>) -> PyResult<()> {
        guard(py, || {
            self.lock(py)?.abandon();
            self.abandoned.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
    }

    #[getter]
    fn _abandoned(&self) -> u64 {
        self.abandoned.load(Ordering::Relaxed)
    }

    fn resync(&self, py: Python<'_>, server_last: &Bound<'_, PyAny>) -> PyResult<()> {
        guard(py, || {
            let server_last = input::limit(server_last, "server_last")?;
            let resynced = self.lock(py)?.resync(server_last);
            resynced.map_err(|error| raise(py, &error))
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guard(py, || {
            let sequencer = self.lock(py)?;
            let last = sequencer.last().map_or_else(|| "None".to_owned(), |last| last.to_string());
            Ok(format!("<NonceSequencer policy={} last={last}>", sequencer.policy().as_str()))
        })
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("NonceSequencer"))
    }
}

impl NonceSequencer {
    fn lock(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, partnersign::NonceSequencer>> {
        if self.process != process::id() {
            let why = "this sequencer was made before a fork, and the parent process goes on with its numbers; make one in the process that uses it";
            return Err(refuse(py, ErrorCode::NonceLeaseLost, why));
        }
        // Held for a moment and never across a call into Python, so it cannot wait for the GIL.
        Ok(self.sequencer.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A nonce that was handed out and must be settled.
#[pyclass(frozen, module = "partnersign")]
pub(crate) struct Reservation(partnersign::Reservation);

#[pymethods]
impl Reservation {
    #[getter]
    fn nonce(&self) -> u64 {
        self.0.nonce()
    }

    #[getter]
    fn uncertain(&self) -> bool {
        self.0.uncertain()
    }

    fn __repr__(&self) -> String {
        let uncertain = if self.0.uncertain() { " uncertain" } else { "" };
        format!("<Reservation nonce={}{uncertain}>", self.0.nonce())
    }

    fn __reduce__(&self) -> PyResult<()> {
        Err(refuse_pickle("Reservation"))
    }
}

/// The code of `Outcome::of_http`.
#[pyfunction]
#[pyo3(name = "_outcome_of_http")]
pub(crate) fn outcome_of_http(
    py: Python<'_>,
    status: Option<&Bound<'_, PyAny>>,
    reason: Option<&Bound<'_, PyAny>>,
) -> PyResult<&'static str> {
    guard(py, || {
        // A number that is no status says as little as no answer.
        let status = status.map(|status| input::limit::<u64>(status, "status")).transpose()?;
        let status = status.and_then(|status| u16::try_from(status).ok());
        // The reason comes from the server: anything but the one text is another reason.
        let reason = reason.and_then(|reason| reason.extract::<String>().ok());
        Ok(Outcome::of_http(status, reason.as_deref()).as_str())
    })
}
