//! What was signed, as it crosses to JavaScript: in one array, because each value costs a call.

use napi::Env;
use napi::bindgen_prelude::{Result, Uint8ArraySlice};
use partnersign::{Error, SignedRequest};

use crate::failure::{Answer, Failure};

/// Digest, length of the signature in two bytes, little-endian, signature, payload. The face (`signed.ts`)
/// takes it apart: the body is the end of the payload, and the rest it knows.
pub(crate) fn packed(signed: &SignedRequest) -> Vec<u8> {
    let signature = signed.signature().as_bytes();
    // The longest, of an 8192-bit key, has 1366 bytes.
    let length = u16::try_from(signature.len()).unwrap_or(0).to_le_bytes();
    [&signed.digest()[..], &length, signature, signed.payload()].concat()
}

pub(crate) fn to_answer(
    env: &Env,
    packed: std::result::Result<Vec<u8>, Error>,
) -> Result<Answer<Uint8ArraySlice<'_>>> {
    match packed {
        Ok(packed) => Uint8ArraySlice::copy_from(env, packed).map(Answer::A),
        Err(error) => Ok(Answer::B(Failure::from(&error))),
    }
}
