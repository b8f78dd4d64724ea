//! What `send` is told.

use std::path::PathBuf;

use clap::Args;

use super::{FreshnessArgs, PrivateKeyArgs};

#[derive(Debug, Args)]
pub(crate) struct SendArgs {
    /// The URL: it is signed and sent exactly as it stands here
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: String,
    /// GET, HEAD, POST, PUT, PATCH or DELETE [default: POST with a body, GET without]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) method: Option<String>,
    /// The JSON body; - reads it from stdin [default: no body]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) body_file: Option<PathBuf>,
    /// Sign and send the body as it is (the default)
    #[arg(long, conflicts_with = "compact")]
    pub(crate) raw: bool,
    /// Remove the whitespace between JSON tokens first, sign and send what is left
    #[arg(long)]
    pub(crate) compact: bool,
    #[command(flatten)]
    pub(crate) freshness: FreshnessArgs,
    #[command(flatten)]
    pub(crate) key: PrivateKeyArgs,
    /// The API key's file
    #[arg(long, value_name = "FILE", default_value = "apikey", value_hint = clap::ValueHint::FilePath)]
    pub(crate) key_file: PathBuf,
    /// The API key itself; wins over --key-file. Other users of the machine can see it while it runs
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub(crate) api_key: Option<String>,
    /// Send over plain HTTP to another machine too: whoever is on the way reads the API key
    #[arg(long)]
    pub(crate) allow_http: bool,
    /// How long the whole exchange may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) timeout: u32,
}
