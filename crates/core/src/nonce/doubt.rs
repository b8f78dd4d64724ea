//! The numbers of which a copy may still be under way.

/// Numbers that left without a clear answer: an earlier request that carries one may still arrive.
///
/// Kept as ranges, lowest first, and at most [`Doubt::MAX_RANGES`] of them. That is exact for every
/// history with fewer jumps by `resync`; beyond, the gap between the two highest counts as doubtful too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Doubt {
    ranges: Vec<(u64, u64)>,
}

impl Doubt {
    pub(super) const MAX_RANGES: usize = 8;

    /// The same ranges, or `None` unless they are such as [`Self::ranges`] gives.
    pub(super) fn from_ranges(ranges: &[(u64, u64)]) -> Option<Self> {
        let mut lowest_allowed = 1;
        for &(low, high) in ranges {
            if low < lowest_allowed || high < low {
                return None;
            }
            lowest_allowed = high.checked_add(2)?;
        }
        (ranges.len() <= Self::MAX_RANGES).then(|| Self { ranges: ranges.to_vec() })
    }

    pub(super) fn ranges(&self) -> &[(u64, u64)] {
        &self.ranges
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.ranges.iter().any(|&(low, high)| (low..=high).contains(&number))
    }

    pub(super) fn add(&mut self, number: u64) {
        self.ranges.push((number, number));
        self.ranges.sort_unstable();
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(self.ranges.len());
        for &(low, high) in &self.ranges {
            match joined.last_mut() {
                Some(previous) if low <= previous.1.saturating_add(1) => previous.1 = previous.1.max(high),
                _ => joined.push((low, high)),
            }
        }
        if joined.len() > Self::MAX_RANGES {
            if let (Some(top), Some(below)) = (joined.pop(), joined.last_mut()) {
                below.1 = top.1;
            }
        }
        self.ranges = joined;
    }

    /// Drops every number up to `consumed`: the server has moved past them all.
    pub(super) fn forget_through(&mut self, consumed: u64) {
        self.ranges.retain_mut(|range| {
            range.0 = range.0.max(consumed.saturating_add(1));
            range.0 <= range.1
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Doubt;

    #[test]
    fn it_stays_bounded_and_never_forgets_a_number() {
        let mut doubt = Doubt::default();
        for number in (10..30).rev().map(|n| 3 * n) {
            doubt.add(number);
            assert!(doubt.ranges().len() <= Doubt::MAX_RANGES);
            assert_eq!(Doubt::from_ranges(doubt.ranges()), Some(doubt.clone()));
        }
        assert!((10..30).all(|n| doubt.contains(3 * n)));
        doubt.forget_through(40);
        assert!(!doubt.contains(39) && doubt.contains(42));
        doubt.forget_through(u64::MAX);
        assert_eq!(doubt, Doubt::default());
    }
}
