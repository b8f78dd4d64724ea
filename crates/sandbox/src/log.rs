//! The request log: the latest requests to the API, without anything secret.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// How many requests are kept.
const CAPACITY: usize = 1000;

/// The longest part of a URL that is kept.
const MAX_URL_BYTES: usize = 2048;

/// Whether a request was taken, and on what grounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The signature is right and the request is new.
    Verified,
    /// Relaxed mode: the API key was enough.
    ApiKeyAlone,
    /// Not authenticated.
    Refused,
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::ApiKeyAlone => "api_key_alone",
            Self::Refused => "refused",
        }
    }
}

#[derive(Default)]
pub(crate) struct RequestLog {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last_id: u64,
    entries: VecDeque<Value>,
}

impl RequestLog {
    pub(crate) fn record(
        &self,
        method: &str,
        url: &str,
        status: u16,
        verdict: Verdict,
        diagnosis: Option<&str>,
    ) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.last_id += 1;
        let url: String = url.chars().take(MAX_URL_BYTES).collect();
        let entry = json!({
            "id": state.last_id.to_string(),
            "method": method,
            "url": url,
            "status": status,
            "verdict": verdict.as_str(),
            "diagnosis": diagnosis,
        });
        if state.entries.len() == CAPACITY {
            state.entries.pop_back();
        }
        state.entries.push_front(entry);
    }

    /// Newest first.
    pub(crate) fn list(&self) -> Vec<Value> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).entries.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{CAPACITY, RequestLog, Verdict};

    #[test]
    fn the_log_is_bounded_and_newest_first() {
        let log = RequestLog::default();
        for _ in 0..CAPACITY + 5 {
            log.record("GET", "http://localhost/", 200, Verdict::Verified, None);
        }
        let list = log.list();
        assert_eq!(list.len(), CAPACITY);
        assert_eq!(list[0]["id"], (CAPACITY + 5).to_string());
    }
}
