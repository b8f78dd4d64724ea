//! Where the bytes between the whitespace go.

use std::ops::Range;

/// How many bytes are copied at once: most spans are shorter.
const CHUNK: usize = 32;

/// Gets the spans of the input to keep, in order: what precedes each whitespace, and the last bytes.
pub(super) trait Sink {
    /// Keeps `input[span]`; `input` is always the same.
    fn keep(&mut self, input: &[u8], span: Range<usize>);
}

/// Keeps nothing: for a mere check.
pub(super) struct Discard;

impl Sink for Discard {
    #[inline]
    fn keep(&mut self, _input: &[u8], _span: Range<usize>) {}
}

/// Joins the spans in a buffer, behind what it held before.
///
/// At the first whitespace the buffer gets a copy of the whole input, which the spans then overwrite.
/// So there is always as much room as there is input left, and a span can be copied in chunks of
/// fixed size, past its end: the next span overwrites what is too much.
pub(super) struct Spans {
    buffer: Vec<u8>,
    /// Where the next span goes.
    end: usize,
    has_room: bool,
}

impl Spans {
    pub(super) fn after(buffer: Vec<u8>) -> Self {
        Self { end: buffer.len(), buffer, has_room: false }
    }

    /// Whether there was no whitespace; nothing has been written then.
    pub(super) fn is_whole_input(&self) -> bool {
        !self.has_room
    }

    pub(super) fn into_buffer(mut self) -> Vec<u8> {
        self.buffer.truncate(self.end);
        self.buffer
    }

    #[cold]
    fn make_room(&mut self, input: &[u8]) {
        self.buffer.extend_from_slice(input);
        self.has_room = true;
    }
}

impl Sink for Spans {
    #[inline]
    fn keep(&mut self, input: &[u8], span: Range<usize>) {
        if !self.has_room {
            if span.len() == input.len() {
                return;
            }
            self.make_room(input);
        }
        let source = input.get(span.start..).unwrap_or_default();
        let target = self.buffer.get_mut(self.end..).unwrap_or_default();
        copy_in_chunks(source, target, span.len());
        self.end += span.len();
    }
}

/// Copies the first `length` bytes and, up to the last chunk's end, whatever follows them.
#[inline]
fn copy_in_chunks(source: &[u8], target: &mut [u8], length: usize) {
    let mut at = 0;
    while at < length {
        let from = source.get(at..).unwrap_or_default();
        let to = target.get_mut(at..).unwrap_or_default();
        match (from.first_chunk::<CHUNK>(), to.first_chunk_mut::<CHUNK>()) {
            (Some(from), Some(to)) => *to = *from,
            _ => return copy_bytes(from, to, length - at),
        }
        at += CHUNK;
    }
}

/// Where the input ends less than a chunk on.
#[cold]
fn copy_bytes(source: &[u8], target: &mut [u8], length: usize) {
    for (to, from) in target.iter_mut().zip(source).take(length) {
        *to = *from;
    }
}
