//! What every entry point runs in: no panic leaves, and every refusal becomes a status.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use partnersign::{Error, ErrorCode};

use crate::error::partnersign_error;
use crate::pointers::Out;
use crate::system;

thread_local! {
    /// Where in our source the last panic of this thread happened.
    static PANIC_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// Runs the body of an entry point: 0, or the number of its error, which `error` then describes.
pub(crate) fn boundary(error: Out<partnersign_error>, body: impl FnOnce() -> Result<(), Error>) -> i32 {
    prepare_process();
    let Ok(report) = partnersign_error::report_to(error) else {
        return ErrorCode::InvalidArgument.number();
    };
    // Nothing of ours is left half-changed: objects are immutable, or behind locks that recover.
    let outcome = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(caught()));
    match outcome {
        Ok(()) => 0,
        Err(why) => {
            report.write(&why);
            why.number()
        }
    }
}

/// Once in each process, at its first call.
///
/// A panic must say nothing on stderr: its text could quote an input. The place in the source is
/// kept for the error message, unless the thread is about to end.
fn prepare_process() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        system::register_fork();
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(|location| {
                let file = location.file().rsplit('/').next().unwrap_or_default();
                format!("{file}:{}", location.line())
            });
            let _ = PANIC_AT.try_with(|at| at.set(place));
        }));
    });
}

fn caught() -> Error {
    let place = PANIC_AT.try_with(Cell::take).ok().flatten().unwrap_or_else(|| "an unknown place".to_owned());
    Error::new(
        ErrorCode::Internal,
        format!("a bug in partnersign: a panic at {place} was caught; please report it"),
    )
}
