//! What the face hands over for one request.

use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;
use partnersign::{BodyForm, Error, Freshness, Method, Nonce, Request, Timestamp};

/// A request in the types that the face has checked: flat, so that it crosses in one reading.
#[napi(object, object_to_js = false)]
pub struct Wanted<'env> {
    pub method: String,
    pub url: String,
    pub body: Option<Uint8ArraySlice<'env>>,
    pub exact: bool,
    pub max_body_bytes: f64,
    /// Whether `freshness` is a nonce; else it is a timestamp.
    pub is_nonce: bool,
    pub freshness: String,
}

/// The same with a copy of the body: what JavaScript does to its array later changes nothing.
pub(crate) struct OwnedRequest {
    method: String,
    url: String,
    body: Option<Vec<u8>>,
    form: BodyForm,
    max_body_bytes: usize,
    is_nonce: bool,
    freshness: String,
}

impl OwnedRequest {
    /// Copies the body.
    pub(crate) fn new(wanted: Wanted<'_>) -> Self {
        Self {
            body: wanted.body.as_deref().map(<[u8]>::to_vec),
            form: form(wanted.exact),
            max_body_bytes: size(wanted.max_body_bytes),
            method: wanted.method,
            url: wanted.url,
            is_nonce: wanted.is_nonce,
            freshness: wanted.freshness,
        }
    }

    /// Core's request; refuses a method, timestamp or nonce that is none.
    pub(crate) fn parse(&self) -> Result<(Request<'_>, Freshness), Error> {
        let mut request = Request::new(Method::parse(&self.method)?, &self.url).form(self.form);
        request.body = self.body.as_deref();
        request.max_body_bytes = self.max_body_bytes;
        Ok((request, freshness(self.is_nonce, &self.freshness)?))
    }
}

impl Wanted<'_> {
    /// Core's request, for the length of a synchronous call; refuses as [`OwnedRequest::parse`].
    pub(crate) fn parse(&self) -> Result<(Request<'_>, Freshness), Error> {
        let mut request = Request::new(Method::parse(&self.method)?, &self.url).form(form(self.exact));
        request.body = self.body.as_deref();
        request.max_body_bytes = size(self.max_body_bytes);
        Ok((request, freshness(self.is_nonce, &self.freshness)?))
    }
}

fn form(exact: bool) -> BodyForm {
    if exact { BodyForm::Exact } else { BodyForm::Compact }
}

fn freshness(is_nonce: bool, text: &str) -> Result<Freshness, Error> {
    if is_nonce { Nonce::parse(text).map(Into::into) } else { Timestamp::parse(text).map(Into::into) }
}

/// The face lets only safe integers through.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn size(number: f64) -> usize {
    number as usize
}
