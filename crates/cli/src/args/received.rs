//! What `verify` and `diagnose` are told: a request as it was received.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The RSA public key: PEM or DER
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) public_key: PathBuf,
    /// The URL that was signed
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: String,
    #[command(flatten)]
    pub(crate) received: ReceivedArgs,
    /// The time to check the timestamp against, in Unix seconds [default: the clock]
    #[arg(long, allow_hyphen_values = true, value_name = "SECONDS")]
    pub(crate) now: Option<String>,
    /// How far the timestamp may be from that time, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = partnersign::Verifier::DEFAULT_WINDOW_SECONDS)]
    pub(crate) window: u64,
}

/// All of a received request but its URL.
#[derive(Debug, Args)]
pub(crate) struct ReceivedArgs {
    /// The method [default: POST with a body, GET without]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) method: Option<String>,
    /// The exact body that was received; - reads it from stdin
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) body_file: Option<PathBuf>,
    /// A received header; give it once for each
    #[arg(long = "header", value_name = "NAME: VALUE", allow_hyphen_values = true)]
    pub(crate) headers: Vec<String>,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).args(["url", "request", "curl"]))]
pub(crate) struct DiagnoseArgs {
    /// A known RSA public key, PEM or DER; first the one that the API key belongs to, then others
    #[arg(long = "public-key", value_name = "FILE", required = true, value_hint = clap::ValueHint::FilePath)]
    pub(crate) public_keys: Vec<PathBuf>,
    /// The URL that the request was sent to
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) received: ReceivedArgs,
    /// Instead: a saved HTTP request (request line, headers, empty line, body); - reads stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "body_file", "headers"],
          value_hint = clap::ValueHint::FilePath)]
    pub(crate) request: Option<PathBuf>,
    /// With --request: scheme and host of the URL [default: https:// and the Host header]
    #[arg(long, value_name = "URL", conflicts_with_all = ["url", "curl"], allow_hyphen_values = true)]
    pub(crate) origin: Option<String>,
    /// Instead: a curl command line, as it was typed; - reads stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["method", "body_file", "headers"],
          value_hint = clap::ValueHint::FilePath)]
    pub(crate) curl: Option<PathBuf>,
}
