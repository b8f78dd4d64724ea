//! The same JSON with other escapes in its strings.

use super::json_tokens::Tokens;

/// Non-ASCII characters as `\u` escapes in lower-case hexadecimal, as Python's `json.dumps` does.
pub(super) fn ascii_escaped(text: &str) -> String {
    escaped(text, crate::hex, |character| !character.is_ascii())
}

/// The same in upper-case hexadecimal, as Jackson's `ESCAPE_NON_ASCII` does.
pub(super) fn ascii_escaped_upper(text: &str) -> String {
    escaped(text, upper_hex, |character| !character.is_ascii())
}

/// What HTML would read, as Go's `json.Marshal` escapes it.
pub(super) fn html_escaped(text: &str) -> String {
    escaped(text, crate::hex, |character| "&<>\u{2028}\u{2029}".contains(character))
}

/// What HTML would read, as Gson escapes it.
pub(super) fn html_escaped_by_gson(text: &str) -> String {
    escaped(text, crate::hex, |character| "&<>='\u{2028}\u{2029}".contains(character))
}

/// As .NET's `System.Text.Json` escapes: what HTML would read, quotes, and all that is not ASCII.
pub(super) fn escaped_by_dotnet(compact: &str) -> String {
    let chosen = |character: char| !character.is_ascii() || "&'+<>`".contains(character);
    let of_string = |token: &str| escaped(&with_quotes_escaped(token), upper_hex, chosen);
    let tokens = Tokens::new(compact);
    tokens.map(|token| if token.starts_with('"') { of_string(token) } else { token.to_owned() }).collect()
}

/// Slashes as escapes, as PHP's `json_encode` does; they stand in strings alone.
pub(super) fn slashes_escaped(text: &str) -> String {
    text.replace('/', "\\/")
}

/// `\u` escapes of non-ASCII characters as the characters themselves.
pub(super) fn unescaped(text: &str) -> String {
    rewritten(text, |escape| unicode_escape(escape).filter(|(character, _)| !character.is_ascii()))
}

/// Every escape that need not be one as the character itself, `\/` too.
pub(super) fn needlessly_escaped(text: &str) -> String {
    rewritten(text, |escape| {
        let slash = escape.starts_with("\\/").then_some(('/', 2));
        let needed = |character: &char| character.is_control() || "\"\\".contains(*character);
        slash.or_else(|| unicode_escape(escape).filter(|(character, _)| !needed(character)))
    })
}

/// With the chosen characters as `\u` escapes.
fn escaped(text: &str, hex: fn(&[u8]) -> String, chosen: fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if chosen(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str("\\u");
                escaped.push_str(&hex(&unit.to_be_bytes()));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

fn upper_hex(bytes: &[u8]) -> String {
    crate::hex(bytes).to_ascii_uppercase()
}

/// `\"` as the escape with its number.
fn with_quotes_escaped(string: &str) -> String {
    let mut text = String::with_capacity(string.len());
    let mut rest = string;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let (pair, after) = escape.split_at_checked(2).unwrap_or((escape, ""));
        text.push_str(before);
        text.push_str(if pair == "\\\"" { "\\u0022" } else { pair });
        rest = after;
    }
    text.push_str(rest);
    text
}

/// With the escapes that `read` reads as their characters; it gives the length of the escape too.
fn rewritten(text: &str, read: fn(&str) -> Option<(char, usize)>) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        plain.push_str(before);
        let (character, length) = match read(escape) {
            Some((character, length)) => (Some(character), length),
            // Any other escape has two characters that belong together, such as `\\`.
            None => (None, 2),
        };
        let (token, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        match character {
            Some(character) => plain.push(character),
            None => plain.push_str(token),
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The character of an escape such as `\u00e9` or `\ud83d\ude00` at the front, and its length.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0)?;
    let mut units = vec![first];
    if (0xD800..0xDC00).contains(&first) {
        units.push(unit(6)?);
    }
    let character = char::decode_utf16(units.iter().copied()).next()?.ok()?;
    Some((character, units.len() * 6))
}

#[cfg(test)]
mod tests {
    use super::{
        ascii_escaped, ascii_escaped_upper, escaped_by_dotnet, html_escaped, html_escaped_by_gson,
        needlessly_escaped, slashes_escaped, unescaped,
    };

    #[test]
    fn every_language_has_its_own_escapes() {
        assert_eq!(html_escaped("[\"a&b<c>='\u{2028}\"]"), r#"["a\u0026b\u003cc\u003e='\u2028"]"#);
        assert_eq!(html_escaped_by_gson("[\"a&b<c>='\"]"), r#"["a\u0026b\u003cc\u003e\u003d\u0027"]"#);
        assert_eq!(slashes_escaped(r#"["a/b"]"#), r#"["a\/b"]"#);
        assert_eq!(ascii_escaped_upper(r#"["ē"]"#), r#"["\u0113"]"#);
        assert_eq!(ascii_escaped_upper(r#"["é"]"#), r#"["\u00E9"]"#);
        let by_dotnet = r#"{"\u002B":[1E+5,"a\u0022\\\u0026\u00E9\n"]}"#;
        assert_eq!(escaped_by_dotnet(r#"{"+":[1E+5,"a\"\\&é\n"]}"#), by_dotnet);
    }

    #[test]
    fn escapes_go_both_ways() {
        let text = r#"["é😀\n\\u00e9"]"#;
        let escaped = ascii_escaped(text);
        assert_eq!(escaped, r#"["\u00e9\ud83d\ude00\n\\u00e9"]"#);
        assert_eq!(unescaped(&escaped), text);
        assert_eq!(unescaped(r#"["\u0041\ud800\u00"]"#), r#"["\u0041\ud800\u00"]"#);
        assert_eq!(
            needlessly_escaped(r#"["\u0041\/\u003c\\/\u0022\u000a\u00E9"]"#),
            r#"["A/<\\/\u0022\u000aé"]"#
        );
    }
}
