//! The contract's vectors through the command line: the same bytes, codes and exit codes.

use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, cases, folder_with_key, run_in, run_with, vector};

/// A bytes value of the vectors.
fn bytes(value: &Value) -> Vec<u8> {
    match value {
        Value::String(text) => text.clone().into_bytes(),
        Value::Array(parts) => parts.iter().flat_map(bytes).collect(),
        _ => match value["hex"].as_str() {
            Some(hex) => (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect(),
            None => value["repeat"]
                .as_str()
                .unwrap()
                .repeat(usize::try_from(value["times"].as_u64().unwrap()).unwrap())
                .into_bytes(),
        },
    }
}

fn name(case: &Value) -> &str {
    case["name"].as_str().unwrap()
}

/// The case's code on stderr and nothing on stdout, or success.
#[track_caller]
fn check(case: &Value, ran: &Ran, exit: i32) -> bool {
    if let Some(code) = case["error"]["code"].as_str() {
        ran.refused(exit, code);
        return false;
    }
    assert_eq!(ran.exit, 0, "{}: {}", name(case), ran.stderr);
    true
}

#[test]
fn compaction() {
    for case in cases("compaction.json") {
        let ran = run_with(&["compact"], &bytes(&case["input"]));
        if check(&case, &ran, 3) {
            assert_eq!(ran.stdout, bytes(&case["output"]), "{}", name(&case));
        }
    }
}

#[test]
fn urls() {
    let folder = folder_with_key();
    for case in cases("urls.json") {
        let Ok(url) = String::from_utf8(bytes(&case["url"])) else { continue };
        // Surrounding whitespace is trimmed, as the original does; NUL and 128 KiB cannot be arguments.
        if url.contains('\0') || url.trim() != url || url.len() > 100_000 {
            continue;
        }
        let args = ["sign", "--method", "GET", "--timestamp", "1", "--url", &url];
        check(&case, &run_in(folder.path(), &args, b""), 3);
    }
}

#[test]
fn timestamps_and_nonces() {
    let folder = folder_with_key();
    for case in cases("freshness.json") {
        let (kind, value) = case["freshness"].as_object().unwrap().iter().next().unwrap();
        let value = value.as_str().unwrap();
        // As above; the original trims a timestamp too.
        if value.contains('\0') || value.trim() != value {
            continue;
        }
        let flag = format!("--{kind}");
        let args = ["sign", "--method", "GET", "--url", "https://h/", &flag, value];
        check(&case, &run_in(folder.path(), &args, b""), 3);
    }
}

/// Every stage of every signature.
#[test]
fn signing() {
    let folder = folder_with_key();
    let keys = cases("keys.json");
    for case in cases("signing.json") {
        let key = keys.iter().find(|key| key["name"] == case["key"]).unwrap();
        let api_key = write_optional(folder.path(), "apikey", &case["api_key"]);
        let passphrase = write_optional(folder.path(), "passphrase", &key["passphrase"]);
        let body = write_optional(folder.path(), "body", &case["body_in"]);
        let (kind, freshness) = case["freshness"].as_object().unwrap().iter().next().unwrap();
        let (pem_file, flag) = (vector(key["file"].as_str().unwrap()), format!("--{kind}"));
        let mut args =
            vec!["sign", "--json", "--allow-insecure-key-file", "--pem-file", pem_file.to_str().unwrap()];
        args.extend(["--url", case["url"].as_str().unwrap(), "--method", case["method"].as_str().unwrap()]);
        args.extend([&flag, freshness.as_str().unwrap()]);
        args.extend(if case["form"] == "exact" { ["--raw"] } else { ["--compact"] });
        for (given, flag, file) in [
            (api_key, "--key-file", "apikey"),
            (passphrase, "--passphrase-file", "passphrase"),
            (body, "--body-file", "body"),
        ] {
            if given {
                args.extend([flag, file]);
            }
        }
        let signed = run_in(folder.path(), &args, b"").json();
        assert_eq!(signed["digest"], case["sha256"], "{}", name(&case));
        assert_eq!(signed["method"], case["method_sent"], "{}", name(&case));
        assert_eq!(signed["headers"]["x-sign"], case["signature"], "{}", name(&case));
        let sent = case["body_sent"].is_null().then_some(Value::Null);
        let sent = sent.unwrap_or_else(|| String::from_utf8(bytes(&case["body_sent"])).unwrap().into());
        assert_eq!(signed["body"], sent, "{}", name(&case));
    }
}

fn write_optional(folder: &Path, file: &str, value: &Value) -> bool {
    if value.is_null() {
        return false;
    }
    std::fs::write(folder.join(file), bytes(value)).unwrap();
    crate::support::set_mode(&folder.join(file), 0o600);
    true
}

/// Whatever is wrong with a key is exit code 4.
#[test]
fn keys() {
    let folder = folder_with_key();
    for case in cases("keys.json") {
        write_optional(folder.path(), "key", &case["bytes"]);
        println!("{}", name(&case));
        let file = case["file"].as_str().map_or_else(|| folder.path().join("key"), vector);
        let file = file.to_str().unwrap();
        // The command line looks at the content: it cannot be told a wrong encoding.
        if name(&case).contains("-given-as-") {
            continue;
        }
        if case["kind"] == "public" {
            let args = ["verify", "--public-key", file, "--url", "https://h/", "--header", "x-sign: AA"];
            let ran = run_in(
                folder.path(),
                &[&args[..], &["--header", "x-timestamp: 1", "--now", "1"]].concat(),
                b"",
            );
            match case["error"]["code"].as_str() {
                Some(code) => ran.refused(4, code),
                None => ran.refused(5, "malformed_signature"),
            };
            continue;
        }
        let mut args = vec![
            "sign",
            "--url",
            "https://h/",
            "--method",
            "GET",
            "--pem-file",
            file,
            "--allow-insecure-key-file",
        ];
        // One line break ends the file and is no part of the passphrase.
        let with_line_break = serde_json::json!([case["passphrase"], "\n"]);
        if !case["passphrase"].is_null() && write_optional(folder.path(), "passphrase", &with_line_break) {
            args.extend(["--passphrase-file", "passphrase"]);
        }
        check(&case, &run_in(folder.path(), &args, b""), 4);
    }
}

/// Every received request whose signature fails: the same causes, payload and digest.
#[test]
fn diagnosis() {
    let folder = folder_with_key();
    let mut count = 0;
    for case in cases("diagnosis.json") {
        let headers: Vec<(&str, &str)> = case["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap()))
            .collect();
        // Whitespace around a header's value is no part of it, here as in HTTP.
        if headers.iter().any(|(_, value)| value.trim() != *value) {
            continue;
        }
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let keys: Vec<String> = case["public_keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| vector(&format!("keys/{}", key.as_str().unwrap())).to_str().unwrap().to_owned())
            .collect();
        let (method, url) = (case["method"].as_str().unwrap(), case["url"].as_str().unwrap());
        let mut args = vec!["diagnose", "--json", "--method", method, "--url", url];
        args.extend(keys.iter().flat_map(|key| ["--public-key", key]));
        args.extend(headers.iter().flat_map(|header| ["--header", header]));
        if write_optional(folder.path(), "body", &case["body"]) {
            args.extend(["--body-file", "body"]);
        }
        let expected = &case["expected"];
        let ran = run_in(folder.path(), &args, b"");
        let answer = ran.answer(if expected["valid"] == true { 0 } else { 5 });
        let causes =
            [&expected["causes"]].into_iter().chain(expected["also"].as_array().into_iter().flatten());
        let causes: Vec<&Value> = causes.filter(|causes| causes.is_array()).collect();
        let named = &answer["causes"];
        assert_eq!(answer["found"], expected["unknown"] != true, "{}: {answer}", name(&case));
        if expected["unknown"] != true {
            assert!(
                causes.iter().any(|causes| same_set(causes, named))
                    || causes.is_empty() && same_set(named, &Value::Array(vec![])),
                "{}: {answer}",
                name(&case)
            );
        }
        count += 1;
    }
    assert!(count > 500, "{count}");
}

fn same_set(a: &Value, b: &Value) -> bool {
    let sorted = |value: &Value| {
        let mut texts: Vec<String> = value.as_array().unwrap().iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    sorted(a) == sorted(b)
}
