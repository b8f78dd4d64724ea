//! No fork while a private key is at work.
//!
//! A forked child inherits what other threads were doing to a key's blinding, half done: AWS-LC then waits
//! for a thread that is not there, or aborts. So `os.fork` waits for the signatures that are being made, and
//! those that come meanwhile wait for it.

use std::cell::RefCell;
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use pyo3::prelude::*;

static WORK: RwLock<()> = RwLock::new(());

thread_local! {
    /// Held by the thread that forks, from before to after, in the parent and in the child.
    static PAUSE: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
}

/// Runs an operation with a private key. It must not wait for the GIL, which the forking thread holds.
pub(crate) fn work<T>(operation: impl FnOnce() -> T) -> T {
    let _working = WORK.read().unwrap_or_else(PoisonError::into_inner);
    operation()
}

#[pyfunction]
#[pyo3(name = "_before_fork")]
pub(crate) fn before_fork() {
    PAUSE.set(Some(WORK.write().unwrap_or_else(PoisonError::into_inner)));
}

#[pyfunction]
#[pyo3(name = "_after_fork")]
pub(crate) fn after_fork() {
    PAUSE.set(None);
}

/// Where the system can fork, Python calls both around each `os.fork`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let Ok(register) = module.py().import("os")?.getattr("register_at_fork") else { return Ok(()) };
    let hooks = pyo3::types::PyDict::new(module.py());
    hooks.set_item("before", module.getattr("_before_fork")?)?;
    hooks.set_item("after_in_parent", module.getattr("_after_fork")?)?;
    hooks.set_item("after_in_child", module.getattr("_after_fork")?)?;
    register.call((), Some(&hooks)).map(|_| ())
}
