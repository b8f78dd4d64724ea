//! A model of everything around a sequencer: the server by its policy, a network that loses, doubles and
//! delays, a client that knows only what the answers say, and someone else with the same API key.
//!
//! [`world::World`] says what can happen next, makes it happen, and checks every promise that the
//! sequencer makes; `explore` drives it.

mod explore;
mod world;

use std::collections::BTreeSet;

use super::{NoncePolicy, Outcome, Reservation};

/// A server that follows its policy to the letter.
#[derive(Clone, Debug, Hash)]
struct Server {
    policy: NoncePolicy,
    /// The greatest number accepted.
    last: Option<u64>,
    /// Every number accepted; only `Unique` needs them.
    seen: BTreeSet<u64>,
}

impl Server {
    fn accepts(&mut self, nonce: u64) -> bool {
        let accepted = match (self.policy, self.last) {
            (NoncePolicy::Sequential, Some(last)) => nonce == last + 1,
            (NoncePolicy::Increasing, Some(last)) => nonce > last,
            (NoncePolicy::Unique, _) => self.seen.insert(nonce),
            (NoncePolicy::Sequential | NoncePolicy::Increasing, None) => true,
        };
        if accepted {
            self.last = self.last.max(Some(nonce));
        }
        accepted
    }

    /// What an API call, or a person, tells as the last number seen.
    fn tells(&self) -> u64 {
        self.last.unwrap_or(0)
    }
}

/// One copy of a request on its way. One that nobody waits for any more can still arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Copy {
    nonce: u64,
    awaited: bool,
}

/// A reservation in the client's hand.
#[derive(Clone, Debug)]
struct Holder {
    reservation: Reservation,
    sent: bool,
}

/// An answer on its way to the holder of the nonce: accepted, or refused for its nonce.
type Answer = (u64, bool);

/// One thing that can happen. Positions point into the lists of the [`world::World`].
#[derive(Clone, Copy, Debug)]
enum Step {
    Reserve,
    Send(usize),
    NeverSent(usize),
    TimeOut(usize),
    Deliver(usize),
    LoseRequest(usize),
    Double(usize),
    Receive(usize),
    LoseAnswer(usize),
    Abandon,
    CrashAndRestore,
    AskServer,
    Resync,
    OtherClient,
}

impl Step {
    /// How likely it is in a random history: one that mostly works gets further.
    fn weight(self) -> usize {
        match self {
            Self::Reserve | Self::Send(_) | Self::Deliver(_) | Self::Receive(_) | Self::Resync => 8,
            _ => 1,
        }
    }
}

/// How much can be going on at once, and how often what only disturbs can happen.
#[derive(Clone, Copy, Debug)]
struct Limits {
    holders: usize,
    copies: usize,
    doubles: u32,
    resyncs: u32,
    others: u32,
}

/// Shows the history when a promise is broken.
struct Witness(Vec<Step>);

impl Drop for Witness {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("after {:?}", self.0);
        }
    }
}

/// The client sees an HTTP answer and nothing else.
fn answer_to_outcome(accepted: bool) -> Outcome {
    if accepted { Outcome::of_http(Some(200), None) } else { Outcome::of_http(Some(401), Some("nonce")) }
}
