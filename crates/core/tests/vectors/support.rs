//! Reads the vector files and reports all cases that differ, not only the first.

use std::path::PathBuf;

use partnersign::{Error, Freshness, Nonce, Timestamp, VerifyingKey};
use serde_json::Value;

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors")).join(name)
}

pub(crate) fn read(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs `check` over every case of a file; fails with all differences, or if there are too few cases.
pub(crate) fn run(file: &str, at_least: usize, check: impl Fn(&Value) -> Result<(), String>) {
    let document: Value = serde_json::from_slice(&read(file)).unwrap();
    let cases = document["cases"].as_array().unwrap();
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| check(case).err().map(|why| format!("  {}: {why}", text(case, "name"))))
        .collect();
    println!("{file}: {} cases", cases.len());
    assert!(cases.len() >= at_least, "{file} has only {} cases", cases.len());
    assert!(
        failures.is_empty(),
        "{file}: {} of {} differ\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

pub(crate) fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_else(|| panic!("{field} is no text in {case}"))
}

/// A bytes value: text, `{"hex"}`, `{"repeat", "times"}`, or a list of bytes values; null is none.
pub(crate) fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Array(parts) => Some(parts.iter().flat_map(|part| bytes(part).unwrap()).collect()),
        Value::Object(map) if map.contains_key("hex") => Some(unhex(map["hex"].as_str().unwrap())),
        Value::Object(map) => {
            let times = usize::try_from(map["times"].as_u64().unwrap()).unwrap();
            Some(map["repeat"].as_str().unwrap().repeat(times).into_bytes())
        }
        _ => panic!("no bytes value: {value}"),
    }
}

/// A bytes value that is text.
pub(crate) fn long_text(value: &Value) -> String {
    String::from_utf8(bytes(value).unwrap()).unwrap()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from_digit(digit.into(), 16).unwrap())
        .collect()
}

pub(crate) fn freshness(value: &Value) -> Result<Freshness, Error> {
    match (value["timestamp"].as_str(), value["nonce"].as_str()) {
        (Some(timestamp), None) => Timestamp::parse(timestamp).map(Freshness::Timestamp),
        (None, Some(nonce)) => Nonce::parse(nonce).map(Freshness::Nonce),
        _ => panic!("no freshness: {value}"),
    }
}

/// The public key of a private or public entry in keys.json.
pub(crate) fn public_key(name: &str) -> VerifyingKey {
    let document: Value = serde_json::from_slice(&read("keys.json")).unwrap();
    let entry = document["cases"].as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap();
    let file = entry["ok"]["public_pem_file"].as_str().unwrap_or_else(|| text(entry, "file"));
    VerifyingKey::from_bytes(&read(file)).unwrap()
}

/// Compares an outcome with a case's `error` (code, number and, where stated, position) or its absence.
pub(crate) fn expect<T>(case: &Value, outcome: Result<T, Error>) -> Result<Option<T>, String> {
    let wanted = &case["error"];
    match (outcome, wanted["code"].as_str()) {
        (Ok(value), None) => Ok(Some(value)),
        (Ok(_), Some(code)) => Err(format!("accepted, not refused with {code}")),
        (Err(error), None) => Err(format!("refused: {error}")),
        (Err(error), Some(code)) => {
            same("code", error.code().as_str(), code)?;
            same("number", &i64::from(error.number()), &wanted["number"].as_i64().unwrap())?;
            if let Some(position) = wanted["position"].as_u64() {
                same("position", &error.position().map(|at| at as u64), &Some(position))?;
            }
            Ok(None)
        }
    }
}

/// What differs, shortened: some bodies are long.
pub(crate) fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    got: &T,
    wanted: &T,
) -> Result<(), String> {
    if got == wanted {
        Ok(())
    } else {
        Err(format!("{what} is {:.300}, not {:.300}", format!("{got:?}"), format!("{wanted:?}")))
    }
}
