//! The tokens of RFC 8259: strings, numbers, literals, and the whitespace between them.
#![allow(clippy::inline_always, reason = "as in scan.rs")]

use super::swar;

/// What [`Cursor::peek`] gives behind the last byte. JSON has no place for a NUL, so only the wording
/// of a refusal tells the two apart.
const END: u8 = 0;

/// What would have been right where a scan stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Value,
    Key,
    KeyOrBrace,
    Colon,
    CommaOrBrace,
    CommaOrBracket,
    End,
    /// An object or array that is not one too many inside the others.
    LessDepth,
    /// A character that may stand in a string, or the closing quote.
    StringContent,
    Escape,
    HexDigit,
    Digit,
    /// Anything but a digit, after a number that begins with 0.
    NoDigit,
    /// The rest of `true`, `false` or `null`.
    Literal,
}

/// On `Err`, the cursor stands where the expected thing is missing.
pub(super) type Step<T = ()> = Result<T, Expected>;

/// A place in the input.
pub(super) struct Cursor<'a> {
    input: &'a [u8],
    position: usize,
    /// All that was read inside strings, and a little behind them, or-ed together.
    seen: u64,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { input, position: 0, seen: 0 }
    }

    #[inline(always)]
    pub(super) fn input(&self) -> &'a [u8] {
        self.input
    }

    #[inline(always)]
    pub(super) fn position(&self) -> usize {
        self.position
    }

    #[inline(always)]
    pub(super) fn is_at_end(&self) -> bool {
        self.position == self.input.len()
    }

    /// Whether there may be non-ASCII characters in the strings so far; `false` is certain.
    #[inline(always)]
    pub(super) fn saw_non_ascii(&self) -> bool {
        swar::has_non_ascii(self.seen.to_le_bytes())
    }

    /// The next byte, or [`END`].
    #[inline(always)]
    pub(super) fn peek(&self) -> u8 {
        self.input.get(self.position).copied().unwrap_or(END)
    }

    /// The next bytes, if there are as many.
    #[inline(always)]
    fn peek_chunk<const LENGTH: usize>(&self) -> Option<[u8; LENGTH]> {
        self.input.get(self.position..)?.first_chunk().copied()
    }

    #[inline(always)]
    pub(super) fn skip_byte(&mut self) {
        self.position += 1;
    }

    #[inline(always)]
    pub(super) fn is_at_whitespace(&self) -> bool {
        matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r')
    }

    #[inline(always)]
    pub(super) fn skip_whitespace(&mut self) {
        while self.is_at_whitespace() {
            self.skip_byte();
            // Most whitespace is a single space, or a line break and an indentation.
            if self.peek() == b' ' {
                self.skip_spaces();
            }
        }
    }

    /// Skips spaces; may leave some where the input ends soon.
    #[inline(always)]
    fn skip_spaces(&mut self) {
        while let Some(bytes) = self.peek_chunk() {
            if let Some(spaces) = swar::spaces_before_other(bytes) {
                self.position += spaces;
                return;
            }
            self.position += swar::INDENTATION;
        }
    }

    /// From the opening quote, behind the closing one.
    #[inline(always)]
    pub(super) fn string(&mut self) -> Step {
        self.skip_byte();
        loop {
            self.skip_plain_text();
            match self.peek() {
                b'"' => break,
                b'\\' => self.escape()?,
                _ => return Err(Expected::StringContent),
            }
        }
        self.skip_byte();
        Ok(())
    }

    /// To the next `"`, `\` or control character, or to the end.
    #[inline(always)]
    fn skip_plain_text(&mut self) {
        while let Some(bytes) = self.peek_chunk() {
            self.seen |= u64::from_le_bytes(bytes);
            if let Some(plain) = swar::plain_text_before_other(bytes) {
                self.position += plain;
                return;
            }
            self.position += swar::TEXT;
        }
        // Fewer bytes are left than a chunk has.
        while let byte @ (b' '..=b'!' | b'#'..=b'[' | b']'..) = self.peek() {
            self.seen |= u64::from(byte);
            self.skip_byte();
        }
    }

    /// From the backslash, behind the escape. Surrogates may be alone, as in Go.
    #[inline(always)]
    fn escape(&mut self) -> Step {
        self.skip_byte();
        match self.peek() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.skip_byte(),
            b'u' => {
                self.skip_byte();
                for _ in 0..4 {
                    if !self.peek().is_ascii_hexdigit() {
                        return Err(Expected::HexDigit);
                    }
                    self.skip_byte();
                }
            }
            _ => return Err(Expected::Escape),
        }
        Ok(())
    }

    /// From the first byte of a number, behind the last one that belongs to it.
    #[inline(always)]
    pub(super) fn number(&mut self) -> Step {
        if self.peek() == b'-' {
            self.skip_byte();
        }
        if self.peek() == b'0' {
            self.skip_byte();
            if self.peek().is_ascii_digit() {
                return Err(Expected::NoDigit);
            }
        } else {
            self.digits()?;
        }
        if self.peek() == b'.' {
            self.skip_byte();
            self.digits()?;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.skip_byte();
            if matches!(self.peek(), b'+' | b'-') {
                self.skip_byte();
            }
            self.digits()?;
        }
        Ok(())
    }

    /// At least one digit.
    #[inline(always)]
    fn digits(&mut self) -> Step {
        if !self.peek().is_ascii_digit() {
            return Err(Expected::Digit);
        }
        while self.peek().is_ascii_digit() {
            self.skip_byte();
        }
        Ok(())
    }

    /// From the first byte of `literal`, behind its last one.
    #[inline(always)]
    pub(super) fn literal(&mut self, literal: &[u8]) -> Step {
        let rest = self.input.get(self.position..).unwrap_or_default();
        if rest.starts_with(literal) {
            self.position += literal.len();
            return Ok(());
        }
        self.position += rest.iter().zip(literal).take_while(|(found, due)| found == due).count();
        Err(Expected::Literal)
    }
}
