//! Hands out nonces, and learns from what became of them.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use super::doubt::Doubt;
use super::number;
use super::outcome::Outcome;
use super::policy::NoncePolicy;
use super::race::Race;
use super::state::NonceState;
use crate::{Error, ErrorCode};

/// The state machine that hands out the nonces of one API key: reserve, sign and send, settle.
///
/// Numbers go from 1 to 2^53 - 1. Those that could pass for a timestamp between 2017 and 2050
/// (1,483,228,800 to 2,524,607,999) are never handed out.
///
/// **`Sequential`.** One live reservation at a time, and no number is skipped unless it is known to be
/// consumed. A number whose outcome is unknown is offered again, marked [`uncertain`]: of all requests
/// that carry it, however late they arrive, the server accepts at most one, so to sign anew under the
/// same number is the safe retry. If the server refuses an uncertain number, an earlier request had
/// consumed it and the next number is free; whether *that* request did what you wanted, ask the server.
///
/// **`Increasing`, `Unique`.** A number that has left is never offered again, and gaps are normal.
/// Several reservations can be live at once (up to 65,536), each with a number of its own, and none is
/// ever uncertain. Under `Increasing` requests that overtake each other cost a refusal: the late one
/// did nothing and can be signed anew under a fresh number. Who cannot have that settles each
/// reservation before the next.
///
/// **Out of step.** If the server refuses a number that we cannot have used before, someone else uses
/// the key, or a proxy sent a request twice. The sequencer stops: every `reserve` is `nonce_rejected`
/// until [`resync`]. Under `Increasing` a refusal counts only once none of the requests that were under
/// way above it can have caused it.
///
/// To send the same signed bytes again, settle `Unknown` first. Under `Sequential` the next reservation
/// carries the same number, uncertain, and is the one to settle with the new answer.
///
/// One process, one sequencer per key: it is deliberately not `Clone`. To survive a crash, write
/// [`Self::state`] after each `reserve`, before the nonce leaves, and [`Self::restore`] it.
///
/// [`uncertain`]: Reservation::uncertain
/// [`resync`]: Self::resync
///
/// ```
/// use partnersign::{NoncePolicy, NonceSequencer, Outcome};
///
/// let mut sequencer = NonceSequencer::new(NoncePolicy::Sequential, Some(10))?;
///
/// let reservation = sequencer.reserve()?;
/// assert_eq!((reservation.nonce(), reservation.uncertain()), (11, false));
/// // Sign and send with nonce 11. The answer never comes:
/// sequencer.settle(reservation, Outcome::of_http(None, None))?;
///
/// let again = sequencer.reserve()?;
/// assert_eq!((again.nonce(), again.uncertain()), (11, true));
/// // This time the server says that it has seen 11 before, so the first request had arrived:
/// sequencer.settle(again, Outcome::of_http(Some(401), Some("nonce")))?;
///
/// assert_eq!(sequencer.reserve()?.nonce(), 12);
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub struct NonceSequencer {
    policy: NoncePolicy,
    last: u64,
    consumed: u64,
    stopped: bool,
    doubt: Doubt,
    race: Race,
    /// The live reservations: serial to nonce. Serials are never used twice.
    live: BTreeMap<u64, u64>,
    last_serial: u64,
    /// Tells our reservations from another sequencer's.
    owner: Arc<()>,
}

/// A nonce that was handed out and must be settled.
///
/// Dropping it settles nothing; [`NonceSequencer::abandon`] is for a holder that is gone.
#[derive(Clone, Debug)]
#[must_use = "a reservation that is not settled stays live"]
pub struct Reservation {
    nonce: u64,
    uncertain: bool,
    serial: u64,
    owner: Arc<()>,
}

impl Reservation {
    /// The number to sign with, in canonical decimal.
    pub const fn nonce(&self) -> u64 {
        self.nonce
    }

    /// Whether an earlier request with this number may have reached the server, or may yet.
    pub const fn uncertain(&self) -> bool {
        self.uncertain
    }
}

impl NonceSequencer {
    /// A sequencer whose first number follows `last`: the last that the server saw, or 1 if none.
    ///
    /// `last` (0 means none too) is a claim: if it is wrong, the server refuses and [`Self::resync`]
    /// mends it. `invalid_argument` above 2^53 - 1.
    pub fn new(policy: NoncePolicy, last: Option<u64>) -> Result<Self, Error> {
        let last = last.unwrap_or(0);
        number::check_last(last)?;
        Ok(Self {
            policy,
            last,
            consumed: 0,
            stopped: false,
            doubt: Doubt::default(),
            race: Race::default(),
            live: BTreeMap::new(),
            last_serial: 0,
            owner: Arc::new(()),
        })
    }

    /// The sequencer that [`Self::state`] was asked of, with every holder of a reservation gone.
    ///
    /// Reservations of the original are foreign to it. `nonce_store_corrupt` if the state contradicts
    /// itself.
    pub fn restore(state: &NonceState) -> Result<Self, Error> {
        let doubt = state.check()?;
        let mut sequencer = Self::new(state.policy, Some(state.last))?;
        sequencer.consumed = state.consumed;
        sequencer.stopped = state.stopped;
        sequencer.doubt = doubt;
        Ok(sequencer)
    }

    /// What must be durable before a reserved nonce leaves: every live reservation counts as abandoned.
    pub fn state(&self) -> NonceState {
        let mut doubt = self.doubt.clone();
        if self.policy == NoncePolicy::Sequential {
            self.live.values().for_each(|&nonce| doubt.add(nonce));
        }
        NonceState {
            policy: self.policy,
            last: self.last,
            consumed: self.consumed,
            stopped: self.stopped,
            doubtful: doubt.ranges().to_vec(),
        }
    }

    /// The policy that it was made for.
    pub const fn policy(&self) -> NoncePolicy {
        self.policy
    }

    /// The number before the next one, `None` if there is none.
    ///
    /// `Sequential`: the last that is consumed, as far as is known. Otherwise: the greatest that has
    /// left, or that the server was said to have seen.
    pub fn last(&self) -> Option<u64> {
        (self.last != 0).then_some(self.last)
    }

    /// Hands out the next number.
    ///
    /// `nonce_rejected` while out of step with the server; `nonce_busy` while too many reservations
    /// are live (`Sequential`: one); `nonce_exhausted` past 2^53 - 1 and, under `Sequential`, where the
    /// next number could pass for a timestamp (the other policies jump over those).
    pub fn reserve(&mut self) -> Result<Reservation, Error> {
        if self.stopped {
            return Err(Error::new(
                ErrorCode::NonceRejected,
                "the server refused a nonce that was never used here: ask it for the last nonce it has seen \
                 and resync; if this happens again, someone else uses the same API key",
            ));
        }
        if self.live.len() >= live_limit(self.policy) {
            return Err(self.busy("settle or abandon first"));
        }
        let nonce = number::after(self.last, self.policy)?;
        let serial = self
            .last_serial
            .checked_add(1)
            .ok_or_else(|| Error::new(ErrorCode::NonceExhausted, "no further reservation can be numbered"))?;
        let uncertain = self.doubt.contains(nonce);
        if self.policy != NoncePolicy::Sequential {
            self.last = nonce;
        }
        self.last_serial = serial;
        self.live.insert(serial, nonce);
        Ok(Reservation { nonce, uncertain, serial, owner: Arc::clone(&self.owner) })
    }

    /// Takes back what became of a reserved number; see [`Outcome::of_http`].
    ///
    /// After `Refused` look at the next `reserve`: it says whether the sequencer had to stop.
    /// `invalid_argument`, and nothing changes, for a reservation that is settled, abandoned, or from
    /// another sequencer.
    pub fn settle(&mut self, reservation: Reservation, outcome: Outcome) -> Result<(), Error> {
        let Reservation { nonce, uncertain, serial, owner } = reservation;
        if !Arc::ptr_eq(&owner, &self.owner) || self.live.remove(&serial).is_none() {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                format!("the reservation of nonce {nonce} is settled, abandoned, or another sequencer's"),
            ));
        }
        match self.policy {
            NoncePolicy::Sequential => self.settle_sequential(nonce, uncertain, outcome),
            NoncePolicy::Increasing => self.settle_increasing(nonce, outcome),
            NoncePolicy::Unique => self.stopped |= outcome == Outcome::Refused,
        }
        Ok(())
    }

    /// Every holder of a live reservation is gone: a crash, a time-out, a lapsed lease.
    ///
    /// The same as settling each with `Unknown`, without having it in hand. Does nothing if none is
    /// live.
    pub fn abandon(&mut self) {
        for nonce in mem::take(&mut self.live).into_values() {
            match self.policy {
                NoncePolicy::Sequential => self.doubt.add(nonce),
                NoncePolicy::Increasing => self.race.may_be_accepted(nonce),
                NoncePolicy::Unique => {}
            }
        }
    }

    /// Takes the server's word for the last number that it has seen (0: none), and starts again after a
    /// stop.
    ///
    /// `Sequential` goes on at `server_last + 1`. Where that is a number that has left before, it comes
    /// back as uncertain, so a `server_last` that is out of date does no harm. The other policies go on
    /// above both `server_last` and all that has left.
    ///
    /// Refused, and nothing changes: `nonce_busy` while a reservation is live; `invalid_argument` above
    /// 2^53 - 1, and if a number would return that the server answered for as consumed. The mend for
    /// that (a server that was reset, an answer forged by a proxy) is a new sequencer.
    pub fn resync(&mut self, server_last: u64) -> Result<(), Error> {
        number::check_last(server_last)?;
        if !self.live.is_empty() {
            return Err(self.busy("settle or abandon before a resync"));
        }
        if server_last < self.consumed {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                format!(
                    "nonce {} was consumed and never returns, so the server's last cannot be {server_last}: \
                     ask again, or start a new sequencer if the server was reset",
                    self.consumed
                ),
            ));
        }
        self.last = match self.policy {
            NoncePolicy::Sequential => server_last,
            NoncePolicy::Increasing | NoncePolicy::Unique => self.last.max(server_last),
        };
        self.race.resynced();
        self.stopped = false;
        Ok(())
    }

    fn settle_sequential(&mut self, nonce: u64, uncertain: bool, outcome: Outcome) {
        match outcome {
            Outcome::Consumed => {
                self.last = nonce;
                self.consumed = nonce;
                self.doubt.forget_through(nonce);
            }
            Outcome::NotConsumed => {}
            Outcome::Unknown => self.doubt.add(nonce),
            // Inferred, not answered for: if the server is behind, `resync` may bring the number back,
            // so it stays doubtful.
            Outcome::Refused if uncertain => self.last = nonce,
            Outcome::Refused => {
                self.doubt.add(nonce);
                self.stopped = true;
            }
        }
    }

    fn settle_increasing(&mut self, nonce: u64, outcome: Outcome) {
        match outcome {
            Outcome::Consumed | Outcome::Unknown => self.race.may_be_accepted(nonce),
            Outcome::NotConsumed => {}
            Outcome::Refused => self.race.refused(nonce, self.last),
        }
        self.stopped |= self.race.is_out_of_step(self.live.values().copied());
    }

    fn busy(&self, mend: &str) -> Error {
        let message = match self.live.values().next() {
            Some(nonce) if self.live.len() == 1 => {
                format!("nonce {nonce} is reserved and not settled: {mend}")
            }
            _ => format!("{} nonces are reserved and not settled: {mend}", self.live.len()),
        };
        Error::new(ErrorCode::NonceBusy, message)
    }

    /// One that behaves the same, and does not know our reservations.
    #[cfg(test)]
    pub(super) fn clone_as_another(&self) -> Self {
        Self { owner: Arc::new(()), ..self.clone() }
    }

    /// Everything that decides how it behaves from here on.
    #[cfg(test)]
    pub(super) fn fingerprint(&self) -> (NonceState, Vec<u64>, Race) {
        (self.state(), self.live.values().copied().collect(), self.race.clone())
    }
}

/// How many reservations can be live at once; above `Sequential` only a guard against a caller that
/// never settles.
const fn live_limit(policy: NoncePolicy) -> usize {
    match policy {
        NoncePolicy::Sequential => 1,
        NoncePolicy::Increasing | NoncePolicy::Unique => 65_536,
    }
}
