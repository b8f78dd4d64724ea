//! `diagnose`: why the signature of a request does not match.

use std::fmt::Write;
use std::process::ExitCode;

use partnersign::{Cause, Diagnosis, diagnose};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::args::DiagnoseArgs;
use crate::failure::{EXIT_DOES_NOT_VERIFY, Failure};
use crate::key_files::load_verifying_key;
use crate::output::{hex, write_json, write_stdout};
use crate::received::Received;
use crate::style::Style;
use crate::visible::{cells, rows};

/// A longer payload is not shown whole: `--json` has it.
const MAX_SHOWN_BYTES: usize = 4096;

pub(crate) fn run(args: &DiagnoseArgs, json: bool) -> Result<ExitCode, Failure> {
    let keys = args.public_keys.iter().map(|path| load_verifying_key(path)).collect::<Result<Vec<_>, _>>()?;
    let received = Received::of_diagnose(args)?;
    let diagnosis = received.with_request(|request| diagnose(&keys, request))?;
    if json {
        write_json(&as_json(&diagnosis))?;
    } else {
        write_stdout(as_text(&diagnosis, &received, Style::of_stdout()).as_bytes())?;
    }
    Ok(if diagnosis.is_valid() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_DOES_NOT_VERIFY) })
}

fn as_json(diagnosis: &Diagnosis) -> serde_json::Value {
    let codes: Vec<&str> = diagnosis.causes.iter().map(|cause| cause.as_str()).collect();
    json!({
        "valid": diagnosis.is_valid(),
        "found": diagnosis.found,
        "causes": codes,
        "broken_rule": diagnosis.broken_rule.as_ref().map(|rule| rule.code().as_str()),
        "message": diagnosis.message,
        "signed_digest": diagnosis.signed_digest.as_deref().map(hex),
        "signed_payload_hex": diagnosis.signed_payload.as_deref().map(hex),
        "first_difference": diagnosis.first_difference,
    })
}

fn as_text(diagnosis: &Diagnosis, received: &Received, style: Style) -> String {
    let mut text = format!("{}\n\n", style.bold(&diagnosis.message));
    for cause in &diagnosis.causes {
        let _ = writeln!(text, "cause: {}", style.bold(cause.as_str()));
    }
    if let Some(rule) = &diagnosis.broken_rule {
        let _ = writeln!(text, "broken rule: {}", style.bold(rule.code().as_str()));
    }
    let payload = received.parts().concat();
    if let Some(digest) = &diagnosis.signed_digest {
        let _ = writeln!(text, "signed digest:   {}", hex(digest));
    }
    let _ = writeln!(text, "received digest: {}", hex(&Sha256::digest(&payload)));
    // The secret was signed along: it stays out of terminals and logs.
    if diagnosis.causes.contains(&Cause::ApiKeySigned) {
        text.push_str("The signed payload contains the API key and is not shown.\n");
        return text;
    }
    match (&diagnosis.signed_payload, diagnosis.first_difference) {
        (Some(signed), Some(at)) => {
            text.push_str(&difference(signed, &payload, at, received, style));
            text.push_str(&whole("signed payload", signed));
        }
        (Some(_), None) | (None, _) => text.push_str(&whole("payload of the received request", &payload)),
    }
    text
}

/// Both payloads around the first byte that differs, and a mark below it.
fn difference(signed: &[u8], received: &[u8], at: usize, parts: &Received, style: Style) -> String {
    const LABEL: usize = 10;
    let (line, column) = around(signed, at);
    let (other, _) = around(received, at);
    let mark = style.bold("^");
    format!(
        "\nfirst difference: at byte {at}, {}\n{:LABEL$}{line}\n{:LABEL$}{other}\n{:>width$}\n",
        place(parts, at),
        "signed:",
        "received:",
        mark,
        // A styled mark is wider than it looks.
        width = LABEL + column + mark.chars().count(),
    )
}

/// Which part of the received payload the offset is in.
fn place(received: &Received, at: usize) -> &'static str {
    let [freshness, url, body] = received.parts().map(<[u8]>::len);
    if at < freshness {
        "in the timestamp or nonce"
    } else if at < freshness + url {
        "in the URL"
    } else if at < freshness + url + body {
        "in the body"
    } else {
        "at the end"
    }
}

/// The characters around `at` and the column in which it stands.
fn around(payload: &[u8], at: usize) -> (String, usize) {
    const BEFORE: usize = 30;
    const AFTER: usize = 42;
    let start = at.saturating_sub(BEFORE);
    let mut line = if start > 0 { "…".to_owned() } else { String::new() };
    let mut column = line.chars().count();
    let shown = |offset: usize| (start..at + AFTER).contains(&offset);
    for cell in cells(payload).skip_while(|cell| cell.offset < start).take_while(|cell| shown(cell.offset)) {
        if cell.offset + cell.length <= at {
            column += cell.text.chars().count();
        }
        line.push_str(&cell.text);
    }
    line.push_str(if payload.len() > at + AFTER { "…" } else { "⟨end⟩" });
    (line, column)
}

fn whole(name: &str, payload: &[u8]) -> String {
    let length = payload.len();
    if length > MAX_SHOWN_BYTES {
        return format!("\n{name}: {length} bytes, too many to show\n");
    }
    format!("\n{name}: {length} bytes\n{}", rows(payload, 0))
}
