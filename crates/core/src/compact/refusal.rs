//! Says what is wrong with a refused body, where, and how to mend it.

use super::scan::Fault;
use super::wording;
use crate::error::{Error, ErrorCode};

/// The input is not JSON as of `fault`, or not UTF-8 before that.
#[cold]
pub(super) fn of_fault(input: &[u8], fault: Fault) -> Error {
    let utf8_error = std::str::from_utf8(input).err();
    if utf8_error.is_some_and(|error| error.valid_up_to() <= fault.position) {
        return of_encoding(input);
    }
    let (before, rest) = input.split_at_checked(fault.position).unwrap_or_default();
    invalid_json(input, fault.position, &wording::complaint(fault.expected, before, rest))
}

/// The input is not UTF-8.
#[cold]
pub(super) fn of_encoding(input: &[u8]) -> Error {
    let error = std::str::from_utf8(input).err();
    let position = error.map_or(0, |error| error.valid_up_to());
    let complaint = if input.starts_with(b"\xFF\xFE") || input.starts_with(b"\xFE\xFF") {
        "expected UTF-8, found the byte order mark of UTF-16; encode the body as UTF-8"
    } else if error.is_some_and(|error| error.error_len().is_none()) {
        "expected the rest of a UTF-8 character, but the input ends"
    } else {
        "expected UTF-8, found other bytes; encode the body as UTF-8"
    };
    invalid_json(input, position, complaint)
}

/// The input is JSON, but a scalar.
#[cold]
pub(super) fn of_scalar(input: &[u8], position: usize) -> Error {
    let kind = match input.get(position) {
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    };
    let place = place(input, position);
    let message = format!("{place}: expected an object or an array as the body, found {kind}");
    Error::new(ErrorCode::InvalidBody, message).at(position)
}

fn invalid_json(input: &[u8], position: usize, complaint: &str) -> Error {
    let place = place(input, position);
    Error::new(ErrorCode::InvalidJson, format!("{place}: {complaint}")).at(position)
}

/// Line and column, both counted from 1. A line ends with LF; a column is a character (code point).
fn place(input: &[u8], position: usize) -> String {
    let before = input.get(..position).unwrap_or(input);
    let line = before.split(|&byte| byte == b'\n').count();
    let in_line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let column = 1 + in_line.iter().filter(|&&byte| !is_continuation(byte)).count();
    format!("line {line}, column {column}")
}

/// Whether a byte of UTF-8 is not the first of its character.
fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::super::check_json;
    use crate::error::{Error, ErrorCode};

    fn refusal(input: impl AsRef<[u8]>) -> Error {
        check_json(input.as_ref()).unwrap_err()
    }

    /// Input; offset; message.
    #[rustfmt::skip]
    const REFUSALS: &[(&str, usize, &str)] = &[
        ("", 0, "line 1, column 1: expected an object or an array, but the input ends; to send no body, pass none"),
        (" \n ", 3, "line 2, column 2: expected an object or an array, but the input ends; to send no body, pass none"),
        ("\u{FEFF}{}", 0, "line 1, column 1: expected an object or an array, found a UTF-8 byte order mark; remove these three bytes (EF BB BF)"),
        ("hello", 0, "line 1, column 1: expected an object or an array, found a letter"),
        ("{\n\"é\" 1}", 7, "line 2, column 5: expected ':' after the object key, found a digit"),
        ("{\"a\":1,\r\n}", 9, "line 2, column 1: expected an object key in double quotes after ',', found '}'; remove the trailing comma"),
        ("[1,]", 3, "line 1, column 4: expected a value after ',', found ']'; remove the trailing comma"),
        ("[1,,2]", 3, "line 1, column 4: expected a value after ',', found ','"),
        ("[,1]", 1, "line 1, column 2: expected a value or ']', found ','"),
        ("{\"a\":}", 5, "line 1, column 6: expected a value after ':', found '}'"),
        ("{'a':1}", 1, "line 1, column 2: expected an object key in double quotes, or '}', found a single quote; JSON strings take double quotes"),
        ("['a']", 1, "line 1, column 2: expected a value or ']', found a single quote; JSON strings take double quotes"),
        ("{a:1}", 1, "line 1, column 2: expected an object key in double quotes, or '}', found a letter; JSON keys take double quotes"),
        ("{\"a\":NaN}", 5, "line 1, column 6: expected a value after ':', found a letter; JSON has no NaN and no Infinity: send null or a string"),
        ("[-Infinity]", 2, "line 1, column 3: expected a digit after '-', found a letter; JSON has no NaN and no Infinity: send null or a string"),
        ("[nan]", 2, "line 1, column 3: expected true, false or null, found a letter; strings take double quotes, and NaN or None are null"),
        ("[None]", 1, "line 1, column 2: expected a value or ']', found a letter; Python's None, True, False are null, true, false in JSON"),
        ("{\"a\": True}", 6, "line 1, column 7: expected a value after ':', found a letter; Python's None, True, False are null, true, false in JSON"),
        ("[undefined]", 1, "line 1, column 2: expected a value or ']', found a letter; JSON has no undefined: send null, or leave the key out"),
        ("{} // done", 3, "line 1, column 4: expected the end of the body, found '/'; JSON has no comments"),
        ("{\"a\" # key\n:1}", 5, "line 1, column 6: expected ':' after the object key, found '#'; JSON has no comments"),
        ("{/* a */}", 1, "line 1, column 2: expected an object key in double quotes, or '}', found '/'; JSON has no comments"),
        ("{}\n{}", 3, "line 2, column 1: expected the end of the body, found '{'; a body is one value, here a second one begins"),
        ("{}}", 2, "line 1, column 3: expected the end of the body, found '}'; there is one closing bracket too many"),
        ("{}\0", 2, "line 1, column 3: expected the end of the body, found a NUL byte; remove it, or encode UTF-16 as UTF-8"),
        ("[1}", 2, "line 1, column 3: expected ',' or ']' after the value in an array, found '}'; the brackets do not match"),
        ("{\"a\":1 \"b\":2}", 7, "line 1, column 8: expected ',' or '}' after the value in an object, found a double quote; a comma is missing"),
        ("{\"a\":1", 6, "line 1, column 7: expected ',' or '}' after the value in an object, but the input ends"),
        ("[\"a\nb\"]", 3, "line 1, column 4: expected the rest of a string and its closing double quote, found a line break; close the string before it, or write it as \\n"),
        ("[\"a\tb\"]", 3, "line 1, column 4: expected the rest of a string and its closing double quote, found a tab; write control characters as escapes, such as \\t or \\u0000"),
        ("[\"東京", 8, "line 1, column 5: expected the rest of a string and its closing double quote, but the input ends"),
        ("[\"C:\\dir\"]", 5, "line 1, column 6: expected one of \"\\/bfnrtu after the backslash, found a letter; write the backslash itself as \\\\"),
        ("[\"\\u12\"]", 6, "line 1, column 7: expected four hexadecimal digits after \\u, found a double quote"),
        ("[01]", 2, "line 1, column 3: expected no digit after a leading 0, found a digit; remove the zeros, or send a string"),
        ("[1.]", 3, "line 1, column 4: expected a digit after the decimal point, found ']'"),
        ("[1e+]", 4, "line 1, column 5: expected a digit in the exponent, found ']'"),
        ("[.5]", 1, "line 1, column 2: expected a value or ']', found '.'; a JSON number begins with a digit or '-'"),
        ("[+1]", 1, "line 1, column 2: expected a value or ']', found '+'; a JSON number begins with a digit or '-'"),
        ("[tru", 4, "line 1, column 5: expected true, false or null, but the input ends"),
        ("{\u{201C}a\u{201D}:1}", 1, "line 1, column 2: expected an object key in double quotes, or '}', found a non-ASCII character; replace typographic quotes by \""),
        ("[1,\u{A0}2]", 3, "line 1, column 4: expected a value after ',', found a non-ASCII character; only space, tab, LF and CR may stand between tokens"),
        ("[\u{B}]", 1, "line 1, column 2: expected a value or ']', found a control character; only space, tab, LF and CR may stand between tokens"),
    ];

    #[test]
    fn usual_mistakes_are_named_and_placed() {
        for &(input, position, message) in REFUSALS {
            let error = refusal(input);
            assert_eq!((error.message(), error.position()), (message, Some(position)), "{input:?}");
            assert_eq!(error.code(), ErrorCode::InvalidJson, "{input:?}");
        }
    }

    #[test]
    fn the_longest_complaint_fits_where_the_limits_of_a_body_put_it() {
        // 10 MiB is the default limit: line and column cannot both have so many digits.
        let place = "line 10485760, column 10485760".len() - "line 1, column 1".len();
        for (input, ..) in REFUSALS {
            let length = refusal(input).message().len() + place;
            assert!(length <= Error::MAX_MESSAGE_BYTES, "{length} bytes for {input:?}");
        }
    }

    #[test]
    fn other_encodings_are_refused_where_they_begin() {
        let latin1 = refusal(b"{\"a\":\n\"caf\xE9\"}");
        assert_eq!(latin1.position(), Some(10));
        let message = "line 2, column 5: expected UTF-8, found other bytes; encode the body as UTF-8";
        assert_eq!(latin1.message(), message);

        let cut_off = refusal(b"[\"caf\xC3");
        assert_eq!(cut_off.position(), Some(5));
        let message = "line 1, column 6: expected the rest of a UTF-8 character, but the input ends";
        assert_eq!(cut_off.message(), message);

        for utf16 in [&b"\xFF\xFE{\0}\0"[..], b"\xFE\xFF\0{\0}"] {
            assert!(refusal(utf16).message().contains("byte order mark of UTF-16"));
        }
        assert!(refusal(b"{\0}\0").message().contains("encode UTF-16 as UTF-8"));
    }

    #[test]
    fn the_first_fault_counts_be_it_syntax_or_encoding() {
        assert_eq!(refusal(b"[\"\xFF\" 1]").position(), Some(2));
        assert_eq!(refusal(b"[1 1, \"\xFF\"]").position(), Some(3));
        assert_eq!(refusal(b"[\xFF]").position(), Some(1));
        assert_eq!(refusal(b"\"\xFF\"").code(), ErrorCode::InvalidJson);
    }

    #[test]
    fn a_scalar_is_no_body() {
        let scalars =
            [("\"a\"", "a string"), (" -0.5 ", "a number"), ("true", "a boolean"), ("\nnull", "null")];
        for (input, kind) in scalars {
            let error = refusal(input);
            assert_eq!(error.code(), ErrorCode::InvalidBody);
            assert_eq!(error.position(), input.find(|c: char| !c.is_ascii_whitespace()));
            assert!(
                error
                    .message()
                    .ends_with(&format!("expected an object or an array as the body, found {kind}"))
            );
        }
        for broken in ["\"a", "1.", "tru", "1 2", "null,", "\"\\x\""] {
            assert_eq!(refusal(broken).code(), ErrorCode::InvalidJson, "{broken}");
        }
    }

    #[test]
    fn no_message_quotes_the_body() {
        let secret = "hunter2";
        for input in [
            format!("{{\"{secret}\" \"{secret}\"}}"),
            format!("{{{secret}: 1}}"),
            format!("[{secret}]"),
            format!("[\"{secret}"),
            format!("[\"\\{secret}\"]"),
            format!("[1{secret}]"),
            format!("[] {secret}"),
        ] {
            let error = refusal(&input);
            assert!(!format!("{error} {error:?}").contains("unter"), "{error}");
        }
    }
}
