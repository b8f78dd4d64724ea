//! Where the URL and the body come from: flags, files, a pipe, or a person at a terminal.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;

use partnersign::{Error, ErrorCode, Method, Request, compact_json};

use crate::failure::Failure;

/// A terminal passes on at most this many bytes of a line and drops the rest without a word.
const TERMINAL_LINE_LIMIT: usize = 4095;

/// What the caller wants signed.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) body: Option<Vec<u8>>,
}

/// Reads URL and body from wherever they are.
///
/// One reader takes all of stdin, so nothing between URL and body is lost. A body is only looked
/// for on stdin if neither a file was named nor the method forbids one.
pub(crate) fn read_input(
    url: Option<&str>,
    method: Option<&str>,
    body_file: Option<&Path>,
) -> Result<Input, Failure> {
    let method = method.map(Method::parse).transpose()?;
    let body_is_on_stdin = body_file.is_none_or(|path| path == Path::new("-"));
    let may_have_body = method.is_none_or(Method::allows_body);
    let mut stdin = std::io::stdin().lock();
    let at_terminal = stdin.is_terminal();

    let url = match url {
        Some(url) => url.trim().to_owned(),
        None => read_url(&mut stdin, at_terminal)?,
    };
    let body = match body_file {
        Some(path) if !body_is_on_stdin => Some(read_file(path)?),
        Some(_) => Some(read_to_end(&mut stdin, Path::new("stdin"))?),
        None if !may_have_body => None,
        None if at_terminal => read_typed_body(&mut stdin)?,
        None => Some(read_to_end(&mut stdin, Path::new("stdin"))?).filter(|body| !is_blank(body)),
    };
    let method = method.unwrap_or(if body.is_some() { Method::Post } else { Method::Get });
    Ok(Input { method, url, body })
}

/// A whole file, or stdin for `-`; one byte more than the largest body at most.
pub(crate) fn read_body_file(path: &Path) -> Result<Vec<u8>, Failure> {
    if path == Path::new("-") {
        read_to_end(&mut std::io::stdin().lock(), Path::new("stdin"))
    } else {
        read_file(path)
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut file = File::open(path).map_err(|error| Failure::io("read", path, &error))?;
    read_to_end(&mut file, path)
}

/// Core refuses what exceeds the limit; what lies far beyond is not read.
fn read_to_end(from: &mut dyn Read, path: &Path) -> Result<Vec<u8>, Failure> {
    let limit = Request::DEFAULT_MAX_BODY_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    from.take(limit).read_to_end(&mut bytes).map_err(|error| Failure::io("read", path, &error))?;
    Ok(bytes)
}

fn read_url(stdin: &mut dyn BufRead, at_terminal: bool) -> Result<String, Failure> {
    if at_terminal {
        prompt("url: ")?;
    }
    let line = read_line(stdin, at_terminal)?;
    let text = String::from_utf8(line)
        .map_err(|_| Error::new(ErrorCode::InvalidUrl, "the URL contains bytes that are no text"))?;
    Ok(text.trim().to_owned())
}

/// As the original asks for it: an empty line ends the body, but not in the midst of the JSON.
fn read_typed_body(stdin: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Failure> {
    prompt("body (hit return to end):\n")?;
    let mut body = Vec::new();
    loop {
        let line = read_line(stdin, true)?;
        let ends = is_blank(&line) && (is_blank(&body) || compact_json(&body).is_ok());
        if line.is_empty() || ends {
            break;
        }
        body.extend_from_slice(&line);
    }
    // The last line break ended the typing; it is no part of the body.
    if body.last() == Some(&b'\n') {
        body.pop();
    }
    Ok(Some(body).filter(|body| !is_blank(body)))
}

/// One line with its line break; empty at the end of the input.
fn read_line(stdin: &mut dyn BufRead, at_terminal: bool) -> Result<Vec<u8>, Failure> {
    let mut line = Vec::new();
    let limit = Request::DEFAULT_MAX_BODY_BYTES as u64 + 1;
    stdin
        .take(limit)
        .read_until(b'\n', &mut line)
        .map_err(|error| Failure::io("read", Path::new("stdin"), &error))?;
    if at_terminal && line.len() >= TERMINAL_LINE_LIMIT {
        let why = format!(
            "a terminal cuts a line off after {TERMINAL_LINE_LIMIT} bytes; use --body-file or a pipe"
        );
        return Err(Error::new(ErrorCode::TooLarge, why).into());
    }
    Ok(line)
}

fn prompt(text: &str) -> Result<(), Failure> {
    let mut stderr = std::io::stderr();
    stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush())
        .map_err(|error| Failure::io("write", Path::new("stderr"), &error))
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}
