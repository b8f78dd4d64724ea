//! What a verifier remembers, so that nothing is accepted twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::forking::undivided;
use crate::{Error, ErrorCode, Freshness, Method, Nonce, NoncePolicy, VerifyingKey};

/// A verified request, as a replay memory sees it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Seen {
    /// The method that it came with.
    pub method: Method,
    /// SHA-256 of its payload.
    pub digest: [u8; 32],
    /// The verifier's time in Unix seconds.
    pub now: u64,
    /// The verifier's window in seconds: a digest need not be kept for longer past its timestamp.
    pub window_seconds: u64,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen")
            .field("method", &self.method)
            .field("digest", &crate::hex(&self.digest))
            .field("now", &self.now)
            .field("window_seconds", &self.window_seconds)
            .finish()
    }
}

/// A memory of what was accepted. The verifier calls it last, after the signature has verified.
pub trait ReplayMemory: Send + Sync {
    /// Refuses what must not be accepted (again) and remembers the rest, in one atomic step.
    ///
    /// By public key, not by API key: two API keys over one RSA key cannot replay each other.
    fn check_and_insert(&self, key: &VerifyingKey, freshness: &Freshness, seen: &Seen) -> Result<(), Error>;
}

/// Shared: one memory can serve several verifiers.
impl<M: ReplayMemory + ?Sized> ReplayMemory for Arc<M> {
    fn check_and_insert(&self, key: &VerifyingKey, freshness: &Freshness, seen: &Seen) -> Result<(), Error> {
        (**self).check_and_insert(key, freshness, seen)
    }
}

/// A replay memory in this process; it forgets everything when the process ends.
///
/// Nonces go by the policy. A timestamp's digest is kept for the window: the same GET again passes
/// (two honest reads in one second are identical), any other repeat is `replayed_request`. When it
/// holds [`MemoryReplay::CAPACITY`] entries that it may not forget, it refuses new ones with
/// `nonce_store_unavailable`.
pub struct MemoryReplay {
    policy: NoncePolicy,
    state: Mutex<State>,
}

/// SHA-256 of the public key's `SubjectPublicKeyInfo`.
type Fingerprint = [u8; 32];

#[derive(Default)]
struct State {
    /// The last number per public key, for [`NoncePolicy::Sequential`] and [`NoncePolicy::Increasing`].
    last_nonce: BTreeMap<Fingerprint, u64>,
    /// Every nonce per public key, for [`NoncePolicy::Unique`].
    nonces: BTreeSet<(Fingerprint, Nonce)>,
    /// The method that each digest came with first, per public key: two owners may well send the
    /// same bytes in the same second.
    digests: BTreeMap<(Fingerprint, [u8; 32]), Method>,
    /// The same digests in the order in which they may be forgotten, each with its timestamp.
    expiry: BTreeSet<(u64, u64, (Fingerprint, [u8; 32]))>,
    /// The latest timestamp of which a digest was forgotten: up to it, unknown is not the same as new.
    forgotten: Option<u64>,
}

impl MemoryReplay {
    /// How many nonces (under [`NoncePolicy::Unique`]) and how many digests are kept at most.
    pub const CAPACITY: usize = 1_000_000;

    /// Nothing seen yet.
    pub fn new(policy: NoncePolicy) -> Self {
        Self { policy, state: Mutex::default() }
    }
}

impl ReplayMemory for MemoryReplay {
    fn check_and_insert(&self, key: &VerifyingKey, freshness: &Freshness, seen: &Seen) -> Result<(), Error> {
        undivided(|| {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            match freshness {
                Freshness::Timestamp(timestamp) => {
                    state.accept_digest(timestamp.seconds(), (*key.fingerprint_bytes(), seen.digest), seen)
                }
                Freshness::Nonce(nonce) => state.accept_nonce(self.policy, key, nonce),
            }
        })
    }
}

impl State {
    fn accept_digest(
        &mut self,
        timestamp: u64,
        digest: (Fingerprint, [u8; 32]),
        seen: &Seen,
    ) -> Result<(), Error> {
        while self.expiry.first().is_some_and(|(forget_after, ..)| *forget_after < seen.now) {
            if let Some((_, timestamp, expired)) = self.expiry.pop_first() {
                self.digests.remove(&expired);
                self.forgotten = self.forgotten.max(Some(timestamp));
            }
        }
        if let Some(before) = self.digests.get(&digest) {
            if (*before, seen.method) == (Method::Get, Method::Get) {
                return Ok(());
            }
            let why = "the same signed request was accepted before; sign it anew with another timestamp";
            return Err(Error::new(ErrorCode::ReplayedRequest, why));
        }
        // Only with a clock that went back, or beside a verifier with a shorter window.
        if self.forgotten.is_some_and(|forgotten| timestamp <= forgotten) {
            let why = "requests with this timestamp are already forgotten here, so this may be one of them; sign it anew";
            return Err(Error::new(ErrorCode::TimestampOutOfWindow, why));
        }
        check_room(self.digests.len())?;
        self.digests.insert(digest, seen.method);
        self.expiry.insert((timestamp.saturating_add(seen.window_seconds), timestamp, digest));
        Ok(())
    }

    fn accept_nonce(&mut self, policy: NoncePolicy, key: &VerifyingKey, nonce: &Nonce) -> Result<(), Error> {
        let key = *key.fingerprint_bytes();
        if policy == NoncePolicy::Unique {
            check_room(self.nonces.len())?;
            return if self.nonces.insert((key, nonce.clone())) {
                Ok(())
            } else {
                Err(Error::new(ErrorCode::NonceRejected, "the nonce was used before"))
            };
        }
        let number = policy.accept(self.last_nonce.get(&key).copied(), nonce)?;
        self.last_nonce.insert(key, number);
        Ok(())
    }
}

fn check_room(entries: usize) -> Result<(), Error> {
    if entries >= MemoryReplay::CAPACITY {
        let why = "the replay memory is full; it refuses rather than forgets";
        return Err(Error::new(ErrorCode::NonceStoreUnavailable, why));
    }
    Ok(())
}

impl fmt::Debug for MemoryReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplay").field("policy", &self.policy).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{MemoryReplay, State};
    use crate::{ErrorCode, Freshness, Method, NoncePolicy, ReplayMemory, Seen, Timestamp, VerifyingKey};

    fn key(name: &str) -> VerifyingKey {
        let path = format!("{}/../../tests/vectors/keys/{name}", env!("CARGO_MANIFEST_DIR"));
        VerifyingKey::from_bytes(&std::fs::read(path).unwrap()).unwrap()
    }

    fn seen(method: Method, now: u64) -> Seen {
        Seen { method, digest: [7; 32], now, window_seconds: 300 }
    }

    #[test]
    fn two_owners_may_send_the_same_bytes_in_the_same_second() {
        let memory = MemoryReplay::new(NoncePolicy::Sequential);
        let timestamp: Freshness = Timestamp::from_seconds(1000).unwrap().into();
        for name in ["rsa2048.spki.pem", "rsa3072.spki.pem"] {
            memory.check_and_insert(&key(name), &timestamp, &seen(Method::Post, 1000)).unwrap();
        }
        let again = memory.check_and_insert(&key("rsa2048.spki.pem"), &timestamp, &seen(Method::Post, 1000));
        assert_eq!(again.unwrap_err().code(), ErrorCode::ReplayedRequest);
    }

    #[test]
    fn a_digest_is_kept_to_the_last_second_of_the_window_and_then_forgotten() {
        let mut state = State::default();
        let digest = ([1; 32], [7; 32]);
        state.accept_digest(1000, digest, &seen(Method::Post, 1000)).unwrap();
        assert!(state.accept_digest(1000, digest, &seen(Method::Post, 1300)).is_err());
        state.accept_digest(1301, ([2; 32], [8; 32]), &seen(Method::Post, 1301)).unwrap();
        assert_eq!((state.digests.len(), state.expiry.len()), (1, 1));
    }

    #[test]
    fn what_was_forgotten_is_not_accepted_again_when_the_clock_goes_back_or_the_window_is_longer() {
        let memory = MemoryReplay::new(NoncePolicy::Sequential);
        let key = key("rsa2048.spki.pem");
        let accept = |timestamp, seen: Seen| {
            memory.check_and_insert(&key, &Timestamp::from_seconds(timestamp).unwrap().into(), &seen)
        };
        let old = seen(Method::Post, 1000);
        accept(1000, old).unwrap();
        accept(1301, Seen { digest: [8; 32], ..seen(Method::Post, 1301) }).unwrap();
        let clock_went_back = accept(1000, seen(Method::Post, 1300)).unwrap_err();
        assert_eq!(clock_went_back.code(), ErrorCode::TimestampOutOfWindow);
        let longer_window = accept(1000, Seen { window_seconds: 3600, ..seen(Method::Post, 1400) });
        assert_eq!(longer_window.unwrap_err().code(), ErrorCode::TimestampOutOfWindow);
    }
}
