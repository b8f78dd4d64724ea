//! `partnerapi-sandbox`: a local Partner API that checks every signature as production would.

mod answer;
mod api;
mod args;
mod auth;
mod clock;
mod control;
mod ids;
mod log;
mod openapi;
mod operations;
mod received;
mod sandbox;
mod server;
mod store;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};

fn main() -> ExitCode {
    let Args { command: Command::Serve(serve) } = Args::parse();
    match server::serve(&serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
