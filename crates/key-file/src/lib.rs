//! Key files: what core, which does no I/O, leaves to the faces.
//!
//! One place opens them, so that every face refuses the same files with the same words. What is read
//! is erased. Symbolic links are followed, so that mounted secrets work.
//!
//! ```
//! use partnersign_key_file::load_signing_key;
//!
//! let error = load_signing_key("no-such-file.pem".as_ref(), None, false).unwrap_err();
//! assert_eq!(error.code().as_str(), "invalid_private_key");
//! ```

use std::fs::File;
use std::io::Read;
use std::path::Path;

use partnersign::{Error, ErrorCode, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

/// One byte more than the largest key file, so that a larger one is noticed and not read.
const READ_LIMIT: usize = 64 * 1024 + 1;

/// The private key in a PEM or DER file.
///
/// A file of ours that group or others can read is refused with `insecure_key_file`, unless
/// `allow_insecure`. One that cannot be read is `invalid_private_key`; what core refuses in its
/// content keeps core's code.
pub fn load_signing_key(
    path: &Path,
    passphrase: Option<&[u8]>,
    allow_insecure: bool,
) -> Result<SigningKey, Error> {
    let mut file = KeyFile::open(path, ErrorCode::InvalidPrivateKey)?;
    if !allow_insecure {
        file.check_permissions()?;
    }
    SigningKey::from_bytes(&file.read()?, passphrase)
}

/// The public key in a PEM or DER file. One that cannot be read is `invalid_public_key`.
pub fn load_verifying_key(path: &Path) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_bytes(&KeyFile::open(path, ErrorCode::InvalidPublicKey)?.read()?)
}

/// An opened key file: what is checked and what is read are the same file.
pub struct KeyFile<'a> {
    file: File,
    path: &'a Path,
    /// What it is called if it cannot be read.
    code: ErrorCode,
}

impl<'a> KeyFile<'a> {
    /// Opens a file; whatever fails from now on has this code.
    pub fn open(path: &'a Path, code: ErrorCode) -> Result<Self, Error> {
        if path.as_os_str().as_encoded_bytes().contains(&0) {
            return Err(Error::new(ErrorCode::InvalidArgument, "the path has a NUL byte in it"));
        }
        let file = File::open(path).map_err(|error| cannot_read(path, code, &error))?;
        Ok(Self { file, path, code })
    }

    /// The content, at most one byte more than the 64 KiB that core accepts.
    pub fn read(&mut self) -> Result<Zeroizing<Vec<u8>>, Error> {
        // A buffer of its final size: growing would leave copies behind.
        let mut bytes = Zeroizing::new(vec![0; READ_LIMIT]);
        let mut length = 0;
        while let Some(rest) = bytes.get_mut(length..).filter(|rest| !rest.is_empty()) {
            match self.file.read(rest) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(cannot_read(self.path, self.code, &error)),
            }
        }
        bytes.truncate(length);
        Ok(bytes)
    }

    /// As ssh does: a regular file of ours that group or others may touch is `insecure_key_file`.
    #[cfg(unix)]
    pub fn check_permissions(&self) -> Result<(), Error> {
        use std::os::unix::fs::MetadataExt;

        const GROUP_AND_OTHERS: u32 = 0o077;
        let path = self.path.display();
        let refuse = |why| Error::new(ErrorCode::InsecureKeyFile, why);
        let metadata = self
            .file
            .metadata()
            .map_err(|error| refuse(format!("the permissions of {path} cannot be read: {error}")))?;
        let ours = metadata.uid() == rustix::process::geteuid().as_raw();
        if metadata.is_file() && ours && metadata.mode() & GROUP_AND_OTHERS != 0 {
            let mode = metadata.mode() & 0o777;
            return Err(refuse(format!(
                "{path} can be read by others (mode {mode:04o}); mend it with: chmod 600 {path}"
            )));
        }
        Ok(())
    }

    /// There is nothing to check here: the system has no such permissions.
    #[cfg(not(unix))]
    pub fn check_permissions(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The permission bits, where the system has them.
    #[cfg(unix)]
    pub fn mode(&self) -> Option<u32> {
        use std::os::unix::fs::MetadataExt;

        self.file.metadata().ok().map(|metadata| metadata.mode() & 0o777)
    }

    /// The permission bits, where the system has them.
    #[cfg(not(unix))]
    pub fn mode(&self) -> Option<u32> {
        None
    }
}

fn cannot_read(path: &Path, code: ErrorCode, error: &std::io::Error) -> Error {
    Error::new(code, format!("cannot read {}: {error}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::load_signing_key;

    const PEM: &[u8] = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs8.pem");

    #[test]
    fn a_file_that_others_can_read_is_refused_also_through_a_link() {
        let place = tempfile::tempdir().unwrap();
        let (path, link) = (place.path().join("key.pem"), place.path().join("link.pem"));
        fs::write(&path, PEM).unwrap();
        symlink(&path, &link).unwrap();
        for (mode, refused) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            for path in [&path, &link] {
                let code = load_signing_key(path, None, false).err().map(|error| error.code().as_str());
                assert_eq!(code, refused.then_some("insecure_key_file"), "mode {mode:o}");
                assert!(load_signing_key(path, None, true).is_ok());
            }
        }
    }
}
