//! The project's own tools: `cargo xtask <command>`.
//!
//! Each command prints what it did; what is wrong goes to stderr with the command that mends it, and
//! the exit code is then 1.

#[cfg(feature = "bench")]
mod bench;
mod codegen;
mod conformance;
mod lint_proof;
mod versions;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a command gives back: an error is one text that a person can act on.
type Outcome<T = ()> = Result<T, String>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own tools", disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the generated files
    Codegen {
        /// Write nothing; fail if a committed file differs
        #[arg(long)]
        check: bool,
    },
    /// Print what core says about every vector (tests/conformance)
    Conformance,
    /// Compare the version in every file that names it
    Versions {
        /// Fail if one differs (the default and only mode: versions are written by hand)
        #[arg(long)]
        check: bool,
    },
    /// Plant one violation of each rule of core into a copy of it, and see that each is found
    LintProof,
    /// Measure everything in one run and write docs/performance (`make bench`)
    Bench {
        /// A short run to see that it works: prints the table, writes nothing
        #[arg(long)]
        quick: bool,
    },
    /// One measurement that needs a process of its own; the bench starts it
    #[command(hide = true)]
    BenchProbe {
        /// Which one, and what it works on
        #[arg(trailing_var_arg = true)]
        probe: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Codegen { check } => codegen::run(check),
        Command::Conformance => conformance::run(),
        Command::Versions { check: _ } => versions::run(),
        Command::LintProof => lint_proof::run(),
        Command::Bench { quick } => bench(quick),
        Command::BenchProbe { probe } => bench_probe(&probe),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "bench")]
use bench::{probe as bench_probe, run as bench};

#[cfg(not(feature = "bench"))]
fn bench(_quick: bool) -> Outcome {
    Err("this build has no bench; run `make bench`, which enables it (it needs libssl-dev)".to_owned())
}

#[cfg(not(feature = "bench"))]
fn bench_probe(_probe: &[String]) -> Outcome {
    bench(true)
}
