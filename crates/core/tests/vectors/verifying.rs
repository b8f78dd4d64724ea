use partnersign::{ApiKey, ApiKeys, MemoryReplay, NoncePolicy, ReceivedRequest, Verified, Verifier};
use serde_json::Value;

use crate::support::{bytes, expect, hex, long_text, public_key, run, same, text};

/// A verifier for one key, or for the API keys that the case registers.
pub(crate) fn verifier(case: &Value) -> Verifier {
    let verifier = match case["api_keys"].as_array() {
        None => Verifier::with_key(public_key(text(case, "public_key"))),
        Some(registered) => {
            let mut api_keys = ApiKeys::new();
            for entry in registered {
                let api_key = ApiKey::parse(text(entry, "api_key")).unwrap();
                api_keys.insert(&api_key, public_key(text(entry, "public_key")));
            }
            Verifier::with_lookup(move |api_key| api_keys.find(api_key))
        }
    };
    match case["window_seconds"].as_u64() {
        Some(seconds) => verifier.window_seconds(seconds),
        None => verifier,
    }
}

pub(crate) fn verify(verifier: &Verifier, case: &Value, now: u64) -> Result<Verified, partnersign::Error> {
    let headers: Vec<(String, String)> = case["headers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|header| (header[0].as_str().unwrap().to_owned(), long_text(&header[1])))
        .collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = bytes(&case["body"]).unwrap_or_default();
    let url = long_text(&case["url"]);
    verifier.verify(&ReceivedRequest::new(text(case, "method"), &url, &headers, &body), now)
}

#[test]
fn verifying() {
    run("verifying.json", 50, |case| {
        let verifier = verifier(case);
        let verifier = match case["replay"].as_str() {
            Some(policy) => verifier.replay(MemoryReplay::new(NoncePolicy::parse(policy).unwrap())),
            None => verifier,
        };
        let outcome = verify(&verifier, case, case["now"].as_u64().unwrap());
        let Some(verified) = expect(case, outcome)? else { return Ok(()) };
        let ok = &case["ok"];
        same("key_id", &verified.key_id.as_deref(), &ok["key_id"].as_str())?;
        let freshness = ok["freshness"].as_object().unwrap().iter().next().unwrap();
        same("freshness header", verified.freshness.header_name(), format!("x-{}", freshness.0).as_str())?;
        same("freshness", verified.freshness.to_string().as_str(), freshness.1.as_str().unwrap())?;
        same("SHA-256", hex(&verified.digest).as_str(), text(ok, "sha256"))
    });
}
