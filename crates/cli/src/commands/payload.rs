//! `payload`: the exact bytes that are hashed, for a person who compares them by eye.

use std::fmt::Write;

use partnersign::{Freshness, Prepared, Request, prepare};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::args::PayloadArgs;
use crate::failure::Failure;
use crate::input::{body_form, read_freshness, read_input};
use crate::output::{hex, write_json, write_stdout};
use crate::style::Style;
use crate::visible::rows;

pub(crate) fn run(args: &PayloadArgs, json: bool) -> Result<(), Failure> {
    let input = read_input(&args.request)?;
    let mut request = Request::new(input.method, &input.url).form(body_form(&args.request));
    request.body = input.body.as_deref();
    let freshness = read_freshness(&args.request.freshness)?;
    let prepared = prepare(&request, &freshness)?;

    if let Some(path) = &args.out {
        std::fs::write(path, prepared.payload()).map_err(|error| Failure::io("write", path, &error))?;
    }
    let parts = Parts::new(&freshness, &input.url, &prepared);
    if json {
        write_json(&parts.as_json())
    } else {
        write_stdout(parts.as_text(Style::of_stdout()).as_bytes())
    }
}

struct Parts<'a> {
    /// `timestamp` or `nonce`.
    kind: &'static str,
    freshness: String,
    url: &'a str,
    /// As it is signed; empty if there is none.
    body: &'a [u8],
    prepared: &'a Prepared,
}

impl<'a> Parts<'a> {
    fn new(freshness: &Freshness, url: &'a str, prepared: &'a Prepared) -> Self {
        let kind = match freshness {
            Freshness::Timestamp(_) => "timestamp",
            Freshness::Nonce(_) => "nonce",
        };
        let freshness = freshness.to_string();
        let body = prepared.payload().get(freshness.len() + url.len()..).unwrap_or_default();
        Self { kind, freshness, url, body, prepared }
    }

    fn as_json(&self) -> serde_json::Value {
        // Core accepts UTF-8 bodies alone, so none is lost here.
        let body = std::str::from_utf8(self.body).ok().filter(|body| !body.is_empty());
        json!({
            "freshness": { self.kind: self.freshness },
            "url": self.url,
            "body": body,
            "payload_hex": hex(self.prepared.payload()),
            "lengths": {
                "freshness": self.freshness.len(),
                "url": self.url.len(),
                "body": self.body.len(),
                "payload": self.prepared.payload().len(),
            },
            "digest": hex(self.prepared.digest()),
        })
    }

    fn as_text(&self, style: Style) -> String {
        let digest = style.bold(&hex(self.prepared.digest()));
        let mut text = format!("Hash: {digest}\npayload: {} bytes\n", self.prepared.payload().len());
        let mut offset = 0;
        for (name, part) in
            [(self.kind, self.freshness.as_bytes()), ("url", self.url.as_bytes()), ("body", self.body)]
        {
            let (name, length) = (style.bold(name), part.len());
            let _ = match length {
                0 => write!(text, "\n{name}: none\n"),
                _ => write!(
                    text,
                    "\n{name}: {length} bytes, SHA-256 {}\n{}",
                    hex(&Sha256::digest(part)),
                    rows(part, offset)
                ),
            };
            offset += length;
        }
        text
    }
}
