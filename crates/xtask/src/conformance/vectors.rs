//! The files of `tests/vectors`, and their values as core takes them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use partnersign::{Error, Freshness, Nonce, SigningKey, Timestamp, VerifyingKey};
use serde_json::{Value, json};

use crate::{Outcome, workspace};

/// The folder of the vectors.
pub(crate) struct Vectors {
    folder: PathBuf,
}

impl Vectors {
    pub(crate) fn new() -> Self {
        Self { folder: workspace::root().join("tests/vectors") }
    }

    pub(crate) fn cases(&self, file: &str) -> Outcome<Vec<Value>> {
        let text = workspace::read(&self.folder.join(format!("{file}.json")))?;
        let file: Value = serde_json::from_str(&text).map_err(|error| format!("{file}: {error}"))?;
        file.get("cases").and_then(Value::as_array).cloned().ok_or_else(|| "no cases".to_owned())
    }

    pub(crate) fn keys(&self) -> Outcome<Keys> {
        let cases = self.cases("keys")?;
        let by_name = cases.into_iter().map(|case| (text(&case, "name").to_owned(), case)).collect();
        Ok(Keys { folder: self.folder.clone(), by_name })
    }
}

/// The cases of `keys.json`, which those of other files name.
pub(crate) struct Keys {
    folder: PathBuf,
    by_name: BTreeMap<String, Value>,
}

impl Keys {
    /// Reads the private key of a case of `keys.json`.
    pub(crate) fn load_signing(&self, case: &Value) -> Outcome<Result<SigningKey, Error>> {
        let contents = self.contents(case)?;
        let passphrase = optional_bytes(&case["passphrase"]);
        Ok(match text(case, "encoding") {
            "pem" => SigningKey::from_pem(&contents, passphrase.as_deref()),
            _ => SigningKey::from_der(&contents, passphrase.as_deref()),
        })
    }

    /// Reads the public key of a case of `keys.json`.
    pub(crate) fn load_verifying(&self, case: &Value) -> Outcome<Result<VerifyingKey, Error>> {
        let contents = self.contents(case)?;
        Ok(match text(case, "encoding") {
            "pem" => VerifyingKey::from_pem(&contents),
            _ => VerifyingKey::from_der(&contents),
        })
    }

    pub(crate) fn signing(&self, name: &str) -> Outcome<SigningKey> {
        self.load_signing(self.case(name)?)?.map_err(|error| error.to_string())
    }

    pub(crate) fn verifying(&self, name: &str) -> Outcome<VerifyingKey> {
        self.load_verifying(self.case(name)?)?.map_err(|error| error.to_string())
    }

    fn case(&self, name: &str) -> Outcome<&Value> {
        self.by_name.get(name).ok_or_else(|| format!("keys.json has no {name}"))
    }

    fn contents(&self, case: &Value) -> Outcome<Vec<u8>> {
        match case.get("file").and_then(Value::as_str) {
            Some(file) => fs::read(self.folder.join(file)).map_err(|error| format!("{file}: {error}")),
            None => Ok(bytes(&case["bytes"])),
        }
    }
}

/// A text of a case; empty where there is none.
pub(crate) fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A bytes value: a string, `{"hex"}`, `{"repeat", "times"}`, or a list of them.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Array(parts) => parts.iter().flat_map(bytes).collect(),
        _ => {
            if let Some(hex) = value.get("hex").and_then(Value::as_str) {
                return (0..hex.len() / 2)
                    .filter_map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok())
                    .collect();
            }
            let times = value["times"].as_u64().and_then(|times| usize::try_from(times).ok());
            text(value, "repeat").repeat(times.unwrap_or(0)).into_bytes()
        }
    }
}

pub(crate) fn optional_bytes(value: &Value) -> Option<Vec<u8>> {
    (!value.is_null()).then(|| bytes(value))
}

/// Text that may not be UTF-8 in the vectors, as every face reads it.
pub(crate) fn lossy(value: &Value) -> String {
    String::from_utf8_lossy(&bytes(value)).into_owned()
}

/// The freshness of a case; the timestamp 1 where it names none.
pub(crate) fn freshness_of(value: &Value) -> Result<Freshness, Error> {
    match (value.get("timestamp").and_then(Value::as_str), value.get("nonce").and_then(Value::as_str)) {
        (Some(timestamp), _) => Timestamp::parse(timestamp).map(Freshness::from),
        (None, Some(nonce)) => Nonce::parse(nonce).map(Freshness::from),
        (None, None) => Timestamp::from_seconds(1).map(Freshness::from),
    }
}

/// A refusal, as every language tells it.
pub(crate) fn refusal(error: &Error) -> Value {
    json!({ "error": {
        "code": error.code().as_str(),
        "number": error.number(),
        "message": error.message(),
        "position": error.position(),
    } })
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
