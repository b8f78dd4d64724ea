//! What ends a command early: an error of the table, and the exit code that goes with it.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use partnersign::{Error, ErrorCode};
use serde_json::json;

/// The command line was wrong.
const EXIT_USAGE: u8 = 2;
/// A bug: the code `internal`.
const EXIT_INTERNAL: u8 = 1;
const EXIT_BAD_INPUT: u8 = 3;
pub(crate) const EXIT_KEY: u8 = 4;
pub(crate) const EXIT_DOES_NOT_VERIFY: u8 = 5;
const EXIT_NETWORK: u8 = 6;
pub(crate) const EXIT_SERVER: u8 = 7;
const EXIT_NONCE_STORE: u8 = 8;

/// An error and its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Error,
    exit: u8,
}

impl Failure {
    /// The command line itself is wrong.
    pub(crate) fn usage(why: impl Into<String>) -> Self {
        Self { error: Error::new(ErrorCode::InvalidArgument, why.into()), exit: EXIT_USAGE }
    }

    /// What was given to read is unusable.
    pub(crate) fn input(why: impl Into<String>) -> Self {
        Error::new(ErrorCode::InvalidArgument, why.into()).into()
    }

    /// A file or stream other than a key cannot be read or written.
    pub(crate) fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::input(format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Something is wrong with a key or API key, whatever the code's own number is.
    pub(crate) fn key(error: Error) -> Self {
        Self { error, exit: EXIT_KEY }
    }

    /// Prints `error: <code>: <sentence>`, or JSON, on stderr.
    pub(crate) fn report(&self, json: bool) -> ExitCode {
        let error = &self.error;
        let text = if json {
            let error = json!({
                "code": error.code().as_str(),
                "number": error.number(),
                "message": error.message(),
                "position": error.position(),
            });
            json!({ "error": error }).to_string()
        } else {
            format!("error: {}", one_line(&error.to_string()))
        };
        // Where stderr is closed there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{text}");
        ExitCode::from(self.exit)
    }
}

/// The exit code follows from the range of the error's number.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.number() {
            100..=199 => EXIT_BAD_INPUT,
            200..=399 => EXIT_KEY,
            400..=499 => EXIT_DOES_NOT_VERIFY,
            500..=599 => EXIT_NONCE_STORE,
            600..=699 => EXIT_NETWORK,
            _ => EXIT_INTERNAL,
        };
        Self { error, exit }
    }
}

/// A path, and what a server says, can hold line breaks; a message is one line.
pub(crate) fn one_line(text: &str) -> String {
    let visible = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.to_string() }
    };
    text.chars().map(visible).collect()
}
