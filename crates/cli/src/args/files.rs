//! What the commands around files are told: `compact`, `keygen`, `inspect`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

#[derive(Debug, Args)]
pub(crate) struct CompactArgs {
    /// The JSON text [default: stdin]
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Size of the modulus: 2048, 3072 or 4096
    #[arg(long, default_value_t = 2048)]
    pub(crate) bits: usize,
    /// Where the private key goes (mode 0600); an existing file is never overwritten
    #[arg(long, value_name = "FILE", default_value = "private.pem", value_hint = ValueHint::FilePath)]
    pub(crate) pem_file: PathBuf,
    /// Where the public key goes; an existing file is never overwritten
    #[arg(long, value_name = "FILE", default_value = "public.pem", value_hint = ValueHint::FilePath)]
    pub(crate) public_key: PathBuf,
    /// Encrypt the private key with the passphrase in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// A private key, public key or API key
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The passphrase of an encrypted key; one line break at the end of the file is not part of it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) passphrase_file: Option<PathBuf>,
}
