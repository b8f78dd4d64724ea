//! Keys, API keys and passphrases from files; what is read is erased.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use partnersign::{ApiKey, Error, ErrorCode, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::args::PrivateKeyArgs;
use crate::failure::Failure;

/// One byte more than the largest key file, so that a larger one is noticed and not read.
const READ_LIMIT: usize = 64 * 1024 + 1;

/// Loads the private key, with its passphrase if there is one.
pub(crate) fn load_signing_key(args: &PrivateKeyArgs) -> Result<SigningKey, Failure> {
    let path = &args.pem_file;
    let mut file = open(path, ErrorCode::InvalidPrivateKey)?;
    if !args.allow_insecure_key_file {
        check_permissions(&file, path).map_err(Failure::key)?;
    }
    let bytes = read(&mut file, path, ErrorCode::InvalidPrivateKey)?;
    let passphrase = args.passphrase_file.as_deref().map(read_passphrase).transpose()?;
    let passphrase = passphrase.as_ref().map(|passphrase| passphrase.as_slice());
    SigningKey::from_bytes(&bytes, passphrase).map_err(Failure::key)
}

/// Loads a public key.
pub(crate) fn load_verifying_key(path: &Path) -> Result<VerifyingKey, Failure> {
    let mut file = open(path, ErrorCode::InvalidPublicKey)?;
    let bytes = read(&mut file, path, ErrorCode::InvalidPublicKey)?;
    VerifyingKey::from_bytes(&bytes).map_err(Failure::key)
}

/// Loads an API key; one that others can read is used, with a warning.
pub(crate) fn load_api_key(path: &Path) -> Result<ApiKey, Failure> {
    let mut file = open(path, ErrorCode::InvalidApiKey)?;
    if let Err(warning) = check_permissions(&file, path) {
        eprintln!("warning: {}", warning.message());
    }
    let bytes = read(&mut file, path, ErrorCode::InvalidApiKey)?;
    parse_api_key(&bytes)
}

/// An API key from wherever it came.
pub(crate) fn parse_api_key(bytes: &[u8]) -> Result<ApiKey, Failure> {
    std::str::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorCode::InvalidApiKey, "the API key is not text"))
        .and_then(ApiKey::parse)
        .map_err(Failure::key)
}

/// A key file of whatever kind, as it lies there.
pub(crate) struct KeyFile {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// The permission bits, where the system has them.
    pub(crate) mode: Option<u32>,
    /// `insecure_key_file`, if it is a secret that others could read.
    pub(crate) permissions: Result<(), Error>,
}

/// Reads a key file without a judgement on it.
pub(crate) fn read_key_file(path: &Path) -> Result<KeyFile, Failure> {
    let mut file = open(path, ErrorCode::InvalidArgument)?;
    let bytes = read(&mut file, path, ErrorCode::InvalidArgument)?;
    Ok(KeyFile { bytes, mode: mode(&file), permissions: check_permissions(&file, path) })
}

/// The bytes of a passphrase file, without one line break at the end.
pub(crate) fn read_passphrase(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut file = open(path, ErrorCode::InvalidArgument)?;
    let mut bytes = read(&mut file, path, ErrorCode::InvalidArgument)?;
    if bytes.len() >= READ_LIMIT {
        let why = format!("the passphrase file {} is larger than 64 KiB", path.display());
        return Err(Failure::key(Error::new(ErrorCode::TooLarge, why)));
    }
    let without = bytes.strip_suffix(b"\r\n").or(bytes.strip_suffix(b"\n")).unwrap_or(&bytes).len();
    bytes.truncate(without);
    Ok(bytes)
}

fn open(path: &Path, code: ErrorCode) -> Result<File, Failure> {
    File::open(path).map_err(|error| cannot_read(path, code, &error))
}

/// Reads into a buffer of its final size: growing would leave copies behind.
fn read(file: &mut File, path: &Path, code: ErrorCode) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = Zeroizing::new(vec![0; READ_LIMIT]);
    let mut length = 0;
    loop {
        match file.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(cannot_read(path, code, &error)),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

fn cannot_read(path: &Path, code: ErrorCode, error: &std::io::Error) -> Failure {
    Failure::key(Error::new(code, format!("cannot read {}: {error}", path.display())))
}

/// As ssh does: a regular file of ours that group or others may touch is refused. Checked on the
/// opened file, so a symbolic link to a mounted secret works.
#[cfg(unix)]
fn check_permissions(file: &File, path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt;

    const GROUP_AND_OTHERS: u32 = 0o077;
    let metadata = file.metadata().map_err(|error| {
        Error::new(
            ErrorCode::InsecureKeyFile,
            format!("the permissions of {} cannot be read: {error}", path.display()),
        )
    })?;
    let ours = metadata.uid() == rustix::process::geteuid().as_raw();
    if metadata.is_file() && ours && metadata.mode() & GROUP_AND_OTHERS != 0 {
        let mode = metadata.mode() & 0o777;
        let path = path.display();
        let why = format!("{path} can be read by others (mode {mode:04o}); mend it with: chmod 600 {path}");
        return Err(Error::new(ErrorCode::InsecureKeyFile, why));
    }
    Ok(())
}

#[cfg(unix)]
fn mode(file: &File) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;

    file.metadata().ok().map(|metadata| metadata.mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &File) -> Option<u32> {
    None
}

#[cfg(not(unix))]
fn check_permissions(_: &File, _: &Path) -> Result<(), Error> {
    Ok(())
}
