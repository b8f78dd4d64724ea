//! Where the URL and the body come from: flags, files, a pipe, or a person at a terminal.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;

use partnersign::{BodyForm, Error, ErrorCode, Freshness, Method, Nonce, Request, Timestamp, compact_json};

use crate::args::{FreshnessArgs, RequestArgs};
use crate::failure::Failure;
use crate::output::now;

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
pub(crate) fn read_input(args: &RequestArgs) -> Result<Input, Failure> {
    let body_file = args.body_file.as_deref();
    let method = args.method.as_deref().map(Method::parse).transpose()?;
    let body_is_on_stdin = body_file.is_none_or(|path| path == Path::new("-"));
    let may_have_body = method.is_none_or(Method::allows_body);
    let url_is_on_stdin = args.url.is_none();
    let mut stdin = std::io::stdin().lock();
    let at_terminal = stdin.is_terminal();

    let url = match &args.url {
        Some(url) => url.trim().to_owned(),
        None => read_url(&mut stdin, at_terminal)?,
    };
    let body = match body_file {
        Some(path) if !body_is_on_stdin => {
            if url_is_on_stdin && !at_terminal && !is_blank(&read_to_end(&mut stdin, Path::new("stdin"))?) {
                return Err(Failure::usage(
                    "there are two bodies: one follows the URL on stdin, one is in --body-file",
                ));
            }
            Some(read_file(path)?)
        }
        Some(_) => Some(read_to_end(&mut stdin, Path::new("stdin"))?),
        // Beside a URL by flag, stdin is left alone; after one on stdin, core refuses what follows.
        None if !may_have_body && (at_terminal || !url_is_on_stdin) => None,
        None if at_terminal => read_typed_body(&mut stdin)?,
        None => Some(read_to_end(&mut stdin, Path::new("stdin"))?).filter(|body| !is_blank(body)),
    };
    let method = method.unwrap_or(if body.is_some() { Method::Post } else { Method::Get });
    Ok(Input { method, url, body })
}

/// The timestamp or nonce. Called last: the clock is read after all typing.
pub(crate) fn read_freshness(args: &FreshnessArgs) -> Result<Freshness, Failure> {
    Ok(match (&args.timestamp, &args.nonce) {
        (_, Some(nonce)) => Nonce::parse(nonce)?.into(),
        (Some(timestamp), None) => Timestamp::parse(timestamp.trim())?.into(),
        (None, None) => Timestamp::from_seconds(now()?)?.into(),
    })
}

/// Compacted, unless said otherwise.
pub(crate) fn body_form(args: &RequestArgs) -> BodyForm {
    if args.raw { BodyForm::Exact } else { BodyForm::Compact }
}

/// A whole file, or stdin for `-`; `too_large` above 10 MiB.
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

/// Refuses what is larger than the largest body instead of cutting it.
fn read_to_end(from: &mut dyn Read, path: &Path) -> Result<Vec<u8>, Failure> {
    const LIMIT: usize = Request::DEFAULT_MAX_BODY_BYTES;
    let mut bytes = Vec::new();
    from.take(LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(|error| Failure::io("read", path, &error))?;
    if bytes.len() > LIMIT {
        let why = format!("{} is larger than {} MiB", path.display(), LIMIT / 1024 / 1024);
        return Err(Error::new(ErrorCode::TooLarge, why).into());
    }
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

/// As the original asks for it: an empty line ends the body, but not while the JSON wants more.
fn read_typed_body(stdin: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Failure> {
    prompt("body (hit return to end):\n")?;
    let mut body = Vec::new();
    loop {
        let line = read_line(stdin, true)?;
        let ends = is_blank(&line) && (is_blank(&body) || !wants_more(&body));
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

/// Whether the only fault of this JSON is that it ends too early.
fn wants_more(body: &[u8]) -> bool {
    let at_end = |error: Error| error.position().is_some_and(|at| at >= body.trim_ascii_end().len());
    compact_json(body).is_err_and(|error| error.code() == ErrorCode::InvalidJson && at_end(error))
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
