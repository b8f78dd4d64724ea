//! The error struct that a caller may pass to any function.

use std::ffi::c_char;
use std::mem::size_of;

use partnersign::Error;

use crate::pointers::{Out, Plain, Versioned};

/// What went wrong, in detail. Owned by the caller, on the stack as a rule; nothing in it is to be freed.
///
/// Make one with `partnersign_error error = PARTNERSIGN_ERROR_INIT;` and pass `&error` as the last
/// argument of any function, or NULL. It is written when the function fails, and only then.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_error {
    /// `sizeof(partnersign_error)`, set by the caller (`PARTNERSIGN_ERROR_INIT` does). With a smaller
    /// one every function returns `PARTNERSIGN_INVALID_ARGUMENT`, does nothing and writes nothing.
    pub size: u32,
    /// The status that the function returned.
    pub code: i32,
    /// The offset in bytes into the input that was refused, counted from 0; -1 if there is no such place.
    pub position: i64,
    /// One sentence in UTF-8, NUL-terminated, cut at a character if need be. It never has a secret or a
    /// part of a body in it.
    pub message: [c_char; 256],
}

// SAFETY: integers alone.
unsafe impl Plain for partnersign_error {}
// SAFETY: `#[repr(C)]`, and `size` comes first.
unsafe impl Versioned for partnersign_error {
    const MEND: &'static str = "the size of partnersign_error is not set: begin with PARTNERSIGN_ERROR_INIT";
}

impl partnersign_error {
    /// Checks the struct before anything is done.
    pub(crate) fn report_to(error: Out<Self>) -> Result<Report, Error> {
        error.versioned().map(Report)
    }
}

/// A checked place for an error, if the caller wants to know.
pub(crate) struct Report(Option<*mut partnersign_error>);

impl Report {
    pub(crate) fn write(self, error: &Error) {
        let Some(at) = self.0 else { return };
        // SAFETY: checked by `Out::versioned`: not NULL, aligned, and as large as we know it. `size`
        // stays what the caller has set.
        unsafe {
            (&raw mut (*at).code).write(error.number());
            (&raw mut (*at).position).write(position(error));
            (&raw mut (*at).message).write(terminated(error.message()));
        }
    }
}

pub(crate) fn position(error: &Error) -> i64 {
    error.position().and_then(|position| i64::try_from(position).ok()).unwrap_or(-1)
}

/// The text with a NUL behind it; what is too long is cut at a character.
fn terminated(text: &str) -> [c_char; 256] {
    const { assert!(Error::MAX_MESSAGE_BYTES + 1 == size_of::<[c_char; 256]>()) };
    let mut end = text.len().min(Error::MAX_MESSAGE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut message = [0; 256];
    let bytes = text.bytes().take(end);
    message.iter_mut().zip(bytes).for_each(|(to, byte)| *to = c_char::from_ne_bytes([byte]));
    message
}

#[cfg(test)]
mod tests {
    use super::terminated;

    #[test]
    fn a_long_message_is_cut_at_a_character_and_ends_with_nul() {
        for (text, length) in [("", 0), ("short", 5), (&"x".repeat(300), 255), (&"€".repeat(100), 255)] {
            let message = terminated(text);
            assert_eq!(message.iter().position(|char| *char == 0), Some(length));
        }
        let message = terminated(&format!("a{}", "€".repeat(100)));
        assert_eq!(message.iter().position(|char| *char == 0), Some(253));
    }
}
