//! A panic on purpose.

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::pointers::Out;

/// For tests alone, and no part of the promised ABI: panics on purpose, so that a program can see that
/// even a bug in this library comes back as a status.
///
/// Returns `PARTNERSIGN_INTERNAL`, always. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_test_panic(error: Out<partnersign_error>) -> i32 {
    boundary(error, || panic!("on purpose"))
}
