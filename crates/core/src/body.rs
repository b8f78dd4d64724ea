//! The body rule: a JSON object or array, compacted or exact, appended to the payload.

use crate::compact::{append_compact, check_json};
use crate::{BodyForm, Error, ErrorCode, Method};

/// Appends the bytes that are signed and sent; on an error `payload` is as before.
pub(crate) fn append_body(body: &[u8], form: BodyForm, payload: &mut Vec<u8>) -> Result<(), Error> {
    match form {
        BodyForm::Compact => append_compact(body, payload),
        BodyForm::Exact => {
            check_json(body)?;
            payload.extend_from_slice(body);
            Ok(())
        }
    }
}

/// Refuses a body that the method or the size limit forbids, before anything reads it.
pub(crate) fn check_body_allowed(method: Method, body: &[u8], max_bytes: usize) -> Result<(), Error> {
    if !method.allows_body() {
        let why = format!("a {method} request carries no body; leave it out, or use POST, PUT or PATCH");
        return Err(Error::new(ErrorCode::BodyNotAllowed, why));
    }
    if body.len() > max_bytes {
        let why = format!("the body has {} bytes, the limit is {max_bytes}", body.len());
        return Err(Error::new(ErrorCode::TooLarge, why));
    }
    Ok(())
}
