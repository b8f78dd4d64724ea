//! The text of `x-sign`, read more leniently than a verifier may.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::cause::Cause;
use crate::{Error, ErrorCode};

/// The signature's bytes, and what is wrong with their spelling.
pub(super) struct Spelled {
    pub(super) signature: Vec<u8>,
    pub(super) causes: Vec<Cause>,
}

/// Reads base64 in any common spelling, or hexadecimal, also of such a text; refuses what is neither.
pub(super) fn read_signature(text: &str, lengths: &[usize]) -> Result<Spelled, Error> {
    let fits = |spelled: &Spelled| lengths.contains(&spelled.signature.len());
    let outer = read_text(text, lengths);
    if outer.as_ref().is_ok_and(fits) {
        return outer;
    }
    if let Ok(outer) = &outer {
        let inner = std::str::from_utf8(&outer.signature).ok().and_then(|text| read_text(text, lengths).ok());
        if let Some(inner) = inner.filter(fits) {
            let causes = [outer.causes.as_slice(), &[Cause::SignatureEncodedTwice]].concat();
            return Ok(Spelled { signature: inner.signature, causes });
        }
    }
    let mended = bare_texts(text).iter().find_map(|text| read_text(text, lengths).ok().filter(fits));
    mended.map_or(outer, |mut mended| {
        mended.causes.push(Cause::SignatureSpelling);
        Ok(mended)
    })
}

/// The text without what programs put around a signature.
fn bare_texts(text: &str) -> Vec<String> {
    let last_word = text.split_whitespace().next_back().unwrap_or_default();
    let without_prefix =
        ["0x", "b'", "b\"", "sha256=", "rsa-sha256="].iter().find_map(|prefix| text.strip_prefix(prefix));
    let digits: String = text.chars().filter(|character| !"-: ".contains(*character)).collect();
    // Forms read a plus sign as a space.
    [text.trim().replace(' ', "+"), last_word.to_owned(), digits]
        .into_iter()
        .chain(without_prefix.map(str::to_owned))
        .collect()
}

fn read_text(text: &str, lengths: &[usize]) -> Result<Spelled, Error> {
    let mut causes = Vec::new();
    // Of the characters that forms and query strings escape, base64 has these.
    let unescaped = text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let plain: String = unescaped
        .chars()
        .filter(|character| !character.is_whitespace() && *character != '"' && *character != '\'')
        .collect();
    let mut spelled_otherwise = plain.len() != text.len();
    let as_hex = unhex(&plain).map(|signature| with_length(signature, vec![Cause::SignatureHex], lengths));
    if let Some(mut spelled) = as_hex.filter(|spelled| lengths.contains(&spelled.signature.len())) {
        spelled.causes.extend(spelled_otherwise.then_some(Cause::SignatureSpelling));
        return Ok(spelled);
    }
    let standard = plain.contains(['+', '/']);
    // Where somebody replaced one of the two characters alone.
    let plain = if standard { plain.replace('-', "+").replace('_', "/") } else { plain };
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(if standard { &STANDARD } else { &URL_SAFE }, config);
    let signature = engine.decode(&plain).map_err(|_| {
        let is_base64 = plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+/=".contains(&byte));
        let why = if is_base64 {
            "x-sign has one character too few or too many for base64: it was cut off, or is something else than a signature"
        } else {
            "x-sign is neither base64 nor hexadecimal: it holds no signature"
        };
        Error::new(ErrorCode::MalformedSignature, why)
    })?;
    let padded = plain.ends_with('=');
    // What this very engine would write without padding; another last character has spare bits set.
    spelled_otherwise |= engine.encode(&signature).trim_end_matches('=') != plain.trim_end_matches('=');
    for (found, cause) in [
        (padded, Cause::SignaturePadded),
        (standard, Cause::SignatureStandardBase64),
        (spelled_otherwise, Cause::SignatureSpelling),
    ] {
        if found {
            causes.push(cause);
        }
    }
    Ok(with_length(signature, causes, lengths))
}

/// Big numbers are written without their leading zero bytes, or with one that keeps them positive.
fn with_length(mut signature: Vec<u8>, mut causes: Vec<Cause>, lengths: &[usize]) -> Spelled {
    if lengths.contains(&signature.len()) {
        return Spelled { signature, causes };
    }
    let one_too_many =
        signature.strip_prefix(&[0]).filter(|rest| lengths.contains(&rest.len())).map(<[u8]>::to_vec);
    let missing = (1..=4_usize).find(|missing| lengths.contains(&(signature.len() + missing)));
    if let Some(rest) = one_too_many {
        signature = rest;
        causes.push(Cause::SignatureLength);
    } else if let Some(missing) = missing {
        signature = [vec![0; missing], signature].concat();
        causes.push(Cause::SignatureLength);
    }
    Spelled { signature, causes }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|character| character.to_digit(16)).collect();
    let pairs = digits.filter(|digits| digits.len() % 2 == 0)?;
    pairs
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte << 4 | digit)).ok())
        .collect()
}
