//! The operations of the Partner API.

pub(crate) mod asset;
pub(crate) mod body;
mod call;
pub(crate) mod company;
pub(crate) mod core_client;
pub(crate) mod fund;
pub(crate) mod fund_detail;
pub(crate) mod payment;
mod policy;
mod table;
pub(crate) mod transaction_status;
pub(crate) mod transfer;
pub(crate) mod trusted_party;
pub(crate) mod whitelist;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::answer::Answer;
pub(crate) use body::parse;
pub(crate) use call::{Call, Outcome, Stop};
pub(crate) use table::OPERATIONS;

/// Where the API begins.
pub(crate) const PREFIX: &str = "/api/v1/p";

type Run = fn(&Call<'_>) -> Outcome;
type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    /// Under the prefix, with `{name}` for what the caller fills in.
    pub(crate) path: &'static str,
    pub(crate) tag: &'static str,
    pub(crate) name: &'static str,
    /// None: 501.
    pub(crate) run: Option<Run>,
    pub(crate) body: Option<SchemaOf>,
    pub(crate) answer: Option<SchemaOf>,
    /// The status of success.
    pub(crate) success: u16,
    /// Parameters of the query string: all text, all optional.
    pub(crate) query: &'static [&'static str],
    /// Refusals beside 400, 401, 404, 413 and 503, which all can give.
    pub(crate) refusals: &'static [u16],
}

impl Operation {
    const fn not_built(
        method: &'static str,
        path: &'static str,
        tag: &'static str,
        name: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            tag,
            name,
            run: None,
            body: None,
            answer: None,
            success: 200,
            query: &[],
            refusals: &[],
        }
    }

    const fn built(
        method: &'static str,
        path: &'static str,
        tag: &'static str,
        name: &'static str,
        run: Run,
    ) -> Self {
        Self { run: Some(run), ..Self::not_built(method, path, tag, name) }
    }

    const fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    const fn answers<T: JsonSchema>(mut self) -> Self {
        self.answer = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    const fn succeeds_with(mut self, status: u16) -> Self {
        self.success = status;
        self
    }

    const fn queries(mut self, names: &'static [&'static str]) -> Self {
        self.query = names;
        self
    }

    const fn refuses_with(mut self, statuses: &'static [u16]) -> Self {
        self.refusals = statuses;
        self
    }

    pub(crate) fn run(&self, call: &Call<'_>) -> Outcome {
        match self.run {
            Some(run) => run(call),
            None => Ok(Answer::not_built(&format!("{} {}: {}", self.method, self.path, self.name))),
        }
    }
}

/// Where a request leads.
pub(crate) enum Route {
    Operation(&'static Operation, Vec<String>),
    /// The path is known, with other methods.
    OtherMethod {
        allow: String,
    },
    Unknown,
}

/// Literal parts win over `{name}`: `/company/search` is no company's id.
pub(crate) fn route(method: &str, path: &str) -> Route {
    let Some(path) = path.strip_prefix(PREFIX) else { return Route::Unknown };
    let mut fitting: Vec<(&Operation, Vec<String>)> = OPERATIONS
        .iter()
        .filter_map(|operation| Some((operation, parameters(operation.path, path)?)))
        .collect();
    let Some(fewest) = fitting.iter().map(|(_, parameters)| parameters.len()).min() else {
        return Route::Unknown;
    };
    // Of two patterns with one parameter each, the one whose literal part comes first.
    let most_literal = fitting
        .iter()
        .filter(|(_, parameters)| parameters.len() == fewest)
        .map(|(operation, _)| literal_shape(operation.path))
        .max();
    fitting.retain(|(operation, parameters)| {
        parameters.len() == fewest && Some(literal_shape(operation.path)) == most_literal
    });
    let mut allow: Vec<&str> = fitting.iter().map(|(operation, _)| operation.method).collect();
    if allow.contains(&"GET") {
        allow.push("HEAD");
    }
    let allow = allow.join(", ");
    // HEAD is GET without the body, which the HTTP library leaves out.
    let wanted = if method == "HEAD" { "GET" } else { method };
    match fitting.into_iter().find(|(operation, _)| operation.method == wanted) {
        Some((operation, parameters)) => Route::Operation(operation, parameters),
        None => Route::OtherMethod { allow },
    }
}

/// For each part of the path, whether it is literal.
fn literal_shape(path: &str) -> Vec<bool> {
    path.split('/').map(|part| !part.starts_with('{')).collect()
}

/// What stands for each `{name}`, if the path fits the pattern.
fn parameters(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut parameters = Vec::new();
    let (mut expected, mut parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (expected.next(), parts.next()) {
            (None, None) => return Some(parameters),
            (Some(name), Some(part)) if name.starts_with('{') => {
                if part.is_empty() {
                    return None;
                }
                parameters.push(part.to_owned());
            }
            (Some(literal), Some(part)) if literal == part => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OPERATIONS, Route, route};

    fn name(method: &str, path: &str) -> String {
        match route(method, &format!("/api/v1/p{path}")) {
            Route::Operation(operation, parameters) => format!("{} {parameters:?}", operation.path),
            Route::OtherMethod { allow } => allow,
            Route::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn literal_parts_win() {
        assert_eq!(name("GET", "/company/search"), "/company/search []");
        assert_eq!(name("HEAD", "/company/search"), "/company/search []");
        assert_eq!(name("GET", "/company/1eoq"), r#"/company/{company_id} ["1eoq"]"#);
        assert_eq!(name("GET", "/company/a/fund/search"), r#"/company/{company_id}/fund/search ["a"]"#);
        assert_eq!(name("GET", "/company/a/fund/b"), r#"/company/{company_id}/fund/{fund_id} ["a", "b"]"#);
        assert_eq!(name("PUT", "/coreclient/action/b"), r#"/coreclient/action/{action_id} ["b"]"#);
        assert_eq!(name("GET", "/coreclient/c/actions"), r#"/coreclient/{client_id}/actions ["c"]"#);
        assert_eq!(name("POST", "/coreclient/verify"), "/coreclient/verify []");
    }

    #[test]
    fn what_fits_nothing() {
        assert_eq!(name("PATCH", "/company"), "POST");
        assert_eq!(name("DELETE", "/company/a"), "GET, PUT, HEAD");
        assert_eq!(name("HEAD", "/company"), "POST");
        for unknown in ["", "/", "/company/", "/company//fund", "/companies", "/company/a/b/c/d/e/f"] {
            assert_eq!(name("GET", unknown), "unknown", "{unknown}");
        }
        assert!(matches!(route("GET", "/company/search"), Route::Unknown));
    }

    #[test]
    fn the_table_has_the_53_operations_the_documents_post_holding_and_the_feeds() {
        let feeds = OPERATIONS.iter().filter(|operation| operation.tag == "Feeds").count();
        let post_holding = OPERATIONS
            .iter()
            .filter(|operation| (operation.method, operation.name) == ("POST", "Get Holdings"))
            .count();
        assert_eq!(OPERATIONS.len() - feeds - post_holding, 53);
        assert_eq!(feeds, 3);
    }
}
