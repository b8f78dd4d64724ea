//! A request as it arrived: raw target, all headers, raw body.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::answer::Answer;

/// The longest body, as core's.
pub(crate) const MAX_BODY_BYTES: usize = partnersign::Request::DEFAULT_MAX_BODY_BYTES;

/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The request target as it stood on the request line, noted by [`wire`](crate::wire).
#[derive(Clone)]
pub(crate) struct RawTarget(pub(crate) String);

pub(crate) struct Received {
    pub(crate) method: String,
    /// The request target as it stood on the request line.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) async fn read(request: Request<Body>) -> Result<Self, Answer> {
        let (head, body) = request.into_parts();
        let headers: Vec<(String, String)> = head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let announced = head.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        if announced
            .and_then(|text| text.parse().ok())
            .is_some_and(|length: u64| length > MAX_BODY_BYTES as u64)
        {
            return Err(Answer::too_large("body"));
        }
        let body =
            match tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY_BYTES).collect()).await {
                Ok(Ok(body)) => body.to_bytes(),
                Ok(Err(why)) if why.is::<LengthLimitError>() => return Err(Answer::too_large("body")),
                Ok(Err(_)) => return Err(Answer::bad_request("body").closing()),
                Err(_) => return Err(Answer::timed_out()),
            };
        let Some(RawTarget(target)) = head.extensions.get().cloned() else {
            return Err(Answer::internal("the request has no raw target"));
        };
        Ok(Self { method: head.method.as_str().to_owned(), target, headers, body })
    }

    /// Every value of a header.
    pub(crate) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// Every header, as core takes them.
    pub(crate) fn header_pairs(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}
