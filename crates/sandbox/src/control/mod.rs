//! The control plane: what the vendor's web application, the phones and the chains would do.
//!
//! Nobody signs here, so whoever asks must be on this machine and no web page: see [`guard`].

mod custody;
mod guard;
mod people;
mod world;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequest, Request};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::operations::{Stop, parse};
use crate::received::Received;
use crate::sandbox::Sandbox;
pub(crate) use guard::without_port;

pub(crate) fn router(sandbox: &Arc<Sandbox>) -> Router<Arc<Sandbox>> {
    Router::new()
        .route("/api-keys", post(world::register_api_key))
        .route("/clock", post(world::set_clock))
        .route("/requests", get(world::requests))
        .route("/reset", post(world::reset))
        .route("/users", post(people::register_user))
        .route("/invitations", get(people::invitations))
        .route("/invitations/{id}/{verdict}", post(people::settle_invitation))
        .route("/approvals", get(custody::approvals))
        .route("/approvals/{id}/{verdict}", post(custody::settle_approval))
        .route("/deposits", post(custody::deposit))
        .route("/feed-events", post(world::feed_event))
        .fallback(async || Answer::not_found("path").into_response())
        .method_not_allowed_fallback(async || Answer::method_not_allowed(None).into_response())
        .layer(from_fn_with_state(Arc::clone(sandbox), guard::guard))
}

/// A JSON body, read as the API reads its own.
struct Json<T>(T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Answer;

    async fn from_request(request: Request, _: &S) -> Result<Self, Answer> {
        let received = Received::read(request).await?;
        match parse(&received.body) {
            Ok(value) => Ok(Self(value)),
            Err(Stop::Refused(answer)) => Err(answer),
            Err(Stop::Database(_)) => Err(Answer::internal("the body was not read")),
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> axum::response::Response {
        Answer::into_response(self)
    }
}

/// Whether the last part of a path approves or rejects; none if it does neither.
fn is_approval(verdict: &str) -> Option<bool> {
    match verdict {
        "approve" => Some(true),
        "reject" => Some(false),
        _ => None,
    }
}

/// The answer to a call whose transaction failed.
fn failed() -> Answer {
    Answer::unavailable("the database failed; nothing of the request happened")
}
