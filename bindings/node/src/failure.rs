//! Core's errors as values: the face throws them, or rejects with them.

use napi::Either;
use napi_derive::napi;
use partnersign::Error;

/// A refusal: what core's error says.
#[napi(object, object_from_js = false)]
pub struct Failure {
    pub code: &'static str,
    pub number: i32,
    pub message: String,
    pub position: Option<f64>,
}

/// What came of a call.
pub(crate) type Answer<T> = Either<T, Failure>;

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().as_str(),
            number: error.number(),
            message: error.message().to_owned(),
            // Inputs are shorter than 2^53 bytes.
            #[allow(clippy::cast_precision_loss)]
            position: error.position().map(|position| position as f64),
        }
    }
}

pub(crate) fn answer<T>(result: Result<T, Error>) -> Answer<T> {
    match result {
        Ok(value) => Either::A(value),
        Err(error) => Either::B(Failure::from(&error)),
    }
}
