//! Runs the program and looks at what came out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The documents' URL of POST /company.
pub(crate) const URL: &str = "https://api.qredo.network/api/v1/p/company";

pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.exit, 0, "{}", self.stderr);
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// An answer that is bad news: JSON on stdout, nothing on stderr.
    #[track_caller]
    pub(crate) fn answer(&self, exit: i32) -> Value {
        assert_eq!((self.exit, &self.stderr[..]), (exit, ""));
        serde_json::from_slice(&self.stdout).unwrap()
    }

    /// A refusal in JSON alone on stderr, nothing on stdout; gives its sentence.
    #[track_caller]
    pub(crate) fn refused_in_json(&self, exit: i32, code: &str) -> String {
        assert_eq!((self.exit, self.stdout.is_empty()), (exit, true), "{}", self.stderr);
        let refusal: Value = serde_json::from_str(&self.stderr).unwrap();
        assert_eq!(refusal["error"]["code"], code, "{refusal}");
        refusal["error"]["message"].as_str().unwrap().to_owned()
    }

    /// `error: <code>: <sentence>` alone on stderr, nothing on stdout.
    #[track_caller]
    pub(crate) fn refused(&self, exit: i32, code: &str) -> &Self {
        assert_eq!((self.exit, self.stdout.is_empty()), (exit, true), "{}", self.stderr);
        assert!(self.stderr.starts_with(&format!("error: {code}: ")), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self
    }
}

/// Runs the program with `stdin` as its (closed) standard input.
pub(crate) fn run_with<S: AsRef<std::ffi::OsStr>>(args: &[S], stdin: &[u8]) -> Ran {
    run_in(Path::new("."), args, stdin)
}

pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Ran {
    run_with(args, b"")
}

pub(crate) fn run_in<S: AsRef<std::ffi::OsStr>>(folder: &Path, args: &[S], stdin: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_partnerapi-sign"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let stdin = stdin.to_vec();
    // A program that refuses early closes its end: that is no failure of the test.
    let writer = std::thread::spawn(move || drop(input.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Ran {
        exit: output.status.code().unwrap_or(-1),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A file of `tests/vectors`.
pub(crate) fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name)
}

pub(crate) fn cases(file: &str) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&std::fs::read(vector(file)).unwrap()).unwrap();
    document["cases"].as_array().unwrap().clone()
}

/// A folder with a test key of mode 0600 in it.
pub(crate) fn folder_with_key() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("private.pem");
    std::fs::copy(vector("keys/rsa2048.pkcs8.pem"), &key).unwrap();
    set_mode(&key, 0o600);
    folder
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The public key of [`folder_with_key`].
pub(crate) fn public_key() -> String {
    vector("keys/rsa2048.spki.pem").to_str().unwrap().to_owned()
}

/// The line `label: value` of the output.
#[track_caller]
pub(crate) fn line<'a>(text: &'a str, label: &str) -> &'a str {
    text.lines()
        .find_map(|line| line.strip_prefix(label)?.strip_prefix(": "))
        .unwrap_or_else(|| panic!("{label} in {text}"))
}
