//! The registered API keys, in memory: each with the public key that its owner uploaded.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use partnersign::{ApiKey, VerifyingKey};
use rusqlite::{Connection, OptionalExtension, params};

/// A partner account: one API key. Neither the API key nor its secret part is kept, only its hash.
pub(crate) struct Account {
    pub(crate) id: i64,
    /// The public key, as the replay memory knows it.
    pub(crate) signer: i64,
    pub(crate) public_key: VerifyingKey,
    hash: [u8; 32],
}

/// Finds accounts by the hash of the API key: how long that takes says nothing about the key.
#[derive(Default)]
pub(crate) struct Accounts(RwLock<BTreeMap<[u8; 32], Arc<Account>>>);

impl Accounts {
    pub(crate) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare("SELECT id, signer, public_key, api_key_hash FROM account")?;
        let rows = statement.query_map([], |row| {
            let pem: String = row.get(2)?;
            let unreadable = |why: partnersign::Error| {
                rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(why))
            };
            let public_key = VerifyingKey::from_pem(pem.as_bytes()).map_err(unreadable)?;
            Ok(Account { id: row.get(0)?, signer: row.get(1)?, public_key, hash: row.get(3)? })
        })?;
        let accounts = Self::default();
        for account in rows {
            accounts.insert(account?);
        }
        Ok(accounts)
    }

    pub(crate) fn insert(&self, account: Account) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(account.hash, Arc::new(account));
    }

    pub(crate) fn find(&self, api_key: &ApiKey) -> Option<Arc<Account>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&api_key.hash()).cloned()
    }

    /// Other accounts' public keys, for the diagnosis; at most `limit`.
    pub(crate) fn other_keys(&self, than: &Account, limit: usize) -> Vec<VerifyingKey> {
        let accounts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let others = accounts.values().filter(|account| account.signer != than.signer);
        others.take(limit).map(|account| account.public_key.clone()).collect()
    }

    pub(crate) fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Stores a new account.
pub(crate) fn register(
    connection: &Connection,
    api_key: &ApiKey,
    public_key: &VerifyingKey,
) -> rusqlite::Result<Account> {
    let fingerprint = public_key.fingerprint();
    connection
        .execute("INSERT INTO signer (fingerprint) VALUES (?1) ON CONFLICT DO NOTHING", [&fingerprint])?;
    let signer: i64 =
        connection
            .query_row("SELECT id FROM signer WHERE fingerprint = ?1", [&fingerprint], |row| row.get(0))?;
    let hash = api_key.hash();
    connection.execute(
        "INSERT INTO account (api_key_hash, key_id, public_key, signer) VALUES (?1, ?2, ?3, ?4)",
        params![hash, api_key.key_id(), public_key.to_pem(), signer],
    )?;
    Ok(Account { id: connection.last_insert_rowid(), signer, public_key: public_key.clone(), hash })
}

/// Whether the account is still there: a reset may have come between.
pub(crate) fn exists(connection: &Connection, account: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM account WHERE id = ?1")?;
    Ok(statement.query_row([account], |_| Ok(())).optional()?.is_some())
}
