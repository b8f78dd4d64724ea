//! Alternated medians: all contenders take turns in short blocks, so that a drift of the machine hits
//! all of them alike, and the ratios are taken within a round.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::control;

/// How long a contest runs.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    /// How often each contender has a turn.
    pub(crate) rounds: usize,
    /// How long a turn is, at least; one operation, if that takes longer.
    pub(crate) turn: Duration,
    /// Divides the counts of what is done once a turn: requests of a batch, signers in memory.
    pub(crate) divisor: usize,
}

impl Pace {
    /// What the report is made from.
    pub(crate) const FULL: Self = Self { rounds: 41, turn: Duration::from_millis(30), divisor: 1 };
    /// Shows that the bench works.
    pub(crate) const QUICK: Self = Self { rounds: 3, turn: Duration::from_millis(2), divisor: 20 };

    /// The same with fewer turns, for long operations; never fewer than 3.
    pub(crate) fn rounds(self, most: usize) -> Self {
        Self { rounds: self.rounds.min(most), ..self }
    }

    /// The same with one operation a turn, for those that take long or start cold.
    pub(crate) fn single(self) -> Self {
        Self { turn: Duration::ZERO, ..self }
    }
}

/// One contender of a contest.
#[derive(Clone, Copy)]
pub(crate) struct Lane(usize);

/// What takes turns; the control is always among it.
pub(crate) struct Contest<'a> {
    pace: Pace,
    operations: Vec<Box<dyn FnMut() + 'a>>,
}

impl<'a> Contest<'a> {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, operations: vec![Box::new(control::work)] }
    }

    /// Adds a contender. What it gives back is used, so that no compiler drops the work.
    pub(crate) fn add<T>(&mut self, mut operation: impl FnMut() -> T + 'a) -> Lane {
        self.operations.push(Box::new(move || {
            black_box(operation());
        }));
        Lane(self.operations.len() - 1)
    }

    /// Warms every contender up, then lets them take turns; each round begins with another one.
    pub(crate) fn run(mut self) -> Times {
        let turn = self.pace.turn;
        let counts: Vec<u32> =
            self.operations.iter_mut().map(|operation| count_for(turn, operation)).collect();
        let lanes = self.operations.len();
        let mut seconds = vec![vec![0.0; lanes]; self.pace.rounds];
        for (round, seconds) in seconds.iter_mut().enumerate() {
            for lane in (0..lanes).map(|offset| (round + offset) % lanes) {
                seconds[lane] = time(&mut self.operations[lane], counts[lane]);
            }
        }
        let times = Times { seconds };
        control::note(times.seconds(Lane(0)));
        times
    }
}

/// How many operations fill a turn.
fn count_for(turn: Duration, operation: &mut dyn FnMut()) -> u32 {
    let mut count = 1;
    loop {
        let seconds = time(operation, count) * f64::from(count);
        if seconds >= turn.as_secs_f64() || count >= 1 << 24 {
            return count;
        }
        count *= 2;
    }
}

/// Seconds for one operation, from `count` in a row.
fn time(operation: &mut dyn FnMut(), count: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..count {
        operation();
    }
    start.elapsed().as_secs_f64() / f64::from(count)
}

/// Seconds for one operation, by round and lane.
pub(crate) struct Times {
    seconds: Vec<Vec<f64>>,
}

impl Times {
    /// The median of one contender.
    pub(crate) fn seconds(&self, lane: Lane) -> f64 {
        self.of(|seconds| seconds(lane)).median
    }

    /// How many times as long `lane` takes as `other`.
    pub(crate) fn ratio(&self, lane: Lane, other: Lane) -> Spread {
        self.of(|seconds| seconds(lane) / seconds(other))
    }

    /// Any figure that is computed from the times of one round.
    pub(crate) fn of(&self, figure: impl Fn(&dyn Fn(Lane) -> f64) -> f64) -> Spread {
        Spread::of(self.seconds.iter().map(|round| figure(&|lane: Lane| round[lane.0])).collect())
    }
}

/// A median, and the middle half of the rounds around it.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    /// A quarter of the rounds is below.
    pub(crate) low: f64,
    /// A quarter of the rounds is above.
    pub(crate) high: f64,
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |part: usize| values[(values.len() - 1) * part / 4];
        Self { median: at(2), low: at(1), high: at(3) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Contest, Pace, Spread};

    #[test]
    fn the_median_is_the_middle() {
        let spread = Spread::of(vec![5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(
            [spread.low, spread.median, spread.high].map(f64::to_bits),
            [2.0, 3.0, 4.0_f64].map(f64::to_bits)
        );
    }

    #[test]
    fn every_contender_has_its_turns() {
        let (mut a, mut b) = (0, 0);
        let mut contest = Contest::new(Pace::QUICK.single());
        contest.add(|| a += 1);
        contest.add(|| b += 1);
        contest.run();
        // One to warm up, one in each round.
        assert_eq!((a, b), (1 + Pace::QUICK.rounds, 1 + Pace::QUICK.rounds));
    }
}
