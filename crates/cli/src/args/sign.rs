//! What `sign`, `send` and `payload` are told.

use std::path::PathBuf;

use clap::Args;

/// The request: what is signed.
#[derive(Debug, Args)]
pub(crate) struct RequestArgs {
    /// The URL, exactly as it will be sent
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) url: Option<String>,
    /// GET, HEAD, POST, PUT, PATCH or DELETE [default: POST with a body, GET without]
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) method: Option<String>,
    /// The JSON body; - reads it from stdin
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) body_file: Option<PathBuf>,
    /// Take the body as it is
    #[arg(long, conflicts_with = "compact")]
    pub(crate) raw: bool,
    /// Remove the whitespace between JSON tokens first (the default)
    #[arg(long)]
    pub(crate) compact: bool,
    #[command(flatten)]
    pub(crate) freshness: FreshnessArgs,
}

/// What stops a replay.
#[derive(Debug, Args)]
pub(crate) struct FreshnessArgs {
    /// Unix seconds [default: the clock]
    #[arg(long, allow_hyphen_values = true, value_name = "SECONDS", conflicts_with = "nonce")]
    pub(crate) timestamp: Option<String>,
    /// A nonce instead of a timestamp: 1 to 128 of A-Za-z0-9_-
    #[arg(long, allow_hyphen_values = true)]
    pub(crate) nonce: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    /// Also write the exact body to send into a file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) body_out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) key: PrivateKeyArgs,
    /// The API key's file; its x-api-key then joins the headers of --json
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,
    /// The API key itself; wins over --key-file. Other users of the machine can see it while it runs
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    pub(crate) api_key: Option<String>,
}

/// Where the private key is and how it opens.
#[derive(Debug, Args)]
#[expect(clippy::struct_field_names, reason = "the names of the flags")]
pub(crate) struct PrivateKeyArgs {
    /// The RSA private key: PEM or DER, PKCS#1 or PKCS#8, encrypted or not
    #[arg(long, value_name = "FILE", default_value = "private.pem", value_hint = clap::ValueHint::FilePath)]
    pub(crate) pem_file: PathBuf,
    /// The passphrase of an encrypted key; one line break at the end of the file is not part of it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Use a private key file that group or others can read
    #[arg(long)]
    pub(crate) allow_insecure_key_file: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PayloadArgs {
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    /// Also write the payload's bytes into a file, as openssl dgst wants them
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) out: Option<PathBuf>,
}
