//! Memory for each signer: what a process grows by, AWS-LC's own allocations included.

use std::ffi::OsStr;
use std::path::Path;

use partnersign::{Signer, SigningKey};

use super::contest::Pace;
use super::processes::run_probe;
use super::row::{Board, Row};
use crate::{Outcome, workspace};

/// One row for each size, each in a fresh process.
pub(crate) fn measure(pace: Pace, board: &mut Board) -> Outcome {
    let count = 2000 / pace.divisor;
    for bits in [2048, 4096] {
        let key = workspace::root().join(format!("tests/vectors/keys/rsa{bits}.pkcs8.pem"));
        let text = run_probe(&["memory".as_ref(), key.as_ref(), OsStr::new(&count.to_string())])?;
        let bytes: f64 = text.trim().parse().map_err(|_| format!("the probe said: {text}"))?;
        let what = format!("memory of one RSA-{bits} signer, after its first signature ({count} loaded)");
        board.add(Row::new(format!("memory-{bits}"), what, bytes / 1024.0, "KiB").at_most(16.0));
    }
    Ok(())
}

/// Prints how many bytes the process grew by for each of `count` signers.
pub(crate) fn probe(pem_file: &str, count: &str) -> Outcome {
    let count: u32 = count.parse().map_err(|_| format!("not a count: {count}"))?;
    let pem = workspace::read(Path::new(pem_file))?;
    let load = || SigningKey::from_pem(pem.as_bytes(), None).map(|key| Signer::new(key, None));
    let load = || load().map_err(|error| error.to_string());
    // The first ones also fill what the process holds once.
    let _warm: Vec<Signer> = (0..20).map(|_| load()).collect::<Outcome<_>>()?;
    let mut signers = Vec::with_capacity(count as usize);
    let before = resident_bytes()?;
    for _ in 0..count {
        signers.push(load()?);
    }
    let grown = resident_bytes()? - before;
    drop(signers);
    println!("{}", grown / f64::from(count));
    Ok(())
}

/// The resident memory of this process, as Linux counts it.
fn resident_bytes() -> Outcome<f64> {
    let status = workspace::read(Path::new("/proc/self/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u32>().ok());
    kilobytes
        .map(|number| f64::from(number) * 1024.0)
        .ok_or_else(|| "no VmRSS in /proc/self/status".to_owned())
}
