//! The same JSON as other serialisers write it. Token by token: number text and key order survive.
//!
//! All functions take compact, well-formed JSON.

/// Containers nested deeper than this are not sorted: no signer of requests writes such.
const MAX_SORTED_DEPTH: usize = 100;

/// With other separators, such as `", "` and `": "` of Python's `json.dumps`.
pub(super) fn respaced(compact: &str, between: &str, after_key: &str) -> String {
    let mut text = String::with_capacity(compact.len() + compact.len() / 8);
    for token in Tokens::new(compact) {
        match token {
            "," => text.push_str(between),
            ":" => text.push_str(after_key),
            token => text.push_str(token),
        }
    }
    text
}

/// One member a line, indented by `indent` for each level, as `JSON.stringify` and `json.dumps` do.
pub(super) fn pretty(compact: &str, indent: &str) -> String {
    let mut text = String::with_capacity(compact.len() * 2);
    let mut depth = 0;
    let mut opened = false;
    for token in Tokens::new(compact) {
        let closes = matches!(token, "}" | "]");
        if closes {
            depth -= 1;
        }
        // An empty container stays on its line.
        if opened != closes {
            text.push('\n');
            (0..depth).for_each(|_| text.push_str(indent));
        }
        opened = matches!(token, "{" | "[");
        match token {
            "{" | "[" => {
                depth += 1;
                text.push_str(token);
            }
            "," => {
                text.push_str(",\n");
                (0..depth).for_each(|_| text.push_str(indent));
            }
            ":" => text.push_str(": "),
            token => text.push_str(token),
        }
    }
    text
}

/// With the keys of every object in the order of their code points; `None` if nested too deep.
pub(super) fn sorted(compact: &str) -> Option<String> {
    let mut open: Vec<Vec<Member>> = Vec::new();
    let mut members = vec![Member::default()];
    for token in Tokens::new(compact) {
        match token {
            "{" | "[" if open.len() >= MAX_SORTED_DEPTH => return None,
            "{" | "[" => {
                open.push(std::mem::replace(&mut members, vec![Member::default()]));
            }
            "}" => {
                members.sort_by(|a, b| a.key.cmp(&b.key));
                let object = joined(&members, '{', '}');
                members = open.pop()?;
                members.last_mut()?.text.push_str(&object);
            }
            "]" => {
                let array = joined(&members, '[', ']');
                members = open.pop()?;
                members.last_mut()?.text.push_str(&array);
            }
            "," => members.push(Member::default()),
            ":" => {
                let member = members.last_mut()?;
                member.key = serde_json::from_str(&member.text).unwrap_or_else(|_| member.text.clone());
                member.text.push(':');
            }
            token => members.last_mut()?.text.push_str(token),
        }
    }
    members.pop().map(|whole| whole.text)
}

/// A member of a container: its whole text, and in an object the decoded key.
#[derive(Default)]
struct Member {
    key: String,
    text: String,
}

fn joined(members: &[Member], opening: char, closing: char) -> String {
    let texts: Vec<&str> = members.iter().map(|member| member.text.as_str()).collect();
    format!("{opening}{}{closing}", texts.join(","))
}

/// Non-ASCII characters as `\u` escapes in lower-case hexadecimal, as Python's `json.dumps` does.
pub(super) fn ascii_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escaped.push_str("\\u");
                escaped.push_str(&crate::hex(&unit.to_be_bytes()));
            }
        }
    }
    escaped
}

/// `&`, `<` and `>` as escapes, as Go's `json.Marshal` does; they stand in strings alone.
pub(super) fn html_escaped(text: &str) -> String {
    text.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// Slashes as escapes, as PHP's `json_encode` does; they stand in strings alone.
pub(super) fn slashes_escaped(text: &str) -> String {
    text.replace('/', "\\/")
}

/// Numbers as JavaScript writes what it has read; those that it would write with an exponent stay.
pub(super) fn numbers_rewritten(compact: &str) -> String {
    const PLAIN: std::ops::Range<f64> = 1e-6..1e21;
    let rewritten = |token: &str| {
        let number: f64 = token
            .parse()
            .ok()
            .filter(|_| token.starts_with(|first: char| first == '-' || first.is_ascii_digit()))?;
        // Negative zero becomes 0, and `Display` writes the shortest digits without an exponent.
        (number == 0.0)
            .then(|| "0".to_owned())
            .or_else(|| PLAIN.contains(&number.abs()).then(|| number.to_string()))
    };
    Tokens::new(compact).map(|token| rewritten(token).unwrap_or_else(|| token.to_owned())).collect()
}

/// `\u` escapes of non-ASCII characters as the characters themselves.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at_checked(at).unwrap_or((rest, ""));
        plain.push_str(before);
        let (character, length) = match non_ascii_escape(escape) {
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
fn non_ascii_escape(text: &str) -> Option<(char, usize)> {
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
    (!character.is_ascii()).then_some((character, units.len() * 6))
}

/// The tokens of compact JSON: strings whole, structure characters alone, other scalars whole.
struct Tokens<'a> {
    rest: &'a str,
}

impl<'a> Tokens<'a> {
    const fn new(compact: &'a str) -> Self {
        Self { rest: compact }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let length = match self.rest.as_bytes().first()? {
            b'"' => string_length(self.rest),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            _ => self.rest.find(['}', ']', ',']).unwrap_or(self.rest.len()),
        };
        let (token, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(token)
    }
}

/// The length in bytes of the string at the front, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use super::{
        ascii_escaped, html_escaped, numbers_rewritten, pretty, respaced, slashes_escaped, sorted, unescaped,
    };

    const COMPACT: &str = r#"{"b":[1.0,{}],"a":{"é":"\\\",:{","c":null},"":[]}"#;

    #[test]
    fn every_form_is_that_of_the_serialiser() {
        assert_eq!(
            respaced(COMPACT, ", ", ": "),
            r#"{"b": [1.0, {}], "a": {"é": "\\\",:{", "c": null}, "": []}"#
        );
        let expected = "{\n  \"b\": [\n    1.0,\n    {}\n  ],\n  \"a\": {\n    \"é\": \"\\\\\\\",:{\",\n    \"c\": null\n  },\n  \"\": []\n}";
        assert_eq!(pretty(COMPACT, "  "), expected);
        assert_eq!(sorted(COMPACT).unwrap(), r#"{"":[],"a":{"c":null,"é":"\\\",:{"},"b":[1.0,{}]}"#);
        assert_eq!(sorted(&format!("{}{}", "[".repeat(200), "]".repeat(200))), None);
    }

    #[test]
    fn other_languages_write_other_escapes_and_numbers() {
        assert_eq!(html_escaped(r#"["a&b<c>"]"#), r#"["a\u0026b\u003cc\u003e"]"#);
        assert_eq!(slashes_escaped(r#"["a/b"]"#), r#"["a\/b"]"#);
        let numbers = r#"{"1.0":[1.0,-0,1500.50,1e5,-2.5E-3,12345678901234567890,1e400,1e-9,"7.0",true]}"#;
        let written = r#"{"1.0":[1,0,1500.5,100000,-0.0025,12345678901234567000,1e400,1e-9,"7.0",true]}"#;
        assert_eq!(numbers_rewritten(numbers), written);
    }

    #[test]
    fn escapes_go_both_ways() {
        let text = r#"["é😀\n\\u00e9"]"#;
        let escaped = ascii_escaped(text);
        assert_eq!(escaped, r#"["\u00e9\ud83d\ude00\n\\u00e9"]"#);
        assert_eq!(unescaped(&escaped), text);
        assert_eq!(unescaped(r#"["\u0041\ud800\u00"]"#), r#"["\u0041\ud800\u00"]"#);
    }
}
