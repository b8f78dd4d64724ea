//! What all requests share.

use std::sync::{Arc, OnceLock};

use partnersign::NoncePolicy;
use tokio::sync::{Mutex, Semaphore};

use crate::args::ServeArgs;
use crate::auth::Rules;
use crate::auth::accounts::Accounts;
use crate::clock::{Clock, ClockState};
use crate::control::without_port;
use crate::log::RequestLog;
use crate::store::{Store, setting};

pub(crate) struct Sandbox {
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    pub(crate) clock: Clock,
    /// Held while the control plane changes what is both stored and kept in memory: accounts, clock.
    pub(crate) changing: Mutex<()>,
    pub(crate) log: RequestLog,
    pub(crate) nonce_policy: NoncePolicy,
    pub(crate) rules: Rules,
    /// The names that the control plane goes by, without ports.
    pub(crate) hosts: Vec<String>,
    /// How many searches for what was signed may run at once: each takes up to 20 ms.
    pub(crate) diagnoses: Semaphore,
    /// The document that `/openapi.json` answers.
    pub(crate) openapi: OnceLock<serde_json::Value>,
}

impl Sandbox {
    /// `origins`: what stands in front of the request target in the URLs that clients sign.
    pub(crate) fn open(args: &ServeArgs, origins: Vec<String>) -> Result<Arc<Self>, String> {
        let (store, (accounts, clock)) = Store::open(args.database.as_deref(), |connection| {
            let clock = setting(connection, "clock")?.and_then(|text| ClockState::from_text(&text));
            Ok((Accounts::load(connection)?, clock.unwrap_or(ClockState::REAL)))
        })?;
        let hosts = hosts(args, &origins);
        Ok(Arc::new(Self {
            store,
            accounts,
            clock: Clock::new(clock),
            changing: Mutex::default(),
            log: RequestLog::default(),
            nonce_policy: args.nonce,
            rules: Rules { mode: args.auth, window_seconds: args.timestamp_window, origins },
            hosts,
            diagnoses: Semaphore::new(2),
            openapi: OnceLock::new(),
        }))
    }

    /// The first origin: what the sandbox itself writes into URLs.
    pub(crate) fn origin(&self) -> &str {
        self.rules.origins.first().map_or("", String::as_str)
    }
}

/// This machine's own names, the address that is listened on, and those of the origins.
fn hosts(args: &ServeArgs, origins: &[String]) -> Vec<String> {
    let mut hosts = vec!["127.0.0.1".to_owned(), "localhost".to_owned(), "[::1]".to_owned()];
    if args.allow_remote && !args.listen.ip().is_unspecified() {
        hosts.push(without_port(&args.listen.to_string()).to_owned());
    }
    if args.allow_remote {
        let authority = |origin: &String| {
            origin.split_once("://").map(|(_, authority)| without_port(authority).to_owned())
        };
        hosts.extend(origins.iter().filter_map(authority));
    }
    hosts
}
