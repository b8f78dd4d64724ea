//! Reads the command line. The original client's flags have one dash (`-url`): all flags may.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};

use super::CommandLine;
use crate::failure::Failure;

/// No command to run: help was printed (`Ok`), or the command line is wrong.
pub(crate) struct Stop {
    pub(crate) outcome: Result<(), Failure>,
    pub(crate) json: bool,
}

/// Reads the command line, the program's name included.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<CommandLine, Stop> {
    let arguments = with_two_dashes(arguments);
    let json = arguments.iter().any(|argument| argument == "--json");
    CommandLine::try_parse_from(arguments).map_err(|error| Stop { outcome: explain(&error), json })
}

/// Help and version are answers; all else is a usage error in one sentence.
fn explain(error: &clap::Error) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            error.print().map_err(|error| Failure::io("write", "stdout".as_ref(), &error))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Err(Failure::usage("no command was given; see partnerapi-sign --help"))
        }
        // What was typed there may be a secret: it is not shown again.
        ErrorKind::TooManyValues => {
            Err(Failure::usage("a flag that takes no value was given one; see partnerapi-sign --help"))
        }
        ErrorKind::UnknownArgument if !names_a_flag(error) => {
            Err(Failure::usage("an argument stands where none belongs; see partnerapi-sign --help"))
        }
        _ => {
            let text = error.to_string();
            let lines: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
            let sentence = lines.join(" ");
            let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
            Err(Failure::usage(format!("{sentence}; see partnerapi-sign --help")))
        }
    }
}

fn names_a_flag(error: &clap::Error) -> bool {
    let argument = error.get(ContextKind::InvalidArg);
    matches!(argument, Some(ContextValue::String(argument)) if argument.starts_with("--"))
}

/// Puts a second dash before every known flag that has one.
fn with_two_dashes(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let flags = long_flags();
    let mut only_values = false;
    let mut is_value = false;
    let two_dashes = |argument: OsString| {
        only_values |= argument == "--" && !is_value;
        if only_values || std::mem::take(&mut is_value) {
            return argument;
        }
        let text = argument.to_str().unwrap_or_default();
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let Some(flag) = flags.iter().find(|flag| name.trim_start_matches('-') == flag.name) else {
            return argument;
        };
        is_value = flag.takes_value && value.is_none() && name.starts_with('-');
        if !name.starts_with('-') || name.starts_with("--") {
            return argument;
        }
        let mut doubled = OsString::from("-");
        doubled.push(&argument);
        doubled
    };
    arguments.into_iter().map(two_dashes).collect()
}

struct LongFlag {
    name: String,
    takes_value: bool,
}

/// The flags of all commands; a name means the same in each.
fn long_flags() -> Vec<LongFlag> {
    let command_line = CommandLine::command();
    let commands = command_line.get_subcommands().chain([&command_line]);
    let long = |flag: &clap::Arg| {
        Some(LongFlag { name: flag.get_long()?.to_owned(), takes_value: flag.get_action().takes_values() })
    };
    commands.flat_map(clap::Command::get_arguments).filter_map(long).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory;

    use super::{CommandLine, with_two_dashes};

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn one_dash_becomes_two_for_known_flags_only() {
        let given = ["x", "sign", "-url", "-x", "-pem-file=a=b", "--raw", "-h", "-", "--", "-url"];
        let expected = ["x", "sign", "--url", "-x", "--pem-file=a=b", "--raw", "-h", "-", "--", "-url"];
        assert_eq!(with_two_dashes(given.map(OsString::from)), expected.map(OsString::from));
    }

    #[test]
    fn a_value_that_looks_like_a_flag_stays_a_value() {
        let given = ["x", "sign", "-nonce", "-raw", "--url", "--", "-nonce=-raw", "-raw", "nonce", "-json"];
        let expected =
            ["x", "sign", "--nonce", "-raw", "--url", "--", "--nonce=-raw", "--raw", "nonce", "--json"];
        assert_eq!(with_two_dashes(given.map(OsString::from)), expected.map(OsString::from));
    }
}
