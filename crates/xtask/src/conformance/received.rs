//! The files about what is received: verifying, replays, the diagnosis, and answers.

use partnersign::{
    ApiKey, ApiKeys, Freshness, MemoryReplay, NoncePolicy, ReceivedRequest, Verifier, diagnose,
};
use serde_json::{Value, json};

use super::vectors::{Keys, bytes, hex, lossy, refusal, text};
use crate::Outcome;

/// Works on the received request of a case.
fn with_received<R>(case: &Value, work: impl FnOnce(&ReceivedRequest<'_>) -> R) -> R {
    let (method, url) = (text(case, "method"), lossy(&case["url"]));
    let body = if case["body"].is_null() { Vec::new() } else { bytes(&case["body"]) };
    let pairs = case["headers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let headers: Vec<(String, String)> =
        pairs.iter().map(|pair| (lossy(&pair[0]), lossy(&pair[1]))).collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    work(&ReceivedRequest::new(method, &url, &headers, &body))
}

/// The verifier of a case, with a fresh replay memory under a policy, or without.
fn verifier(keys: &Keys, case: &Value, policy: &Value) -> Outcome<Verifier> {
    let verifier = if let Some(name) = case["public_key"].as_str() {
        Verifier::with_key(keys.verifying(name)?)
    } else {
        let mut api_keys = ApiKeys::new();
        for entry in case["api_keys"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let api_key = ApiKey::parse(text(entry, "api_key")).map_err(|error| error.to_string())?;
            api_keys.insert(&api_key, keys.verifying(text(entry, "public_key"))?);
        }
        Verifier::with_lookup(move |api_key| api_keys.find(api_key))
    };
    let window = case["window_seconds"].as_u64().ok_or("no window_seconds")?;
    let verifier = verifier.window_seconds(window);
    Ok(match policy.as_str() {
        None => verifier,
        Some(policy) => {
            let policy = NoncePolicy::parse(policy).map_err(|error| error.to_string())?;
            verifier.replay(MemoryReplay::new(policy))
        }
    })
}

fn now(case: &Value) -> Outcome<u64> {
    case["now"].as_u64().ok_or_else(|| "no now".to_owned())
}

pub(crate) fn verifying(keys: &Keys, case: &Value) -> Outcome<Value> {
    let (verifier, now) = (verifier(keys, case, &case["replay"])?, now(case)?);
    Ok(match with_received(case, |received| verifier.verify(received, now)) {
        Err(error) => refusal(&error),
        Ok(verified) => {
            let kind = match verified.freshness {
                Freshness::Timestamp(_) => "timestamp",
                Freshness::Nonce(_) => "nonce",
            };
            json!({
                "key_id": verified.key_id,
                "freshness": [kind, verified.freshness.to_string()],
                "digest": hex(&verified.digest),
            })
        }
    })
}

pub(crate) fn replay(keys: &Keys, case: &Value) -> Outcome<Value> {
    let verifier = verifier(keys, case, &case["policy"])?;
    let steps = case["steps"].as_array().ok_or("no steps")?;
    let step = |step: &Value| {
        let now = now(step)?;
        Ok(match with_received(step, |received| verifier.verify(received, now)) {
            Ok(_) => json!({ "ok": true }),
            Err(error) => refusal(&error),
        })
    };
    steps.iter().map(step).collect::<Outcome<Vec<Value>>>().map(Value::Array)
}

pub(crate) fn diagnosis(keys: &Keys, case: &Value) -> Outcome<Value> {
    let names = case["public_keys"].as_array().ok_or("no public_keys")?;
    let known = names.iter().map(|name| keys.verifying(name.as_str().unwrap_or_default()));
    let known = known.collect::<Outcome<Vec<_>>>()?;
    Ok(match with_received(case, |received| diagnose(&known, received)) {
        Err(error) => refusal(&error),
        Ok(found) => json!({
            "found": found.found,
            "message": found.message,
            "causes": found.causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>(),
            "signed_digest": found.signed_digest.as_deref().map(hex),
            "signed_payload": found.signed_payload.as_deref().map(hex),
        }),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in the table of runs")]
pub(crate) fn outcome_of_http(_: &Keys, case: &Value) -> Outcome<Value> {
    let status = case["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let outcome = partnersign::Outcome::of_http(status, case["reason"].as_str());
    Ok(json!({ "outcome": outcome.as_str() }))
}
