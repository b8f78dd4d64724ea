//! `send`: signs one request, sends exactly what was signed, and shows the answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use partnersign::{ApiKey, BodyForm, Method, Request, SignedRequest, Signer};
use serde::{Serialize, Serializer};

use crate::args::SendArgs;
use crate::failure::{EXIT_SERVER, Failure, one_line};
use crate::input::{read_body_file, read_freshness};
use crate::key_files::{load_api_key, load_signing_key, parse_api_key};
use crate::output::{hex, write_json, write_stdout};
use crate::sending::{Answer, Destination, send};

/// Where the sandbox says why it refused a signature.
const DIAGNOSIS: &str = "x-sandbox-diagnosis";

pub(crate) fn run(args: &SendArgs, json: bool) -> Result<ExitCode, Failure> {
    let api_key = match &args.api_key {
        Some(text) => parse_api_key(text.as_bytes())?,
        None => load_api_key(&args.key_file)?,
    };
    let signer = Signer::new(load_signing_key(&args.key)?, Some(api_key.clone()));
    let signed = sign(args, &signer)?;
    let destination = Destination::parse(signed.url(), args.allow_http)?;
    let answer = send(&signed, &destination, args.timeout)?;

    if json {
        write_json(&Exchange::new(&signed, &api_key, &answer))?;
    } else {
        write_stdout(&as_text(&signed, &api_key, &answer))?;
        explain(&answer);
    }
    Ok(if answer.is_success() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_SERVER) })
}

fn sign(args: &SendArgs, signer: &Signer) -> Result<SignedRequest, Failure> {
    let body = args.body_file.as_deref().map(read_body_file).transpose()?;
    let default = if body.is_some() { Method::Post } else { Method::Get };
    let method = args.method.as_deref().map_or(Ok(default), Method::parse)?;
    let form = if args.compact { BodyForm::Compact } else { BodyForm::Exact };
    let mut request = Request::new(method, args.url.trim()).form(form);
    request.body = body.as_deref();
    Ok(signer.sign(&request, &read_freshness(&args.freshness)?)?)
}

/// The labels and order of the original client; of the API key only the part that is no secret.
fn as_text(signed: &SignedRequest, api_key: &ApiKey, answer: &Answer) -> Vec<u8> {
    let mut text = vec![
        format!("Hash: {}", hex(signed.digest())),
        format!("{} {}", signed.method().as_str(), signed.url()),
        format!("x-api-key: ******** (key_id {})", one_line(api_key.key_id())),
    ];
    let headers = shown_headers(signed).filter(|(name, _)| name.starts_with("x-"));
    text.extend(headers.map(|(name, value)| format!("{name}: {value}")));
    text.extend(["---".to_owned(), format!("{} {}", answer.status, answer.reason), String::new()]);
    let mut text = text.join("\n").into_bytes();
    if std::io::stdout().is_terminal() {
        text.extend_from_slice(harmless(&answer.body).as_bytes());
    } else {
        text.extend_from_slice(&answer.body);
    }
    if !text.ends_with(b"\n") {
        text.push(b'\n');
    }
    text
}

/// What a server sends must not steer a terminal.
fn harmless(body: &[u8]) -> Cow<'_, str> {
    let is_harmful = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    let text = String::from_utf8_lossy(body);
    if !text.contains(is_harmful) {
        return text;
    }
    let visible = |character: char| {
        if is_harmful(character) { character.escape_default().to_string() } else { character.to_string() }
    };
    text.chars().map(visible).collect::<String>().into()
}

/// What is to be said beside the answer.
fn explain(answer: &Answer) {
    // Where stderr is closed there is nobody to tell.
    let mut stderr = std::io::stderr();
    if let Some(diagnosis) = answer.header(DIAGNOSIS) {
        let _ = writeln!(stderr, "diagnosis: {}", one_line(diagnosis));
    }
    if let (300..400, Some(location)) = (answer.status, answer.header("location")) {
        let _ = writeln!(stderr, "not followed: {}; the signature is for this URL alone", one_line(location));
    }
}

/// The headers that may be shown.
fn shown_headers(signed: &SignedRequest) -> impl Iterator<Item = (&'static str, &str)> {
    signed.headers().filter(|(name, _)| *name != "x-api-key")
}

/// What `--json` prints.
#[derive(Serialize)]
struct Exchange<'a> {
    request: Sent<'a>,
    status: u16,
    reason: &'static str,
    #[serde(serialize_with = "joined")]
    headers: &'a [(String, String)],
    /// `null` if it is no UTF-8: `body_hex` has it in any case.
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_hex: Option<String>,
    diagnosis: Option<&'a str>,
}

#[derive(Serialize)]
struct Sent<'a> {
    method: &'static str,
    url: &'a str,
    key_id: &'a str,
    #[serde(serialize_with = "without_secret")]
    headers: &'a SignedRequest,
    body: Option<&'a str>,
    payload_hex: String,
    digest: String,
}

impl<'a> Exchange<'a> {
    fn new(signed: &'a SignedRequest, api_key: &'a ApiKey, answer: &'a Answer) -> Self {
        let request = Sent {
            method: signed.method().as_str(),
            url: signed.url(),
            key_id: api_key.key_id(),
            headers: signed,
            // Core accepts UTF-8 bodies alone, so none is lost here.
            body: signed.body().and_then(|body| std::str::from_utf8(body).ok()),
            payload_hex: hex(signed.payload()),
            digest: hex(signed.digest()),
        };
        let body = std::str::from_utf8(&answer.body).ok();
        Self {
            request,
            status: answer.status,
            reason: answer.reason,
            headers: &answer.headers,
            body,
            body_hex: body.is_none().then(|| hex(&answer.body)),
            diagnosis: answer.header(DIAGNOSIS),
        }
    }
}

fn without_secret<S: Serializer>(signed: &SignedRequest, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(shown_headers(signed))
}

/// A header that came more than once is one with commas, as HTTP has it.
fn joined<S: Serializer>(headers: &&[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut values = BTreeMap::<&str, Vec<&str>>::new();
    for (name, value) in *headers {
        values.entry(name).or_default().push(value);
    }
    serializer.collect_map(values.iter().map(|(name, values)| (name, values.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn an_answer_cannot_steer_the_terminal() {
        assert_eq!(harmless(b"{\n\t\"a\": \"\x1b[2J\x07\"}\r\n"), "{\n\t\"a\": \"\\u{1b}[2J\\u{7}\"}\\r\n");
        assert_eq!(harmless("{\"é\": 1}\n".as_bytes()), "{\"é\": 1}\n");
    }
}
