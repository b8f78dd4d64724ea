//! Bodies that may have been signed in place of the one that was received.

use super::cause::Cause;
use super::json_forms::{
    ascii_escaped, html_escaped, numbers_rewritten, pretty, respaced, slashes_escaped, sorted, unescaped,
};
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
    if let Some(compact) = compact(received) {
        add_forms(&mut variants, received, &compact);
    }
    variants.add(&[Cause::BodyMissing], "");
    variants
}

/// The body as compact text, if it is JSON at all, a byte order mark aside.
fn compact(received: &[u8]) -> Option<String> {
    let json = received.strip_prefix(BOM).unwrap_or(received);
    String::from_utf8(compact_json(json).ok()?.into_owned()).ok()
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
    for pretty in all_pretty(compact) {
        variants.add(&[Cause::BodyPretty], pretty.as_str());
        variants.add(&[Cause::BodyPretty, Cause::BodyFinalNewline], format!("{pretty}\n"));
        variants.add(&[Cause::BodyPretty, Cause::BodyAsciiEscaped], ascii_escaped(&pretty));
        variants.add(&[Cause::BodyPretty, Cause::BodyNotEscaped], unescaped(&pretty));
    }
    variants.add(&[Cause::BodyAsciiEscaped], ascii_escaped(received_text));
    variants.add(&[Cause::BodyNotEscaped], unescaped(received_text));
    variants.add(&[Cause::BodyDoubleEncoded], json_string(received_text));
    variants.add(&[Cause::BodyHtmlEscaped], html_escaped(received_text));
    variants.add(&[Cause::BodySlashesEscaped], slashes_escaped(received_text));
    variants.add(&with(&[Cause::BodyNumbersRewritten]), numbers_rewritten(compact));
    variants.add(&with(&[Cause::BodyHtmlEscaped]), html_escaped(compact));
    variants.add(&with(&[Cause::BodySlashesEscaped]), slashes_escaped(compact));
    if let Some(sorted) = sorted(compact).filter(|sorted| sorted != compact) {
        add_sorted(variants, &sorted);
    }
    // What json.dumps(body) writes.
    variants.add(&[Cause::BodySpaced, Cause::BodyAsciiEscaped], ascii_escaped(&spaced));
    variants.add(&[Cause::BodySpaced, Cause::BodyNotEscaped], unescaped(&spaced));
    variants.add(&with(&[Cause::BodyAsciiEscaped]), ascii_escaped(compact));
    variants.add(&with(&[Cause::BodyNotEscaped]), unescaped(compact));
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

/// Two spaces, four, a tab, and no indentation at all, as the documents print it.
fn all_pretty(compact: &str) -> [String; 4] {
    ["  ", "    ", "\t", ""].map(|indent| pretty(compact, indent))
}

fn json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
