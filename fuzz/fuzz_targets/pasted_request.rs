//! What `diagnose` is given to read: a pasted curl command and a saved HTTP request. Nothing panics,
//! no file is asked for that the text does not name, and what was understood is understood as the same
//! request when it is written out in full.
//!
//! The first line is `curl` or `http`, the rest the text. The modules are the command line's own, with
//! another reader of files.

#![no_main]
#![allow(dead_code, unused_imports)]

#[path = "../../crates/cli/src/args/mod.rs"]
mod args;
#[path = "../../crates/cli/src/failure.rs"]
mod failure;
#[path = "../../crates/cli/src/received/mod.rs"]
mod received;

use std::cell::RefCell;

use libfuzzer_sys::{Corpus, fuzz_target};

use crate::args::Command;
use crate::received::Received;

/// Instead of the command line's reader of files.
mod input {
    use std::path::Path;

    use crate::failure::Failure;

    /// The text under test for `-`; each other file holds its own name.
    pub(crate) fn read_body_file(path: &Path) -> Result<Vec<u8>, Failure> {
        if path == Path::new("-") {
            return Ok(crate::TEXT.with_borrow(Clone::clone));
        }
        let name = path.to_str().unwrap().as_bytes().to_vec();
        let named = crate::TEXT.with_borrow(|text| text.contains(&b'@'));
        assert!(named, "a file is read that is not named: {path:?}");
        Ok(name)
    }
}

thread_local! {
    static TEXT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fuzz_target!(|input: &[u8]| -> Corpus {
    if let Some(text) = input.strip_prefix(b"curl\n") {
        if let Some(request) = read("--curl", text) {
            if let Some(written) = curl_of(&request) {
                assert_eq!(read("--curl", written.as_bytes()), Some(request), "{written}");
            }
        }
    } else if let Some(text) = input.strip_prefix(b"http\n") {
        if let Some(request) = read("--request", text) {
            if let Some(written) = http_of(&request) {
                assert_eq!(read("--request", &written), Some(request), "{}", written.escape_ascii());
            }
        }
    } else {
        return Corpus::Reject;
    }
    Corpus::Keep
});

fn read(flag: &str, text: &[u8]) -> Option<Received> {
    TEXT.set(text.to_vec());
    let line = ["partnerapi-sign", "diagnose", "--public-key", "public.pem", flag, "-"];
    let Ok(understood) = args::parse(line.map(Into::into)) else { panic!("usage") };
    let Command::Diagnose(args) = understood.command else { panic!("another command") };
    Received::of_diagnose(&args).ok()
}

/// `None` for what cannot be written in one way that is sure to be read.
fn curl_of(request: &Received) -> Option<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let body = std::str::from_utf8(&request.body).ok()?;
    let mut command = format!("curl --url {} -X {}", quoted(&request.url), quoted(&request.method));
    for (name, value) in &request.headers {
        if name.starts_with('@') {
            return None;
        }
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        command += &format!(" -H {}", quoted(&header));
    }
    if !body.is_empty() {
        command += &format!(" --data-raw {}", quoted(body));
    }
    // Such a text looks as if it were quoted for Windows.
    let is_ambiguous = command.contains("^\"") || command.lines().any(|line| line.trim_end().ends_with(" ^"));
    (!is_ambiguous).then_some(command)
}

fn http_of(request: &Received) -> Option<Vec<u8>> {
    // Out of a Host header with a space comes a URL that no request line can hold.
    if request.url.contains(|character: char| character.is_ascii_whitespace()) {
        return None;
    }
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method, request.url);
    for (name, value) in &request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    Some([text.as_bytes(), b"\r\n", &request.body].concat())
}
