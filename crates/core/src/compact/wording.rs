//! The sentences of a refusal: what was expected, what was found, and how to mend a usual mistake.

use std::borrow::Cow;

use super::nesting::MAX_DEPTH;
use super::token::Expected;

const EXPECTED_BODY: &str = "an object or an array";

/// Complains that `rest` should begin with what is expected. `before` is the input up to there.
pub(super) fn complaint(expected: Expected, before: &[u8], rest: &[u8]) -> String {
    let previous = before.trim_ascii_end().last().copied();
    match (previous, rest) {
        (None, []) => {
            return format!("expected {EXPECTED_BODY}, but the input ends; to send no body, pass none");
        }
        (None, [0xEF, 0xBB, 0xBF, ..]) => {
            let hint = "remove these three bytes (EF BB BF)";
            return format!("expected {EXPECTED_BODY}, found a UTF-8 byte order mark; {hint}");
        }
        _ => {}
    }
    let expectation = expectation(expected, previous);
    let finding = finding(rest);
    match hint(expected, previous, rest) {
        None => format!("expected {expectation}, {finding}"),
        Some(hint) => format!("expected {expectation}, {finding}; {hint}"),
    }
}

/// `previous` is the last byte before that is not whitespace.
fn expectation(expected: Expected, previous: Option<u8>) -> Cow<'static, str> {
    let expectation = match expected {
        Expected::Value => match previous {
            None => EXPECTED_BODY,
            Some(b'[') => "a value or ']'",
            Some(b':') => "a value after ':'",
            Some(_) => "a value after ','",
        },
        Expected::Key => "an object key in double quotes after ','",
        Expected::KeyOrBrace => "an object key in double quotes, or '}'",
        Expected::Colon => "':' after the object key",
        Expected::CommaOrBrace => "',' or '}' after the value in an object",
        Expected::CommaOrBracket => "',' or ']' after the value in an array",
        Expected::End => "the end of the body",
        Expected::LessDepth => return format!("at most {MAX_DEPTH} levels of objects and arrays").into(),
        Expected::StringContent => "the rest of a string and its closing double quote",
        Expected::Escape => r#"one of "\/bfnrtu after the backslash"#,
        Expected::HexDigit => r"four hexadecimal digits after \u",
        Expected::Digit => match previous {
            Some(b'.') => "a digit after the decimal point",
            Some(b'-') => "a digit after '-'",
            _ => "a digit in the exponent",
        },
        Expected::NoDigit => "no digit after a leading 0",
        Expected::Literal => "true, false or null",
    };
    expectation.into()
}

/// Names the first byte, without giving away more of a body than its punctuation.
fn finding(rest: &[u8]) -> Cow<'static, str> {
    let finding = match rest.first() {
        None => "but the input ends",
        Some(b'"') => "found a double quote",
        Some(b'\'') => "found a single quote",
        Some(b'\\') => "found a backslash",
        Some(b' ') => "found a space",
        Some(b'\t') => "found a tab",
        Some(b'\n' | b'\r') => "found a line break",
        Some(0) => "found a NUL byte",
        Some(0x01..=0x1F | 0x7F) => "found a control character",
        Some(b'0'..=b'9') => "found a digit",
        Some(b'a'..=b'z' | b'A'..=b'Z') => "found a letter",
        Some(0x80..) => "found a non-ASCII character",
        Some(&punctuation) => return format!("found '{}'", char::from(punctuation)).into(),
    };
    finding.into()
}

fn hint(expected: Expected, previous: Option<u8>, rest: &[u8]) -> Option<&'static str> {
    let found = *rest.first()?;
    let hint = match (expected, found) {
        (Expected::Value | Expected::Key, b']' | b'}') if previous == Some(b',') => {
            "remove the trailing comma"
        }
        (Expected::Value | Expected::Key | Expected::KeyOrBrace, b'\'') => "JSON strings take double quotes",
        (Expected::Key | Expected::KeyOrBrace, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$') => {
            "JSON keys take double quotes"
        }
        (Expected::Value, b'+' | b'.') => "a JSON number begins with a digit or '-'",
        (Expected::Value | Expected::Digit, b'a'..=b'z' | b'A'..=b'Z') => return hint_for_word(rest),
        (Expected::Literal, b'a'..=b'z' | b'A'..=b'Z') => {
            "strings take double quotes, and NaN or None are null"
        }
        (Expected::NoDigit, _) => "remove the zeros, or send a string",
        (Expected::CommaOrBrace | Expected::CommaOrBracket, b'"' | b'{' | b'[') => "a comma is missing",
        (Expected::CommaOrBrace | Expected::CommaOrBracket, b']' | b'}') => "the brackets do not match",
        (Expected::End, b'"' | b'{' | b'[') => "a body is one value, here a second one begins",
        (Expected::End, b']' | b'}') => "there is one closing bracket too many",
        (Expected::StringContent, b'\n' | b'\r') => r"close the string before it, or write it as \n",
        (Expected::StringContent, _) => r"write control characters as escapes, such as \t or \u0000",
        (Expected::Escape, _) => r"write the backslash itself as \\",
        (Expected::HexDigit | Expected::Digit | Expected::Literal | Expected::LessDepth, _) => return None,
        _ => return hint_between_tokens(rest),
    };
    Some(hint)
}

/// For the words of other languages that are no JSON.
fn hint_for_word(rest: &[u8]) -> Option<&'static str> {
    const WORDS: &[(&str, &str)] = &[
        ("NaN", "JSON has no NaN and no Infinity: send null or a string"),
        ("Inf", "JSON has no NaN and no Infinity: send null or a string"),
        ("inf", "JSON has no NaN and no Infinity: send null or a string"),
        ("None", "Python's None, True, False are null, true, false in JSON"),
        ("True", "Python's None, True, False are null, true, false in JSON"),
        ("False", "Python's None, True, False are null, true, false in JSON"),
        ("undefined", "JSON has no undefined: send null, or leave the key out"),
    ];
    WORDS.iter().find(|(word, _)| rest.starts_with(word.as_bytes())).map(|&(_, hint)| hint)
}

/// For what other formats and editors put between tokens.
fn hint_between_tokens(rest: &[u8]) -> Option<&'static str> {
    match rest {
        [b'/' | b'#', ..] => Some("JSON has no comments"),
        [0, ..] => Some("remove it, or encode UTF-16 as UTF-8"),
        // U+2018 to U+201F.
        [0xE2, 0x80, 0x98..=0x9F, ..] => Some("replace typographic quotes by \""),
        // VT and FF; U+0085 and U+00A0; U+2000 to U+200F, U+2028 and U+2029; U+3000; U+FEFF.
        [0x0B | 0x0C, ..]
        | [0xC2, 0x85 | 0xA0, ..]
        | [0xE2, 0x80, 0x80..=0x8F | 0xA8 | 0xA9, ..]
        | [0xE3, 0x80, 0x80, ..]
        | [0xEF, 0xBB, 0xBF, ..] => Some("only space, tab, LF and CR may stand between tokens"),
        _ => None,
    }
}
