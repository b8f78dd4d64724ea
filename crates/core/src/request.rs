//! What the caller wants to send: method, URL, body.

use std::fmt;

use crate::{Error, ErrorCode};

/// The methods that the Partner API knows.
///
/// The method is not part of what is signed (design of the protocol, not of this crate): it decides
/// only whether a body may go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`: no body.
    Get,
    /// `HEAD`: no body.
    Head,
    /// `POST`: a body or none.
    Post,
    /// `PUT`: a body or none.
    Put,
    /// `PATCH`: a body or none.
    Patch,
    /// `DELETE`: no body.
    Delete,
}

impl Method {
    /// Every method.
    pub const ALL: &'static [Self] =
        &[Self::Get, Self::Head, Self::Post, Self::Put, Self::Patch, Self::Delete];

    /// Reads a method in any case; refuses all others with `invalid_method`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::ALL.iter().copied().find(|method| method.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
            Error::new(
                ErrorCode::InvalidMethod,
                "the method is none of GET, HEAD, POST, PUT, PATCH, DELETE (any case)",
            )
        })
    }

    /// The method in upper case, as it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request with this method may carry a body.
    pub const fn allows_body(self) -> bool {
        matches!(self, Self::Post | Self::Put | Self::Patch)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the body is brought into the form that is signed and sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BodyForm {
    /// Insignificant whitespace is removed; nothing else changes.
    #[default]
    Compact,
    /// The bytes are checked and left alone.
    Exact,
}

/// What the caller wants to send. Nothing is checked before [`prepare`](crate::prepare).
///
/// ```
/// use partnersign::{Method, Request};
///
/// let request = Request::new(Method::parse("post")?, "https://api.example/api/v1/p/company")
///     .body(br#"{ "name": "ACME Corp" }"#);
/// assert_eq!(request.method.as_str(), "POST");
/// # Ok::<(), partnersign::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The method, sent but not signed.
    pub method: Method,
    /// The absolute URL, exactly as the HTTP client will send it.
    pub url: &'a str,
    /// The JSON body, or `None`; an empty body is refused.
    pub body: Option<&'a [u8]>,
    /// What may change in the body before it is signed.
    pub form: BodyForm,
    /// The longest body in bytes that is accepted, counted before compaction.
    pub max_body_bytes: usize,
}

impl<'a> Request<'a> {
    /// The default of [`Request::max_body_bytes`]: 10 MiB.
    pub const DEFAULT_MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

    /// A request without a body.
    pub const fn new(method: Method, url: &'a str) -> Self {
        Self {
            method,
            url,
            body: None,
            form: BodyForm::Compact,
            max_body_bytes: Self::DEFAULT_MAX_BODY_BYTES,
        }
    }

    /// With a JSON body, to be compacted.
    #[must_use]
    pub const fn body(mut self, json: &'a [u8]) -> Self {
        self.body = Some(json);
        self
    }

    /// With another body form than [`BodyForm::Compact`].
    #[must_use]
    pub const fn form(mut self, form: BodyForm) -> Self {
        self.form = form;
        self
    }
}

/// The body may hold what must not reach a log: only its length is shown.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("body_bytes", &self.body.map(<[u8]>::len))
            .field("form", &self.form)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Method;

    #[test]
    fn methods_in_any_case() {
        assert_eq!(Method::parse("pAtCh").unwrap(), Method::Patch);
        for bad in ["", "OPTIONS", " GET", "GETS", "ＧＥＴ"] {
            assert_eq!(Method::parse(bad).unwrap_err().code().as_str(), "invalid_method", "{bad:?}");
        }
    }
}
