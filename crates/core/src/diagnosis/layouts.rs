//! Ways to join the parts: in another order, with separators, with something added.

use super::cause::Cause;
use crate::{ApiKey, Method};

/// One part of a joined payload.
#[derive(Clone)]
pub(super) enum Piece {
    Freshness,
    Url,
    Body,
    Text(String),
}

use Piece::{Body, Freshness, Text, Url};

/// A way to join, and the causes that it stands for; none for the right way.
pub(super) struct Layout {
    pub(super) causes: Vec<Cause>,
    pub(super) pieces: Vec<Piece>,
}

impl Layout {
    #[inline(never)]
    fn new(causes: &[Cause], pieces: Vec<Piece>) -> Self {
        Self { causes: causes.to_vec(), pieces }
    }

    /// Writes the payload into `buffer`, whose former content is dropped.
    pub(super) fn join(&self, freshness: &[u8], url: &[u8], body: &[u8], buffer: &mut Vec<u8>) {
        buffer.clear();
        for piece in &self.pieces {
            buffer.extend_from_slice(match piece {
                Freshness => freshness,
                Url => url,
                Body => body,
                Text(text) => text.as_bytes(),
            });
        }
    }
}

/// What signers put between the parts.
const SEPARATORS: [&str; 20] = [
    "\n", " ", "|", ":", ",", "&", ".", "-", ";", "\r\n", "+", "\t", "/", "_", "#", "||", "::", ", ", "\\n",
    "\n\n",
];

/// As it must be.
pub(super) fn right_layout() -> Layout {
    Layout::new(&[], vec![Freshness, Url, Body])
}

/// Every other way, the simplest first; those with two causes last.
pub(super) fn wrong_layouts(method: &str, api_key: Option<&ApiKey>, has_body: bool) -> Vec<Layout> {
    let mut layouts = Vec::new();
    // After a body it is the body's.
    for newline in ["\n", "\r\n"].into_iter().filter(|_| !has_body) {
        layouts.push(Layout::new(
            &[Cause::PayloadNewline],
            vec![Freshness, Url, Body, Text(newline.to_owned())],
        ));
    }
    for separator in SEPARATORS {
        layouts.push(Layout::new(
            &[Cause::PartsSeparated],
            separated(&[Freshness, Url, Body], separator, has_body),
        ));
        // Where nobody looked whether there is a body.
        if !has_body {
            layouts.push(Layout::new(
                &[Cause::PartsSeparated],
                separated(&[Freshness, Url, Body], separator, true),
            ));
        }
    }
    let orders = vec![
        vec![Freshness, Body, Url],
        vec![Url, Freshness, Body],
        vec![Url, Body, Freshness],
        vec![Body, Freshness, Url],
        vec![Body, Url, Freshness],
    ];
    for order in &orders {
        layouts.push(Layout::new(&[Cause::PartsReordered], order.clone()));
    }
    let orders_with_method = with_method(method);
    for pieces in &orders_with_method {
        layouts.push(Layout::new(&[Cause::MethodSigned], pieces.clone()));
    }
    let orders_with_key = api_key.map(with_api_key).unwrap_or_default();
    for pieces in &orders_with_key {
        layouts.push(Layout::new(&[Cause::ApiKeySigned], pieces.clone()));
    }
    for (cause, orders) in [
        (Cause::MethodSigned, orders_with_method),
        (Cause::PartsReordered, orders),
        (Cause::ApiKeySigned, orders_with_key),
    ] {
        for separator in SEPARATORS {
            for pieces in &orders {
                let causes = [cause, Cause::PartsSeparated];
                layouts.push(Layout::new(&causes, separated(pieces, separator, has_body)));
            }
        }
    }
    layouts
}

/// The method in front, after the freshness, before the body, or last; in either case.
fn with_method(method: &str) -> Vec<Vec<Piece>> {
    let upper = Method::parse(method).map_or_else(|_| method.to_owned(), |method| method.as_str().to_owned());
    let lower = upper.to_ascii_lowercase();
    let orders = |method: String| {
        let method = Text(method);
        [
            vec![Freshness, method.clone(), Url, Body],
            vec![method.clone(), Freshness, Url, Body],
            vec![Freshness, Url, method.clone(), Body],
            vec![method.clone(), Url, Freshness, Body],
            vec![method.clone(), Url, Body, Freshness],
            vec![Freshness, Url, Body, method],
        ]
    };
    [upper, lower].into_iter().flat_map(orders).collect()
}

/// The API key, its id or its secret: in front, after the freshness, or last.
fn with_api_key(api_key: &ApiKey) -> Vec<Vec<Piece>> {
    let orders = |text: &str| {
        let key = Text(text.to_owned());
        [
            vec![key.clone(), Freshness, Url, Body],
            vec![Freshness, key.clone(), Url, Body],
            vec![Freshness, Url, key.clone(), Body],
            vec![Freshness, Url, Body, key],
        ]
    };
    [api_key.expose_secret(), api_key.key_id(), api_key.expose_key()].into_iter().flat_map(orders).collect()
}

/// With a separator between all parts; an absent body is no part.
fn separated(pieces: &[Piece], separator: &str, has_body: bool) -> Vec<Piece> {
    let present = pieces.iter().filter(|piece| has_body || !matches!(piece, Body));
    let mut joined: Vec<Piece> =
        present.flat_map(|piece| [piece.clone(), Text(separator.to_owned())]).collect();
    joined.pop();
    joined
}
