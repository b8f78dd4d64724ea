//! Keys, API keys and passphrases from files; what is read is erased.

use std::path::Path;

use partnersign::{ApiKey, Error, ErrorCode, SigningKey, VerifyingKey};
use partnersign_key_file::KeyFile;
use zeroize::Zeroizing;

use crate::args::PrivateKeyArgs;
use crate::failure::Failure;

/// The longest passphrase file in bytes.
const MAX_PASSPHRASE_BYTES: usize = 64 * 1024;

/// Loads the private key, with its passphrase if there is one.
pub(crate) fn load_signing_key(args: &PrivateKeyArgs) -> Result<SigningKey, Failure> {
    let passphrase = args.passphrase_file.as_deref().map(read_passphrase).transpose()?;
    let passphrase = passphrase.as_ref().map(|passphrase| passphrase.as_slice());
    partnersign_key_file::load_signing_key(&args.pem_file, passphrase, args.allow_insecure_key_file)
        .map_err(Failure::key)
}

/// Loads a public key.
pub(crate) fn load_verifying_key(path: &Path) -> Result<VerifyingKey, Failure> {
    partnersign_key_file::load_verifying_key(path).map_err(Failure::key)
}

/// Loads an API key; one that others can read is used, with a warning.
pub(crate) fn load_api_key(path: &Path) -> Result<ApiKey, Failure> {
    let mut file = KeyFile::open(path, ErrorCode::InvalidApiKey).map_err(Failure::key)?;
    if let Err(warning) = file.check_permissions() {
        eprintln!("warning: {}", warning.message());
    }
    parse_api_key(&file.read().map_err(Failure::key)?)
}

/// An API key from wherever it came.
pub(crate) fn parse_api_key(bytes: &[u8]) -> Result<ApiKey, Failure> {
    std::str::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorCode::InvalidApiKey, "the API key is not text"))
        .and_then(ApiKey::parse)
        .map_err(Failure::key)
}

/// A key file of whatever kind, as it lies there.
pub(crate) struct InspectedFile {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// The permission bits, where the system has them.
    pub(crate) mode: Option<u32>,
    /// `insecure_key_file`, if it is a secret that others could read.
    pub(crate) permissions: Result<(), Error>,
}

/// Reads a key file without a judgement on it.
pub(crate) fn read_key_file(path: &Path) -> Result<InspectedFile, Failure> {
    let mut file = KeyFile::open(path, ErrorCode::InvalidArgument).map_err(Failure::key)?;
    let bytes = file.read().map_err(Failure::key)?;
    Ok(InspectedFile { bytes, mode: file.mode(), permissions: file.check_permissions() })
}

/// The bytes of a passphrase file, without one line break at the end.
pub(crate) fn read_passphrase(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = KeyFile::open(path, ErrorCode::InvalidArgument)
        .and_then(|mut file| file.read())
        .map_err(Failure::key)?;
    if bytes.len() > MAX_PASSPHRASE_BYTES {
        let why = format!("the passphrase file {} is larger than 64 KiB", path.display());
        return Err(Failure::key(Error::new(ErrorCode::TooLarge, why)));
    }
    let without = bytes.strip_suffix(b"\r\n").or(bytes.strip_suffix(b"\n")).unwrap_or(&bytes).len();
    bytes.truncate(without);
    Ok(bytes)
}
