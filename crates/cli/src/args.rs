//! The command line: what can be said, with one dash (as the original client) or two.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::failure::Failure;

/// The command line as it was understood.
#[derive(Debug, Parser)]
#[command(
    name = "partnerapi-sign",
    version,
    about = "Signs and verifies Partner API requests (RSA PKCS#1 v1.5 / SHA-256 over [timestamp|nonce][URL][body])",
    after_help = EXIT_CODES,
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

const EXIT_CODES: &str = "Data goes to stdout, messages to stderr. Flags work with one dash too (-url).

Exit codes: 0 done; 2 usage; 3 bad input; 4 key or API key; 5 signature does not verify; 6 network;
7 the server answered with an error; 8 nonce store; 1 a bug.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign one request and print its headers and the exact body to send
    #[command(after_help = SIGN_EXAMPLES)]
    Sign(SignArgs),
    /// Check the signature of one request
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(VerifyArgs),
    /// Remove the whitespace between JSON tokens and change nothing else
    Compact(CompactArgs),
    /// Make an RSA key: the private key for you, the public key for the web application
    Keygen(KeygenArgs),
}

const SIGN_EXAMPLES: &str = "Examples:
  partnerapi-sign sign --url https://api.qredo.network/api/v1/p/company/search --method GET
  partnerapi-sign sign --url https://api.qredo.network/api/v1/p/company --body-file company.json --body-out send.json
  printf '%s\\n%s' \"$URL\" \"$BODY\" | partnerapi-sign sign

Send the printed body (or the file of --body-out) byte for byte: nothing else is signed.
Without --url, the URL and the body are asked for on a terminal; from a pipe the first line is the URL
and the rest the body. With --url, a body may come from --body-file or from the pipe.";

const VERIFY_EXAMPLES: &str = "Example:
  partnerapi-sign verify --public-key public.pem --url https://api.qredo.network/api/v1/p/company \\
      --body-file sent.json --header 'x-timestamp: 1639490495' --header 'x-sign: …'

A nonce is checked by its form alone: one call remembers nothing.";

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The URL, exactly as it will be sent
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: Option<String>,
    /// GET, HEAD, POST, PUT, PATCH or DELETE [default: POST with a body, GET without]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) method: Option<String>,
    /// The JSON body; - reads it from stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) body_file: Option<PathBuf>,
    /// Also write the exact body to send into a file
    #[arg(long, value_name = "FILE")]
    pub(crate) body_out: Option<PathBuf>,
    /// Sign the body as it is
    #[arg(long, conflicts_with = "compact")]
    pub(crate) raw: bool,
    /// Remove the whitespace between JSON tokens first (the default)
    #[arg(long)]
    pub(crate) compact: bool,
    /// Unix seconds [default: the clock]
    #[arg(long, allow_hyphen_values = true, value_name = "SECONDS", conflicts_with = "nonce")]
    pub(crate) timestamp: Option<String>,
    /// Sign with a nonce instead of a timestamp: 1 to 128 of A-Za-z0-9_-
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) nonce: Option<String>,
    #[command(flatten)]
    pub(crate) key: PrivateKeyArgs,
    /// The API key's file; its x-api-key then joins the headers of --json
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

/// Where the private key is and how it opens.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the names of the flags")]
pub(crate) struct PrivateKeyArgs {
    /// The RSA private key: PEM or DER, PKCS#1 or PKCS#8, encrypted or not
    #[arg(long, value_name = "FILE", default_value = "private.pem")]
    pub(crate) pem_file: PathBuf,
    /// The passphrase of an encrypted key; one line break at the end of the file is not part of it
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Use a private key file that group or others can read
    #[arg(long)]
    pub(crate) allow_insecure_key_file: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The RSA public key: PEM or DER
    #[arg(long, value_name = "FILE")]
    pub(crate) public_key: PathBuf,
    /// The URL that was signed
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: String,
    /// The method [default: POST with a body, GET without]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) method: Option<String>,
    /// The exact body that was received; - reads it from stdin
    #[arg(long, value_name = "FILE")]
    pub(crate) body_file: Option<PathBuf>,
    /// A received header; give it once for each
    #[arg(long = "header", value_name = "NAME: VALUE", allow_hyphen_values = true)]
    pub(crate) headers: Vec<String>,
    /// The time to check the timestamp against, in Unix seconds [default: the clock]
    #[arg(long, allow_hyphen_values = true, value_name = "SECONDS")]
    pub(crate) now: Option<String>,
    /// How far the timestamp may be from that time, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = partnersign::Verifier::DEFAULT_WINDOW_SECONDS)]
    pub(crate) window: u64,
}

#[derive(Debug, Args)]
pub(crate) struct CompactArgs {
    /// The JSON text [default: stdin]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Size of the modulus: 2048, 3072 or 4096
    #[arg(long, default_value_t = 2048)]
    pub(crate) bits: usize,
    /// Where the private key goes (mode 0600); an existing file is never overwritten
    #[arg(long, value_name = "FILE", default_value = "private.pem")]
    pub(crate) pem_file: PathBuf,
    /// Where the public key goes; an existing file is never overwritten
    #[arg(long, value_name = "FILE", default_value = "public.pem")]
    pub(crate) public_key: PathBuf,
    /// Encrypt the private key with the passphrase in this file
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}

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

/// The original client's flags have one dash (`-url`): the flags of all commands may.
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
