//! The replay memory, in the same transaction as what the request does.
//!
//! Core's verifier asks a [`ReplayMemory`](partnersign::ReplayMemory) last, once the signature has
//! verified. [`Witness`] notes that it was asked; [`check_and_insert`] then decides inside the
//! transaction, by core's rule for nonces and the rule of the design for timestamps.

use std::sync::{Arc, Mutex, PoisonError};

use partnersign::{
    Error, ErrorCode, Freshness, Method, Nonce, NoncePolicy, ReplayMemory, Seen, VerifyingKey,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{set_setting, setting};

/// How many digests are kept although their window is over: the control plane may set the clock
/// back into it. Beyond that the oldest go, and with them every timestamp up to theirs.
const KEPT: i64 = 200_000;

/// After how many digests the old ones are looked for.
const FORGET_EVERY: i64 = 1024;

/// What a verified request leaves to be checked in the transaction.
#[derive(Clone)]
pub(crate) struct Proof {
    pub(crate) freshness: Freshness,
    pub(crate) seen: Seen,
}

/// Takes the verifier's question down.
#[derive(Clone, Default)]
pub(super) struct Witness(Arc<Mutex<Option<Proof>>>);

impl Witness {
    pub(super) fn into_proof(self) -> Option<Proof> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ReplayMemory for Witness {
    fn check_and_insert(&self, _: &VerifyingKey, freshness: &Freshness, seen: &Seen) -> Result<(), Error> {
        let proof = Proof { freshness: freshness.clone(), seen: *seen };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(proof);
        Ok(())
    }
}

/// Refuses what must not be accepted (again), and remembers the rest.
pub(crate) fn check_and_insert(
    connection: &Connection,
    signer: i64,
    policy: NoncePolicy,
    proof: &Proof,
) -> rusqlite::Result<Result<(), Error>> {
    match &proof.freshness {
        Freshness::Timestamp(timestamp) => {
            accept_digest(connection, signer, timestamp.seconds(), &proof.seen)
        }
        Freshness::Nonce(nonce) => accept_nonce(connection, signer, policy, nonce),
    }
}

fn accept_nonce(
    connection: &Connection,
    signer: i64,
    policy: NoncePolicy,
    nonce: &Nonce,
) -> rusqlite::Result<Result<(), Error>> {
    let (last, last_ordered): (Option<u64>, Option<u64>) = connection
        .prepare_cached("SELECT last_nonce, last_ordered FROM signer WHERE id = ?1")?
        .query_row([signer], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if policy == NoncePolicy::Unique {
        // Numbers that an ordering policy took in an earlier run are not listed one by one.
        let number = nonce.number();
        let is_new = !number.is_some_and(|number| last_ordered.is_some_and(|ordered| number <= ordered))
            && connection
                .prepare_cached("INSERT INTO used_nonce VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![signer, nonce.as_str()])?
                == 1;
        if !is_new {
            return Ok(Err(Error::new(ErrorCode::NonceRejected, "the nonce was used before")));
        }
        if number.is_some_and(|number| last.is_none_or(|last| number > last)) {
            connection
                .prepare_cached("UPDATE signer SET last_nonce = ?2 WHERE id = ?1")?
                .execute(params![signer, number])?;
        }
        return Ok(Ok(()));
    }
    let number = match policy.accept(last, nonce) {
        Ok(number) => number,
        Err(refused) => return Ok(Err(refused)),
    };
    connection
        .prepare_cached("UPDATE signer SET last_nonce = ?2, last_ordered = ?2 WHERE id = ?1")?
        .execute(params![signer, number])?;
    Ok(Ok(()))
}

fn accept_digest(
    connection: &Connection,
    signer: i64,
    timestamp: u64,
    seen: &Seen,
) -> rusqlite::Result<Result<(), Error>> {
    let is_get = seen.method == Method::Get;
    let before: Option<bool> = connection
        .prepare_cached("SELECT is_get FROM seen_digest WHERE digest = ?1 AND signer = ?2")?
        .query_row(params![seen.digest, signer], |row| row.get(0))
        .optional()?;
    if let Some(was_get) = before {
        if was_get && is_get {
            return Ok(Ok(()));
        }
        let why = "the same signed request was accepted before; sign it anew with another timestamp";
        return Ok(Err(Error::new(ErrorCode::ReplayedRequest, why)));
    }
    if forgotten(connection)?.is_some_and(|forgotten| timestamp <= forgotten) {
        let why = "requests with this timestamp are already forgotten here, so this may be one of them; sign it anew";
        return Ok(Err(Error::new(ErrorCode::TimestampOutOfWindow, why)));
    }
    let forget_after = timestamp.saturating_add(seen.window_seconds).min(i64::MAX as u64);
    connection
        .prepare_cached(
            "INSERT INTO seen_digest (signer, digest, is_get, timestamp, forget_after) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![signer, seen.digest, is_get, timestamp, forget_after])?;
    let newest = connection.last_insert_rowid();
    if newest % FORGET_EVERY == 0 {
        forget(connection, newest - KEPT, seen.now)?;
    }
    Ok(Ok(()))
}

/// Forgets digests up to the row `last` whose window is over.
fn forget(connection: &Connection, last: i64, now: u64) -> rusqlite::Result<()> {
    let latest: Option<u64> = connection.query_row(
        "SELECT max(timestamp) FROM seen_digest WHERE id <= ?1 AND forget_after < ?2",
        params![last, now],
        |row| row.get(0),
    )?;
    let Some(latest) = latest else { return Ok(()) };
    connection.execute("DELETE FROM seen_digest WHERE id <= ?1 AND forget_after < ?2", params![last, now])?;
    let forgotten = forgotten(connection)?.map_or(latest, |before| before.max(latest));
    set_setting(connection, "forgotten", &forgotten.to_string())
}

/// The latest timestamp of which a digest was forgotten: up to it, unknown is not the same as new.
fn forgotten(connection: &Connection) -> rusqlite::Result<Option<u64>> {
    Ok(setting(connection, "forgotten")?.and_then(|text| text.parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::{accept_digest, accept_nonce, check_and_insert, forget};
    use crate::store::for_test;
    use partnersign::{
        ErrorCode, Method, Nonce, NoncePolicy, ReceivedRequest, Request, Seen, Signer, SigningKey, Timestamp,
        Verifier,
    };
    use rusqlite::Connection;

    fn with_signer() -> Connection {
        let connection = for_test();
        connection.execute("INSERT INTO signer (id, fingerprint) VALUES (1, 'a'), (2, 'b')", []).unwrap();
        connection
    }

    fn nonce(connection: &Connection, policy: NoncePolicy, text: &str) -> bool {
        accept_nonce(connection, 1, policy, &Nonce::parse(text).unwrap()).unwrap().is_ok()
    }

    /// What core's verifier saw; `Seen` is core's to make.
    fn seen(method: &str, now: u64) -> Seen {
        let pem = include_bytes!("../../../../tests/vectors/keys/rsa2048.pkcs8.pem");
        let signer = Signer::new(SigningKey::from_pem(pem, None).unwrap(), None);
        let request = Request::new(Method::parse(method).unwrap(), "http://localhost/a");
        let signed = signer.sign(&request, &Timestamp::from_seconds(now).unwrap().into()).unwrap();
        let witness = super::Witness::default();
        let headers: Vec<_> = signed.headers().collect();
        Verifier::with_key(signer.verifying_key().clone())
            .replay(witness.clone())
            .verify(&ReceivedRequest::new(method, signed.url(), &headers, b""), now)
            .unwrap();
        witness.into_proof().unwrap().seen
    }

    #[test]
    fn nonces_go_by_the_policy() {
        let connection = with_signer();
        let taken: Vec<bool> =
            ["10", "10", "12", "11"].map(|text| nonce(&connection, NoncePolicy::Sequential, text)).into();
        assert_eq!(taken, [true, false, false, true]);
        assert!(nonce(&connection, NoncePolicy::Increasing, "20"));
        assert!(!nonce(&connection, NoncePolicy::Increasing, "19"));
    }

    #[test]
    fn another_policy_after_a_restart_takes_no_nonce_again() {
        let connection = with_signer();
        assert!(nonce(&connection, NoncePolicy::Sequential, "10"));
        assert!(!nonce(&connection, NoncePolicy::Unique, "10"));
        assert!(!nonce(&connection, NoncePolicy::Unique, "9"));
        assert!(nonce(&connection, NoncePolicy::Unique, "30"));
        assert!(nonce(&connection, NoncePolicy::Unique, "20"));
        assert!(!nonce(&connection, NoncePolicy::Unique, "20"));
        assert!(!nonce(&connection, NoncePolicy::Increasing, "30"));
        assert!(nonce(&connection, NoncePolicy::Sequential, "31"));
    }

    #[test]
    fn the_same_get_passes_and_nothing_else_does() {
        let connection = with_signer();
        let accept = |signer, seen: &Seen| accept_digest(&connection, signer, 1000, seen).unwrap();
        accept(1, &seen("GET", 1000)).unwrap();
        accept(1, &seen("GET", 1000)).unwrap();
        assert_eq!(accept(1, &seen("DELETE", 1000)).unwrap_err().code(), ErrorCode::ReplayedRequest);
        accept(2, &seen("POST", 1000)).unwrap();
        assert_eq!(accept(2, &seen("POST", 1000)).unwrap_err().code(), ErrorCode::ReplayedRequest);
        assert_eq!(accept(2, &seen("GET", 1000)).unwrap_err().code(), ErrorCode::ReplayedRequest);
    }

    #[test]
    fn what_was_forgotten_is_not_taken_for_new() {
        let connection = with_signer();
        accept_digest(&connection, 1, 1000, &seen("POST", 1000)).unwrap().unwrap();
        forget(&connection, 1, 1300).unwrap();
        let again = accept_digest(&connection, 1, 1000, &seen("POST", 1000)).unwrap();
        assert_eq!(again.unwrap_err().code(), ErrorCode::ReplayedRequest);
        forget(&connection, 1, 1301).unwrap();
        let again = accept_digest(&connection, 1, 1000, &seen("POST", 1000)).unwrap();
        assert_eq!(again.unwrap_err().code(), ErrorCode::TimestampOutOfWindow);
        accept_digest(&connection, 1, 1001, &seen("POST", 1001)).unwrap().unwrap();
    }

    #[test]
    fn the_witness_takes_down_what_the_verifier_asks() {
        let connection = with_signer();
        let proof = super::Proof { freshness: Nonce::parse("1").unwrap().into(), seen: seen("GET", 5) };
        assert!(check_and_insert(&connection, 1, NoncePolicy::Unique, &proof).unwrap().is_ok());
    }
}
