//! `verify`: does this signature belong to this request?

use partnersign::{Freshness, MemoryReplay, NoncePolicy, Verified, Verifier};
use serde_json::json;

use crate::args::VerifyArgs;
use crate::failure::Failure;
use crate::key_files::load_verifying_key;
use crate::output::{hex, now, write_json, write_stdout};
use crate::received::Received;

pub(crate) fn run(args: &VerifyArgs, json: bool) -> Result<(), Failure> {
    let key = load_verifying_key(&args.public_key)?;
    let now = match &args.now {
        Some(now) => now.trim().parse().map_err(|_| Failure::usage("--now is not Unix seconds"))?,
        None => now()?,
    };
    let received = Received::of_flags(&args.url, &args.received)?;

    // One call remembers nothing: any well-formed nonce is new to it.
    let verifier =
        Verifier::with_key(key).window_seconds(args.window).replay(MemoryReplay::new(NoncePolicy::Unique));
    let verified = received.with_request(|request| verifier.verify(request, now))?;
    if json { write_json(&as_json(&verified)) } else { write_stdout(as_text(&verified).as_bytes()) }
}

fn as_text(verified: &Verified) -> String {
    let header = verified.freshness.header_name();
    format!("verified\nHash: {}\n{header}: {}\n", hex(&verified.digest), verified.freshness)
}

fn as_json(verified: &Verified) -> serde_json::Value {
    let kind = match verified.freshness {
        Freshness::Timestamp(_) => "timestamp",
        Freshness::Nonce(_) => "nonce",
    };
    json!({
        "verified": true,
        "key_id": verified.key_id,
        "freshness": { kind: verified.freshness.to_string() },
        "digest": hex(&verified.digest),
    })
}
