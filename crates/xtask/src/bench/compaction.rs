//! Compaction, checked, beside a `serde_json` round trip and the unchecked loop of a C signer.

use std::hint::black_box;

use partnersign::compact_json;
use serde_json::Value;

use super::contest::{Contest, Lane, Pace, Times};
use super::inputs::{COMPANY_126, MEGABYTE, SEED, companies, random_values};
use super::openssl::strip_whitespace;
use super::row::{Board, Row};
use crate::Outcome;

/// All rows of compaction.
pub(crate) fn measure(pace: Pace, board: &mut Board) -> Outcome {
    let companies = companies(MEGABYTE);
    let (times, lanes) = contest(pace, companies.as_bytes())?;
    board.add(
        throughput(
            "compact-companies",
            "compaction of 1 MB of companies, pretty-printed",
            &companies,
            &times,
            lanes,
        )
        .at_least(1.0),
    );

    let values = random_values(MEGABYTE);
    let (times, lanes) = contest(pace, values.as_bytes())?;
    let non_ascii = values.bytes().filter(|byte| !byte.is_ascii()).count();
    let what = format!(
        "compaction of 1 MB of random values, {} % of the bytes non-ASCII, seed {SEED}",
        non_ascii * 100 / values.len()
    );
    board.add(throughput("compact-random", what, &values, &times, lanes).at_least(0.8));

    let (times, lanes) = contest(pace, COMPANY_126)?;
    let micros = times.of(|seconds| seconds(lanes.ours));
    board.add(
        Row::spread("compact-126", "compaction of the documents' company, 126 bytes", micros, 1e6, "us")
            .at_most(0.2)
            .beside("serde_json round trip", times.seconds(lanes.serde) * 1e6, "us")
            .beside("unchecked loop", times.seconds(lanes.unchecked) * 1e6, "us"),
    );
    Ok(())
}

#[derive(Clone, Copy)]
struct Lanes {
    ours: Lane,
    serde: Lane,
    unchecked: Lane,
}

fn contest(pace: Pace, json: &[u8]) -> Outcome<(Times, Lanes)> {
    if compact_json(json).ok().as_deref() != Some(&strip_whitespace(json)) {
        return Err("compaction and the unchecked loop differ on valid JSON".to_owned());
    }
    let mut contest = Contest::new(pace);
    let ours = contest.add(|| compact_json(black_box(json)));
    let serde = contest.add(|| {
        let value: Option<Value> = serde_json::from_slice(black_box(json)).ok();
        value.and_then(|value| serde_json::to_vec(&value).ok())
    });
    let unchecked = contest.add(|| strip_whitespace(black_box(json)));
    Ok((contest.run(), Lanes { ours, serde, unchecked }))
}

/// Gigabytes of input a second.
fn throughput(id: &str, what: impl Into<String>, json: &str, times: &Times, lanes: Lanes) -> Row {
    let gigabytes = f64::from(u32::try_from(json.len()).unwrap_or(u32::MAX)) / 1e9;
    let speed = |lane: Lane| times.of(|seconds| gigabytes / seconds(lane));
    Row::spread(id, what, speed(lanes.ours), 1.0, "GB/s")
        .beside("serde_json round trip", speed(lanes.serde).median, "GB/s")
        .beside("unchecked loop", speed(lanes.unchecked).median, "GB/s")
}
