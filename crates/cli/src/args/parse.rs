//! Reads the command line. The original client's flags have one dash (`-url`): all flags may.

use std::ffi::OsString;

use clap::error::ErrorKind;
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
        _ => {
            let text = error.to_string();
            let lines: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
            let sentence = lines.join(" ");
            let sentence = sentence.strip_prefix("error: ").unwrap_or(&sentence);
            Err(Failure::usage(format!("{sentence}; see partnerapi-sign --help")))
        }
    }
}

/// Puts a second dash before every known flag that has one.
fn with_two_dashes(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let flags = long_flags();
    let mut only_values = false;
    let two_dashes = |argument: OsString| {
        only_values |= argument == "--";
        let name =
            argument.to_str().and_then(|text| text.strip_prefix('-')).and_then(|text| text.split('=').next());
        match name {
            Some(name) if !only_values && flags.iter().any(|flag| flag == name) => {
                let mut doubled = OsString::from("-");
                doubled.push(&argument);
                doubled
            }
            _ => argument,
        }
    };
    arguments.into_iter().map(two_dashes).collect()
}

fn long_flags() -> Vec<String> {
    let command_line = CommandLine::command();
    let commands = command_line.get_subcommands().chain([&command_line]);
    commands
        .flat_map(clap::Command::get_arguments)
        .filter_map(|flag| flag.get_long())
        .map(str::to_owned)
        .collect()
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
}
