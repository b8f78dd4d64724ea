//! The command line: what can be said. [`parse`] reads it, with one dash (as the original client) or
//! two; [`help`] has the examples.

mod files;
mod help;
mod parse;
mod received;
mod send;
mod sign;
mod tools;

use clap::{Parser, Subcommand};

pub(crate) use files::{CompactArgs, InspectArgs, KeygenArgs};
pub(crate) use parse::parse;
pub(crate) use received::{DiagnoseArgs, ReceivedArgs, VerifyArgs};
pub(crate) use send::SendArgs;
pub(crate) use sign::{FreshnessArgs, PayloadArgs, PrivateKeyArgs, RequestArgs, SignArgs};
pub(crate) use tools::{CompletionsArgs, ManArgs, Shell};

/// The command line as it was understood.
#[derive(Debug, Parser)]
#[command(
    name = "partnerapi-sign",
    version,
    about = "Signs and verifies Partner API requests (RSA PKCS#1 v1.5 / SHA-256 over [timestamp|nonce][URL][body])",
    after_help = help::OVERVIEW,
    disable_help_subcommand = true,
    infer_long_args = false
)]
pub(crate) struct CommandLine {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Answer, and refuse, in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign one request and print its headers and the exact body to send
    #[command(after_help = help::SIGN)]
    Sign(SignArgs),
    /// Sign one request, send exactly what was signed, and print the answer
    #[command(after_help = help::SEND)]
    Send(SendArgs),
    /// Check the signature of one request
    #[command(after_help = help::VERIFY)]
    Verify(VerifyArgs),
    /// Say why the signature of a request does not match: what was signed instead
    #[command(after_help = help::DIAGNOSE)]
    Diagnose(DiagnoseArgs),
    /// Show the exact bytes that are hashed, with invisible characters made visible
    #[command(after_help = help::PAYLOAD)]
    Payload(PayloadArgs),
    /// Remove the whitespace between JSON tokens and change nothing else
    #[command(after_help = help::COMPACT)]
    Compact(CompactArgs),
    /// Make an RSA key: the private key for you, the public key for the web application
    #[command(after_help = help::KEYGEN)]
    Keygen(KeygenArgs),
    /// Say what a key or API key file is, what is wrong with it and how to mend it
    #[command(after_help = help::INSPECT)]
    Inspect(InspectArgs),
    /// Print the completions for a shell
    #[command(after_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print a manual page
    #[command(after_help = help::MAN)]
    Man(ManArgs),
}
