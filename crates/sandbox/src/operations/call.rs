//! One authenticated request inside its transaction, and how it can end early.

use rusqlite::Connection;
use serde::de::DeserializeOwned;

use super::body;
use crate::answer::Answer;

/// What an operation has to work with.
pub(crate) struct Call<'a> {
    pub(crate) db: &'a Connection,
    /// Who asks.
    pub(crate) account: i64,
    /// The sandbox's time in Unix seconds.
    pub(crate) now: u64,
    /// The same to the millisecond, for the limit on funds.
    pub(crate) now_millis: u64,
    /// What stands for `{…}` in the path.
    pub(crate) parameters: Vec<String>,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
    /// What stands in front of `/api/v1/p` in the URL of a feed.
    pub(crate) feed_origin: &'a str,
}

/// Why an operation ended: nothing that it wrote stays.
pub(crate) enum Stop {
    Refused(Answer),
    Database(rusqlite::Error),
}

pub(crate) type Outcome = Result<Answer, Stop>;

impl From<rusqlite::Error> for Stop {
    fn from(why: rusqlite::Error) -> Self {
        Self::Database(why)
    }
}

impl Call<'_> {
    pub(crate) fn parameter(&self, position: usize) -> &str {
        self.parameters.get(position).map_or("", String::as_str)
    }

    /// The decoded value of a parameter in the query string.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }

    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Stop> {
        body::parse(self.body)
    }
}

/// 400 with the field.
pub(crate) fn bad_request<T>(field: &str) -> Result<T, Stop> {
    Err(Stop::Refused(Answer::bad_request(field)))
}

/// 404 with what was not found.
pub(crate) fn not_found<T>(what: &str) -> Result<T, Stop> {
    Err(Stop::Refused(Answer::not_found(what)))
}
