//! One state of the model, and what can happen in it.

use std::collections::BTreeSet;

use super::{Answer, Copy, Holder, Limits, Server, Step, Witness, answer_to_outcome};
use crate::ErrorCode;
use crate::nonce::{NoncePolicy, NonceSequencer, Outcome};

#[derive(Clone, Debug)]
pub(super) struct World {
    sequencer: NonceSequencer,
    server: Server,
    limits: Limits,
    holders: Vec<Holder>,
    copies: Vec<Copy>,
    answers: Vec<Answer>,
    /// What the server told last; it may be out of date when it is used.
    told: Option<u64>,
    /// Numbers that the server accepted from us, and those that we took for consumed by its answer.
    accepted: BTreeSet<u64>,
    successes: BTreeSet<u64>,
    highest_handed_out: u64,
    /// Client and server began, or were brought, in step.
    in_step: bool,
    /// Something happened that can put them out of step: a doubled request, another client.
    disturbed: bool,
    history: Vec<Step>,
}

impl World {
    /// A client that believes in `client_last`, and a server that has seen `server_last`.
    pub(super) fn new(
        policy: NoncePolicy,
        client_last: Option<u64>,
        server_last: Option<u64>,
        limits: Limits,
    ) -> Self {
        let in_step = server_last.is_none() || client_last == server_last;
        Self {
            sequencer: NonceSequencer::new(policy, client_last).unwrap(),
            server: Server { policy, last: server_last, seen: (1..=server_last.unwrap_or(0)).collect() },
            limits,
            holders: Vec::new(),
            copies: Vec::new(),
            answers: Vec::new(),
            told: None,
            accepted: BTreeSet::new(),
            successes: BTreeSet::new(),
            highest_handed_out: 0,
            in_step,
            // Told "none" by a server that takes any first number, we begin anew at 1, and an old copy
            // of a higher one can overtake that.
            disturbed: !in_step || client_last.is_some() && server_last.is_none(),
            history: Vec::new(),
        }
    }

    /// Everything that can happen now, without what would change nothing.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let idle = self.holders.is_empty();
        if self.holders.len() < self.limits.holders && (idle || self.server.policy != NoncePolicy::Sequential)
        {
            steps.push(Step::Reserve);
        }
        for (at, holder) in self.holders.iter().enumerate() {
            if !holder.sent {
                steps.push(Step::NeverSent(at));
                if self.copies.len() < self.limits.copies {
                    steps.push(Step::Send(at));
                }
            }
            steps.push(Step::TimeOut(at));
        }
        for (at, copy) in self.copies.iter().enumerate() {
            if at > 0 && self.copies[at - 1] == *copy {
                continue;
            }
            steps.extend([Step::Deliver(at), Step::LoseRequest(at)]);
            if self.limits.doubles > 0 && self.copies.len() < self.limits.copies {
                steps.push(Step::Double(at));
            }
        }
        for at in 0..self.answers.len() {
            steps.extend([Step::Receive(at), Step::LoseAnswer(at)]);
        }
        if !idle {
            steps.push(Step::Abandon);
        }
        steps.push(Step::CrashAndRestore);
        if self.limits.resyncs > 0 {
            if self.told != Some(self.server.tells()) {
                steps.push(Step::AskServer);
            }
            if idle && self.told.is_some() {
                steps.push(Step::Resync);
            }
        }
        if self.limits.others > 0 {
            steps.push(Step::OtherClient);
        }
        steps
    }

    /// Makes `step` happen; panics if the sequencer breaks a promise.
    pub(super) fn take(&mut self, step: Step) {
        self.history.push(step);
        let _witness = Witness(self.history.clone());
        match step {
            Step::Reserve => self.reserve(),
            Step::Send(at) => {
                self.holders[at].sent = true;
                self.copies.push(Copy { nonce: self.holders[at].reservation.nonce(), awaited: true });
            }
            Step::NeverSent(at) => self.settle(at, Outcome::NotConsumed),
            Step::TimeOut(at) => self.settle(at, Outcome::of_http(None, None)),
            Step::Deliver(at) => self.deliver(at),
            Step::LoseRequest(at) => drop(self.copies.remove(at)),
            Step::Double(at) => {
                self.limits.doubles -= 1;
                self.disturbed = true;
                self.copies.push(self.copies[at]);
            }
            Step::Receive(at) => self.receive(at),
            Step::LoseAnswer(at) => drop(self.answers.remove(at)),
            Step::Abandon => {
                self.sequencer.abandon();
                self.forget_holders();
            }
            Step::CrashAndRestore => {
                self.sequencer = NonceSequencer::restore(&self.sequencer.state()).unwrap();
                self.forget_holders();
            }
            Step::AskServer => self.told = Some(self.server.tells()),
            Step::Resync => self.resync(),
            Step::OtherClient => {
                self.limits.others -= 1;
                self.disturbed = true;
                self.in_step &= self.server.last.is_some();
                let next = self.server.tells() + 1;
                assert!(self.server.accepts(next));
            }
        }
        self.copies.sort_unstable();
        self.answers.sort_unstable();
        self.check_refusals();
    }

    fn reserve(&mut self) {
        let before = self.sequencer.fingerprint();
        let reservation = match self.sequencer.reserve() {
            Ok(reservation) => reservation,
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::NonceRejected);
                assert_eq!(self.sequencer.fingerprint(), before, "a refused reserve changes nothing");
                assert!(self.disturbed, "stopped, although nothing put us out of step");
                return;
            }
        };
        let nonce = reservation.nonce();
        let live = |holder: &Holder| holder.reservation.nonce() == nonce;
        assert!(!self.holders.iter().any(live), "{nonce} is live twice");
        assert!(!self.successes.contains(&nonce), "{nonce} was consumed and returns");
        if !reservation.uncertain() {
            assert!(!self.accepted.contains(&nonce), "{nonce} was consumed and returns as certain");
            let under_way = |copy: &Copy| copy.nonce == nonce;
            assert!(!self.copies.iter().any(under_way), "a copy of {nonce} is under way, yet it is certain");
        }
        if self.server.policy == NoncePolicy::Sequential {
            let first_free = self.server.last.map_or(u64::MAX, |last| last + 1);
            assert!(!self.in_step || nonce <= first_free, "{nonce} skips {first_free}");
        } else {
            assert!(nonce > self.highest_handed_out, "{nonce} left before");
            assert!(!reservation.uncertain());
        }
        self.highest_handed_out = self.highest_handed_out.max(nonce);
        self.holders.push(Holder { reservation, sent: false });
    }

    fn deliver(&mut self, at: usize) {
        let copy = self.copies.remove(at);
        let accepted = self.server.accepts(copy.nonce);
        if accepted {
            assert!(self.accepted.insert(copy.nonce), "{} did its work twice", copy.nonce);
        }
        if copy.awaited {
            self.answers.push((copy.nonce, accepted));
        }
    }

    fn receive(&mut self, at: usize) {
        let (nonce, accepted) = self.answers.remove(at);
        let at = self.holders.iter().position(|holder| holder.reservation.nonce() == nonce).unwrap();
        self.settle(at, answer_to_outcome(accepted));
        if accepted {
            assert!(self.successes.insert(nonce), "{nonce} is reported as two successes");
        }
    }

    /// Settles, and tries to settle the same reservation again, and in another sequencer.
    fn settle(&mut self, at: usize, outcome: Outcome) {
        let Holder { reservation, .. } = self.holders.remove(at);
        self.forget_traces(reservation.nonce());
        let mut other = NonceSequencer::restore(&self.sequencer.state()).unwrap();
        let untouched = other.fingerprint();
        assert_eq!(
            other.settle(reservation.clone(), outcome).unwrap_err().code(),
            ErrorCode::InvalidArgument
        );
        assert_eq!(other.fingerprint(), untouched);

        self.sequencer.settle(reservation.clone(), outcome).unwrap();
        let settled = self.sequencer.fingerprint();
        for again in [Outcome::Consumed, Outcome::NotConsumed, Outcome::Unknown, Outcome::Refused] {
            let error = self.sequencer.settle(reservation.clone(), again).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidArgument);
        }
        assert_eq!(self.sequencer.fingerprint(), settled, "a stale reservation changes nothing");
    }

    fn resync(&mut self) {
        self.limits.resyncs -= 1;
        let told = self.told.take().unwrap();
        let before = self.sequencer.fingerprint();
        match self.sequencer.resync(told) {
            Ok(()) => self.in_step = true,
            Err(error) => {
                assert_eq!(error.code(), ErrorCode::InvalidArgument);
                assert!(told < self.server.tells(), "what the server says now is always taken");
                assert_eq!(self.sequencer.fingerprint(), before, "a refused resync changes nothing");
            }
        }
    }

    /// What must be refused while reservations are live, and changes nothing.
    fn check_refusals(&mut self) {
        if self.holders.is_empty() {
            return;
        }
        let before = self.sequencer.fingerprint();
        let told = self.server.tells();
        assert_eq!(self.sequencer.resync(told).unwrap_err().code(), ErrorCode::NonceBusy);
        if self.server.policy == NoncePolicy::Sequential {
            assert_eq!(self.sequencer.reserve().unwrap_err().code(), ErrorCode::NonceBusy);
        }
        assert_eq!(self.sequencer.fingerprint(), before);
    }

    fn forget_holders(&mut self) {
        for Holder { reservation, .. } in std::mem::take(&mut self.holders) {
            self.forget_traces(reservation.nonce());
            let error = self.sequencer.settle(reservation, Outcome::Consumed).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidArgument);
        }
    }

    /// Nobody waits for `nonce` any more: answers go nowhere, requests may still arrive.
    fn forget_traces(&mut self, nonce: u64) {
        self.answers.retain(|answer| answer.0 != nonce);
        for copy in self.copies.iter_mut().filter(|copy| copy.nonce == nonce) {
            copy.awaited = false;
        }
    }

    /// The network calms down, after everything on its way arrived or was lost; then one request must
    /// succeed, after at most one `resync`, asked for by `nonce_rejected`.
    pub(super) fn check_progress(mut self, everything_arrives: bool) {
        let _witness = Witness(self.history.clone());
        while let Some(copy) = self.copies.pop() {
            if everything_arrives {
                let accepted = self.server.accepts(copy.nonce);
                assert!(!accepted || self.accepted.insert(copy.nonce));
            }
        }
        self.take(Step::Abandon);
        let mut resyncs = 0;
        let tries = self.highest_handed_out + 5;
        for _ in 0..tries {
            self.reserve();
            if self.holders.is_empty() {
                resyncs += 1;
                assert_eq!(resyncs, 1, "one resync is enough");
                self.sequencer.resync(self.server.tells()).unwrap();
                self.in_step = true;
                continue;
            }
            let nonce = self.holders[0].reservation.nonce();
            let accepted = self.server.accepts(nonce);
            self.settle(0, answer_to_outcome(accepted));
            if accepted {
                return;
            }
        }
        panic!("stuck after {tries} tries: {:?}", self.sequencer);
    }

    /// All that decides the future, for telling states apart.
    pub(super) fn key(&self) -> impl std::hash::Hash + '_ {
        let holders: Vec<_> =
            self.holders.iter().map(|h| (h.reservation.nonce(), h.reservation.uncertain(), h.sent)).collect();
        let history =
            (&self.accepted, &self.successes, self.highest_handed_out, self.in_step, self.disturbed);
        let limits = (self.limits.doubles, self.limits.resyncs, self.limits.others);
        let network = (&self.copies, &self.answers, self.told);
        (self.sequencer.fingerprint(), &self.server, holders, network, history, limits)
    }
}
