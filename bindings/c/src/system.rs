//! What the operating system is asked for.

/// A process that forks waits for what threads are doing with keys and locks, so that its child can use both.
#[cfg(unix)]
pub(crate) fn register_fork() {
    extern "C" fn before() {
        partnersign::forking::before_fork();
    }
    extern "C" fn after() {
        partnersign::forking::after_fork();
    }
    // It fails when memory is short; then a fork is what it would be without.
    // SAFETY: the library stays loaded (`-z nodelete`), and so do the functions, which cannot unwind.
    let _ = unsafe { libc::pthread_atfork(Some(before), Some(after), Some(after)) };
}

#[cfg(not(unix))]
pub(crate) fn register_fork() {}

/// Rust's standard library keeps what it knows about the main thread as long as the process lives, by a pointer
/// into the middle of the block, which Valgrind calls possibly lost. This one points at its beginning.
#[cfg(target_os = "linux")]
pub(crate) fn keep_main_thread() {
    use std::sync::OnceLock;
    use std::thread::{self, Thread};

    static MAIN: OnceLock<Thread> = OnceLock::new();
    // SAFETY: both always succeed and touch no memory.
    if MAIN.get().is_none() && unsafe { libc::gettid() == libc::getpid() } {
        partnersign::forking::undivided(|| MAIN.get_or_init(thread::current));
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_main_thread() {}
