//! The control: the same pure-CPU work in every contest. What it shows as slower, the machine slowed.

use std::hint::black_box;
use std::sync::Mutex;

/// The control's median in each contest so far.
static MEDIANS: Mutex<Vec<f64>> = Mutex::new(Vec::new());

/// About 100 microseconds of integer arithmetic that no processor can shorten.
pub(crate) fn work() {
    let mut state = black_box(0x9E37_79B9_7F4A_7C15_u64);
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state = state.wrapping_mul(0x2545_F491_4F6C_DD1D);
    }
    black_box(state);
}

/// Remembers the median of one contest.
pub(crate) fn note(seconds: f64) {
    medians().push(seconds);
}

/// The slowest and the fastest median so far.
pub(crate) fn extremes() -> (f64, f64) {
    medians().iter().fold((f64::MIN_POSITIVE, f64::MAX), |(slowest, fastest), median| {
        (slowest.max(*median), fastest.min(*median))
    })
}

fn medians() -> std::sync::MutexGuard<'static, Vec<f64>> {
    MEDIANS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
