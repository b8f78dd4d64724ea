//! Tries what may have been signed against what the signature gave back, the simplest first.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::body_variants::body_variants;
use super::cause::Cause;
use super::charsets::utf16;
use super::freshness_variants::{clock_variants, freshness_variants};
use super::layouts::{Layout, right_layout, wrong_layouts};
use super::recovered::{Hash, Recovered};
use super::url_variants::url_variants;
use super::variants::{Variant, Variants};
use crate::ApiKey;

/// How much is hashed at most, some 15 ms of work. For bodies up to 4 KiB it covers every mistake
/// alone and the pairs, less some with another reading of the clock; for longer ones the simplest.
const MAX_HASHED_BYTES: usize = 14 * 1024 * 1024;
/// What a candidate costs beside its own bytes.
const BYTES_BESIDE: usize = 256;
/// And if its hash is hashed again, in six ways.
const REHASHED_BYTES: usize = 640;

/// The request as it was received, in the parts that a signer joins.
pub(super) struct Parts<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a str,
    pub(super) body: &'a [u8],
    pub(super) timestamp: Option<&'a str>,
    pub(super) nonce: Option<&'a str>,
    pub(super) host: Option<&'a str>,
    pub(super) api_key: Option<&'a ApiKey>,
}

impl Parts<'_> {
    /// What should have been signed: the parts as they were received, joined.
    pub(super) fn payload(&self) -> Vec<u8> {
        let freshness = self.timestamp.or(self.nonce).unwrap_or_default();
        [freshness.as_bytes(), self.url.as_bytes(), self.body].concat()
    }
}

/// The payload that was signed, and the mistakes that lead to it: none if it is right.
pub(super) struct Explanation {
    pub(super) causes: Vec<Cause>,
    pub(super) payload: Vec<u8>,
}

/// The simplest explanation of what was signed, if one of the candidates is it.
pub(super) fn explain(parts: &Parts<'_>, recovered: &Recovered) -> Option<Explanation> {
    // No candidate could be compared with it.
    if matches!(recovered, Recovered::OtherHash { .. }) {
        return None;
    }
    let candidates = Candidates::of(parts);
    let mut payload = Vec::new();
    let mut hashed = 0_usize;
    for candidate in candidates.simplest_first() {
        candidate.join(&mut payload);
        let rehash = candidate.parts().into_iter().map(Vec::len).sum::<usize>() <= 1;
        let bytes = payload.len() + BYTES_BESIDE + if rehash { REHASHED_BYTES } else { 0 };
        hashed = hashed.saturating_add(bytes * recovered.cost());
        if let Some(hashing) = hashing_causes(recovered, &payload, rehash) {
            let causes = candidate.parts().into_iter().flatten().copied().chain(hashing).collect();
            return Some(Explanation { causes, payload });
        }
        if hashed > MAX_HASHED_BYTES {
            break;
        }
    }
    as_utf16(parts).into_iter().find_map(|payload| {
        let hashing = hashing_causes(recovered, &payload, true)?;
        Some(Explanation { causes: [vec![Cause::PayloadUtf16], hashing].concat(), payload })
    })
}

/// What was received, in UTF-16 of either byte order, as .NET's `Encoding.Unicode` writes it.
fn as_utf16(parts: &Parts<'_>) -> Vec<Vec<u8>> {
    String::from_utf8(parts.payload()).map_or_else(|_| Vec::new(), |text| utf16(&text).into())
}

/// Everything that one part, or the way of joining them, may have been.
struct Candidates {
    freshness: Variants,
    clock: Variants,
    url: Variants,
    body: Variants,
    right: Layout,
    wrong: Vec<Layout>,
}

/// One way in which the payload may have been made.
struct Candidate<'a> {
    layout: &'a Layout,
    freshness: &'a Variant,
    url: &'a Variant,
    body: &'a Variant,
}

impl Candidate<'_> {
    fn join(&self, payload: &mut Vec<u8>) {
        self.layout.join(&self.freshness.bytes, &self.url.bytes, &self.body.bytes, payload);
    }

    /// The causes of each part.
    fn parts(&self) -> [&Vec<Cause>; 4] {
        [&self.freshness.causes, &self.url.causes, &self.body.causes, &self.layout.causes]
    }
}

impl Candidates {
    fn of(parts: &Parts<'_>) -> Self {
        Self {
            freshness: freshness_variants(parts.timestamp, parts.nonce),
            clock: clock_variants(parts.timestamp),
            url: url_variants(parts.url, parts.host),
            body: body_variants(parts.body),
            right: right_layout(),
            wrong: wrong_layouts(parts.method, parts.api_key, !parts.body.is_empty()),
        }
    }

    /// What was received; each mistake alone; then two, in one part or in two.
    fn simplest_first(&self) -> impl Iterator<Item = Candidate<'_>> {
        let right = || vec![&self.right];
        let wrong = |count| self.wrong.iter().filter(|layout| layout.causes.len() == count).collect();
        let (freshness, clock, url, body) = (&self.freshness, &self.clock, &self.url, &self.body);
        let groups = vec![
            product(right(), freshness.received(), url.received(), body.received()),
            product(right(), freshness.received(), url.received(), body.alone()),
            product(right(), freshness.received(), url.alone(), body.received()),
            product(right(), freshness.alone(), url.received(), body.received()),
            product(wrong(1), freshness.received(), url.received(), body.received()),
            product(right(), clock.alone(), url.received(), body.received()),
            product(right(), freshness.received(), url.received(), body.combined()),
            product(right(), freshness.received(), url.alone(), body.alone()),
            product(right(), freshness.alone(), url.received(), body.alone()),
            product(right(), freshness.alone(), url.alone(), body.received()),
            product(wrong(1), freshness.received(), url.received(), body.alone()),
            product(wrong(1), freshness.received(), url.alone(), body.received()),
            product(wrong(1), freshness.alone(), url.received(), body.received()),
            product(wrong(2), freshness.received(), url.received(), body.received()),
            // The usual text to sign of other APIs.
            product(wrong(2), freshness.received(), only(is_path, url.alone()), body.received()),
            product(right(), freshness.received(), url.combined(), body.received()),
            product(right(), clock.alone(), url.received(), only(is_usual, body.alone())),
            product(right(), clock.alone(), only(is_usual, url.alone()), body.received()),
        ];
        groups.into_iter().flatten()
    }
}

/// The mistakes that are so frequent that they are also tried with every reading of the clock.
const USUAL: [Cause; 11] = [
    Cause::BodyMissing,
    Cause::BodyCompacted,
    Cause::BodySpaced,
    Cause::BodyNoFinalNewline,
    Cause::UrlWithoutQuery,
    Cause::UrlPathOnly,
    Cause::UrlWithoutPrefix,
    Cause::UrlScheme,
    Cause::UrlTrailingSlash,
    Cause::UrlNoTrailingSlash,
    Cause::UrlOtherOrigin,
];

fn is_path(variant: &Variant) -> bool {
    variant.causes == [Cause::UrlPathOnly]
}

fn is_usual(variant: &Variant) -> bool {
    USUAL.iter().any(|usual| variant.causes.contains(usual))
}

fn only(is_wanted: fn(&Variant) -> bool, mut variants: Vec<&Variant>) -> Vec<&Variant> {
    variants.retain(|variant| is_wanted(variant));
    variants
}

/// Every combination; the URL varies slowest, so that the budget ends with the rarest ones.
fn product<'a>(
    layouts: Vec<&'a Layout>,
    freshness: Vec<&'a Variant>,
    url: Vec<&'a Variant>,
    body: Vec<&'a Variant>,
) -> impl Iterator<Item = Candidate<'a>> {
    layouts.into_iter().flat_map(move |layout| {
        let (freshness, url, body) = (freshness.clone(), url.clone(), body.clone());
        url.into_iter().flat_map(move |url| {
            let (freshness, body) = (freshness.clone(), body.clone());
            freshness.into_iter().flat_map(move |freshness| {
                body.clone().into_iter().map(move |body| Candidate { layout, freshness, url, body })
            })
        })
    })
}

/// The mistakes in hashing, if hashing this payload gives what was signed; none if it was done right.
/// `rehash`: whether its hash may have been hashed again.
fn hashing_causes(recovered: &Recovered, payload: &[u8], rehash: bool) -> Option<Vec<Cause>> {
    match recovered {
        Recovered::Digest { hash, digest, causes } => {
            let once = hash.digest(payload);
            let found = if once == *digest {
                None
            } else if !rehash {
                return None;
            } else if is_hex_signed(*hash, &once, digest) {
                Some(Cause::HexDigestSigned)
            } else if is_base64_signed(*hash, &once, digest) {
                Some(Cause::Base64DigestSigned)
            } else if hash.digest(&once) == *digest {
                Some(Cause::HashedTwice)
            } else {
                return None;
            };
            Some(causes.iter().copied().chain(found).collect())
        }
        Recovered::OtherHash { .. } => None,
        Recovered::Bare { content, causes } => {
            bare_causes(content, payload).map(|found| [causes.as_slice(), &found].concat())
        }
        Recovered::Pss(readings) => {
            let made = readings.iter().find(|pss| pss.is_over(&pss.hash.digest(payload)))?;
            Some(std::iter::once(Cause::Pss).chain(made.hash.cause()).collect())
        }
    }
}

fn is_hex_signed(hash: Hash, once: &[u8], digest: &[u8]) -> bool {
    let hex = crate::hex(once);
    let upper = hex.to_ascii_uppercase();
    // The line break is that of `sha256sum` and of `echo`.
    [hex.as_str(), &upper, &format!("{hex}\n")].iter().any(|text| hash.digest(text.as_bytes()) == digest)
}

fn is_base64_signed(hash: Hash, once: &[u8], digest: &[u8]) -> bool {
    [STANDARD.encode(once), URL_SAFE_NO_PAD.encode(once)]
        .iter()
        .any(|text| hash.digest(text.as_bytes()) == digest)
}

/// Content without a DigestInfo: the payload itself, its digest, or its digest as text.
fn bare_causes(content: &[u8], payload: &[u8]) -> Option<Vec<Cause>> {
    if content == payload {
        return Some(vec![Cause::NotHashed]);
    }
    if let Some(hash) = Hash::of_length(content.len()) {
        if hash.digest(payload) == content {
            return Some([Some(Cause::NoDigestInfo), hash.cause()].into_iter().flatten().collect());
        }
    }
    let digest = Hash::Sha256.digest(payload);
    if content.eq_ignore_ascii_case(crate::hex(&digest).as_bytes()) {
        return Some(vec![Cause::HexDigestSigned, Cause::NoDigestInfo]);
    }
    (content == STANDARD.encode(&digest).as_bytes())
        .then(|| vec![Cause::Base64DigestSigned, Cause::NoDigestInfo])
}
