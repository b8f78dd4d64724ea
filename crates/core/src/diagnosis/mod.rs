//! Why a signature did not match.
//!
//! An RSA signature gives its hash back to whoever has the public key. So the hash that was really
//! signed is known, and what may have been signed can be tried until it fits. A cause is named only
//! if its payload gives exactly that hash: there is no guess that could be wrong.
//!
//! In the order of the data: [`spelling`] (the text of `x-sign`), [`recovered`] (what the signature
//! gives back), the variants of body, URL and freshness, their [`layouts`], and the [`search`].

mod cause;
mod spelling;
mod recovered;
mod variants;
mod body_variants;
mod json_tokens;
mod json_forms;
mod json_strings;
mod json_numbers;
mod charsets;
mod url_escapes;
mod url_variants;
mod freshness_variants;
mod layouts;
mod search;

pub use cause::Cause;

use std::fmt;

use self::recovered::{Recovered, recover};
use self::search::{Explanation, Parts, explain};
use self::spelling::{Spelled, read_signature};
use crate::verifier::{check_rules, missing, only};
use crate::{ApiKey, Error, ErrorCode, ReceivedRequest, VerifyingKey};

/// What the diagnosis found.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Whether the failure is explained, or the signature is right.
    pub found: bool,
    /// The mistakes, none if the signature is right or nothing was found.
    pub causes: Vec<Cause>,
    /// The rule that the request breaks although its signature is right: a verifier refuses it by that.
    pub broken_rule: Option<Error>,
    /// What a developer should know and do.
    pub message: String,
    /// The digest that was signed, where the signature gives one back.
    pub signed_digest: Option<Vec<u8>>,
    /// The payload that was signed, where it was found.
    pub signed_payload: Option<Vec<u8>>,
    /// The offset in bytes of the first byte in which the signed payload differs from that of the
    /// received request; the length of the shorter one if that is the beginning of the other.
    pub first_difference: Option<usize>,
}

impl Diagnosis {
    /// Whether the signature is right and the request breaks no rule.
    pub fn is_valid(&self) -> bool {
        self.found && self.causes.is_empty() && self.broken_rule.is_none()
    }
}

/// The payload holds the body, which must not reach a log: only its length is shown.
impl fmt::Debug for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Diagnosis")
            .field("found", &self.found)
            .field("causes", &self.causes)
            .field("broken_rule", &self.broken_rule)
            .field("signed_digest", &self.signed_digest.as_deref().map(crate::hex))
            .field("signed_payload_bytes", &self.signed_payload.as_ref().map(Vec::len))
            .field("first_difference", &self.first_difference)
            .finish_non_exhaustive()
    }
}

/// Finds out why the signature of a received request does not match.
///
/// `public_keys` are the known keys, the one that the request's API key belongs to first. The
/// request is taken as it is: its URL and body need not keep the rules. Bodies up to 4 KiB are tried
/// with every candidate in about 20 ms at most, longer ones with fewer.
///
/// Refuses a request without `x-sign` (`missing_header`), with a header twice
/// (`conflicting_headers`), or with an `x-sign` that holds no signature in any spelling
/// (`malformed_signature`).
///
/// ```
/// # let pem = include_bytes!("../../../../tests/vectors/keys/rsa2048.pkcs8.pem");
/// use partnersign::{Method, ReceivedRequest, Request, Signer, SigningKey, Timestamp, diagnose};
///
/// let signer = Signer::new(SigningKey::from_pem(pem, None)?, None);
/// let url = "https://api.qredo.network/api/v1/p/company";
/// let request = Request::new(Method::Post, url).body(br#"{ "name": "ACME Corp" }"#);
/// let signed = signer.sign(&request, &Timestamp::from_seconds(1639490495)?.into())?;
///
/// // The body was signed compacted, but the original was sent.
/// let headers: Vec<_> = signed.headers().collect();
/// let received = ReceivedRequest::new("POST", url, &headers, br#"{ "name": "ACME Corp" }"#);
/// let diagnosis = diagnose(&[signer.verifying_key().clone()], &received)?;
/// assert_eq!(diagnosis.causes[0].as_str(), "body_compacted");
/// # Ok::<(), partnersign::Error>(())
/// ```
pub fn diagnose(public_keys: &[VerifyingKey], request: &ReceivedRequest<'_>) -> Result<Diagnosis, Error> {
    if public_keys.is_empty() {
        return Err(Error::new(ErrorCode::InvalidArgument, "the diagnosis needs at least one public key"));
    }
    let text =
        only(request.headers, "x-sign")?.ok_or_else(|| missing_but_for(request, "x-sign", &["sign"]))?;
    let api_key = only(request.headers, "x-api-key")?.and_then(|text| ApiKey::parse(text).ok());
    let parts = Parts {
        method: request.method,
        url: request.url,
        body: request.body,
        timestamp: only(request.headers, "x-timestamp")?,
        nonce: only(request.headers, "x-nonce")?,
        host: only(request.headers, "host")?,
        api_key: api_key.as_ref(),
    };
    let lengths: Vec<usize> = public_keys.iter().map(VerifyingKey::signature_bytes).collect();
    let mut spelled = read_signature(text, &lengths)?;
    let recovered = recover_either_way(public_keys, &mut spelled);
    let mut findings = Findings { causes: spelled.causes, ..Findings::default() };
    match recovered {
        None => {
            // Nothing opens, so the length was no mere slip in writing a number.
            findings.causes.retain(|cause| *cause != Cause::SignatureLength);
            findings.wrong_length =
                length_of(text, &spelled.signature).filter(|length| !lengths.contains(length));
            if findings.wrong_length.is_some_and(|length| !KEY_BYTES.contains(&length)) {
                // How it is written does not matter then.
                findings.causes = vec![Cause::NotASignature];
            } else {
                findings.causes.push(Cause::WrongKey);
            }
        }
        Some((index, recovered)) => {
            if index > 0 {
                findings.causes.push(Cause::OtherKey);
            }
            findings.explain(&parts, &recovered);
        }
    }
    if findings.is_right(&parts.payload()) {
        findings.broken_rule = check_rules(request).err();
    }
    let is_wrong = !findings.is_right(&parts.payload());
    let mut diagnosis = findings.into_diagnosis(&parts.payload(), &lengths);
    if let Some(rule) = check_rules(request).err().filter(|_| is_wrong) {
        let has_none = parts.timestamp.is_none() && parts.nonce.is_none();
        let rule = if has_none {
            missing_but_for(request, "x-timestamp or x-nonce", &["time", "nonce"])
        } else {
            rule
        };
        let besides = format!(" Besides, the request breaks a rule: {}.", rule.message());
        diagnosis.message.push_str(&besides);
    }
    Ok(diagnosis)
}

/// That a header is missing, and the header with a similar name that is there instead.
fn missing_but_for(request: &ReceivedRequest<'_>, wanted: &str, parts: &[&str]) -> Error {
    let is_similar = |name: &str| parts.iter().any(|part| name.to_ascii_lowercase().contains(part));
    match request.headers.iter().find(|(name, _)| is_similar(name)) {
        Some((name, _)) if name.len() <= 40 && name.is_ascii() => Error::new(
            ErrorCode::MissingHeader,
            format!("{wanted} is missing; {name} was sent: is it misspelt?"),
        ),
        _ => missing(wanted),
    }
}

/// What signatures of RSA keys have: another length than a known key's is another key's.
const KEY_BYTES: [usize; 5] = [128, 256, 384, 512, 1024];

/// How many bytes the text of `x-sign` stands for, before any were added or taken away.
fn length_of(text: &str, signature: &[u8]) -> Option<usize> {
    let characters = text.trim_end_matches('=').len();
    if characters > signature.len() * 2 { None } else { (characters * 3).checked_div(4) }
}

/// The first key under which the signature gives something back, as it is or with its bytes reversed.
fn recover_either_way(public_keys: &[VerifyingKey], spelled: &mut Spelled) -> Option<(usize, Recovered)> {
    let as_sent = recover_by_any(public_keys, &spelled.signature);
    if as_sent.as_ref().is_some_and(|(_, recovered)| recovered.is_certain()) {
        return as_sent;
    }
    let reversed: Vec<u8> = spelled.signature.iter().rev().copied().collect();
    match recover_by_any(public_keys, &reversed).filter(|(_, recovered)| recovered.is_certain()) {
        Some(found) => {
            spelled.causes.push(Cause::SignatureReversed);
            spelled.signature = reversed;
            Some(found)
        }
        None => as_sent,
    }
}

/// The first key under which the signature gives something back, if possible without a doubt.
fn recover_by_any(public_keys: &[VerifyingKey], signature: &[u8]) -> Option<(usize, Recovered)> {
    let of_its_length = |key: &VerifyingKey| key.signature_bytes() == signature.len();
    let keys = public_keys.iter().enumerate().filter(|(_, key)| of_its_length(key));
    let mut doubtful = None;
    for (index, key) in keys {
        match recover(key, signature) {
            Some(recovered) if recovered.is_certain() => return Some((index, recovered)),
            Some(recovered) => doubtful = doubtful.or(Some((index, recovered))),
            None => {}
        }
    }
    doubtful
}

#[derive(Default)]
struct Findings {
    causes: Vec<Cause>,
    digest: Option<Vec<u8>>,
    payload: Option<Vec<u8>>,
    broken_rule: Option<Error>,
    wrong_length: Option<usize>,
    /// Whether what came back may be PSS of the greatest salt, or nothing at all.
    doubtful_key: bool,
}

impl Findings {
    fn explain(&mut self, parts: &Parts<'_>, recovered: &Recovered) {
        if let Recovered::Digest { digest, .. } | Recovered::OtherHash { digest, .. } = recovered {
            self.digest = Some(digest.clone());
        }
        match explain(parts, recovered) {
            Some(Explanation { causes, payload }) => {
                self.causes.extend(causes);
                self.payload = Some(payload);
            }
            // What the signature itself shows is true whatever was hashed.
            None => match recovered {
                Recovered::Digest { causes, .. }
                | Recovered::OtherHash { causes, .. }
                | Recovered::Bare { causes, .. } => self.causes.extend(causes),
                Recovered::Pss(_) if recovered.is_certain() => self.causes.push(Cause::Pss),
                Recovered::Pss(_) => self.doubtful_key = true,
            },
        }
    }

    /// Whether exactly what was received is what was signed, and as it must be.
    fn is_right(&self, expected: &[u8]) -> bool {
        self.causes.is_empty() && self.payload.as_deref() == Some(expected)
    }

    fn into_diagnosis(mut self, expected: &[u8], lengths: &[usize]) -> Diagnosis {
        self.causes.sort_by_key(|cause| *cause as usize);
        self.causes.dedup();
        let first_difference = self
            .payload
            .as_deref()
            .filter(|payload| *payload != expected)
            .map(|payload| common_length(payload, expected));
        Diagnosis {
            found: self.payload.is_some() || !self.causes.is_empty(),
            message: self.message(lengths),
            causes: self.causes,
            broken_rule: self.broken_rule,
            signed_digest: self.digest,
            signed_payload: self.payload,
            first_difference,
        }
    }

    /// Whether nothing came back with which a payload could be compared.
    fn is_not_compared(&self) -> bool {
        self.causes
            .iter()
            .any(|cause| matches!(cause, Cause::WrongKey | Cause::NotASignature | Cause::OtherHash))
    }

    fn message(&self, lengths: &[usize]) -> String {
        let mut sentences: Vec<String> =
            self.causes.iter().map(|cause| cause.sentence().to_owned()).collect();
        if let (Some(length), Some(expected)) = (self.wrong_length, lengths.first()) {
            sentences.push(format!(
                "x-sign stands for {length} bytes, a signature of the first key has {expected}."
            ));
        } else if let Some(rule) = &self.broken_rule {
            sentences
                .push(format!("The signature is right, but the request breaks a rule: {}.", rule.message()));
        } else if self.causes.is_empty() && self.payload.is_some() {
            sentences.push("The signature is valid for this request: if it was refused, look at the clock, the nonce and the API key.".to_owned());
        } else if self.doubtful_key {
            sentences.push("Either the signature is RSASSA-PSS over something that is none of the candidates that were tried, or it was made with another private key: sign with PKCS#1 v1.5, and compare the keys' fingerprints.".to_owned());
        } else if self.payload.is_none() && !self.is_not_compared() {
            sentences.push("The signature was made with a known key, but what was signed is none of the candidates that were tried: compare the bytes that you hash with the payload of this request.".to_owned());
        }
        sentences.join(" ")
    }
}

fn common_length(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
