//! The thread that owns the connection, and the commits that requests share.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::mpsc::Receiver;

use super::StoreFailure;

/// Does the work, and returns what tells the asker whether it was committed.
pub(super) type Job = Box<dyn FnOnce(&Connection) -> Finish + Send>;
pub(super) type Finish = Box<dyn FnOnce(bool) + Send>;

/// How many requests share a commit at most.
const MAX_BATCH: usize = 128;

pub(super) fn run(connection: &Connection, mut jobs: Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        run_batch(connection, first, &mut jobs);
    }
}

fn run_batch(connection: &Connection, first: Job, jobs: &mut Receiver<Job>) {
    let mut finishes = Vec::new();
    let begun = begin(connection);
    let mut next = Some(first);
    while let Some(job) = next {
        finishes.push(job(connection));
        // A full disk ends the whole transaction, not only the savepoint: nothing more goes into it.
        let is_lost = connection.is_autocommit();
        next = if is_lost || finishes.len() == MAX_BATCH { None } else { jobs.try_recv().ok() };
    }
    let committed = begun && !connection.is_autocommit() && connection.execute_batch("COMMIT").is_ok();
    if !committed && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    for finish in finishes {
        finish(committed);
    }
}

fn begin(connection: &Connection) -> bool {
    connection.execute_batch("BEGIN IMMEDIATE").inspect_err(|why| report(why)).is_ok()
}

/// Runs `work` in a savepoint, which a failure or a panic takes back.
pub(super) fn in_savepoint<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, StoreFailure> {
    if connection.is_autocommit() || connection.execute_batch("SAVEPOINT request").is_err() {
        return Err(StoreFailure);
    }
    match catch_unwind(AssertUnwindSafe(|| work(connection))) {
        Ok(Ok(done)) => connection.execute_batch("RELEASE request").map(|()| done).map_err(|_| StoreFailure),
        Ok(Err(why)) => {
            report(&why);
            take_back(connection)
        }
        Err(_panic) => take_back(connection),
    }
}

fn take_back<T>(connection: &Connection) -> Result<T, StoreFailure> {
    let taken_back = connection.execute_batch("ROLLBACK TO request; RELEASE request");
    if taken_back.is_err() && !connection.is_autocommit() {
        // Half of a request must never be committed with the others.
        let _ = connection.execute_batch("ROLLBACK");
    }
    Err(StoreFailure)
}

/// On stderr, for whoever runs the sandbox. SQLite's messages name tables and columns, no values.
fn report(why: &rusqlite::Error) {
    eprintln!("database: {why}");
}
