//! Work for libuv's thread pool. A panic that left `compute` would end the process, so none does.

use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;

use napi::bindgen_prelude::{Array, Result};
use napi::{Env, ScopedTask};
use partnersign::{Error, ErrorCode, Signer};

use crate::failure::Failure;
use crate::panics::caught;
use crate::request::OwnedRequest;
use crate::signed::{packed, to_answer};
use crate::signer::Cancelled;

fn check_cancelled(cancelled: Option<&Cancelled>) -> std::result::Result<(), Error> {
    if cancelled.is_some_and(|cancelled| cancelled.load(Ordering::Relaxed)) {
        return Err(Error::new(ErrorCode::InvalidArgument, "nobody waits for this signature any more"));
    }
    Ok(())
}

fn missing() -> Error {
    Error::new(ErrorCode::Internal, "the batch has fewer results than requests")
}

/// Many requests; each has its own success or failure.
pub struct BatchTask {
    signer: Signer,
    requests: Vec<OwnedRequest>,
    threads: NonZeroUsize,
    cancelled: Option<Cancelled>,
}

impl BatchTask {
    pub(crate) fn new(
        signer: Signer,
        requests: Vec<OwnedRequest>,
        threads: NonZeroUsize,
        cancelled: Option<Cancelled>,
    ) -> Self {
        Self { signer, requests, threads, cancelled }
    }

    fn sign(&self) -> std::result::Result<Vec<std::result::Result<Vec<u8>, Error>>, Error> {
        check_cancelled(self.cancelled.as_ref())?;
        let parsed: Vec<_> = self.requests.iter().map(OwnedRequest::parse).collect();
        let good: Vec<_> = parsed.iter().filter_map(|parsed| parsed.as_ref().ok().cloned()).collect();
        let mut signed = self.signer.sign_batch(&good, self.threads).into_iter();
        Ok(parsed
            .into_iter()
            .map(|parsed| parsed.and_then(|_| signed.next().unwrap_or_else(|| Err(missing()))))
            .map(|signed| signed.map(|signed| packed(&signed)))
            .collect())
    }
}

impl<'task> ScopedTask<'task> for BatchTask {
    type Output = std::result::Result<Vec<std::result::Result<Vec<u8>, Error>>, Error>;
    type JsValue = napi::Either<Array<'task>, Failure>;

    /// Everything that needs no JavaScript, freeing included: the event loop is one thread, this is many.
    fn compute(&mut self) -> Result<Self::Output> {
        let results = caught(|| self.sign());
        self.requests = Vec::new();
        Ok(results)
    }

    fn resolve(&mut self, env: &'task Env, output: Self::Output) -> Result<Self::JsValue> {
        let results = match output {
            Ok(results) => results,
            Err(error) => return Ok(napi::Either::B(Failure::from(&error))),
        };
        let mut array = env.create_array(0)?;
        for result in results {
            array.insert(to_answer(env, result)?)?;
        }
        Ok(napi::Either::A(array))
    }
}
