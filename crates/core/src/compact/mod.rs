//! The JSON compactor: checks that a body is JSON, and removes the whitespace between its tokens.
//!
//! It accepts what Go's `encoding/json.Compact` accepts (RFC 8259, nested at most 10,000 deep), less
//! invalid UTF-8 and less a scalar at the top level, and gives the same bytes. Number text, key
//! order, duplicate keys and escapes are never decoded, so they stay as they are.
//!
//! ```text
//! scan.rs     the grammar: one pass from token to token, without recursion
//! token.rs    the tokens: strings, numbers, literals, runs of whitespace
//! swar.rs     eight bytes at a time
//! nesting.rs  which containers are open: one bit each
//! sink.rs     where the bytes between the whitespace go: a buffer, or nowhere
//! refusal.rs  from "what was expected where" to an error
//! wording.rs  the sentences of the error
//! ```

mod nesting;
mod refusal;
mod scan;
mod sink;
mod swar;
mod token;
mod wording;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use self::scan::scan;
use self::sink::{Discard, Sink, Spans};
use crate::error::Error;

/// Removes the whitespace (space, tab, LF, CR) between the tokens of a JSON object or array, and
/// changes nothing else.
///
/// The result is never longer than `input`, and borrows it where there is nothing to remove. Takes
/// time linear in the input, and memory for at most one copy of it.
///
/// # Errors
///
/// Each carries the offset in bytes of the place. The message gives the same place as line and
/// column, both counted from 1, the column in characters, and what was expected there. It never
/// quotes the body.
///
/// - [`InvalidJson`](crate::error::ErrorCode::InvalidJson): not well-formed, nested more than 10,000
///   deep, not UTF-8, or begins with a byte order mark.
/// - [`InvalidBody`](crate::error::ErrorCode::InvalidBody): well-formed, but a string, a number,
///   `true`, `false` or `null`.
pub fn compact_json(input: &[u8]) -> Result<Cow<'_, [u8]>, Error> {
    let mut spans = Spans::after(Vec::new());
    accept(input, &mut spans)?;
    Ok(if spans.is_whole_input() { Cow::Borrowed(input) } else { Cow::Owned(spans.into_buffer()) })
}

/// [`compact_json`], appended to `out`, which is left as it was if `input` is refused.
pub(crate) fn append_compact(input: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let length_before = out.len();
    // Moved, not borrowed: the scan then keeps the buffer's address and length in registers.
    let mut spans = Spans::after(std::mem::take(out));
    let verdict = accept(input, &mut spans);
    let whole_input = spans.is_whole_input();
    *out = spans.into_buffer();
    match verdict {
        Ok(()) if whole_input => out.extend_from_slice(input),
        Ok(()) => {}
        Err(_) => out.truncate(length_before),
    }
    verdict
}

/// The verdict of [`compact_json`], with the same errors and no output.
pub(crate) fn check_json(input: &[u8]) -> Result<(), Error> {
    accept(input, &mut Discard)
}

/// The one mechanism behind the three: scans `input` into `sink`, then judges what takes all of it.
fn accept(input: &[u8], sink: &mut impl Sink) -> Result<(), Error> {
    let text = scan(input, sink).map_err(|fault| refusal::of_fault(input, fault))?;
    if text.may_be_non_ascii && simdutf8::basic::from_utf8(input).is_err() {
        return Err(refusal::of_encoding(input));
    }
    match text.scalar_at {
        None => Ok(()),
        Some(position) => Err(refusal::of_scalar(input, position)),
    }
}
