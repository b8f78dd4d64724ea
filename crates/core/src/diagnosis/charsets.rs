//! Text in the character sets in which Java's `getBytes()` and .NET's `Encoding` write it where nobody asked for UTF-8.

/// UTF-16 of either byte order, without a mark.
pub(super) fn utf16(text: &str) -> [Vec<u8>; 2] {
    [u16::to_le_bytes, u16::to_be_bytes].map(|bytes| text.encode_utf16().flat_map(bytes).collect())
}

/// Latin-1 and ASCII, with a question mark for what they lack: for each character or each half of a pair.
pub(super) fn one_byte(text: &str) -> Vec<Vec<u8>> {
    let of_units = |last: u32| {
        text.encode_utf16().map(|unit| or_question_mark(u32::from(unit), last)).collect::<Vec<u8>>()
    };
    let of_characters =
        |last: u32| text.chars().map(|character| or_question_mark(character.into(), last)).collect();
    vec![of_characters(0xFF), of_characters(0x7F), of_units(0xFF), of_units(0x7F)]
}

fn or_question_mark(code: u32, last: u32) -> u8 {
    u8::try_from(code).ok().filter(|_| code <= last).unwrap_or(b'?')
}

#[cfg(test)]
mod tests {
    use super::{one_byte, utf16};

    #[test]
    fn characters_that_are_lacking_become_question_marks() {
        let expected: [&[u8]; 4] = [b"a\xFC??", b"a???", b"a\xFC???", b"a????"];
        assert_eq!(one_byte("aü東😀"), expected);
    }

    #[test]
    fn utf16_has_two_orders() {
        assert_eq!(utf16("a😀"), [b"a\x00\x3D\xD8\x00\xDE", b"\x00a\xD8\x3D\xDE\x00"]);
    }
}
