//! `sign`: one request in, its headers and the exact body to send out.

use std::path::Path;

use partnersign::{Request, SignedRequest, Signer};
use serde::{Serialize, Serializer};

use crate::args::SignArgs;
use crate::failure::Failure;
use crate::input::{body_form, read_freshness, read_input};
use crate::key_files::{load_api_key, load_signing_key, parse_api_key};
use crate::output::{hex, write_json, write_stdout};

pub(crate) fn run(args: &SignArgs, json: bool) -> Result<(), Failure> {
    // Keys first: nobody should type a body only to learn that the key is missing.
    let api_key = match (&args.api_key, &args.key_file) {
        (Some(text), _) => Some(parse_api_key(text.as_bytes())?),
        (None, path) => path.as_deref().map(load_api_key).transpose()?,
    };
    let signer = Signer::new(load_signing_key(&args.key)?, api_key);
    let input = read_input(&args.request)?;

    let mut request = Request::new(input.method, &input.url).form(body_form(&args.request));
    request.body = input.body.as_deref();
    let signed = signer.sign(&request, &read_freshness(&args.request.freshness)?)?;

    if let Some(path) = &args.body_out {
        let body = signed
            .body()
            .ok_or_else(|| Failure::usage("--body-out was given, but the request has no body"))?;
        check_not_the_key(path, &args.key.pem_file)?;
        std::fs::write(path, body).map_err(|error| Failure::io("write", path, &error))?;
    }
    if json { write_json(&SignedJson::new(&signed)) } else { write_stdout(&as_text(&signed)) }
}

/// A slip of the hand must not cost the private key.
fn check_not_the_key(body_out: &Path, pem_file: &Path) -> Result<(), Failure> {
    match (body_out.canonicalize(), pem_file.canonicalize()) {
        (Ok(body_out), Ok(pem_file)) if body_out == pem_file => {
            Err(Failure::usage("--body-out names the private key's own file; choose another"))
        }
        _ => Ok(()),
    }
}

/// The labels and order of the original client, and then the body that it never showed.
fn as_text(signed: &SignedRequest) -> Vec<u8> {
    let mut text = format!("Hash: {}\n", hex(signed.digest())).into_bytes();
    for (name, value) in
        signed.headers().filter(|(name, _)| ["x-sign", "x-timestamp", "x-nonce"].contains(name))
    {
        text.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    }
    if let Some(body) = signed.body() {
        text.extend_from_slice(b"body: ");
        text.extend_from_slice(body);
        text.push(b'\n');
    }
    text
}

/// What `--json` prints.
#[derive(Serialize)]
struct SignedJson<'a> {
    method: &'static str,
    url: &'a str,
    #[serde(serialize_with = "in_order")]
    headers: &'a SignedRequest,
    body: Option<&'a str>,
    payload_hex: String,
    digest: String,
}

impl<'a> SignedJson<'a> {
    fn new(signed: &'a SignedRequest) -> Self {
        Self {
            method: signed.method().as_str(),
            url: signed.url(),
            headers: signed,
            // Core accepts UTF-8 bodies alone, so none is lost here.
            body: signed.body().and_then(|body| std::str::from_utf8(body).ok()),
            payload_hex: hex(signed.payload()),
            digest: hex(signed.digest()),
        }
    }
}

fn in_order<S: Serializer>(signed: &SignedRequest, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(signed.headers())
}
