//! The JSON compactor.

use std::ffi::c_char;

use partnersign::compact_json;

use crate::boundary::boundary;
use crate::error::partnersign_error;
use crate::pointers::{Buffer, In, Out};

/// Removes the whitespace between the tokens of a JSON object or array, and changes nothing else.
///
/// Fills `buffer`, which must not overlap the input. The result is never longer than the input, so a
/// buffer of that size needs no size query. Errors: `PARTNERSIGN_INVALID_ARGUMENT`,
/// `PARTNERSIGN_INVALID_JSON`, `PARTNERSIGN_INVALID_BODY`, `PARTNERSIGN_BUFFER_TOO_SMALL`. Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn partnersign_compact_json(
    json: In<c_char>,
    json_length: usize,
    buffer: Out<c_char>,
    capacity: usize,
    out_length: Out<usize>,
    error: Out<partnersign_error>,
) -> i32 {
    boundary(error, || {
        let json = json.bytes(json_length)?;
        let buffer = Buffer::new(buffer, capacity, &out_length)?;
        buffer.fill(&compact_json(json)?)
    })
}
