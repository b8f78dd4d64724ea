//! State in SQLite: one connection, one thread, one commit for all requests that wait.
//!
//! Each request runs in a savepoint of its own, so it happens whole or not at all; nobody is
//! answered before the commit that holds it is on disk (`synchronous = FULL`). Requests that arrive
//! while a commit is being flushed share the next one, which is what makes this fast.

mod writer;

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use tokio::sync::{mpsc, oneshot};

use self::writer::{Job, in_savepoint};

/// The layout of the tables; a file with another is refused.
const SCHEMA_VERSION: i64 = 1;

/// How many requests may wait for the thread before others wait to be let in.
const MAX_WAITING: usize = 1024;

/// The database could not do it: nothing of the request happened.
#[derive(Debug)]
pub(crate) struct StoreFailure;

pub(crate) struct Store {
    jobs: mpsc::Sender<Job>,
}

impl Store {
    /// Opens or makes the file, or a database in memory; no other process can open it meanwhile.
    ///
    /// `load` reads what is kept in memory, before the first request.
    pub(crate) fn open<T>(
        path: Option<&Path>,
        load: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<(Self, T), String> {
        let shown = path.map_or_else(|| "in memory".to_owned(), |path| path.display().to_string());
        let failed = |why: rusqlite::Error| match why.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                format!(
                    "the database {shown} is in use, by another sandbox perhaps: stop that, or give another file"
                )
            }
            _ => format!("the database {shown} cannot be opened: {why}"),
        };
        let connection = connect(path).map_err(failed)?;
        let version: i64 =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        match version {
            0 => create(&connection).map_err(failed)?,
            SCHEMA_VERSION => {}
            other => {
                return Err(format!(
                    "the database {shown} has layout {other}, this sandbox reads {SCHEMA_VERSION}"
                ));
            }
        }
        let loaded = load(&connection).map_err(failed)?;
        let (jobs, waiting) = mpsc::channel(MAX_WAITING);
        std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || writer::run(&connection, waiting))
            .map_err(|why| format!("no thread for the database: {why}"))?;
        Ok((Self { jobs }, loaded))
    }

    /// Runs `work` whole or not at all, and returns once it is on disk.
    pub(crate) async fn transact<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreFailure> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = in_savepoint(connection, work);
            Box::new(move |committed| {
                // Whoever asked may have gone away; what happened has happened.
                let _ = answer.send(if committed { result } else { Err(StoreFailure) });
            })
        });
        self.jobs.send(job).await.map_err(|_| StoreFailure)?;
        answered.await.map_err(|_| StoreFailure)?
    }
}

fn connect(path: Option<&Path>) -> rusqlite::Result<Connection> {
    /// 1 GiB of pages: a database in memory refuses rather than takes all of it.
    const MAX_PAGES_IN_MEMORY: i64 = 262_144;

    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match path {
        Some(path) => Connection::open_with_flags(path, flags)?,
        None => Connection::open_in_memory_with_flags(flags)?,
    };
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    if path.is_some() {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
    } else {
        connection.pragma_update(None, "max_page_count", MAX_PAGES_IN_MEMORY)?;
    }
    // Takes the lock now, so that a second process fails here and not at its first request.
    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(connection)
}

fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN EXCLUSIVE")?;
    connection.execute_batch(include_str!("schema.sql"))?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    connection.execute_batch("COMMIT")
}

/// Deletes everything: API keys, what was seen, and all that the API created.
pub(crate) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DELETE FROM action; DELETE FROM payment; DELETE FROM whitelist; DELETE FROM wallet;
         DELETE FROM fund; DELETE FROM policy_member; DELETE FROM policy; DELETE FROM trusted_party;
         DELETE FROM core_client; DELETE FROM user; DELETE FROM company; DELETE FROM seen_digest;
         DELETE FROM used_nonce; DELETE FROM signer; DELETE FROM account; DELETE FROM setting;",
    )
}

pub(crate) fn setting(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM setting WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

pub(crate) fn set_setting(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])
        .map(drop)
}

/// An empty database in memory, for tests.
#[cfg(test)]
pub(crate) fn for_test() -> Connection {
    let connection = connect(None).unwrap();
    create(&connection).unwrap();
    connection
}

#[cfg(test)]
mod tests {
    use super::{Store, StoreFailure, set_setting, setting};

    #[tokio::test]
    async fn what_was_answered_is_there_after_the_next_start_and_what_failed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.sqlite");
        let (store, ()) = Store::open(Some(&path), |_| Ok(())).unwrap();
        store.transact(|connection| set_setting(connection, "kept", "yes")).await.unwrap();
        let failed = store
            .transact(|connection| {
                set_setting(connection, "half", "done")?;
                Err::<(), _>(rusqlite::Error::QueryReturnedNoRows)
            })
            .await;
        assert!(matches!(failed, Err(StoreFailure)));
        let panicked = store.transact(|_| -> rusqlite::Result<()> { panic!("a bug") }).await;
        assert!(matches!(panicked, Err(StoreFailure)));
        assert!(Store::open(Some(&path), |_| Ok(())).is_err(), "a second process must not get in");
        drop(store);
        let load = |connection: &rusqlite::Connection| {
            Ok((setting(connection, "kept")?, setting(connection, "half")?))
        };
        let reopened = loop {
            // The thread of the first store lets go of the file a moment later.
            if let Ok((_, loaded)) = Store::open(Some(&path), load) {
                break loaded;
            }
        };
        assert_eq!(reopened, (Some("yes".to_owned()), None));
    }

    #[tokio::test]
    async fn a_full_database_refuses_and_neither_forgets_nor_keeps_half() {
        let (store, ()) = Store::open(None, |connection| {
            let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            connection.pragma_update(None, "max_page_count", pages + 4)
        })
        .unwrap();
        store.transact(|connection| set_setting(connection, "kept", "yes")).await.unwrap();
        let too_much = || {
            store.transact(|connection| {
                set_setting(connection, "half", "done")?;
                set_setting(connection, "long", &"x".repeat(100_000))
            })
        };
        // Together, so that they may share a commit.
        let (first, second, small) = tokio::join!(
            too_much(),
            too_much(),
            store.transact(|connection| set_setting(connection, "small", "yes"))
        );
        assert!(first.is_err() && second.is_err());
        let read = |name: &'static str| store.transact(move |connection| setting(connection, name));
        assert_eq!(read("half").await.unwrap(), None);
        assert_eq!(read("kept").await.unwrap().as_deref(), Some("yes"));
        assert_eq!(read("small").await.unwrap().is_some(), small.is_ok());
    }
}
