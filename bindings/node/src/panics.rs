//! A panic is a bug, but no reason to end the process or to print what may be secret.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;
use partnersign::{Error, ErrorCode};

use crate::failure::{Answer, answer};

/// Keeps Rust's panic hook, which prints the message, from ever printing ours.
///
/// This is the hook of this library alone: it has its own copy of Rust's runtime.
#[napi(catch_unwind)]
pub fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|_| {})));
}

/// Runs work of a task; a panic becomes `internal`.
pub(crate) fn caught<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(ErrorCode::Internal, "a panic was caught: a bug in partnersign; please report it"))
    })
}

/// For the tests: panics on purpose.
#[napi(catch_unwind)]
#[allow(clippy::panic)]
pub fn panic_on_purpose() {
    panic!("on purpose, with a secret: hunter2");
}

/// For the tests: panics on purpose, on the thread pool.
#[napi(catch_unwind, ts_return_type = "Promise<undefined | Failure>")]
pub fn panic_on_purpose_async() -> AsyncTask<PanicTask> {
    AsyncTask::new(PanicTask)
}

/// Nothing but a panic.
pub struct PanicTask;

impl Task for PanicTask {
    type Output = Result<(), Error>;
    type JsValue = Answer<()>;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        Ok(caught(|| {
            panic_on_purpose();
            Ok(())
        }))
    }

    fn resolve(&mut self, _env: Env, output: Self::Output) -> napi::Result<Self::JsValue> {
        Ok(answer(output))
    }
}
