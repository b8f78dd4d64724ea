use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Mutex;

use partnersign::{
    ApiKey, BodyForm, Method, Request, SignedRequest, Signer, SigningKey, VerifyingKey, prepare,
};
use serde_json::Value;

use crate::support::{bytes, freshness, hex, public_key, read, run, same, text};

/// Loaded keys by name: each case names one, few differ.
#[derive(Default)]
struct Keys {
    loaded: Mutex<BTreeMap<String, SigningKey>>,
}

impl Keys {
    fn get(&self, name: &str) -> SigningKey {
        let load = || {
            let document: Value = serde_json::from_slice(&read("keys.json")).unwrap();
            let entry = document["cases"]
                .as_array()
                .unwrap()
                .iter()
                .find(|entry| entry["name"] == name)
                .unwrap()
                .clone();
            let passphrase = bytes(&entry["passphrase"]);
            SigningKey::from_bytes(&read(text(&entry, "file")), passphrase.as_deref()).unwrap()
        };
        self.loaded.lock().unwrap().entry(name.to_owned()).or_insert_with(load).clone()
    }
}

fn api_key(case: &Value) -> Option<ApiKey> {
    case["api_key"].as_str().map(|text| ApiKey::parse(text).unwrap())
}

fn form(case: &Value) -> BodyForm {
    if case["form"] == "exact" { BodyForm::Exact } else { BodyForm::Compact }
}

fn request<'a>(case: &'a Value, body: Option<&'a [u8]>) -> Request<'a> {
    let mut request =
        Request::new(Method::parse(text(case, "method")).unwrap(), text(case, "url")).form(form(case));
    request.body = body;
    request
}

/// Stage by stage, so that a failure names the stage.
fn compare(case: &Value, signed: &SignedRequest) -> Result<(), String> {
    same("method", signed.method().as_str(), text(case, "method_sent"))?;
    same("url", signed.url(), text(case, "url"))?;
    same("body", &signed.body().map(<[u8]>::to_vec), &bytes(&case["body_sent"]))?;
    same("payload", signed.payload(), &bytes(&case["payload"]).unwrap())?;
    same("SHA-256", hex(signed.digest()).as_str(), text(case, "sha256"))?;
    same("signature", signed.signature(), text(case, "signature"))?;
    let headers: Value = signed.headers().map(|(name, value)| serde_json::json!([name, value])).collect();
    same("headers", &headers, &case["headers"])
}

#[test]
fn every_stage_of_signing() {
    let keys = Keys::default();
    run("signing.json", 61, |case| {
        let body = bytes(&case["body_in"]);
        let signer = Signer::new(keys.get(text(case, "key")), api_key(case));
        let signed = signer
            .sign(&request(case, body.as_deref()), &freshness(&case["freshness"]).unwrap())
            .map_err(|error| error.to_string())?;
        compare(case, &signed)
    });
}

/// The two phases, with OpenSSL's signature in place of an HSM's.
#[test]
fn prepare_and_finish_with_a_foreign_signature() {
    run("signing.json", 61, |case| {
        let body = bytes(&case["body_in"]);
        let prepared = prepare(&request(case, body.as_deref()), &freshness(&case["freshness"]).unwrap())
            .map_err(|error| error.to_string())?;
        let key: VerifyingKey = public_key(text(case, "key"));
        let signature = base64url(text(case, "signature"));
        let signed = prepared.finish(signature, &key, api_key(case)).map_err(|error| error.to_string())?;
        compare(case, &signed)
    });
}

#[test]
fn a_batch_keeps_the_order_and_gives_the_same_bytes() {
    let document: Value = serde_json::from_slice(&read("signing.json")).unwrap();
    let cases: Vec<&Value> = document["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["key"] == "rsa2048.pkcs8.pem")
        .collect();
    assert!(cases.len() > 10);
    let signer = Signer::new(Keys::default().get("rsa2048.pkcs8.pem"), None);
    let bodies: Vec<_> = cases.iter().map(|case| bytes(&case["body_in"])).collect();
    let mut requests: Vec<_> = cases
        .iter()
        .zip(&bodies)
        .map(|(case, body)| (request(case, body.as_deref()), freshness(&case["freshness"]).unwrap()))
        .collect();
    requests[3].0.url = "https://h";
    for threads in [1, 2, 7, 1000] {
        let results = signer.sign_batch(&requests, NonZeroUsize::new(threads).unwrap());
        assert_eq!(results.len(), requests.len());
        for (index, (case, result)) in cases.iter().zip(results).enumerate() {
            match (index, result) {
                (3, result) => assert_eq!(result.unwrap_err().code().as_str(), "invalid_url"),
                (_, result) => {
                    assert_eq!(result.unwrap().signature(), text(case, "signature"), "case {index}");
                }
            }
        }
    }
    assert!(signer.sign_batch(&[], NonZeroUsize::MIN).is_empty());
}

pub(crate) fn base64url(text: &str) -> Vec<u8> {
    use base64::Engine;

    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}
