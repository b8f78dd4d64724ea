//! Bodies that may have been signed in place of the one that was received.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::cause::Cause;
use super::charsets::{one_byte, utf16};
use super::json_forms::{pretty, pretty_by_jackson, respaced, sorted};
use super::json_numbers::{as_by_java, as_by_javascript, as_by_python};
use super::json_strings::{
    ascii_escaped, ascii_escaped_upper, escaped_by_dotnet, html_escaped, html_escaped_by_gson,
    needlessly_escaped, slashes_escaped, unescaped,
};
use super::recovered::Hash;
use super::variants::Variants;
use crate::compact_json;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The received body first, then each mistake alone, then mistakes in pairs.
pub(super) fn body_variants(received: &[u8]) -> Variants {
    let mut variants = Variants::of(received.to_vec());
    if received.is_empty() {
        for empty in ["{}", "[]", "null", "\"\""] {
            variants.add(&[Cause::BodyEmptyObject], empty);
        }
        return variants;
    }
    add_ends(&mut variants, received);
    let compact = compact(received);
    if let Some(compact) = &compact {
        add_forms(&mut variants, received, compact);
    }
    variants.add(&[Cause::BodyMissing], "");
    add_sent_double_encoded(&mut variants, received);
    add_bytes(&mut variants, &[], received);
    if let Some(compact) = compact {
        add_bytes(&mut variants, &[Cause::BodyCompacted], compact.as_bytes());
    }
    variants
}

/// The body as compact text, if it is JSON at all, a byte order mark aside.
fn compact(received: &[u8]) -> Option<String> {
    let json = received.strip_prefix(BOM).unwrap_or(received);
    String::from_utf8(compact_json(json).ok()?.into_owned()).ok()
}

/// The JSON in a body that is a JSON string.
fn add_sent_double_encoded(variants: &mut Variants, received: &[u8]) {
    let Ok(inner) = serde_json::from_slice::<String>(received) else { return };
    if let Some(compact) = compact(inner.as_bytes()) {
        variants.add(&[Cause::BodySentDoubleEncoded], inner);
        variants.add(&[Cause::BodySentDoubleEncoded, Cause::BodyCompacted], compact);
    }
}

/// What programs make of the bytes themselves: their hash, as text, or their text in another character set.
fn add_bytes(variants: &mut Variants, before: &[Cause], body: &[u8]) {
    let with = |cause| [before, &[cause]].concat();
    let digest = Hash::Sha256.digest(body);
    let hex = crate::hex(&digest);
    let upper = hex.to_ascii_uppercase();
    for hashed in [
        hex,
        STANDARD.encode(&digest),
        upper,
        URL_SAFE_NO_PAD.encode(&digest),
        crate::hex(&Hash::Sha512.digest(body)),
        crate::hex(&Hash::Sha1.digest(body)),
    ] {
        variants.add(&with(Cause::BodyHashed), hashed);
    }
    if let Ok(text) = std::str::from_utf8(body) {
        for bytes in one_byte(text).into_iter().chain(utf16(text)) {
            variants.add(&with(Cause::BodyOtherCharset), bytes);
        }
    }
}

/// Line breaks and byte order marks.
fn add_ends(variants: &mut Variants, received: &[u8]) {
    for newline in ["\r\n", "\n"] {
        if let Some(without) = received.strip_suffix(newline.as_bytes()) {
            variants.add(&[Cause::BodyNoFinalNewline], without);
        }
    }
    for newline in ["\n", "\r\n"] {
        variants.add(&[Cause::BodyFinalNewline], [received, newline.as_bytes()].concat());
    }
    if let Ok(text) = std::str::from_utf8(received) {
        let lf = text.replace("\r\n", "\n");
        variants.add(&[Cause::BodyCrlf], lf.replace('\n', "\r\n"));
        variants.add(&[Cause::BodyLf], lf);
    }
    match received.strip_prefix(BOM) {
        Some(without) => variants.add(&[Cause::BodyNoBom], without),
        None => variants.add(&[Cause::BodyBom], [BOM, received].concat()),
    }
}

/// What other serialisers write.
fn add_forms(variants: &mut Variants, received: &[u8], compact: &str) {
    let received_text = std::str::from_utf8(received).unwrap_or(compact);
    variants.add(&[Cause::BodyCompacted], compact);
    // A change of the compact text is that change alone where the received text was compact.
    let on_compact: &[Cause] = if received == compact.as_bytes() { &[] } else { &[Cause::BodyCompacted] };
    let with = |causes: &[Cause]| [on_compact, causes].concat();

    let spaced = respaced(compact, ", ", ": ");
    variants.add(&[Cause::BodySpaced], spaced.as_str());
    variants.add(&[Cause::BodySpaced], respaced(compact, ",", ": "));
    variants.add(&[Cause::BodySpaced], respaced(compact, ", ", ":"));
    variants.add(&[Cause::BodySpaced, Cause::BodyFinalNewline], format!("{spaced}\n"));
    variants.add(&[Cause::BodyDoubleEncoded, Cause::BodySpaced], json_string(&spaced));
    for pretty in all_pretty(compact) {
        variants.add(&[Cause::BodyPretty], pretty.as_str());
        variants.add(&[Cause::BodyPretty, Cause::BodyFinalNewline], format!("{pretty}\n"));
        variants.add(&[Cause::BodyPretty, Cause::BodyAsciiEscaped], ascii_escaped(&pretty));
        variants.add(&[Cause::BodyPretty, Cause::BodyNotEscaped], unescaped(&pretty));
        variants.add(&[Cause::BodyPretty, Cause::BodyCrlf], pretty.replace('\n', "\r\n"));
        variants.add(&[Cause::BodyPretty, Cause::BodyHtmlEscaped], html_escaped(&pretty));
        variants.add(&[Cause::BodyPretty, Cause::BodySlashesEscaped], slashes_escaped(&pretty));
    }
    variants.add(&[Cause::BodyAsciiEscaped], ascii_escaped(received_text));
    variants.add(&[Cause::BodyAsciiEscaped], ascii_escaped_upper(received_text));
    variants.add(&[Cause::BodyNotEscaped], unescaped(received_text));
    variants.add(&[Cause::BodyNotEscaped], needlessly_escaped(received_text));
    variants.add(&[Cause::BodyDoubleEncoded], json_string(received_text));
    variants.add(&[Cause::BodyHtmlEscaped], html_escaped(received_text));
    variants.add(&[Cause::BodyHtmlEscaped], html_escaped_by_gson(received_text));
    variants.add(&[Cause::BodySlashesEscaped], slashes_escaped(received_text));
    variants.add(&with(&[Cause::BodyNumbersRewritten]), as_by_javascript(compact));
    variants.add(&with(&[Cause::BodyNumbersRewritten]), as_by_python(compact));
    variants.add(&with(&[Cause::BodyNumbersRewritten]), as_by_java(compact, false));
    variants.add(&with(&[Cause::BodyNumbersRewritten]), as_by_java(compact, true));
    variants.add(&with(&[Cause::BodyHtmlEscaped]), html_escaped(compact));
    variants.add(&with(&[Cause::BodyHtmlEscaped]), html_escaped_by_gson(compact));
    variants.add(&with(&[Cause::BodyHtmlEscaped, Cause::BodyAsciiEscaped]), escaped_by_dotnet(compact));
    variants.add(&with(&[Cause::BodySlashesEscaped]), slashes_escaped(compact));
    if let Some(sorted) = sorted(compact).filter(|sorted| sorted != compact) {
        add_sorted(variants, &sorted);
    }
    // What json.dumps(body) writes.
    variants.add(&[Cause::BodySpaced, Cause::BodyAsciiEscaped], ascii_escaped(&spaced));
    variants.add(&[Cause::BodySpaced, Cause::BodyNotEscaped], unescaped(&spaced));
    variants.add(&with(&[Cause::BodyAsciiEscaped]), ascii_escaped(compact));
    variants.add(&with(&[Cause::BodyAsciiEscaped]), ascii_escaped_upper(compact));
    variants.add(&with(&[Cause::BodyNotEscaped]), unescaped(compact));
    variants.add(&with(&[Cause::BodyNotEscaped]), needlessly_escaped(compact));
    let by_python = respaced(&as_by_python(compact), ", ", ": ");
    variants.add(&[Cause::BodySpaced, Cause::BodyNumbersRewritten], by_python);
    variants.add(&with(&[Cause::BodyDoubleEncoded]), json_string(compact));
    for newline in ["\n", "\r\n"] {
        variants.add(&with(&[Cause::BodyFinalNewline]), format!("{compact}{newline}"));
    }
    // What json_encode($body) writes.
    let php = ascii_escaped(&slashes_escaped(compact));
    variants.add(&with(&[Cause::BodySlashesEscaped, Cause::BodyAsciiEscaped]), php);
}

/// With sorted keys, in every form in which serialisers sort.
fn add_sorted(variants: &mut Variants, sorted: &str) {
    variants.add(&[Cause::BodySortedKeys], sorted);
    let spaced = respaced(sorted, ", ", ": ");
    variants.add(&[Cause::BodySortedKeys, Cause::BodySpaced], spaced.as_str());
    variants.add(&[Cause::BodySortedKeys, Cause::BodyAsciiEscaped], ascii_escaped(sorted));
    // What Go's json.Marshal writes of a map.
    variants.add(&[Cause::BodySortedKeys, Cause::BodyHtmlEscaped], html_escaped(sorted));
    // What json.dumps(body, sort_keys=True) writes.
    variants
        .add(&[Cause::BodySortedKeys, Cause::BodySpaced, Cause::BodyAsciiEscaped], ascii_escaped(&spaced));
    for pretty in all_pretty(sorted) {
        variants.add(&[Cause::BodySortedKeys, Cause::BodyPretty], pretty);
    }
}

/// Two spaces, four, a tab, and no indentation at all, as the documents print it; then what is rarer.
fn all_pretty(compact: &str) -> Vec<String> {
    let indents = ["  ", "    ", "\t", "", " ", "   ", "        "];
    indents
        .iter()
        .map(|indent| pretty(compact, indent))
        .chain([pretty_by_jackson(compact)])
        .flatten()
        .collect()
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
