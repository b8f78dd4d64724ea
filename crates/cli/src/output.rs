//! Data on stdout: written whole or not at all.

use std::io::Write;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use partnersign::{Error, ErrorCode};
use serde::Serialize;

use crate::failure::Failure;

/// Writes bytes as they are.
pub(crate) fn write_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::io("write", Path::new("stdout"), &error))
}

/// Writes one line of JSON.
pub(crate) fn write_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut line = serde_json::to_vec(value)
        .map_err(|_| Error::new(ErrorCode::Internal, "the answer cannot be written as JSON"))?;
    line.push(b'\n');
    write_stdout(&line)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;

    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The system clock in Unix seconds.
pub(crate) fn now() -> Result<u64, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let why = "the system clock is before 1970; set it, or give the time on the command line";
    since.map(|since| since.as_secs()).map_err(|_| Error::new(ErrorCode::InvalidTimestamp, why).into())
}
