//! No key is at work, and no lock is held, while the process forks.
//!
//! A forked child inherits what other threads were doing, half done, without the threads: AWS-LC then aborts
//! over a key's blinding, and a lock waits for ever. So whoever forks first waits for what is being done,
//! and what comes meanwhile waits for the fork. A face registers [`before_fork`] and [`after_fork`] where the
//! system asks for them (`pthread_atfork`); without that nothing ever waits.
//!
//! One thing is left: a thread that has signed takes a lock of AWS-LC for a moment when it ends, after all of
//! ours is done. A fork in that very moment gives a child that can hang. Threads that stay, and those of a
//! batch, have no such moment.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static WORK: RwLock<()> = RwLock::new(());

// Neither needs a destructor, so that both can be used while a thread ends.
thread_local! {
    static WORKING: Cell<bool> = const { Cell::new(false) };
    /// Held by the thread that forks, from before to after, in the parent and in the child.
    static PAUSE: Cell<Option<ManuallyDrop<RwLockWriteGuard<'static, ()>>>> = const { Cell::new(None) };
}

/// Runs what a fork must not cut in two: a short operation, which calls nobody else's code.
pub fn undivided<T>(operation: impl FnOnce() -> T) -> T {
    let _working = (!WORKING.replace(true)).then(Working::begin);
    operation()
}

/// Runs the part of an [`undivided`] operation that another thread does: it is waited for with the whole.
pub(crate) fn part_of_undivided<T>(operation: impl FnOnce() -> T) -> T {
    let _part = (!WORKING.replace(true)).then(|| Mark);
    operation()
}

/// Ends in this order: the lock, then the mark.
struct Working {
    _lock: RwLockReadGuard<'static, ()>,
    _mark: Mark,
}

struct Mark;

impl Working {
    fn begin() -> Self {
        let mark = Mark;
        Self { _lock: WORK.read().unwrap_or_else(PoisonError::into_inner), _mark: mark }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        WORKING.set(false);
    }
}

/// Waits for every [`undivided`] operation of other threads, and holds off new ones.
///
/// A thread that is itself in one, which only a signal handler can make fork, is not waited for.
pub fn before_fork() {
    if !WORKING.get() {
        PAUSE.set(Some(ManuallyDrop::new(WORK.write().unwrap_or_else(PoisonError::into_inner))));
    }
}

/// Ends what [`before_fork`] began, in the parent and in the child.
pub fn after_fork() {
    drop(PAUSE.take().map(ManuallyDrop::into_inner));
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::{after_fork, before_fork, part_of_undivided, undivided};

    #[test]
    fn a_fork_waits_for_an_operation_and_holds_off_the_next() {
        let (started, has_started) = mpsc::channel();
        let (finish, may_finish) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            let done = tell.clone();
            scope.spawn(move || {
                undivided(|| {
                    // An operation within another one waits for nobody.
                    undivided(|| started.send(()).unwrap());
                    may_finish.recv().unwrap();
                    done.send("operation").unwrap();
                });
            });
            has_started.recv().unwrap();
            scope.spawn(move || {
                before_fork();
                tell.send("fork").unwrap();
                let late = thread::spawn(move || undivided(|| tell.send("late").unwrap()));
                thread::sleep(Duration::from_millis(50));
                assert!(!late.is_finished());
                after_fork();
                late.join().unwrap();
            });
            assert!(told.recv_timeout(Duration::from_millis(50)).is_err());
            finish.send(()).unwrap();
            assert_eq!(told.iter().collect::<Vec<_>>(), ["operation", "fork", "late"]);
        });
    }

    #[test]
    fn a_fork_waits_for_the_threads_of_an_operation_too() {
        let (tell, told) = mpsc::channel();
        let (started, start) = mpsc::channel();
        thread::scope(|scope| {
            let of_the_operation = tell.clone();
            scope.spawn(move || {
                undivided(|| {
                    // Its own part ends nothing of the whole.
                    part_of_undivided(|| ());
                    assert!(super::WORKING.get());
                    let helper = thread::spawn(move || {
                        part_of_undivided(|| {
                            started.send(()).unwrap();
                            // Long enough for the fork to wait; it may not hold this off.
                            thread::sleep(Duration::from_millis(200));
                            undivided(|| of_the_operation.send("helper").unwrap());
                        });
                    });
                    helper.join().unwrap();
                });
            });
            start.recv().unwrap();
            before_fork();
            tell.send("fork").unwrap();
            after_fork();
        });
        drop(tell);
        assert_eq!(told.iter().collect::<Vec<_>>(), ["helper", "fork"]);
    }

    #[test]
    fn a_thread_that_forks_in_the_middle_of_its_own_operation_goes_on() {
        undivided(|| {
            before_fork();
            after_fork();
        });
        before_fork();
        after_fork();
    }
}
