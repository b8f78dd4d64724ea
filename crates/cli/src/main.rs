//! `partnerapi-sign`: signs and verifies Partner API requests.
//!
//! Data goes to stdout, messages to stderr. From the arguments ([`args`]) a command
//! ([`commands`]) reads its input ([`input`], [`received`], [`key_files`]), talks to a server
//! ([`sending`]) and writes its [`output`], for a person's eye made [`visible`] and [`style`]d; whatever goes wrong on the way is a [`failure`]
//! with an exit code.

mod args;
mod commands;
mod failure;
mod input;
mod inspected_api_key;
mod key_files;
mod output;
mod received;
mod sending;
mod style;
mod visible;

use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use partnersign::{Error, ErrorCode};

use args::Command;
use failure::Failure;

fn main() -> ExitCode {
    forbid_core_dumps();
    let (outcome, json) = match args::parse(std::env::args_os()) {
        Ok(args) => (run_caught(&args.command, args.json), args.json),
        Err(stop) => (stop.outcome.map(|()| ExitCode::SUCCESS), stop.json),
    };
    outcome.unwrap_or_else(|failure| failure.report(json))
}

/// A panic is a bug of ours: it is reported as `internal`, without what was in hand.
fn run_caught(command: &Command, json: bool) -> Result<ExitCode, Failure> {
    panic::set_hook(Box::new(|_| {}));
    panic::catch_unwind(AssertUnwindSafe(|| run(command, json))).unwrap_or_else(|_| {
        Err(Error::new(ErrorCode::Internal, "a bug in partnerapi-sign; please report how it came about")
            .into())
    })
}

/// A command whose answer can be bad news gives the exit code itself.
fn run(command: &Command, json: bool) -> Result<ExitCode, Failure> {
    match command {
        Command::Diagnose(args) => return commands::diagnose::run(args, json),
        Command::Inspect(args) => return commands::inspect::run(args, json),
        Command::Send(args) => return commands::send::run(args, json),
        Command::Sign(args) => commands::sign::run(args, json),
        Command::Verify(args) => commands::verify::run(args, json),
        Command::Payload(args) => commands::payload::run(args, json),
        Command::Compact(args) => commands::compact::run(args),
        Command::Keygen(args) => commands::keygen::run(args, json),
        Command::Completions(args) => commands::tools::print_completions(args),
        Command::Man(args) => commands::tools::print_manual(args),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// A core dump would hold the private key. Best effort: without the limit the work goes on.
fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}
