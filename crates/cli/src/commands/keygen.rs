//! `keygen`: a private key that only its owner can read, and the public key to upload.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use partnersign::{Error, ErrorCode, SigningKey};
use serde_json::json;

use crate::args::KeygenArgs;
use crate::failure::Failure;
use crate::key_files::read_passphrase;
use crate::output::{write_json, write_stdout};

pub(crate) fn run(args: &KeygenArgs, json: bool) -> Result<(), Failure> {
    let key = SigningKey::generate(args.bits)?;
    let private_pem = match &args.passphrase_file {
        Some(path) => key.to_encrypted_pem(&read_passphrase(path)?, &random()?)?,
        None => key.to_pem()?,
    };
    let public = key.verifying_key();
    write_new(&args.pem_file, private_pem.as_bytes(), 0o600)?;
    if let Err(failure) = write_new(&args.public_key, public.to_pem().as_bytes(), 0o644) {
        // Half a key pair helps nobody. This very call made the file, so it may take it away.
        let _ = std::fs::remove_file(&args.pem_file);
        return Err(failure);
    }
    if json {
        return write_json(&json!({
            "private_key": args.pem_file.display().to_string(),
            "public_key": args.public_key.display().to_string(),
            "bits": public.bits(),
            "fingerprint": public.fingerprint(),
        }));
    }
    let text = format!(
        "private key: {} (keep it secret)\npublic key: {} (upload it)\nbits: {}\nfingerprint: {}\n",
        args.pem_file.display(),
        args.public_key.display(),
        public.bits(),
        public.fingerprint()
    );
    write_stdout(text.as_bytes())
}

/// Creates a file that did not exist; on a failed write nothing is left behind.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    let mut file = create_new(path, mode).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::input(format!(
            "{} exists, and keygen overwrites nothing: move it away, or name others with --pem-file and --public-key",
            path.display()
        )),
        _ => Failure::io("create", path, &error),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
        let _ = std::fs::remove_file(path);
        Failure::io("write", path, &error)
    })
}

#[cfg(unix)]
fn create_new(path: &Path, mode: u32) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn create_new(path: &Path, _: u32) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Salt and initialisation vector: they stand in the file, so they are no secret.
fn random() -> Result<[u8; 32], Failure> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|_| Error::new(ErrorCode::Internal, "the operating system gives no randomness"))?;
    Ok(random)
}
