//! The sandbox's clock: the real one, ahead of it or behind it, or standing still.

use std::sync::{PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

/// The largest time: the last second that a timestamp of ten digits can name.
pub(crate) const MAX_NOW: u64 = 9_999_999_999;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockState {
    /// The machine's clock and so many seconds.
    Running { ahead: i64 },
    /// Always the same second, so that a test can hit a boundary exactly.
    Still { now: u64 },
}

impl ClockState {
    pub(crate) const REAL: Self = Self::Running { ahead: 0 };

    pub(crate) fn now(self) -> u64 {
        self.now_millis() / 1000
    }

    pub(crate) fn now_millis(self) -> u64 {
        match self {
            Self::Still { now } => now.saturating_mul(1000),
            Self::Running { ahead } => {
                let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let seconds = real.as_secs().saturating_add_signed(ahead).min(MAX_NOW);
                seconds * 1000 + u64::from(real.subsec_millis())
            }
        }
    }

    /// Moved by so many seconds; `None` if that leaves the times that a timestamp can name.
    pub(crate) fn advanced(self, seconds: i64) -> Option<Self> {
        self.now().checked_add_signed(seconds).filter(|now| *now <= MAX_NOW)?;
        Some(match self {
            Self::Still { now } => Self::Still { now: now.checked_add_signed(seconds)? },
            Self::Running { ahead } => Self::Running { ahead: ahead.checked_add(seconds)? },
        })
    }

    /// As it is stored: `running AHEAD` or `still NOW`.
    pub(crate) fn to_text(self) -> String {
        match self {
            Self::Running { ahead } => format!("running {ahead}"),
            Self::Still { now } => format!("still {now}"),
        }
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let (kind, number) = text.split_once(' ')?;
        match kind {
            "running" => Some(Self::Running { ahead: number.parse().ok()? }),
            "still" => Some(Self::Still { now: number.parse().ok()? }),
            _ => None,
        }
    }
}

pub(crate) struct Clock(RwLock<ClockState>);

impl Clock {
    pub(crate) fn new(state: ClockState) -> Self {
        Self(RwLock::new(state))
    }

    pub(crate) fn state(&self) -> ClockState {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> u64 {
        self.state().now()
    }

    pub(crate) fn now_millis(&self) -> u64 {
        self.state().now_millis()
    }

    pub(crate) fn set(&self, state: ClockState) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

#[cfg(test)]
mod tests {
    use super::{ClockState, MAX_NOW};

    #[test]
    fn a_still_clock_moves_only_when_it_is_told_to() {
        let clock = ClockState::Still { now: 1000 };
        assert_eq!(clock.advanced(15).unwrap().now(), 1015);
        assert_eq!(clock.advanced(-1000).unwrap().now(), 0);
        assert_eq!(clock.advanced(-1001), None);
        assert_eq!(ClockState::Still { now: MAX_NOW }.advanced(1), None);
    }

    #[test]
    fn a_state_is_read_as_it_was_stored() {
        for state in [ClockState::REAL, ClockState::Running { ahead: -7 }, ClockState::Still { now: 5 }] {
            assert_eq!(ClockState::from_text(&state.to_text()), Some(state));
        }
    }
}
