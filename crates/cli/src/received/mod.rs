//! A request as it was received: from flags, from a saved HTTP request, or from a curl command.

mod curl;
mod curl_options;
mod raw_http;
mod shell_words;

use std::path::Path;

use partnersign::ReceivedRequest;

use crate::args::{DiagnoseArgs, ReceivedArgs};
use crate::failure::Failure;
use crate::input::read_body_file;

/// The parts of a received request; headers in the order in which they were given.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// From wherever `diagnose` was told to take it.
    pub(crate) fn of_diagnose(args: &DiagnoseArgs) -> Result<Self, Failure> {
        match (&args.request, &args.curl) {
            (Some(path), _) => raw_http::parse(&read_body_file(path)?, args.origin.as_deref()),
            (None, Some(path)) => curl::parse(&read_text(path)?),
            (None, None) => Self::of_flags(args.url.as_deref().unwrap_or_default(), &args.received),
        }
    }

    /// From flags; the method follows from the body if it was not given.
    pub(crate) fn of_flags(url: &str, args: &ReceivedArgs) -> Result<Self, Failure> {
        let headers = args.headers.iter().map(|header| split_header(header)).collect::<Result<_, _>>()?;
        let body = args.body_file.as_deref().map(read_body_file).transpose()?.unwrap_or_default();
        let method = args.method.as_deref().unwrap_or(if body.is_empty() { "GET" } else { "POST" });
        Ok(Self { method: method.to_owned(), url: url.trim().to_owned(), headers, body })
    }

    /// Calls `check` with the request in the form that core takes.
    pub(crate) fn with_request<T>(&self, check: impl FnOnce(&ReceivedRequest<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        check(&ReceivedRequest::new(&self.method, &self.url, &headers, &self.body))
    }

    /// What should have been signed: freshness, URL and body as they were received.
    pub(crate) fn parts(&self) -> [&[u8]; 3] {
        let freshness = self.header("x-timestamp").or_else(|| self.header("x-nonce")).unwrap_or_default();
        [freshness.as_bytes(), self.url.as_bytes(), &self.body]
    }

    /// The value of a header; an empty one counts as absent.
    fn header(&self, wanted: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}

fn split_header(header: &str) -> Result<(String, String), Failure> {
    header
        .split_once(':')
        .map(|(name, value)| (name.trim().to_owned(), value.trim_matches([' ', '\t']).to_owned()))
        .ok_or_else(|| Failure::usage("a --header is not of the form 'name: value'"))
}

fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_body_file(path)?)
        .map_err(|_| Failure::input("the curl command contains bytes that are no UTF-8"))
}
