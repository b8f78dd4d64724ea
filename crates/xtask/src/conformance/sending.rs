//! The files about what is sent: keys, signing, and the rules of each part of a request.

use partnersign::{ApiKey, BodyForm, Error, Freshness, Method, Request, SignedRequest, Signer, compact_json};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::vectors::{Keys, freshness_of, hex, lossy, optional_bytes, refusal, text};
use crate::Outcome;

const USUAL_KEY: &str = "rsa2048.pkcs8.pem";
const USUAL_URL: &str = "https://api.qredo.network/api/v1/p/company/search";

/// A result, or the refusal.
fn told(result: Result<Value, Error>) -> Value {
    result.unwrap_or_else(|error| refusal(&error))
}

pub(crate) fn keys(keys: &Keys, case: &Value) -> Outcome<Value> {
    let key = if text(case, "kind") == "private" {
        keys.load_signing(case)?.map(|key| key.verifying_key().clone())
    } else {
        keys.load_verifying(case)?
    };
    Ok(told(key.map(
        |key| json!({ "bits": key.bits(), "fingerprint": key.fingerprint(), "public_pem": key.to_pem() }),
    )))
}

/// Signs the request of a case.
fn sign(signer: &Signer, case: &Value) -> Result<SignedRequest, Error> {
    let (url, body) = (lossy(&case["url"]), optional_bytes(&case["body_in"]));
    let freshness = freshness_of(&case["freshness"]);
    let method = Method::parse(text(case, "method"))?;
    let form = if text(case, "form") == "exact" { BodyForm::Exact } else { BodyForm::Compact };
    let mut request = Request::new(method, &url).form(form);
    request.body = body.as_deref();
    signer.sign(&request, &freshness?)
}

pub(crate) fn signing(keys: &Keys, case: &Value) -> Outcome<Value> {
    let api_key = case["api_key"].as_str().map(ApiKey::parse).transpose();
    let api_key = api_key.map_err(|error| error.to_string())?;
    let signer = Signer::new(keys.signing(text(case, "key"))?, api_key);
    Ok(told(sign(&signer, case).map(|signed| {
        json!({
            "method": signed.method().as_str(),
            "url": signed.url(),
            "headers": signed.headers().collect::<Vec<_>>(),
            "body": signed.body().map(hex),
            "payload": hex(signed.payload()),
            "digest": hex(signed.digest()),
            "signature": signed.signature(),
        })
    })))
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in the table of runs")]
pub(crate) fn compaction(_: &Keys, case: &Value) -> Outcome<Value> {
    let input = super::vectors::bytes(&case["input"]);
    Ok(told(
        compact_json(&input)
            .map(|output| json!({ "output_sha256": hex(&Sha256::digest(&output)), "length": output.len() })),
    ))
}

/// A GET with the usual key.
fn get(
    keys: &Keys,
    url: &str,
    freshness: &Freshness,
    api_key: Option<ApiKey>,
) -> Outcome<Result<SignedRequest, Error>> {
    let signer = Signer::new(keys.signing(USUAL_KEY)?, api_key);
    Ok(signer.sign(&Request::new(Method::Get, url), freshness))
}

fn timestamp_1() -> Outcome<Freshness> {
    freshness_of(&Value::Null).map_err(|error| error.to_string())
}

pub(crate) fn urls(keys: &Keys, case: &Value) -> Outcome<Value> {
    let signed = get(keys, &lossy(&case["url"]), &timestamp_1()?, None)?;
    Ok(told(signed.map(|signed| json!({ "url": signed.url(), "digest": hex(signed.digest()) }))))
}

pub(crate) fn freshness(keys: &Keys, case: &Value) -> Outcome<Value> {
    Ok(match freshness_of(&case["freshness"]) {
        Err(error) => refusal(&error),
        Ok(freshness) => told(get(keys, USUAL_URL, &freshness, None)?.map(|signed| {
            let header = signed.headers().find(|(name, _)| *name == freshness.header_name());
            header.map_or(Value::Null, |(name, value)| json!({ "header": name, "value": value }))
        })),
    })
}

pub(crate) fn api_keys(keys: &Keys, case: &Value) -> Outcome<Value> {
    Ok(match ApiKey::parse(text(case, "api_key")) {
        Err(error) => refusal(&error),
        Ok(api_key) => {
            let signed = get(keys, USUAL_URL, &timestamp_1()?, Some(api_key.clone()))?;
            told(signed.map(|signed| {
                let sent = signed.headers().next().map(|(_, value)| value);
                json!({ "key_id": api_key.key_id(), "sent": sent })
            }))
        }
    })
}

pub(crate) fn requests(keys: &Keys, case: &Value) -> Outcome<Value> {
    let signer = Signer::new(keys.signing(USUAL_KEY)?, None);
    Ok(told(sign(&signer, case).map(|signed| {
        json!({
            "method": signed.method().as_str(),
            "body_sha256": signed.body().map(|body| hex(&Sha256::digest(body))),
            "digest": hex(signed.digest()),
        })
    })))
}
