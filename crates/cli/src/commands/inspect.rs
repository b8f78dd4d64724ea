//! `inspect`: what a key, public key or API key file is, what is wrong with it and how to mend it.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use partnersign::{Error, KeyDescription, KeyEncoding, KeyFormat, SigningKey, VerifyingKey, describe_key};
use serde_json::{Map, Value, json};

use crate::args::InspectArgs;
use crate::failure::{EXIT_KEY, Failure};
use crate::inspected_api_key::{ApiKeyFacts, looks_like_text, read_api_key};
use crate::key_files::{InspectedFile, read_key_file, read_passphrase};
use crate::output::{write_json, write_stdout};
use crate::style::Style;

pub(crate) fn run(args: &InspectArgs, json: bool) -> Result<ExitCode, Failure> {
    let file = read_key_file(&args.file)?;
    let passphrase = args.passphrase_file.as_deref().map(read_passphrase).transpose()?;
    let inspection = inspect(&file, passphrase.as_ref().map(|passphrase| passphrase.as_slice()));
    if json {
        write_json(&inspection.as_json(&args.file))?;
    } else {
        write_stdout(inspection.as_text(&args.file, Style::of_stdout()).as_bytes())?;
    }
    Ok(if inspection.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_KEY) })
}

/// What was found; nothing of it is secret.
struct Inspection {
    /// `private key`, `public key`, `certificate`, `API key`, `unknown`.
    kind: &'static str,
    key: Option<KeyDescription>,
    fingerprint: Option<String>,
    api_key: Option<ApiKeyFacts>,
    mode: Option<String>,
    problems: Vec<Error>,
}

fn inspect(file: &InspectedFile, passphrase: Option<&[u8]>) -> Inspection {
    let key = describe_key(&file.bytes);
    let mut inspection =
        if key.encoding == KeyEncoding::Der && key.format.is_none() && looks_like_text(&file.bytes) {
            inspect_api_key(&file.bytes)
        } else {
            inspect_key(key, &file.bytes, passphrase)
        };
    inspection.mode = file.mode.map(|mode| format!("{mode:04o}"));
    if let (Err(problem), true) = (&file.permissions, ["private key", "API key"].contains(&inspection.kind)) {
        inspection.problems.push(problem.clone());
    }
    inspection
}

fn inspect_api_key(bytes: &[u8]) -> Inspection {
    let (api_key, problem) = match read_api_key(bytes) {
        Ok(facts) => (Some(facts), None),
        Err(problem) => (None, Some(problem)),
    };
    let kind = if api_key.is_some() { "API key" } else { "unknown" };
    Inspection {
        kind,
        key: None,
        fingerprint: None,
        api_key,
        mode: None,
        problems: problem.into_iter().collect(),
    }
}

fn inspect_key(mut key: KeyDescription, bytes: &[u8], passphrase: Option<&[u8]>) -> Inspection {
    let label = key.label.as_deref().unwrap_or_default();
    let kind = match key.format {
        Some(KeyFormat::Certificate) => "certificate",
        Some(format) if format.is_private() => "private key",
        Some(_) => "public key",
        None if label.ends_with("PRIVATE KEY") => "private key",
        None if label.ends_with("PUBLIC KEY") => "public key",
        None => "unknown",
    };
    let loaded = match kind {
        "public key" | "certificate" => VerifyingKey::from_bytes(bytes),
        _ => SigningKey::from_bytes(bytes, passphrase).map(|key| key.verifying_key().clone()),
    };
    let mut inspection =
        Inspection { kind, key: None, fingerprint: None, api_key: None, mode: None, problems: Vec::new() };
    match loaded {
        Ok(public) => {
            // What stood behind the passphrase.
            let numbers = describe_key(public.to_der());
            (key.algorithm, key.bits) = (numbers.algorithm, numbers.bits);
            key.public_exponent = numbers.public_exponent;
            inspection.fingerprint = Some(public.fingerprint());
        }
        Err(problem) => inspection.problems.push(problem),
    }
    inspection.key = Some(key);
    inspection
}

impl Inspection {
    /// Name and value of everything that is known, in the order in which it is shown.
    fn facts(&self) -> Vec<(&'static str, Value)> {
        let mut facts = Vec::new();
        let mut add = |name, value: Option<Value>| facts.extend(value.map(|value| (name, value)));
        if let Some(key) = &self.key {
            // Text that is no key has no encoding either.
            let encoding = match key.encoding {
                KeyEncoding::Pem => Some("PEM"),
                _ => key.format.map(|_| "DER"),
            };
            add("algorithm", key.algorithm.clone().map(Value::from));
            add("bits", key.bits.map(Value::from));
            add("public_exponent", key.public_exponent.map(Value::from));
            add("fingerprint", self.fingerprint.clone().map(Value::from));
            add("format", key.format.map(|format| format.as_str().into()));
            add("encryption", key.encryption.clone().map(Value::from));
            add("encoding", encoding.map(Value::from));
            add("label", key.label.clone().map(Value::from));
        }
        if let Some(api_key) = &self.api_key {
            add("key_id", Some(api_key.key_id.clone().into()));
            add("sandbox", Some(api_key.is_sandbox.into()));
            add("length", Some(api_key.length.into()));
        }
        add("mode", self.mode.clone().map(Value::from));
        facts
    }

    fn as_json(&self, file: &Path) -> Value {
        let mut object = Map::new();
        object.insert("file".to_owned(), file.to_string_lossy().into());
        object.insert("kind".to_owned(), self.kind.into());
        object.extend(self.facts().into_iter().map(|(name, value)| (name.to_owned(), value)));
        let problems = self.problems.iter().map(|problem| {
            json!({ "code": problem.code().as_str(), "number": problem.number(), "message": problem.message() })
        });
        object.insert("problems".to_owned(), problems.collect());
        object.into()
    }

    fn as_text(&self, file: &Path, style: Style) -> String {
        let kind = if self.kind == "unknown" { "neither a key nor an API key" } else { self.kind };
        let mut text = format!("{}: {}\n", file.display(), style.bold(kind));
        for (name, value) in self.facts() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "{}: {value}", name.replace('_', " "));
        }
        for problem in &self.problems {
            let _ = writeln!(text, "problem: {}", style.bold(&problem.to_string()));
        }
        if self.problems.is_empty() {
            text.push_str("problem: none\n");
        }
        text
    }
}
