//! What the sandbox answers: a status, a JSON body, and a few headers.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

/// The header that says why a request was refused.
pub(crate) const DIAGNOSIS_HEADER: &str = "x-sandbox-diagnosis";

/// The vendor's answer to what has nothing to tell.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Done<'a> {
    code: u16,
    msg: &'a str,
}

/// The vendor's answer to what failed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub(crate) struct Failure<'a> {
    code: u16,
    msg: &'a str,
    detail: Detail<'a>,
}

#[derive(Serialize, JsonSchema)]
struct Detail<'a> {
    reason: &'a str,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// JSON.
    pub(crate) body: String,
    /// Seconds, in `retry-after`.
    pub(crate) retry_after: Option<u64>,
    /// The methods of the path, in `allow`.
    pub(crate) allow: Option<String>,
    /// One sentence for the developer, in ASCII.
    pub(crate) diagnosis: Option<String>,
    /// Whether the connection ends with this answer.
    pub(crate) closes: bool,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, body: &impl Serialize) -> Self {
        let (status, body) = match serde_json::to_string(body) {
            Ok(body) => (status, body),
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "{}".to_owned()),
        };
        Self { status, body, retry_after: None, allow: None, diagnosis: None, closes: false }
    }

    /// 200 with this body.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// The vendor's `{"code":200,"msg":"OK"}`.
    pub(crate) fn plain_ok() -> Self {
        Self::new(StatusCode::OK, &Done { code: 200, msg: "OK" })
    }

    pub(crate) fn accepted() -> Self {
        Self::new(StatusCode::ACCEPTED, &Done { code: 202, msg: "Accepted" })
    }

    fn error(status: StatusCode, msg: &str, reason: &str) -> Self {
        Self::new(status, &Failure { code: status.as_u16(), msg, detail: Detail { reason } })
    }

    /// The vendor's body for a request that is not authentic; the reasons beside `signature` are ours.
    pub(crate) fn not_authentic(reason: &str, diagnosis: &str) -> Self {
        Self::error(StatusCode::UNAUTHORIZED, "errPartnerAuth", reason).diagnosed(diagnosis)
    }

    /// The vendor's body for a request without an API key.
    pub(crate) fn empty_token(diagnosis: &str) -> Self {
        Self::error(StatusCode::UNAUTHORIZED, "Unauthorized", "empty token").diagnosed(diagnosis)
    }

    /// 400; the reason is the offending field or part.
    pub(crate) fn bad_request(reason: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, "Bad Request", reason)
    }

    pub(crate) fn forbidden(reason: &str) -> Self {
        Self::error(StatusCode::FORBIDDEN, "Forbidden", reason)
    }

    pub(crate) fn not_found(reason: &str) -> Self {
        Self::error(StatusCode::NOT_FOUND, "Not Found", reason)
    }

    pub(crate) fn method_not_allowed(allow: Option<String>) -> Self {
        let mut answer = Self::error(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed", "method");
        answer.allow = allow;
        answer
    }

    pub(crate) fn conflict(reason: &str) -> Self {
        Self::error(StatusCode::CONFLICT, "Conflict", reason)
    }

    pub(crate) fn too_large(reason: &str) -> Self {
        Self::error(StatusCode::PAYLOAD_TOO_LARGE, "Payload Too Large", reason).closing()
    }

    pub(crate) fn timed_out() -> Self {
        Self::error(StatusCode::REQUEST_TIMEOUT, "Request Timeout", "body").closing()
    }

    pub(crate) fn too_many_requests(seconds: u64) -> Self {
        let mut answer = Self::error(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", "fund");
        answer.retry_after = Some(seconds);
        answer
    }

    /// 501 with the name of what is not built.
    pub(crate) fn not_built(name: &str) -> Self {
        Self::error(StatusCode::NOT_IMPLEMENTED, "Not Implemented", name)
    }

    pub(crate) fn unavailable(why: &str) -> Self {
        Self::error(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable", why)
    }

    pub(crate) fn internal(why: &str) -> Self {
        Self::error(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error", why)
    }

    /// With the sentence that goes into the header and the request log.
    pub(crate) fn diagnosed(mut self, diagnosis: &str) -> Self {
        let ascii = |character: char| if matches!(character, ' '..='~') { character } else { '?' };
        self.diagnosis = Some(diagnosis.chars().map(ascii).collect());
        self
    }

    /// The connection is not used again: what follows on it may be no request.
    pub(crate) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(allow) = self.allow.and_then(|allow| HeaderValue::try_from(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        if let Some(diagnosis) = self.diagnosis.and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(DIAGNOSIS_HEADER, diagnosis);
        }
        if self.closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::Answer;

    #[test]
    fn the_vendors_bodies_exactly() {
        assert_eq!(
            Answer::not_authentic("signature", "").body,
            r#"{"code":401,"msg":"errPartnerAuth","detail":{"reason":"signature"}}"#
        );
        assert_eq!(
            Answer::empty_token("").body,
            r#"{"code":401,"msg":"Unauthorized","detail":{"reason":"empty token"}}"#
        );
        assert_eq!(Answer::plain_ok().body, r#"{"code":200,"msg":"OK"}"#);
    }

    #[test]
    fn a_diagnosis_is_ascii() {
        let answer = Answer::bad_request("body").diagnosed("né\r\nx-other: 1");
        assert_eq!(answer.diagnosis.unwrap(), "n???x-other: 1");
    }
}
