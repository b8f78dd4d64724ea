//! Whole processes: the command line beside `openssl dgst`, and the first signature of a fresh process.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::hint::black_box;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use partnersign::{Freshness, Method, Request, Signer, SigningKey, Timestamp, prepare};
use tempfile::TempDir;

use super::contest::{Contest, Pace};
use super::inputs::{BODY_150, TIMESTAMP, URL, key_pem};
use super::row::{Board, Row};
use crate::{Outcome, workspace};

/// The files that the processes read, gone with this value; and the released binary.
pub(crate) struct Files {
    folder: TempDir,
    command_line: PathBuf,
}

impl Files {
    /// Builds the release binary and writes a key that only we can read.
    pub(crate) fn prepare() -> Outcome<Self> {
        let built = workspace::cargo()
            .args(["build", "--release", "--package", "partnersign-cli"])
            .current_dir(workspace::root())
            .status();
        if !built.is_ok_and(|status| status.success()) {
            return Err("cannot build partnerapi-sign".to_owned());
        }
        let failed = |error| format!("cannot write the bench's files: {error}");
        let folder = TempDir::new().map_err(failed)?;
        let mut key = OpenOptions::new();
        key.write(true).create_new(true).mode(0o600);
        let mut key = key.open(folder.path().join("private.pem")).map_err(failed)?;
        key.write_all(&key_pem(2048)?).map_err(failed)?;
        fs::write(folder.path().join("body.json"), BODY_150).map_err(failed)?;
        let payload = prepare(&request(), &freshness()?).map_err(|error| error.to_string())?;
        fs::write(folder.path().join("payload"), payload.payload()).map_err(failed)?;
        Ok(Self { folder, command_line: workspace::target().join("release/partnerapi-sign") })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn request() -> Request<'static> {
    Request::new(Method::Post, URL).body(BODY_150)
}

fn freshness() -> Outcome<Freshness> {
    Timestamp::from_seconds(TIMESTAMP).map(Freshness::from).map_err(|error| error.to_string())
}

/// All rows of processes.
pub(crate) fn measure(pace: Pace, files: &Files, board: &mut Board) -> Outcome {
    command_line(pace, files, board)?;
    first_signature(pace, files, board)?;
    let bytes = fs::metadata(&files.command_line).map_err(|error| format!("partnerapi-sign: {error}"))?.len();
    let mebibytes = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(1 << 20);
    board.add(Row::new("binary-size", "size of the stripped partnerapi-sign", mebibytes, "MiB"));
    Ok(())
}

/// `partnerapi-sign sign` beside `openssl dgst -sha256 -sign`, from start to exit.
fn command_line(pace: Pace, files: &Files, board: &mut Board) -> Outcome {
    let (key, body, payload) = (files.at("private.pem"), files.at("body.json"), files.at("payload"));
    let timestamp = TIMESTAMP.to_string();
    let our_arguments: [&OsStr; 9] = [
        "sign".as_ref(),
        "--url".as_ref(),
        URL.as_ref(),
        "--timestamp".as_ref(),
        timestamp.as_ref(),
        "--pem-file".as_ref(),
        key.as_ref(),
        "--body-file".as_ref(),
        body.as_ref(),
    ];
    let their_arguments: [&OsStr; 5] =
        ["dgst".as_ref(), "-sha256".as_ref(), "-sign".as_ref(), key.as_ref(), payload.as_ref()];
    output(&files.command_line, &our_arguments)?;
    output("openssl".as_ref(), &their_arguments)?;

    let mut contest = Contest::new(pace.rounds(31).single());
    let ours = contest.add(|| output(&files.command_line, &our_arguments));
    let theirs = contest.add(|| output("openssl".as_ref(), &their_arguments));
    let times = contest.run();
    board.add(
        Row::spread(
            "command-line",
            "partnerapi-sign sign, whole process, to openssl dgst -sha256 -sign",
            times.ratio(ours, theirs),
            1.0,
            "x",
        )
        .at_most(1.0)
        .beside("ours", times.seconds(ours) * 1e3, "ms")
        .beside("openssl", times.seconds(theirs) * 1e3, "ms"),
    );
    Ok(())
}

/// The first signature of a fresh process beside its second, and so its first key load.
fn first_signature(pace: Pace, files: &Files, board: &mut Board) -> Outcome {
    let key = files.at("private.pem");
    let mut runs = Vec::new();
    for _ in 0..pace.rounds.min(21) {
        let text = run_probe(&["first-signature".as_ref(), key.as_ref()])?;
        let nanoseconds: Vec<f64> =
            text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        runs.push(<[f64; 4]>::try_from(nanoseconds).map_err(|_| format!("the probe said: {text}"))?);
    }
    let median = |index: usize| {
        let mut values: Vec<f64> = runs.iter().map(|run| run[index]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let [first_load, second_load, first, second] = [0, 1, 2, 3].map(median);
    board.add(
        Row::new(
            "fresh-process-sign",
            "first signature of a fresh process to its second",
            first / second,
            "x",
        )
        .beside("first", first / 1e3, "us")
        .beside("second", second / 1e3, "us"),
    );
    board.add(
        Row::new(
            "fresh-process-load",
            "first key load of a fresh process, its first RSA operation included, to its second",
            first_load / second_load,
            "x",
        )
        .beside("first", first_load / 1e6, "ms")
        .beside("second", second_load / 1e6, "ms"),
    );
    Ok(())
}

/// Prints the nanoseconds of: first load, second load, first signature, second signature.
///
/// The second load is another key object of the same file; the signatures are made by the first.
pub(crate) fn probe_first_signature(pem_file: &str) -> Outcome {
    let pem = workspace::read(Path::new(pem_file))?;
    let freshness = freshness()?;
    let mut nanoseconds = [0; 4];
    let start = Instant::now();
    let key = SigningKey::from_pem(pem.as_bytes(), None).map_err(|error| error.to_string())?;
    nanoseconds[0] = start.elapsed().as_nanos();
    let signer = Signer::new(key, None);
    for nanoseconds in &mut nanoseconds[2..] {
        let start = Instant::now();
        drop(black_box(signer.sign(&request(), &freshness)));
        *nanoseconds = start.elapsed().as_nanos();
    }
    let start = Instant::now();
    drop(black_box(SigningKey::from_pem(pem.as_bytes(), None)));
    nanoseconds[1] = start.elapsed().as_nanos();
    println!("{}", nanoseconds.map(|number| number.to_string()).join(" "));
    Ok(())
}

/// Runs this program again for one measurement, and gives what it printed.
pub(crate) fn run_probe(arguments: &[&OsStr]) -> Outcome<String> {
    let program = env::current_exe().map_err(|error| format!("cannot find myself: {error}"))?;
    let arguments: Vec<&OsStr> =
        ["bench-probe".as_ref()].into_iter().chain(arguments.iter().copied()).collect();
    output(&program, &arguments).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Runs a program to its end and gives its stdout.
fn output(program: &Path, arguments: &[&OsStr]) -> Outcome<Vec<u8>> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("cannot run {}: {error}", program.display()))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {why}", program.display()));
    }
    Ok(output.stdout)
}
