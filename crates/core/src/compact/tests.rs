//! Tables: what is accepted, what is refused, and where the hard places are.

use std::borrow::Cow;

use super::nesting::MAX_DEPTH;
use super::{append_compact, check_json, compact_json};
use crate::error::{Error, ErrorCode};

/// All three functions at once; they must agree.
pub(super) fn compact(input: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
    let input = input.as_ref();
    let compacted = compact_json(input);
    let mut appended = b"prefix".to_vec();
    let verdict = append_compact(input, &mut appended);
    assert_eq!(check_json(input), verdict);
    match &compacted {
        Ok(bytes) => assert_eq!(appended, [b"prefix", &bytes[..]].concat()),
        Err(_) => assert_eq!(appended, b"prefix"),
    }
    assert_eq!(compacted.as_ref().err(), verdict.as_ref().err());
    compacted.map(Cow::into_owned)
}

#[track_caller]
fn assert_kept(input: &str) {
    assert!(matches!(compact_json(input.as_bytes()), Ok(Cow::Borrowed(_))), "{input:?}");
    assert_eq!(compact(input).unwrap(), input.as_bytes());
}

#[track_caller]
fn assert_refused(input: impl AsRef<[u8]>) {
    let input = input.as_ref();
    let error = compact(input).expect_err("accepted");
    assert_eq!(error.code(), ErrorCode::InvalidJson, "{input:?}");
    assert!(error.position().unwrap() <= input.len(), "{input:?}");
}

#[test]
fn whitespace_between_tokens_goes_and_whitespace_in_strings_stays() {
    let input = b" \t\r\n{ \"a b\" :\t[ 1 ,\r\n2 , { } , [ ] ] , \"c\\n\" : \" d  e \" }\n ";
    let expected = br#"{"a b":[1,2,{},[]],"c\n":" d  e "}"#;
    assert_eq!(compact(input).unwrap(), expected);
}

#[test]
fn tokens_are_kept_to_the_byte() {
    for input in [
        // Number text that a round trip through a float would change.
        "[1.0,0.10,1e5,1E+05,-0,-0.0,0e0,18446744073709551616,1e400,0.1e-7,123456789012345678901234567890]",
        // Duplicate and unsorted keys, empty keys, a name that serde_json treats specially.
        r#"{"b":1,"a":2,"b":3,"":4,"$serde_json::private::Number":"1"}"#,
        // Needless and unusual escapes; unpaired and inverted surrogates.
        r#"["\/\b\f\n\r\t\"\\","\u0041\u00e9\u00E9\u0000","\uD800","\uDC00\uD800","\uD83D\uDE00"]"#,
        // What other compactors escape, or take for the end of a line.
        "[\"\u{2028}\u{2029}\u{7f}<>&'\u{85}\u{a0}\u{feff}\u{fffd}\u{10ffff}\"]",
        "[true,false,null]",
        "[]",
        "{}",
        "[[],{},[{}],{\"a\":[]}]",
    ] {
        assert_kept(input);
    }
}

#[rustfmt::skip]
const NOT_JSON: &[&str] = &[
    // Structure.
    "", " ", "{", "[", "}", "]", ",", ":", "[}", "{]", "[]]", "{}}", "[[]", "[,]", "[1,]", "[,1]", "[1,,2]",
    "[1 2]", "[1:2]", "{,}", "{\"a\"}", "{\"a\":}", "{:1}", "{\"a\":1,}", "{\"a\":1,,\"b\":2}", "{\"a\" 1}",
    "{\"a\"::1}", "{\"a\",1}", "{1:2}", "{[]:1}", "{null:1}", "{\"a\":1 \"b\":2}", "[\"a\":1]", "{\"a\":1]",
    "[1}", "{} {}", "[][]", "{},", "[]x", "{}\0", "\0", "\0{}", "[] 1", "[]\"\"", "[1]/**/", "//\n[]", "[1]#",
    // Numbers.
    "[01]", "[-01]", "[00]", "[-]", "[+1]", "[.1]", "[1.]", "[1.e1]", "[1e]", "[1e+]", "[1e1.5]", "[--1]",
    "[- 1]", "[1 .5]", "[0x10]", "[1_000]", "[1f]", "[0e]", "[1.2.3]", "[-.5]", "[1+2]", "[Infinity]",
    "[-Infinity]", "[NaN]", "[\u{ff11}]",
    // Literals.
    "[tru]", "[truee]", "[True]", "[TRUE]", "[nul]", "[nulll]", "[none]", "[fals e]", "[t]", "[undefined]",
    "[tru\0]",
    // Strings.
    "['a']", "[\"a]", "[\"\\\"]", "[\"\\x41\"]", "[\"\\'\"]", "[\"\\a\"]", "[\"\\u\"]", "[\"\\u123\"]",
    "[\"\\u12G4\"]", "[\"\\U0041\"]", "[\"\\\n\"]", "[\"\\u 041\"]", "[\"\\u+041\"]", "[\"a\" \"b\"]",
    "[\"\\", "[\"\\u00", "[\"\\\u{e9}\"]", "{\"a\\\":1}",
    // Whitespace of other formats, and marks.
    "[\u{b}]", "[\u{c}]", "\u{a0}[]", "[\u{85}]", "[1,\u{2028}2]", "[]\u{2029}", "[\u{3000}]", "[\u{feff}]",
    "\u{feff}[]", " \u{feff}[]", "[]\u{feff}", "\u{1a}[]", "[]\u{1a}", "[\u{200b}]", "[\u{201c}a\u{201d}]",
];

#[test]
fn what_is_not_json_is_refused() {
    NOT_JSON.iter().for_each(assert_refused);
}

#[test]
fn raw_control_characters_are_refused_everywhere_but_the_four_kinds_of_whitespace() {
    for control in 0..=0x1F {
        assert_refused([b"[\"", &[control][..], b"\"]"].concat());
        assert_refused([b"[\"some text that is longer", &[control][..], b" than two words\"]"].concat());
        let between_tokens = [b"[", &[control][..], b"]"].concat();
        assert_eq!(compact(between_tokens).is_ok(), b" \t\n\r".contains(&control), "{control:#x}");
    }
}

#[rustfmt::skip]
const NOT_UTF8: &[&[u8]] = &[
    b"\x80", b"\xBF", b"\xC0\x80", b"\xC1\xBF", b"\xC3", b"\xC3(", b"\xE0\x80\x80", b"\xE2\x82", b"\xED\xA0\x80",
    b"\xF0\x80\x80\x80", b"\xF4\x90\x80\x80", b"\xF5\x80\x80\x80", b"\xFE", b"\xFF", b"\xF0\x9F\x98",
];

#[rustfmt::skip]
const AROUND_IT: &[(&str, &str)] = &[
    ("", "[]"), ("[]", ""), ("[", "]"), ("[1 ,", " 2]"), ("{\"a\"", ":1}"), ("\"", "\""), ("[\"", "\"]"), ("{\"", "\":1}"),
    ("[\"\\", "\"]"), ("[\"longer than a few words ", "\"]"), ("[\"", " longer than a few words\"]"),
];

#[test]
fn invalid_utf8_is_refused_wherever_it_is() {
    for bytes in NOT_UTF8 {
        for (before, after) in AROUND_IT {
            assert_refused([before.as_bytes(), bytes, after.as_bytes()].concat());
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    let sample =
        "{\n  \"name\": \"ACME \\\"Corp\\\" \u{6771}\",\n  \"n\": [-1.5e+10, 0, true, false, null, {}, []],\n
        \"ref\": \"9827feec-4eae-4e80-bda3-daa7c3b97add\\u00e9\"\n}";
    compact(sample).unwrap();
    for length in 0..sample.len() {
        assert_refused(&sample.as_bytes()[..length]);
    }
}

/// `depth` containers, the outer ones by `kind(level)`: `[` or `{"k":`.
fn nested(depth: usize, is_object: impl Fn(usize) -> bool) -> String {
    let innermost = depth - 1;
    let open = |level| match (is_object(level), level == innermost) {
        (false, _) => "[",
        (true, false) => "{ \"k\": ",
        (true, true) => "{",
    };
    let close = |level| if is_object(level) { "}" } else { "]" };
    (0..depth).map(open).chain((0..depth).rev().map(close)).collect()
}

#[test]
fn ten_thousand_levels_are_accepted_and_one_more_is_not() {
    let kinds: [fn(usize) -> bool; 4] =
        [|_| false, |_| true, |level| level % 2 == 0, |level| level % 67 < 13];
    for is_object in kinds {
        for depth in [1, 63, 64, 65, 127, 128, 129, MAX_DEPTH] {
            let text = nested(depth, is_object);
            assert_eq!(compact(&text).unwrap(), text.replace(' ', "").as_bytes(), "depth {depth}");
        }
        let text = nested(MAX_DEPTH + 1, is_object);
        let error = compact(&text).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidJson);
        assert!(error.message().contains("at most 10000 levels"), "{error}");
        let last_opened = text.rfind(['[', '{']).unwrap();
        assert_eq!(error.position(), Some(last_opened));
    }
}

#[test]
fn depth_is_not_the_number_of_containers() {
    let siblings = format!("[{}[]]", "[],".repeat(MAX_DEPTH * 2));
    assert_kept(&siblings);
}

#[test]
fn the_wrong_bracket_is_refused_at_every_level() {
    for depth in [1, 2, 63, 64, 65, 130] {
        for level in 0..depth {
            let text = nested(depth, |level| level % 3 == 0);
            let mut bytes = text.into_bytes();
            let at = bytes.len() - 1 - level;
            bytes[at] = if bytes[at] == b']' { b'}' } else { b']' };
            assert_refused(bytes);
        }
    }
}

/// Strings, escapes and runs of whitespace across all borders of words and chunks.
#[test]
fn nothing_depends_on_the_offset() {
    for offset in 0..70 {
        let pad = "x".repeat(offset);
        let spaces = " ".repeat(offset);
        assert_kept(&format!("[\"{pad}\"]"));
        assert_kept(&format!("[\"{pad}\\\"\\u00e9{pad}\"]"));
        assert_kept(&format!("[\"{pad}\u{e9}\u{1f600}\",{{\"{pad}\":{offset}}}]"));
        for run in 0..12 {
            let backslashes = "\\".repeat(run);
            let text = format!("[\"{pad}{backslashes}\" ]");
            // An odd run escapes the closing quote.
            assert_eq!(compact(&text).is_ok(), run % 2 == 0, "{text}");
            assert_kept(&format!("[\"{pad}{backslashes}{backslashes}\"]"));
        }
        for whitespace in
            [&spaces, &"\n".repeat(offset), &format!("\n{spaces}"), &format!("{spaces}\r\n\t{spaces}")]
        {
            let tokens = ["", "[", &format!("\"{pad}{spaces}\""), ",", "1", "]", ""];
            let text = tokens.join(whitespace);
            assert_eq!(compact(&text).unwrap(), tokens.concat().as_bytes());
            assert_refused(format!("[{whitespace}\u{b}{whitespace}]"));
            assert_refused(format!("[{whitespace}"));
        }
    }
}

#[test]
fn each_single_byte_of_a_document_matters() {
    // Any byte put in place of any other: either refused, or kept as it is. Nothing is repaired.
    let sample = br#"{"k":[-10.5e3,true,null,"a\n\u00e9"],"long enough for words":{}}"#;
    for at in 0..sample.len() {
        for byte in 0..=u8::MAX {
            let mut bytes = sample.to_vec();
            bytes[at] = byte;
            if let Ok(compacted) = compact(&bytes) {
                let is_whitespace = b" \t\n\r".contains(&byte) && compacted.len() + 1 == bytes.len();
                assert!(compacted == bytes || is_whitespace, "{:?}", bytes.escape_ascii().to_string());
            }
        }
    }
}

#[test]
fn appending_leaves_what_was_there() {
    let mut out = b"1700000000https://api.example.com/".to_vec();
    append_compact(b"{ \"a\" : 1 }", &mut out).unwrap();
    append_compact(b"[1 2]", &mut out).unwrap_err();
    append_compact(b"[ 1, 2", &mut out).unwrap_err();
    append_compact(b"[]", &mut out).unwrap();
    assert_eq!(out, b"1700000000https://api.example.com/{\"a\":1}[]");
}

#[test]
fn appending_into_enough_room_does_not_move_the_buffer() {
    let mut out = Vec::with_capacity(64);
    let address = out.as_ptr();
    append_compact(b"[ 1 ]", &mut out).unwrap();
    append_compact(b"[1]", &mut out).unwrap();
    assert_eq!((out.as_ptr(), &out[..]), (address, &b"[1][1]"[..]));
}
