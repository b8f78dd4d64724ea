//! Random requests that are accepted, made from parts that could be mistaken for one another.

use partnersign::{BodyForm, Freshness, Method, Nonce, Request, Timestamp, prepare};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A request and what goes with it, owned.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) body: Option<String>,
    pub(crate) form: BodyForm,
    pub(crate) freshness: Freshness,
}

impl Accepted {
    pub(crate) fn request(&self) -> Request<'_> {
        let mut request = Request::new(self.method, &self.url).form(self.form);
        request.body = self.body.as_deref().map(str::as_bytes);
        request
    }
}

/// Requests that `prepare` accepts.
pub(crate) fn accepted() -> impl Strategy<Value = Accepted> {
    let form = select(&[BodyForm::Compact, BodyForm::Exact][..]);
    (select(Method::ALL), url(), body(), form, freshness())
        .prop_map(|(method, url, body, form, freshness)| {
            let body = body.filter(|_| method.allows_body());
            Accepted { method, url, body, form, freshness }
        })
        .prop_filter("a request that is accepted", |accepted| {
            prepare(&accepted.request(), &accepted.freshness).is_ok()
        })
}

pub(crate) fn freshness() -> impl Strategy<Value = Freshness> {
    let timestamp = prop_oneof![0..100_u64, 0..=9_999_999_999_u64]
        .prop_map(|seconds| Timestamp::from_seconds(seconds).unwrap().into());
    let nonce = prop_oneof!["[0-9]{1,12}", "[A-Za-z0-9_-]{1,20}", "[17hs]{0,3}(http|https|ws|wss)"]
        .prop_filter_map("a nonce", |text| Nonce::parse(&text).ok().map(Freshness::Nonce));
    prop_oneof![timestamp, nonce]
}

/// Mostly accepted URLs; their paths and queries hold schemes, escapes and what else may stand there.
pub(crate) fn url() -> impl Strategy<Value = String> {
    let host = select(&["h", "api.qredo.network", "a-b.c_d", "127.0.0.1", "[::1]", "[2001:db8::2]"][..]);
    let port = select(&["", ":8080", ":1", ":65535"][..]);
    let piece = prop_oneof![
        "[A-Za-z0-9._~!$&()*+,;=:@/-]{0,6}",
        select(&["https://h/", "ws://", "http:", "//", "/1", "%7B", "%22", "%5B", "%25", "%C3%A9", "1"][..])
            .prop_map(str::to_owned),
    ];
    let query = proptest::option::of(vec(piece.clone(), 0..6));
    let scheme = select(&["https", "http", "wss", "ws"][..]);
    (scheme, host, port, vec(piece, 0..6), query).prop_map(|(scheme, host, port, path, query)| {
        let query = query.map_or_else(String::new, |pieces| format!("?{}", pieces.concat()));
        format!("{scheme}://{host}{port}/{}{query}", path.concat())
    })
}

pub(crate) fn body() -> impl Strategy<Value = Option<String>> {
    proptest::option::of(prop_oneof![object(json()), array(json())])
}

/// JSON text with whitespace between its tokens.
pub(crate) fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        select(&["1", "0", "-0.5e+07", "true", "false", "null", "1E400"][..]).prop_map(str::to_owned),
        string(),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| prop_oneof![object(inner.clone()), array(inner)])
}

fn array(item: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (vec(spaced(item), 0..4), space()).prop_map(|(items, space)| format!("[{}{space}]", items.join(",")))
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (spaced(string()), spaced(value)).prop_map(|(name, value)| format!("{name}:{value}"));
    (vec(member, 0..4), space()).prop_map(|(members, space)| format!("{{{}{space}}}", members.join(",")))
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        select(
            &["https://h/x?y=", "\\\"", "\\u2028", "\u{2028}", "é", "😀", "{", "[1]", "}", ",", "\\\\", " "]
                [..]
        )
        .prop_map(str::to_owned),
        "[a-z0-9:/]{0,5}",
    ];
    vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

fn spaced(token: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (space(), token, space()).prop_map(|(before, token, after)| format!("{before}{token}{after}"))
}

fn space() -> impl Strategy<Value = &'static str> {
    select(&["", "", " ", "\n  ", "\r\n", "\t"][..])
}
