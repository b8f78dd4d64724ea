//! What a sequencer must remember to keep its promises after a crash.

use super::doubt::Doubt;
use super::number;
use super::policy::NoncePolicy;
use crate::{Error, ErrorCode};

/// All of a `NonceSequencer` that outlives it: plain values, for a store to write and read back.
///
/// Its size is bounded: at most 8 ranges, and those only under `Sequential`. Reservations are not part
/// of it. Whoever held one is taken to be gone, so a state that is written before the nonce leaves is
/// right whatever happens next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NonceState {
    /// The policy that the numbers were handed out under.
    pub policy: NoncePolicy,
    /// The number before the next one; 0 if there is none. `Sequential`: the last that is consumed, as
    /// far as is known. Otherwise: the greatest that has left, or that the server was said to have seen.
    pub last: u64,
    /// `Sequential`: the greatest number that the server answered for, which therefore never returns;
    /// 0 if there is none, and always 0 under the other policies.
    pub consumed: u64,
    /// Whether client and server are out of step, until `resync`.
    pub stopped: bool,
    /// `Sequential`: the numbers, as ranges from the first to the last of each, lowest first, of which
    /// a copy may still be under way. Empty under the other policies.
    pub doubtful: Vec<(u64, u64)>,
}

impl NonceState {
    /// Its doubtful numbers, if no two parts of the state contradict each other.
    pub(super) fn check(&self) -> Result<Doubt, Error> {
        let corrupt = |why| Error::new(ErrorCode::NonceStoreCorrupt, why);
        let doubt = Doubt::from_ranges(&self.doubtful)
            .ok_or_else(|| corrupt("the doubtful nonces are not at most 8 ranges in order"))?;
        let outside = |&(low, high): &(u64, u64)| low <= self.consumed || high > number::MAX;
        if self.last > number::MAX || self.consumed > self.last || self.doubtful.iter().any(outside) {
            return Err(corrupt("the numbers of the nonce state contradict each other"));
        }
        if self.policy != NoncePolicy::Sequential && (self.consumed != 0 || !self.doubtful.is_empty()) {
            return Err(corrupt("the nonce state has parts that only the policy sequential has"));
        }
        Ok(doubt)
    }
}

#[cfg(test)]
mod tests {
    use super::NonceState;
    use crate::ErrorCode;
    use crate::nonce::{NoncePolicy, NonceSequencer, number};

    #[test]
    fn a_state_that_contradicts_itself_is_corrupt() {
        let good = NonceState {
            policy: NoncePolicy::Sequential,
            last: 10,
            consumed: 8,
            stopped: false,
            doubtful: vec![(9, 9), (11, 12)],
        };
        assert_eq!(NonceSequencer::restore(&good).unwrap().state(), good);
        let bad = [
            NonceState { last: number::MAX + 1, ..good.clone() },
            NonceState { last: 7, ..good.clone() },
            NonceState { consumed: 9, ..good.clone() },
            NonceState { doubtful: vec![(12, 11)], ..good.clone() },
            NonceState { doubtful: vec![(11, 12), (9, 9)], ..good.clone() },
            NonceState { doubtful: vec![(11, 12), (13, 13)], ..good.clone() },
            NonceState { doubtful: vec![(11, number::MAX + 1)], ..good.clone() },
            NonceState { doubtful: vec![(11, u64::MAX)], ..good.clone() },
            NonceState { doubtful: (10..19).map(|n| (2 * n, 2 * n)).collect(), ..good.clone() },
            NonceState { policy: NoncePolicy::Increasing, doubtful: Vec::new(), ..good.clone() },
            NonceState { policy: NoncePolicy::Unique, consumed: 0, ..good.clone() },
        ];
        for state in bad {
            let error = NonceSequencer::restore(&state).unwrap_err();
            assert_eq!(error.code(), ErrorCode::NonceStoreCorrupt, "{state:?}");
        }
    }
}
