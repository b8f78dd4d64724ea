//! What the face hands over for one request.

use napi::bindgen_prelude::Uint8ArraySlice;
use partnersign::{BodyForm, Error, Freshness, Method, Nonce, Request, Timestamp};

/// A request in the types that the face has checked.
///
/// Exports take its fields one by one: reading them out of an object would cost more than core's work.
pub(crate) struct Wanted<Body> {
    pub method: String,
    pub url: String,
    pub body: Option<Body>,
    pub exact: bool,
    pub max_body_bytes: f64,
    /// Whether `freshness` is a nonce; else it is a timestamp.
    pub is_nonce: bool,
    pub freshness: String,
}

/// The same with a copy of the body: what JavaScript does to its array later changes nothing.
pub(crate) type OwnedRequest = Wanted<Vec<u8>>;

impl Wanted<Uint8ArraySlice<'_>> {
    pub(crate) fn into_owned(self) -> OwnedRequest {
        let Self { method, url, body, exact, max_body_bytes, is_nonce, freshness } = self;
        let body = body.as_deref().map(<[u8]>::to_vec);
        Wanted { method, url, body, exact, max_body_bytes, is_nonce, freshness }
    }
}

impl<Body: AsRef<[u8]>> Wanted<Body> {
    /// Core's request; refuses a method, timestamp or nonce that is none.
    pub(crate) fn parse(&self) -> Result<(Request<'_>, Freshness), Error> {
        let form = if self.exact { BodyForm::Exact } else { BodyForm::Compact };
        let mut request = Request::new(Method::parse(&self.method)?, &self.url).form(form);
        request.body = self.body.as_ref().map(AsRef::as_ref);
        request.max_body_bytes = size(self.max_body_bytes);
        let freshness = if self.is_nonce {
            Nonce::parse(&self.freshness)?.into()
        } else {
            Timestamp::parse(&self.freshness)?.into()
        };
        Ok((request, freshness))
    }
}

/// The face lets only safe integers through.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn size(number: f64) -> usize {
    number as usize
}
