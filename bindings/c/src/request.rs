//! What the caller wants to send, and what stops a replay: the structs, and what core makes of them.

use std::borrow::Cow;
use std::ffi::c_char;

use partnersign::{BodyForm, Error, ErrorCode, Freshness, Method, Nonce, Request, Timestamp};

use crate::pointers::{In, Plain, Versioned, refuse};

/// `partnersign_request.form`: the whitespace between the tokens of the body is removed.
pub const PARTNERSIGN_COMPACT: i32 = 0;
/// `partnersign_request.form`: the body is checked and left alone.
pub const PARTNERSIGN_EXACT: i32 = 1;

/// `partnersign_freshness.kind`: Unix seconds, sent as `x-timestamp`.
pub const PARTNERSIGN_TIMESTAMP: i32 = 1;
/// `partnersign_freshness.kind`: a text, sent as `x-nonce`.
pub const PARTNERSIGN_NONCE: i32 = 2;

/// What the caller wants to send. Begin with `partnersign_request request = PARTNERSIGN_REQUEST_INIT;`,
/// which is a request without a body, compact, of at most 10 MiB. Its pointers are read during the call
/// and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_request {
    /// `sizeof(partnersign_request)`; `PARTNERSIGN_REQUEST_INIT` sets it.
    pub size: u32,
    /// `PARTNERSIGN_COMPACT` or `PARTNERSIGN_EXACT`.
    pub form: i32,
    /// GET, HEAD, POST, PUT, PATCH or DELETE, in any case.
    pub method: In<c_char>,
    /// In bytes.
    pub method_length: usize,
    /// The absolute URL, exactly as the HTTP client will send it.
    pub url: In<c_char>,
    /// In bytes.
    pub url_length: usize,
    /// The JSON body, an object or array in UTF-8; NULL for none. One that is not NULL and of length 0 is
    /// refused.
    pub body: In<c_char>,
    /// In bytes.
    pub body_length: usize,
    /// The longest body in bytes that is accepted, counted before compaction.
    pub max_body_bytes: usize,
}

// SAFETY: integers and pointers alone.
unsafe impl Plain for partnersign_request {}
// SAFETY: `#[repr(C)]`, and `size` comes first.
unsafe impl Versioned for partnersign_request {
    const MEND: &'static str =
        "the size of partnersign_request is not set: begin with PARTNERSIGN_REQUEST_INIT";
}

/// What stops a replay: a timestamp or a nonce. Begin with
/// `partnersign_freshness freshness = PARTNERSIGN_FRESHNESS_INIT;`, which is neither yet. The nonce is read
/// during the call and not kept.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct partnersign_freshness {
    /// `sizeof(partnersign_freshness)`; `PARTNERSIGN_FRESHNESS_INIT` sets it.
    pub size: u32,
    /// `PARTNERSIGN_TIMESTAMP` or `PARTNERSIGN_NONCE`.
    pub kind: i32,
    /// Unix seconds, at most ten digits; for `PARTNERSIGN_TIMESTAMP`. Otherwise not looked at.
    pub timestamp: u64,
    /// 1 to 128 of `A-Za-z0-9_-`; for `PARTNERSIGN_NONCE`. Otherwise not looked at.
    pub nonce: In<c_char>,
    /// In bytes.
    pub nonce_length: usize,
}

// SAFETY: integers and pointers alone.
unsafe impl Plain for partnersign_freshness {}
// SAFETY: `#[repr(C)]`, and `size` comes first.
unsafe impl Versioned for partnersign_freshness {
    const MEND: &'static str =
        "the size of partnersign_freshness is not set: begin with PARTNERSIGN_FRESHNESS_INIT";
}

impl partnersign_freshness {
    pub(crate) fn to_freshness(self) -> Result<Freshness, Error> {
        match self.kind {
            PARTNERSIGN_TIMESTAMP => Timestamp::from_seconds(self.timestamp).map(Freshness::Timestamp),
            PARTNERSIGN_NONCE => {
                Nonce::parse(&text_of(self.nonce.bytes(self.nonce_length)?)).map(Freshness::Nonce)
            }
            _ => Err(refuse(
                "the kind of the freshness is neither PARTNERSIGN_TIMESTAMP nor PARTNERSIGN_NONCE",
            )),
        }
    }
}

/// The texts of a [`partnersign_request`], which a [`Request`] borrows from.
pub(crate) struct RequestTexts<'a> {
    method: Method,
    url: Cow<'a, str>,
    body: Option<&'a [u8]>,
    form: BodyForm,
    max_body_bytes: usize,
}

impl<'a> RequestTexts<'a> {
    pub(crate) fn of(request: &'a partnersign_request) -> Result<Self, Error> {
        let form = match request.form {
            PARTNERSIGN_COMPACT => BodyForm::Compact,
            PARTNERSIGN_EXACT => BodyForm::Exact,
            _ => {
                return Err(refuse(
                    "the form of the body is neither PARTNERSIGN_COMPACT nor PARTNERSIGN_EXACT",
                ));
            }
        };
        Ok(Self {
            method: Method::parse(&text_of(request.method.bytes(request.method_length)?))?,
            url: url_of(request.url.bytes(request.url_length)?)?,
            body: request.body.optional_bytes(request.body_length)?,
            form,
            max_body_bytes: request.max_body_bytes,
        })
    }

    pub(crate) fn request(&self) -> Request<'_> {
        let mut request = Request::new(self.method, &self.url).form(self.form);
        request.body = self.body;
        request.max_body_bytes = self.max_body_bytes;
        request
    }
}

/// Text from C. What is not UTF-8 becomes U+FFFD, which no rule accepts, at the same place.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A URL from C; one that is not UTF-8 has no character at that place, whatever comes before.
fn url_of(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    match std::str::from_utf8(bytes) {
        Ok(url) => Ok(Cow::Borrowed(url)),
        Err(why) => {
            let message = "the URL is not UTF-8; percent-encode every byte that is not ASCII";
            Err(Error::new(ErrorCode::InvalidUrl, message).at(why.valid_up_to()))
        }
    }
}
