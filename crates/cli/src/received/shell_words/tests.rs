//! By examples, and against bash.

use std::process::Command;

use proptest::prelude::*;

use super::split;

/// What a command line is made of.
const PIECES: [&str; 31] = [
    "a", "b", " ", "  ", "\t", "'", "'", "\"", "\"", "\\", "$'", "$", "#", "=", "\\n", "\\x41", "\\u00e9",
    "\\101", "\\'", "\\\"", "\\\n", "é", "{", "}", ",", "%", "?", "\n", "\\q", "@", "$\"",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever is accepted, and needs no shell to fill it in, bash reads in the same way.
    #[test]
    fn bash_agrees(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..14)) {
        let text = pieces.concat();
        let Ok(words) = split(&text) else { return Ok(()) };
        // The test's own command must stand on the first line.
        prop_assume!(text.trim_start_matches([' ', '\t']).starts_with(|first| !"#\\\n".contains(first)));
        prop_assume!(!text.ends_with('\\'));
        prop_assume!(words.iter().all(|word| !word.is_expanded));
        let script = format!("set -f; p() {{ [ $# = 0 ] || printf '%s\\0' \"$@\"; }}; p {text}");
        let mut bash = Command::new("bash");
        bash.args(["--norc", "--noprofile", "-c", &script]).env("LC_ALL", "C.UTF-8");
        let output = bash.output().unwrap();
        let expected: Vec<u8> = words.iter().flat_map(|word| [&word.bytes[..], b"\0"].concat()).collect();
        prop_assert_eq!(String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&expected), "{}", text);
    }
}

fn words(text: &str) -> Vec<String> {
    let split = split(text).unwrap_or_else(|failure| panic!("{failure:?}: {text}"));
    split.into_iter().map(|word| String::from_utf8(word.bytes).unwrap()).collect()
}

#[test]
fn quotes_and_escapes() {
    for (text, expected) in [
        ("curl \\", &["curl"][..]),
        ("  curl\ta  b ", &["curl", "a", "b"][..]),
        ("a\\\nb \\\r\n c", &["ab", "c"]),
        ("'a b'\"c d\"e '' \"\"", &["a bc de", "", ""]),
        (
            r#""a\"b\\c\$d\n\
e""#,
            &["a\"b\\c$d\\ne"],
        ),
        (r"'a\n' \' \a", &[r"a\n", "'", "a"]),
        (r"$'a\n\t\'\\\x41\u00e9\101\cA\q'b", &["a\n\t'\\A\u{e9}A\u{1}\\qb"]),
        ("$\"a\" $ a$ 10$ x=$", &["a", "$", "a$", "10$", "x=$"]),
        ("# nothing\n\na#b #c\n", &["a#b"]),
        ("a | b", &["a"]),
        ("a>f b 2>&1 2> /dev/null c>>d; e", &["a", "b", "c"]),
        ("é \u{a0}x", &["é", "\u{a0}x"]),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn what_the_shell_fills_in_is_marked() {
    for text in
        ["$A", "\"x: $(cat \"my file\")\"", "`date`", "a\"${A}\"", "$1", "{a,b}", "x{\"a\":1,\"b\":2}"]
    {
        let split = split(text).unwrap();
        assert_eq!((split.len(), split[0].is_expanded), (1, true), "{text}");
    }
    for text in ["'$A'", "\\$A", "\"\\$A\"", "$'$A'", "{a}", "a,b", "'{a,b}'", "a$"] {
        assert!(!split(text).unwrap()[0].is_expanded, "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    for text in [
        "'a",
        "\"a",
        "$'a",
        "$(a",
        "`a",
        "a < b",
        "a <<EOF",
        "a\nb",
        "(a)",
        "$'\\0'",
        "$'\\u0'",
        "$'\\ud800'",
    ] {
        assert!(split(text).is_err(), "{text}");
    }
}
