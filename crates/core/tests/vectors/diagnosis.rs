use std::collections::BTreeSet;

use partnersign::{Diagnosis, ReceivedRequest, diagnose};
use serde_json::Value;

use crate::support::{bytes, hex, long_text, public_key, run, same, text};

fn diagnose_case(case: &Value) -> Result<Diagnosis, String> {
    let keys: Vec<_> = case["public_keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| public_key(name.as_str().unwrap()))
        .collect();
    let headers = case["headers"].as_array().unwrap().iter();
    let headers: Vec<(String, String)> =
        headers.map(|header| (header[0].as_str().unwrap().to_owned(), long_text(&header[1]))).collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = bytes(&case["body"]).unwrap_or_default();
    let url = long_text(&case["url"]);
    let request = ReceivedRequest::new(text(case, "method"), &url, &headers, &body);
    diagnose(&keys, &request).map_err(|error| error.to_string())
}

fn codes(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect()
}

/// The causes that OpenSSL was made to sign, or an honest "unknown": never a wrong claim.
#[test]
fn diagnosis() {
    run("diagnosis.json", 200, |case| {
        let diagnosis = diagnose_case(case)?;
        let found: BTreeSet<&str> = diagnosis.causes.iter().map(|cause| cause.as_str()).collect();
        let expected = &case["expected"];
        if expected["unknown"] == true {
            return same("diagnosis", &(diagnosis.found, found), &(false, BTreeSet::new()));
        }
        same("found", &diagnosis.found, &true)?;
        if expected["valid"] == true {
            return same("causes", &found, &BTreeSet::new());
        }
        let equally_true = expected["also"].as_array().into_iter().flatten().map(codes);
        let mut accepted = std::iter::once(codes(&expected["causes"])).chain(equally_true);
        if !accepted.any(|causes| causes == found) {
            return Err(format!("causes are {found:?}, not {expected}"));
        }
        if let Some(payload) = bytes(&case["signed_payload"]) {
            let known = diagnosis.signed_payload.as_ref().is_none_or(|found| *found == payload);
            same("signed payload is true", &known, &true)?;
        }
        if let (Some(wanted), Some(found)) = (case["signed_digest"].as_str(), &diagnosis.signed_digest) {
            same("signed digest", hex(found).as_str(), wanted)?;
        }
        Ok(())
    });
}
