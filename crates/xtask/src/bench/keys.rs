//! Loading a key from PEM, with all checks and the sign/verify pair.

use std::hint::black_box;

use partnersign::SigningKey;

use super::contest::{Contest, Pace};
use super::inputs::key_pem;
use super::openssl::{OpenSsl, load_and_check};
use super::row::{Board, Row};
use crate::Outcome;

/// One row for each size.
pub(crate) fn measure(pace: Pace, board: &mut Board) -> Outcome {
    for (bits, target) in [(2048, Some(3.0)), (3072, None), (4096, Some(10.0))] {
        let pem = key_pem(bits)?;
        let mut contest = Contest::new(pace.rounds(21));
        let ours = contest.add(|| SigningKey::from_pem(black_box(&pem), None));
        let bare = contest.add(|| OpenSsl::from_pem(black_box(&pem)));
        let checked = contest.add(|| load_and_check(black_box(&pem)));
        let times = contest.run();

        let what = format!("load an RSA-{bits} key from PEM: checks, one signature, one verification");
        let row = Row::spread(format!("load-{bits}"), what, times.of(|seconds| seconds(ours)), 1e3, "ms")
            .beside("OpenSSL unchecked", times.seconds(bare) * 1e3, "ms")
            .beside("OpenSSL with RSA_check_key", times.seconds(checked) * 1e3, "ms");
        board.add(match target {
            Some(bound) => row.at_most(bound),
            None => row,
        });
    }
    Ok(())
}
