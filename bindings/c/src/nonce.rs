//! The nonce sequencer.

use std::ffi::c_char;
use std::process;
use std::sync::{Mutex, PoisonError};

use partnersign::forking::undivided;
use partnersign::{Error, ErrorCode, NoncePolicy, NonceSequencer, NonceState, Outcome};

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::kinds::{OwnedSequencer, find, free, give, partnersign_nonce_sequencer, partnersign_reservation};
use crate::pointers::{In, Out, Plain, Versioned, refuse};
use crate::request::text_of;

/// Nonce policy: exactly the last one plus one; the first that a key ever uses may be any number.
pub const PARTNERSIGN_SEQUENTIAL: i32 = 1;
/// Nonce policy: anything greater than the last one accepted.
pub const PARTNERSIGN_INCREASING: i32 = 2;
/// Nonce policy: anything not seen before.
pub const PARTNERSIGN_UNIQUE: i32 = 3;

/// Outcome: the server has taken the nonce, whether or not it then did what was asked.
pub const PARTNERSIGN_CONSUMED: i32 = 1;
/// Outcome: the request never left: no copy of it can reach the server, now or later.
pub const PARTNERSIGN_NOT_CONSUMED: i32 = 2;
/// Outcome: nobody knows: a time-out, a lost connection.
pub const PARTNERSIGN_UNKNOWN: i32 = 3;
/// Outcome: the server refused the nonce itself.
pub const PARTNERSIGN_REFUSED: i32 = 4;

/// What a sequencer must remember to keep its promises after a crash: plain values, for a store of the
/// caller. Begin with `partnersign_nonce_state state = PARTNERSIGN_NONCE_STATE_INIT;`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_nonce_state {
    /// `sizeof(partnersign_nonce_state)`; `PARTNERSIGN_NONCE_STATE_INIT` sets it.
    pub size: u32,
    /// `PARTNERSIGN_SEQUENTIAL`, `PARTNERSIGN_INCREASING` or `PARTNERSIGN_UNIQUE`.
    pub policy: i32,
    /// The number before the next one; 0 if there is none. Under `PARTNERSIGN_SEQUENTIAL` the last that is
    /// consumed, as far as is known; otherwise the greatest that has left.
    pub last: u64,
    /// Under `PARTNERSIGN_SEQUENTIAL` the greatest number that the server answered for; 0 if there is none,
    /// and always 0 under the other policies.
    pub consumed: u64,
    /// 1 if client and server are out of step, else 0.
    pub stopped: i32,
    /// How many ranges of `doubtful` are used.
    pub doubtful_count: u32,
    /// Ranges of numbers, first and last of each, of which a copy may still be under way.
    pub doubtful: [[u64; 2]; 8],
}

// SAFETY: integers alone.
unsafe impl Plain for partnersign_nonce_state {}
// SAFETY: `#[repr(C)]`, and `size` comes first.
unsafe impl Versioned for partnersign_nonce_state {
    const MEND: &'static str =
        "the size of partnersign_nonce_state is not set: begin with PARTNERSIGN_NONCE_STATE_INIT";
}

/// A sequencer whose first number follows `last`, the last that the server saw; 0 if none: it begins at 1.
///
/// Takes a nonce policy. Gives a handle that the caller frees. It belongs to the process that made it: in a
/// forked child `partnersign_reserve` refuses. Numbers that look like a timestamp (1483228800 to 2524607999) are
/// never handed out: `PARTNERSIGN_SEQUENTIAL` ends before them with `PARTNERSIGN_NONCE_EXHAUSTED`, the others
/// go on behind them. Errors: `PARTNERSIGN_INVALID_ARGUMENT` (also for `last` above 2^53 - 1). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_nonce_sequencer_new(
    policy: i32,
    last: u64,
    out_sequencer: Out<partnersign_nonce_sequencer>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let policy = policy_of(policy)?;
        give(out_sequencer, || NonceSequencer::new(policy, Some(last)).map(owned))
    })
}

/// The sequencer that `partnersign_nonce_sequencer_state` was asked of, with every holder of a reservation
/// gone.
///
/// Gives a handle that the caller frees. Errors: `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_NONCE_STORE_CORRUPT` (the state contradicts itself). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_nonce_sequencer_restore(
    state: In<partnersign_nonce_state>,
    out_sequencer: Out<partnersign_nonce_sequencer>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let state = state.read()?;
        let count = state.doubtful_count as usize;
        let ranges = state.doubtful.get(..count);
        let ranges = ranges.ok_or_else(|| refuse("doubtful_count is above 8"))?;
        if !matches!(state.stopped, 0 | 1) {
            return Err(refuse("stopped is neither 0 nor 1"));
        }
        let state = NonceState {
            policy: policy_of(state.policy)?,
            last: state.last,
            consumed: state.consumed,
            stopped: state.stopped != 0,
            doubtful: ranges.iter().map(|[first, last]| (*first, *last)).collect(),
        };
        give(out_sequencer, || NonceSequencer::restore(&state).map(owned))
    })
}

/// What must be durable before a reserved nonce leaves; every live reservation counts as abandoned.
///
/// Gives `*out_state`, whose `size` the caller has set. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_nonce_sequencer_state(
    sequencer: partnersign_nonce_sequencer,
    out_state: Out<partnersign_nonce_state>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let owned = find(sequencer)?;
        let (target, size) = out_state.versioned_target()?;
        let state = with(&owned, |sequencer| sequencer.state());
        let mut doubtful = [[0; 2]; 8];
        doubtful.iter_mut().zip(&state.doubtful).for_each(|(to, (first, last))| *to = [*first, *last]);
        target.write(partnersign_nonce_state {
            size,
            policy: number_of(state.policy),
            last: state.last,
            consumed: state.consumed,
            stopped: state.stopped.into(),
            doubtful_count: u32::try_from(state.doubtful.len()).unwrap_or(u32::MAX),
            doubtful,
        });
        Ok(())
    })
}

/// Hands out the next number.
///
/// Gives a handle that `partnersign_settle` frees. Errors: `PARTNERSIGN_INVALID_HANDLE`,
/// `PARTNERSIGN_INVALID_ARGUMENT`, `PARTNERSIGN_NONCE_BUSY` (settle or abandon first),
/// `PARTNERSIGN_NONCE_REJECTED` (out of step with the server: resync), `PARTNERSIGN_NONCE_EXHAUSTED`,
/// `PARTNERSIGN_NONCE_LEASE_LOST` (in a forked child: the sequencer is the parent's). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_reserve(
    sequencer: partnersign_nonce_sequencer,
    out_reservation: Out<partnersign_reservation>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let owned = find(sequencer)?;
        if owned.process != process::id() {
            let why = "the sequencer belongs to the process that made it, and this is a forked child: two processes would hand out the same nonces";
            return Err(Error::new(ErrorCode::NonceLeaseLost, why));
        }
        give(out_reservation, || with(&owned, NonceSequencer::reserve))
    })
}

/// The number to sign with. As the text of a `partnersign_freshness` write it in decimal.
///
/// Gives `*out_nonce`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_reservation_nonce(
    reservation: partnersign_reservation,
    out_nonce: Out<u64>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let nonce = find(reservation)?.nonce();
        out_nonce.target()?.write(nonce);
        Ok(())
    })
}

/// Whether an earlier request with this number may have reached the server, or may yet: 1 or 0.
///
/// Gives `*out_uncertain`. Errors: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_reservation_uncertain(
    reservation: partnersign_reservation,
    out_uncertain: Out<i32>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let uncertain = find(reservation)?.uncertain();
        out_uncertain.target()?.write(uncertain.into());
        Ok(())
    })
}

/// Takes back what became of a reserved number, and frees the reservation.
///
/// Takes an outcome; `partnersign_outcome_of_http` reads it from the server's answer. After
/// `PARTNERSIGN_REFUSED` the next `partnersign_reserve` says whether the sequencer had to stop. Errors, and
/// the reservation stays as it was: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT` (also for a
/// reservation that was abandoned or is another sequencer's). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_settle(
    sequencer: partnersign_nonce_sequencer,
    reservation: partnersign_reservation,
    outcome: i32,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let (owned, reserved) = (find(sequencer)?, find(reservation)?);
        let outcome = match outcome {
            PARTNERSIGN_CONSUMED => Outcome::Consumed,
            PARTNERSIGN_NOT_CONSUMED => Outcome::NotConsumed,
            PARTNERSIGN_UNKNOWN => Outcome::Unknown,
            PARTNERSIGN_REFUSED => Outcome::Refused,
            _ => return Err(refuse("the number is no outcome")),
        };
        with(&owned, |sequencer| sequencer.settle(reserved.clone(), outcome))?;
        free(reservation)
    })
}

/// Frees a reservation without settling it: it stays live in its sequencer until
/// `partnersign_nonce_sequencer_abandon`.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_reservation_free(reservation: partnersign_reservation) -> i32 {
    boundary(Out::NONE, || free(reservation))
}

/// Every holder of a live reservation is gone: the same as settling each with `PARTNERSIGN_UNKNOWN`. Handles
/// of reservations are still to be freed.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_nonce_sequencer_abandon(
    sequencer: partnersign_nonce_sequencer,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        with(&*find(sequencer)?, NonceSequencer::abandon);
        Ok(())
    })
}

/// Takes the server's word for the last number that it has seen (0: none), and starts again after a stop.
///
/// Under `PARTNERSIGN_INCREASING` and `PARTNERSIGN_UNIQUE` it moves forwards only: a smaller number changes
/// nothing. Errors, and nothing changes: `PARTNERSIGN_INVALID_HANDLE`, `PARTNERSIGN_INVALID_ARGUMENT` (under
/// `PARTNERSIGN_SEQUENTIAL`: a number that was consumed would return), `PARTNERSIGN_NONCE_BUSY` (a
/// reservation is live). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_nonce_sequencer_resync(
    sequencer: partnersign_nonce_sequencer,
    server_last: u64,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || with(&*find(sequencer)?, |sequencer| sequencer.resync(server_last)))
}

/// Frees a sequencer. Its state is lost, unless it was asked for.
///
/// Errors: `PARTNERSIGN_INVALID_HANDLE`. Threads: any, also while others use it.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_nonce_sequencer_free(sequencer: partnersign_nonce_sequencer) -> i32 {
    boundary(Out::NONE, || free(sequencer))
}

/// What an HTTP answer says about the nonce of its request.
///
/// Takes the status of the final answer, or -1 if there was none (any transport error, a time-out included);
/// and the `reason` of the error body, or NULL if it has none. Gives `*out_outcome`. Errors:
/// `PARTNERSIGN_INVALID_ARGUMENT` (also for a status that is neither -1 nor 0 to 65535). Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_outcome_of_http(
    http_status: i32,
    reason: In<c_char>,
    reason_length: usize,
    out_outcome: Out<i32>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let reason = reason.optional_bytes(reason_length)?.map(text_of);
        let status = match http_status {
            -1 => None,
            _ => Some(u16::try_from(http_status).map_err(|_| refuse("the number is no HTTP status"))?),
        };
        let target = out_outcome.target()?;
        target.write(match Outcome::of_http(status, reason.as_deref()) {
            Outcome::Consumed => PARTNERSIGN_CONSUMED,
            Outcome::NotConsumed => PARTNERSIGN_NOT_CONSUMED,
            Outcome::Unknown => PARTNERSIGN_UNKNOWN,
            Outcome::Refused => PARTNERSIGN_REFUSED,
        });
        Ok(())
    })
}

pub(crate) fn policy_of(number: i32) -> Result<NoncePolicy, Error> {
    match number {
        PARTNERSIGN_SEQUENTIAL => Ok(NoncePolicy::Sequential),
        PARTNERSIGN_INCREASING => Ok(NoncePolicy::Increasing),
        PARTNERSIGN_UNIQUE => Ok(NoncePolicy::Unique),
        _ => Err(refuse("the number is no nonce policy")),
    }
}

const fn number_of(policy: NoncePolicy) -> i32 {
    match policy {
        NoncePolicy::Sequential => PARTNERSIGN_SEQUENTIAL,
        NoncePolicy::Increasing => PARTNERSIGN_INCREASING,
        NoncePolicy::Unique => PARTNERSIGN_UNIQUE,
    }
}

fn owned(sequencer: NonceSequencer) -> OwnedSequencer {
    OwnedSequencer { sequencer: Mutex::new(sequencer), process: process::id() }
}

fn with<R>(owned: &OwnedSequencer, work: impl FnOnce(&mut NonceSequencer) -> R) -> R {
    undivided(|| work(&mut owned.sequencer.lock().unwrap_or_else(PoisonError::into_inner)))
}
