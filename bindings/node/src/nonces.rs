//! Nonces: core's sequencer behind a lock, and what an answer says about one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use napi::bindgen_prelude::External;
use napi_derive::napi;
use partnersign::{Error, NoncePolicy, NonceSequencer, NonceState, Outcome, Reservation};

use crate::failure::{Answer, answer};

/// Nonces end at 2^53 - 1, so a JavaScript number holds each exactly; the face makes text of them.
#[allow(clippy::cast_precision_loss)]
fn to_number(nonce: u64) -> f64 {
    nonce as f64
}

/// The face lets only safe integers through.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn to_nonce(number: f64) -> u64 {
    number as u64
}

pub type Sequencer = Mutex<NonceSequencer>;

fn lock(sequencer: &External<Sequencer>) -> MutexGuard<'_, NonceSequencer> {
    sequencer.lock().unwrap_or_else(PoisonError::into_inner)
}

#[napi(catch_unwind)]
pub fn sequencer_new(policy: String, last: f64) -> Answer<External<Sequencer>> {
    let sequencer =
        NoncePolicy::parse(&policy).and_then(|policy| NonceSequencer::new(policy, Some(to_nonce(last))));
    answer(sequencer.map(|sequencer| External::new(Mutex::new(sequencer))))
}

/// What outlives a sequencer.
#[napi(object)]
pub struct SequencerState {
    pub policy: String,
    pub last: f64,
    pub consumed: f64,
    pub stopped: bool,
    /// First and last of each range.
    pub doubtful: Vec<Vec<f64>>,
}

#[napi(catch_unwind)]
pub fn sequencer_restore(state: SequencerState) -> Answer<External<Sequencer>> {
    let restore = || {
        let state = NonceState {
            policy: NoncePolicy::parse(&state.policy)?,
            last: to_nonce(state.last),
            consumed: to_nonce(state.consumed),
            stopped: state.stopped,
            doubtful: state
                .doubtful
                .iter()
                .filter_map(|range| Some((to_nonce(*range.first()?), to_nonce(*range.get(1)?))))
                .collect(),
        };
        NonceSequencer::restore(&state)
    };
    answer(restore().map(|sequencer| External::new(Mutex::new(sequencer))))
}

#[napi(catch_unwind)]
pub fn sequencer_state(sequencer: &External<Sequencer>) -> SequencerState {
    let state = lock(sequencer).state();
    SequencerState {
        policy: state.policy.as_str().to_owned(),
        last: to_number(state.last),
        consumed: to_number(state.consumed),
        stopped: state.stopped,
        doubtful: state.doubtful.iter().map(|(low, high)| vec![to_number(*low), to_number(*high)]).collect(),
    }
}

#[napi(catch_unwind)]
pub fn sequencer_last(sequencer: &External<Sequencer>) -> Option<f64> {
    lock(sequencer).last().map(to_number)
}

#[napi(catch_unwind)]
pub fn sequencer_reserve(sequencer: &External<Sequencer>) -> Answer<External<Reservation>> {
    answer(lock(sequencer).reserve().map(External::new))
}

#[napi(catch_unwind)]
pub fn reservation_nonce(reservation: &External<Reservation>) -> f64 {
    to_number(reservation.nonce())
}

#[napi(catch_unwind)]
pub fn reservation_uncertain(reservation: &External<Reservation>) -> bool {
    reservation.uncertain()
}

#[napi(catch_unwind)]
pub fn sequencer_settle(
    sequencer: &External<Sequencer>,
    reservation: &External<Reservation>,
    outcome: String,
) -> Answer<()> {
    let settle = || -> Result<(), Error> {
        let outcome = Outcome::parse(&outcome)?;
        lock(sequencer).settle((**reservation).clone(), outcome)
    };
    answer(settle())
}

#[napi(catch_unwind)]
pub fn sequencer_abandon(sequencer: &External<Sequencer>) {
    lock(sequencer).abandon();
}

#[napi(catch_unwind)]
pub fn sequencer_resync(sequencer: &External<Sequencer>, server_last: f64) -> Answer<()> {
    answer(lock(sequencer).resync(to_nonce(server_last)))
}

#[napi(catch_unwind)]
pub fn outcome_of_http(status: Option<u32>, reason: Option<String>) -> &'static str {
    // What is no u16 is no status of a final answer either: unknown, as 0 is.
    let status = status.map(|status| u16::try_from(status).unwrap_or(0));
    Outcome::of_http(status, reason.as_deref()).as_str()
}
