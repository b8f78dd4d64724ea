//! The same JSON with its numbers written anew, by those who read them as binary fractions.

use super::json_tokens::Tokens;

/// As JavaScript writes what it has read; those that it would write with an exponent stay.
pub(super) fn as_by_javascript(compact: &str) -> String {
    const PLAIN: std::ops::Range<f64> = 1e-6..1e21;
    // Negative zero becomes 0, and `Display` writes the shortest digits without an exponent.
    rewritten(
        compact,
        PLAIN,
        |_| true,
        |number| if number == 0.0 { "0".to_owned() } else { number.to_string() },
    )
}

/// As Python writes what it has read: whole numbers stay, all others keep a decimal point.
pub(super) fn as_by_python(compact: &str) -> String {
    const PLAIN: std::ops::Range<f64> = 1e-4..1e16;
    rewritten(compact, PLAIN, has_fraction, |number| format!("{number:?}"))
}

/// As Java writes what it has read as `Double`: all numbers, as Gson reads them into a map, or those alone
/// that have a point or an exponent.
pub(super) fn as_by_java(compact: &str, all: bool) -> String {
    const PLAIN: std::ops::Range<f64> = 0.0..f64::INFINITY;
    rewritten(compact, PLAIN, if all { |_| true } else { has_fraction }, |number| {
        if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
            return format!("{number:?}");
        }
        // The digits are the shortest; `Display` of an exponent has no point.
        let text = format!("{number:E}");
        match text.split_once('E') {
            Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
            _ => text,
        }
    })
}

/// Whether others read it as a binary fraction.
fn has_fraction(token: &str) -> bool {
    token.contains(['.', 'e', 'E'])
}

/// With the chosen numbers written by `write`, if they are 0 or within the range in which it needs no exponent.
fn rewritten(
    compact: &str,
    plain: std::ops::Range<f64>,
    chosen: fn(&str) -> bool,
    write: fn(f64) -> String,
) -> String {
    let is_number = |token: &str| token.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    let rewritten = |token: &str| -> Option<String> {
        let number: f64 = token.parse().ok().filter(|_| is_number(token) && chosen(token))?;
        (number == 0.0 || plain.contains(&number.abs())).then(|| write(number))
    };
    Tokens::new(compact).map(|token| rewritten(token).unwrap_or_else(|| token.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{as_by_java, as_by_javascript, as_by_python};

    #[test]
    fn numbers_are_as_each_language_writes_them() {
        let numbers =
            r#"{"1.0":[1.0,-0,-0.0,1500.50,1e5,-2.5E-3,12345678901234567890,1e400,1e-9,"7.0",true]}"#;
        let by_javascript =
            r#"{"1.0":[1,0,0,1500.5,100000,-0.0025,12345678901234567000,1e400,1e-9,"7.0",true]}"#;
        let by_python =
            r#"{"1.0":[1.0,-0,-0.0,1500.5,100000.0,-0.0025,12345678901234567890,1e400,1e-9,"7.0",true]}"#;
        assert_eq!(as_by_javascript(numbers), by_javascript);
        assert_eq!(as_by_python(numbers), by_python);
        let numbers = r#"[1,-2.50,1e10,0.00012,12345678.9,"3"]"#;
        assert_eq!(as_by_java(numbers, false), r#"[1,-2.5,1.0E10,1.2E-4,1.23456789E7,"3"]"#);
        assert_eq!(as_by_java(numbers, true), r#"[1.0,-2.5,1.0E10,1.2E-4,1.23456789E7,"3"]"#);
    }
}
