//! A diagnosis that tries every candidate in vain, which takes longest.

use std::hint::black_box;

use partnersign::{Method, Nonce, ReceivedRequest, Request, Signer, SigningKey, diagnose};

use super::contest::{Contest, Pace};
use super::inputs::{COMPANY_126, key_pem, random_values};
use super::row::{Board, Row};
use crate::Outcome;

/// What bodies up to 4 KiB may take.
const BOUND_MS: f64 = 20.0;
const URL: &str = "https://api.qredo.network/api/v1/p/company/search?query=a%20b&limit=5&offset=10&after=x";

/// The documents' body, and one of 4 KiB that has everything that is rewritten.
pub(crate) fn measure(pace: Pace, board: &mut Board) -> Outcome {
    let key = SigningKey::from_pem(&key_pem(2048)?, None).map_err(|error| error.to_string())?;
    let keys = [key.verifying_key().clone()];
    let other = Request::new(Method::Get, "https://api.qredo.network/api/v1/p/assets");
    let nonce = Nonce::parse("something-else").map_err(|error| error.to_string())?;
    let other = Signer::new(key, None).sign(&other, &nonce.into()).map_err(|error| error.to_string())?;
    let headers = [("x-timestamp", "1639490495"), ("x-sign", other.signature())];
    let long = random_values(4096);

    let mut contest = Contest::new(pace.rounds(21));
    let of = |body| diagnose(&keys, &ReceivedRequest::new("POST", URL, &headers, black_box(body)));
    let short_body = contest.add(|| of(COMPANY_126));
    let long_body = contest.add(|| of(long.as_bytes()));
    let times = contest.run();
    for (name, bytes, contender) in
        [("short", COMPANY_126.len(), short_body), ("long", long.len(), long_body)]
    {
        let what = format!("diagnosis that explains nothing, body of {bytes} bytes");
        let row =
            Row::spread(format!("diagnosis-{name}"), what, times.of(|seconds| seconds(contender)), 1e3, "ms");
        board.add(row.at_most(BOUND_MS));
    }
    Ok(())
}
