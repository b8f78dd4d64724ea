//! Nonces: which number to sign next, and what an answer says about it.
//!
//! The server refuses a nonce by its [`NoncePolicy`]. A [`NonceSequencer`] hands numbers out and takes
//! back what became of them, an [`Outcome`]; [`Outcome::of_http`] reads it from the server's answer.
//! [`NonceState`] is what must be on disk before a number leaves the process.
//!
//! All of it is pure: no clock, no I/O.

mod doubt;
mod number;
mod outcome;
mod policy;
mod race;
mod sequencer;
mod state;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub use outcome::Outcome;
pub use policy::NoncePolicy;
pub use sequencer::{NonceSequencer, Reservation};
pub use state::NonceState;
