//! Bytes for a person's eye: each character that cannot be seen, or can be mistaken, is told.
//!
//! Nothing is lost and nothing is ambiguous: the signs that are used here are marked as code points
//! where they stand in the data. No control or direction character ever reaches the terminal.

use std::borrow::Cow;
use std::fmt::Write;

/// Columns of a row.
const ROW: usize = 64;

/// One character, or one byte that is no UTF-8.
pub(crate) struct Cell {
    /// Where it begins, in bytes.
    pub(crate) offset: usize,
    /// How many bytes it has.
    pub(crate) length: usize,
    /// What is shown.
    pub(crate) text: Cow<'static, str>,
}

/// Everything in `bytes`, in order.
pub(crate) fn cells(bytes: &[u8]) -> impl Iterator<Item = Cell> {
    let characters = bytes.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid().chars().map(|character| (character.len_utf8(), sign(character)));
        let invalid = chunk.invalid().iter().map(|byte| (1, Cow::Owned(format!("⟨{byte:02X}⟩"))));
        valid.chain(invalid)
    });
    characters.scan(0, |next, (length, text)| {
        let offset = *next;
        *next += length;
        Some(Cell { offset, length, text })
    })
}

/// Rows of `bytes`, each behind its offset counted from `base`; a row ends at a line feed too.
pub(crate) fn rows(bytes: &[u8], base: usize) -> String {
    let mut text = String::new();
    let mut columns = ROW;
    for cell in cells(bytes) {
        if columns >= ROW {
            if !text.is_empty() {
                text.push('\n');
            }
            let _ = write!(text, "{:>8}  ", base + cell.offset);
            columns = 0;
        }
        columns += cell.text.chars().count();
        if cell.text == "⏎" {
            columns = ROW;
        }
        text.push_str(&cell.text);
    }
    text.push('\n');
    text
}

fn sign(character: char) -> Cow<'static, str> {
    match character {
        ' ' => "·".into(),
        '\t' => "→".into(),
        '\n' => "⏎".into(),
        '\r' => "␍".into(),
        '!'..='~' => character.to_string().into(),
        '\u{7f}' => "␡".into(),
        '\0'..='\x1f' => char::from_u32(0x2400 + character as u32).unwrap_or('␀').to_string().into(),
        _ if is_invisible(character) => format!("⟨U+{:04X}⟩", character as u32).into(),
        _ if is_confusable(character) => format!("{character}⟨U+{:04X}⟩", character as u32).into(),
        _ => character.to_string().into(),
    }
}

/// Spaces, format and direction characters, fillers, combining marks, private use, unassigned ends.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character,
            '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20ff}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
}

/// Typographic quotes and dashes, letters of other scripts that look Latin, scripts that are written
/// from right to left, wide forms, and our own signs.
fn is_confusable(character: char) -> bool {
    matches!(character,
        '·' | '→' | '⏎' | '⟨' | '⟩'
        | '\u{b4}' | '\u{b8}' | '\u{131}' | '\u{2b0}'..='\u{2ff}' | '\u{370}'..='\u{52f}' | '\u{530}'..='\u{8ff}'
        | '\u{13a0}'..='\u{13ff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{2100}'..='\u{214f}'
        | '\u{2160}'..='\u{217f}' | '\u{2212}' | '\u{2215}' | '\u{2223}' | '\u{2236}' | '\u{2400}'..='\u{2426}'
        | '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}' | '\u{a4d0}'..='\u{a4ff}' | '\u{fb00}'..='\u{fdff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{fe70}'..='\u{fefe}' | '\u{ff00}'..='\u{ffef}' | '\u{10800}'..='\u{10fff}'
        | '\u{1d400}'..='\u{1d7ff}')
}

#[cfg(test)]
mod tests {
    use super::{cells, rows};

    fn shown(bytes: &[u8]) -> String {
        cells(bytes).map(|cell| cell.text).collect()
    }

    #[test]
    fn what_cannot_be_seen_is_told() {
        for (bytes, expected) in [
            ("{\"a b\":\t1}\r\n".as_bytes(), "{\"a·b\":→1}␍⏎"),
            ("é ü 日 ✓".as_bytes(), "é·ü·日·✓"),
            (
                "e\u{301}\u{a0}\u{200b}\u{feff}\u{2028}\u{202e}".as_bytes(),
                "e⟨U+0301⟩⟨U+00A0⟩⟨U+200B⟩⟨U+FEFF⟩⟨U+2028⟩⟨U+202E⟩",
            ),
            ("е“–".as_bytes(), "е⟨U+0435⟩“⟨U+201C⟩–⟨U+2013⟩"),
            (b"\x00\x1b[1m\x7f\xff\xc3", "␀␛[1m␡⟨FF⟩⟨C3⟩"),
            ("·→⏎␍⟨".as_bytes(), "·⟨U+00B7⟩→⟨U+2192⟩⏎⟨U+23CE⟩␍⟨U+240D⟩⟨⟨U+27E8⟩"),
        ] {
            assert_eq!(shown(bytes), expected);
        }
    }

    #[test]
    fn cells_cover_every_byte() {
        let bytes: Vec<u8> = (0..=255).chain("é日\u{10ffff}".bytes()).collect();
        let mut next = 0;
        for cell in cells(&bytes) {
            assert_eq!(cell.offset, next);
            next += cell.length;
        }
        assert_eq!(next, bytes.len());
    }

    /// No two inputs look alike, and nothing that acts on a terminal gets through.
    #[test]
    fn every_character_has_its_own_look() {
        let mut seen = std::collections::HashMap::new();
        for character in '\0'..=char::MAX {
            let text = shown(character.to_string().as_bytes());
            assert!(!text.chars().any(|shown| shown.is_control() || shown.is_whitespace()), "{character:?}");
            assert_eq!(seen.insert(text, character), None, "{character:?}");
        }
    }

    #[test]
    fn rows_have_offsets_and_end_at_line_feeds() {
        assert_eq!(rows(b"{\n  1\n}", 52), "      52  {⏎\n      54  ··1⏎\n      58  }\n");
        let long = rows(&[b'x'; 130], 0);
        let ends: Vec<&str> = long.lines().map(|line| line.trim_start().split(' ').next().unwrap()).collect();
        assert_eq!(ends, ["0", "64", "128"]);
    }
}
