//! `$'…'`: quotes with the escapes of C, as browsers write them.

use super::{Splitter, unended};
use crate::failure::Failure;

impl Splitter<'_> {
    /// All up to the closing quote.
    pub(super) fn ansi_quoted(&mut self) -> Result<(), Failure> {
        self.word();
        while let Some(character) = self.rest.next() {
            match character {
                '\'' => return Ok(()),
                '\\' => self.ansi_escape()?,
                _ => self.word().push(character),
            }
        }
        Err(unended("$'"))
    }

    fn ansi_escape(&mut self) -> Result<(), Failure> {
        let Some(character) = self.rest.next() else { return Err(unended("$'")) };
        let byte = match character {
            'a' => 0x07,
            'b' => 0x08,
            'e' | 'E' => 0x1B,
            'f' => 0x0C,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 0x0B,
            '\\' | '\'' | '"' | '?' => character as u8,
            '0'..='7' => self.number(8, 2, character.to_digit(8)).unwrap_or_default().to_le_bytes()[0],
            'x' => {
                let Some(number) = self.number(16, 2, None) else {
                    self.keep_escape('x');
                    return Ok(());
                };
                number.to_le_bytes()[0]
            }
            'u' | 'U' => {
                match self.number(16, if character == 'u' { 4 } else { 8 }, None) {
                    Some(number) => self.code_point(number)?,
                    None => self.keep_escape(character),
                }
                return Ok(());
            }
            'c' => self.rest.next().map_or(b'c', |control| control.to_ascii_uppercase() as u8 & 0x1F),
            _ => {
                self.keep_escape(character);
                return Ok(());
            }
        };
        if byte == 0 {
            return Err(nul());
        }
        self.word().bytes.push(byte);
        Ok(())
    }

    /// Up to `digits` more digits; `None` if there is not even one.
    fn number(&mut self, base: u32, digits: usize, first: Option<u32>) -> Option<u32> {
        let mut number = first;
        for _ in 0..digits {
            let Some(digit) = self.rest.peek().and_then(|next| next.to_digit(base)) else { break };
            self.rest.next();
            number = Some(number.unwrap_or_default().wrapping_mul(base).wrapping_add(digit));
        }
        number
    }

    fn code_point(&mut self, number: u32) -> Result<(), Failure> {
        match char::from_u32(number) {
            None => Err(Failure::input("the command has an escape \\u of no character between $' and '")),
            Some('\0') => Err(nul()),
            Some(character) => {
                self.word().push(character);
                Ok(())
            }
        }
    }

    /// An escape that is none stays as it is.
    fn keep_escape(&mut self, character: char) {
        self.word().push('\\');
        self.word().push(character);
    }
}

fn nul() -> Failure {
    Failure::input("the command has a NUL between $' and ': no program can be given one")
}
