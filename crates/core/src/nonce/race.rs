//! Whether a refusal under `Increasing` is a lost race or a server that is ahead of us.

/// What tells the two apart when several requests are under way at once.
///
/// A server that accepts only greater numbers refuses 5 if 6 arrived first. That is normal and stops
/// nothing. But if nothing of ours that is greater can have been accepted, the server's last number
/// came from elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Race {
    /// The greatest number that the server may have accepted from us.
    front: u64,
    /// A refusal not yet explained: the refused number, and the greatest that had left by then.
    unexplained: Option<(u64, u64)>,
}

impl Race {
    /// The server accepted `number`, or may have.
    pub(super) fn may_be_accepted(&mut self, number: u64) {
        self.front = self.front.max(number);
        if self.unexplained.is_some_and(|(refused, _)| refused < number) {
            self.unexplained = None;
        }
    }

    /// The server refused `number`, when `highest_left` was the greatest that had left.
    ///
    /// Of several unexplained refusals the earliest decides: the requests that could explain it are
    /// the first to be settled.
    pub(super) fn refused(&mut self, number: u64, highest_left: u64) {
        if self.front < number && self.unexplained.is_none() {
            self.unexplained = Some((number, highest_left));
        }
    }

    /// Whether a refusal stands that none of the numbers still `live` can explain any more.
    pub(super) fn is_out_of_step(&self, mut live: impl Iterator<Item = u64>) -> bool {
        self.unexplained.is_some_and(|(refused, left)| !live.any(|number| refused < number && number <= left))
    }

    /// The server's last number is known: no refusal is left to explain.
    pub(super) fn resynced(&mut self) {
        self.unexplained = None;
    }
}
