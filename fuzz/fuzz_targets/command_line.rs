//! The command line's arguments, one a line: what is not understood is a usage error, nothing panics,
//! and a second dash before each flag that has one changes nothing.
//!
//! The modules are the command line's own: a program has no library to link.

#![no_main]
#![allow(dead_code, unused_imports)]

#[path = "../../crates/cli/src/args/mod.rs"]
mod args;
#[path = "../../crates/cli/src/failure.rs"]
mod failure;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
    let understood = understand(&lines);
    let doubled: Vec<Vec<u8>> = lines.iter().map(|line| with_two_dashes(line)).collect();
    // A value may look like a flag; only where both are understood they must mean the same.
    let again = understand(&doubled.iter().map(Vec::as_slice).collect::<Vec<_>>());
    if let (Ok(understood), Ok(again)) = (understood, again) {
        if !lines.iter().any(|line| line.starts_with(b"--")) {
            assert_eq!(understood.replace("--", "-"), again.replace("--", "-"));
        }
    }
});

/// What was understood, as `Debug` shows it.
fn understand(lines: &[&[u8]]) -> Result<String, ()> {
    let arguments = lines.iter().map(|line| OsString::from_vec(line.to_vec()));
    match args::parse([OsString::from("partnerapi-sign")].into_iter().chain(arguments)) {
        Ok(command_line) => Ok(format!("{command_line:?}")),
        Err(stop) => {
            if let Err(failure) = stop.outcome {
                assert!(format!("{failure:?}").ends_with("exit: 2 }"), "{failure:?}");
            }
            Err(())
        }
    }
}

fn with_two_dashes(line: &[u8]) -> Vec<u8> {
    let is_flag = line.len() > 2 && line[0] == b'-' && line[1] != b'-';
    if is_flag { [b"-", line].concat() } else { line.to_vec() }
}
