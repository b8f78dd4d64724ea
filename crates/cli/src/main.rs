//! `partnerapi-sign`: signs and verifies Partner API requests.
//!
//! Data goes to stdout, messages to stderr. From the arguments ([`args`]) a command
//! ([`commands`]) reads its input ([`input`], [`key_files`]) and writes its [`output`]; whatever goes
//! wrong on the way is a [`failure`] with an exit code.

mod args;
mod commands;
mod failure;
mod input;
mod key_files;
mod output;

use std::process::ExitCode;

use args::Command;
use failure::Failure;

fn main() -> ExitCode {
    forbid_core_dumps();
    let (outcome, json) = match args::parse(std::env::args_os()) {
        Ok(args) => (run(&args.command, args.json), args.json),
        Err(stop) => (stop.outcome, stop.json),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(json),
    }
}

fn run(command: &Command, json: bool) -> Result<(), Failure> {
    match command {
        Command::Sign(args) => commands::sign::run(args, json),
        Command::Verify(args) => commands::verify::run(args, json),
        Command::Compact(args) => commands::compact::run(args),
        Command::Keygen(args) => commands::keygen::run(args, json),
    }
}

/// A core dump would hold the private key. Best effort: without the limit the work goes on.
fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}
