//! The same path or query with other percent escapes.

/// As other libraries escape. Each is applied to a path, or to a query with its question mark.
#[derive(Clone, Copy)]
pub(super) enum Escaping {
    /// `+` for a space, as forms have it.
    Plus,
    /// `%20` for a plus sign that stands for a space.
    NoPlus,
    /// The escapes escaped once more.
    Twice,
    /// Escapes that were escaped once more, as they were.
    Once,
    /// As HTML writes an ampersand.
    Html,
    /// Everything but letters, digits and these.
    AllBut(&'static str),
}

impl Escaping {
    /// The last three are Python's `quote(text, safe="")`, JavaScript's `encodeURIComponent`, and what
    /// RFC 3986 allows in a path and in a query.
    pub(super) const ALL: [Self; 8] = [
        Self::Plus,
        Self::NoPlus,
        Self::Twice,
        Self::Once,
        Self::Html,
        Self::AllBut("-._~"),
        Self::AllBut("-._~!'()*"),
        Self::AllBut("-._~!$'()*,;:@/"),
    ];

    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Self::Plus => text.replace("%20", "+"),
            Self::NoPlus => text.replace('+', "%20"),
            Self::Twice => text.replace('%', "%25"),
            Self::Once => text.replace("%25", "%"),
            Self::Html => text.replace('&', "&amp;"),
            Self::AllBut(safe) => {
                // What parts a path or a query into its pieces stays.
                let separators: &[char] = if text.starts_with('?') { &['?', '&', '='] } else { &['/'] };
                let pieces = text.split_inclusive(separators).map(|piece| {
                    let end = piece.trim_end_matches(separators);
                    escaped(&decoded(end), safe) + piece.strip_prefix(end).unwrap_or_default()
                });
                pieces.collect()
            }
        }
    }
}

/// With escapes for what may not stand in a URL: spaces, quotes, angle brackets and all that is not ASCII.
pub(super) fn escaped_where_needed(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>'".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            push_escape(&mut escaped, byte);
        }
    }
    escaped
}

fn push_escape(text: &mut String, byte: u8) {
    text.push('%');
    text.push_str(&crate::hex(&[byte]).to_ascii_uppercase());
}

/// Escapes all bytes but letters, digits and `safe` ones.
fn escaped(bytes: &[u8], safe: &str) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || safe.as_bytes().contains(byte) {
            text.push(char::from(*byte));
        } else {
            push_escape(&mut text, *byte);
        }
    }
    text
}

/// With the two digits of every escape changed.
pub(super) fn with_digits(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut parts = text.split('%');
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        changed.push('%');
        changed.push_str(&change(digits));
        changed.push_str(rest);
    }
    changed
}

/// Decoded once; the bytes need not be text any more.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        match u8::from_str_radix(digits, 16) {
            Ok(byte) => bytes.push(byte),
            Err(_) => bytes.extend_from_slice(format!("%{digits}").as_bytes()),
        }
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::Escaping;

    #[test]
    fn each_library_escapes_its_own_way() {
        let query = "?a=b%20c+d&e=f/g,%C3%A9'";
        let all = Escaping::ALL.map(|escaping| escaping.apply(query));
        assert_eq!(
            all,
            [
                "?a=b+c+d&e=f/g,%C3%A9'",
                "?a=b%20c%20d&e=f/g,%C3%A9'",
                "?a=b%2520c+d&e=f/g,%25C3%25A9'",
                query,
                "?a=b%20c+d&amp;e=f/g,%C3%A9'",
                "?a=b%20c%2Bd&e=f%2Fg%2C%C3%A9%27",
                "?a=b%20c%2Bd&e=f%2Fg%2C%C3%A9'",
                "?a=b%20c%2Bd&e=f/g,%C3%A9'",
            ]
        );
        assert_eq!(Escaping::AllBut("-._~").apply("/api/a b/%7Ec&d=e/"), "/api/a%20b/~c%26d%3De/");
    }
}
