//! `os.fork` waits for what threads are doing with keys, so that its child can use them.

use partnersign::forking;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// What is imported on first use. A child would wait for ever for a thread that was in the middle of that.
const LATE: [&str; 2] = ["partnersign._batch", "partnersign._json"];

#[pyfunction]
#[pyo3(name = "_before_fork")]
pub(crate) fn before_fork(py: Python<'_>) -> PyResult<()> {
    let modules = py.import("sys")?.getattr("modules")?;
    for name in LATE {
        if modules.contains(name)? {
            py.import(name)?;
        }
    }
    // Nothing that it waits for needs the GIL, which this thread holds.
    forking::before_fork();
    Ok(())
}

#[pyfunction]
#[pyo3(name = "_after_fork")]
pub(crate) fn after_fork() {
    forking::after_fork();
}

/// Where the system can fork, Python calls both around each `os.fork`.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let Ok(register) = module.py().import("os")?.getattr("register_at_fork") else { return Ok(()) };
    let hooks = PyDict::new(module.py());
    hooks.set_item("before", module.getattr("_before_fork")?)?;
    hooks.set_item("after_in_parent", module.getattr("_after_fork")?)?;
    hooks.set_item("after_in_child", module.getattr("_after_fork")?)?;
    register.call((), Some(&hooks)).map(|_| ())
}
