//! The grammar of RFC 8259: one pass from token to token, without recursion.
#![allow(
    clippy::inline_always,
    reason = "one function with its state in registers is 1.1 to 1.4 times as fast; a single step \
              that is called instead moves all of the scanner to memory"
)]

use super::nesting::{Container, Nesting};
use super::sink::Sink;
use super::token::{Cursor, Expected, Step};

/// What a scan to the end found out.
pub(super) struct Text {
    /// Offset of the top-level value, if it is neither an object nor an array.
    pub(super) scalar_at: Option<usize>,
    /// Whether UTF-8 remains to be checked; `false` is certain.
    pub(super) may_be_non_ascii: bool,
}

/// Where a scan stopped, and what would have let it go on.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    pub(super) position: usize,
    pub(super) expected: Expected,
}

/// Scans all of `input`, handing what lies between its whitespace to `sink`.
///
/// Any bytes from 80 on pass as string content.
pub(super) fn scan(input: &[u8], sink: &mut impl Sink) -> Result<Text, Fault> {
    let mut nesting = Nesting::default();
    let mut scanner = Scanner { cursor: Cursor::new(input), span_start: 0, nesting: &mut nesting, sink };
    match scanner.text() {
        Ok(scalar_at) => Ok(Text { scalar_at, may_be_non_ascii: scanner.cursor.saw_non_ascii() }),
        Err(expected) => Err(Fault { position: scanner.cursor.position(), expected }),
    }
}

/// What stands where a value is due.
enum Value {
    /// A whole scalar, or an empty container.
    Complete,
    /// The beginning of a container, up to its first value, which is due.
    Opened,
}

/// What follows a value.
enum Next {
    /// Another value of an open container, which is due.
    Value,
    /// The end of the input.
    End,
}

struct Scanner<'a, S> {
    cursor: Cursor<'a>,
    /// Where the last whitespace ended.
    span_start: usize,
    // By reference, as it calls the allocator: that would move the other fields to memory, too.
    nesting: &'a mut Nesting,
    sink: &'a mut S,
}

impl<S: Sink> Scanner<'_, S> {
    /// The whole input; gives the offset of its value, if that is a scalar.
    #[inline(always)]
    fn text(&mut self) -> Step<Option<usize>> {
        self.skip_whitespace();
        let is_scalar = !matches!(self.cursor.peek(), b'{' | b'[');
        let scalar_at = is_scalar.then_some(self.cursor.position());
        loop {
            if let Value::Opened = self.value()? {
                continue;
            }
            if let Next::End = self.next()? {
                self.sink.keep(self.cursor.input(), self.span_start..self.cursor.position());
                return Ok(scalar_at);
            }
        }
    }

    /// From where a value is due: behind it, or to the first value inside it.
    #[inline(always)]
    fn value(&mut self) -> Step<Value> {
        match self.cursor.peek() {
            b'"' => self.cursor.string()?,
            b'{' => return self.object(),
            b'[' => return self.array(),
            b'-' | b'0'..=b'9' => self.cursor.number()?,
            b't' => self.cursor.literal(b"true")?,
            b'f' => self.cursor.literal(b"false")?,
            b'n' => self.cursor.literal(b"null")?,
            _ => return Err(Expected::Value),
        }
        Ok(Value::Complete)
    }

    #[inline(always)]
    fn object(&mut self) -> Step<Value> {
        self.open(Container::Object)?;
        if self.cursor.peek() == b'}' {
            self.close();
            return Ok(Value::Complete);
        }
        self.key(Expected::KeyOrBrace)?;
        Ok(Value::Opened)
    }

    #[inline(always)]
    fn array(&mut self) -> Step<Value> {
        self.open(Container::Array)?;
        if self.cursor.peek() == b']' {
            self.close();
            return Ok(Value::Complete);
        }
        Ok(Value::Opened)
    }

    /// From behind a value, out of the containers that end there: to another value, or the end.
    #[inline(always)]
    fn next(&mut self) -> Step<Next> {
        loop {
            self.skip_whitespace();
            match (self.nesting.current(), self.cursor.peek()) {
                (Some(Container::Object), b',') => {
                    self.punctuation();
                    self.key(Expected::Key)?;
                    return Ok(Next::Value);
                }
                (Some(Container::Array), b',') => {
                    self.punctuation();
                    return Ok(Next::Value);
                }
                (Some(Container::Object), b'}') | (Some(Container::Array), b']') => self.close(),
                (Some(Container::Object), _) => return Err(Expected::CommaOrBrace),
                (Some(Container::Array), _) => return Err(Expected::CommaOrBracket),
                (None, _) if self.cursor.is_at_end() => return Ok(Next::End),
                (None, _) => return Err(Expected::End),
            }
        }
    }

    /// From where a key is due, to its value.
    #[inline(always)]
    fn key(&mut self, otherwise: Expected) -> Step {
        if self.cursor.peek() != b'"' {
            return Err(otherwise);
        }
        self.cursor.string()?;
        self.skip_whitespace();
        if self.cursor.peek() != b':' {
            return Err(Expected::Colon);
        }
        self.punctuation();
        Ok(())
    }

    #[inline(always)]
    fn open(&mut self, container: Container) -> Step {
        if !self.nesting.open(container) {
            return Err(Expected::LessDepth);
        }
        self.punctuation();
        Ok(())
    }

    #[inline(always)]
    fn close(&mut self) {
        self.nesting.close();
        self.cursor.skip_byte();
    }

    /// From a punctuation character, to the token after it.
    #[inline(always)]
    fn punctuation(&mut self) {
        self.cursor.skip_byte();
        self.skip_whitespace();
    }

    #[inline(always)]
    fn skip_whitespace(&mut self) {
        if self.cursor.is_at_whitespace() {
            self.sink.keep(self.cursor.input(), self.span_start..self.cursor.position());
            self.cursor.skip_whitespace();
            self.span_start = self.cursor.position();
        }
    }
}
