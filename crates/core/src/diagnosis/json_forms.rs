//! The same JSON laid out or ordered as other serialisers do it. Token by token: the text of strings and
//! numbers survives.
//!
//! All functions take compact, well-formed JSON.

use super::json_tokens::Tokens;

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

/// One member a line, indented by `indent` for each level, as `JSON.stringify` and `json.dumps` do; `None`
/// if that is mostly indentation: nobody sends such.
pub(super) fn pretty(compact: &str, indent: &str) -> Option<String> {
    let longest = 1024 + compact.len() * 16;
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
        if text.len() > longest {
            return None;
        }
    }
    Some(text)
}

/// As Jackson's pretty printer: two spaces, a space before the colon, and arrays on one line.
pub(super) fn pretty_by_jackson(compact: &str) -> Option<String> {
    let longest = 1024 + compact.len() * 16;
    let mut text = String::with_capacity(compact.len() * 2);
    let mut open: Vec<&str> = Vec::new();
    let mut before = "";
    let new_line = |text: &mut String, open: &[&str]| {
        text.push('\n');
        open.iter().filter(|container| **container == "{").for_each(|_| text.push_str("  "));
    };
    for token in Tokens::new(compact) {
        let container = open.last().copied();
        match token {
            "}" | "]" => {
                open.pop();
                match token {
                    "}" if before != "{" => new_line(&mut text, &open),
                    _ => text.push(' '),
                }
                text.push_str(token);
            }
            "," if container == Some("[") => text.push_str(", "),
            "," => {
                text.push(',');
                new_line(&mut text, &open);
            }
            ":" => text.push_str(" : "),
            token => {
                match before {
                    "{" => new_line(&mut text, &open),
                    "[" => text.push(' '),
                    _ => {}
                }
                text.push_str(token);
                if matches!(token, "{" | "[") {
                    open.push(token);
                }
            }
        }
        before = token;
        if text.len() > longest {
            return None;
        }
    }
    Some(text)
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

#[cfg(test)]
mod tests {
    use super::{pretty, pretty_by_jackson, respaced, sorted};

    const COMPACT: &str = r#"{"b":[1.0,{}],"a":{"é":"\\\",:{","c":null},"":[]}"#;

    #[test]
    fn every_form_is_that_of_the_serialiser() {
        assert_eq!(
            respaced(COMPACT, ", ", ": "),
            r#"{"b": [1.0, {}], "a": {"é": "\\\",:{", "c": null}, "": []}"#
        );
        let expected = "{\n  \"b\": [\n    1.0,\n    {}\n  ],\n  \"a\": {\n    \"é\": \"\\\\\\\",:{\",\n    \"c\": null\n  },\n  \"\": []\n}";
        assert_eq!(pretty(COMPACT, "  ").unwrap(), expected);
        assert_eq!(pretty(&format!("{}{}", "[".repeat(2000), "]".repeat(2000)), " "), None);
        let by_jackson = "{\n  \"b\" : [ 1.0, { } ],\n  \"a\" : {\n    \"é\" : \"\\\\\\\",:{\",\n    \"c\" : null\n  },\n  \"\" : [ ]\n}";
        assert_eq!(pretty_by_jackson(COMPACT).unwrap(), by_jackson);
        assert_eq!(pretty_by_jackson("[{\"a\":1},[2]]").unwrap(), "[ {\n  \"a\" : 1\n}, [ 2 ] ]");
        assert_eq!(sorted(COMPACT).unwrap(), r#"{"":[],"a":{"c":null,"é":"\\\",:{"},"b":[1.0,{}]}"#);
        assert_eq!(sorted(&format!("{}{}", "[".repeat(200), "]".repeat(200))), None);
    }
}
