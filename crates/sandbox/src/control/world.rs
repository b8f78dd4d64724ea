//! API keys, the clock, the request log, and starting over.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partnersign::{ApiKey, VerifyingKey};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Json, failed};
use crate::answer::Answer;
use crate::auth::accounts::register;
use crate::clock::{ClockState, MAX_NOW};
use crate::ids;
use crate::sandbox::Sandbox;
use crate::store::{clear, set_setting};

#[derive(Deserialize)]
pub(super) struct NewApiKey {
    public_key: String,
    #[serde(default)]
    sandbox: bool,
}

pub(super) async fn register_api_key(
    State(sandbox): State<Arc<Sandbox>>,
    Json(new): Json<NewApiKey>,
) -> Answer {
    let public_key = match VerifyingKey::from_pem(new.public_key.as_bytes()) {
        Ok(public_key) => public_key,
        Err(error) => return Answer::bad_request("public_key").diagnosed(error.message()),
    };
    let (key_id, key) = ids::api_key_parts();
    let mut fields = Map::new();
    fields.insert("key_id".to_owned(), key_id.clone().into());
    fields.insert("key".to_owned(), key.into());
    if new.sandbox {
        fields.insert("sandbox".to_owned(), true.into());
    }
    let text = URL_SAFE_NO_PAD.encode(Value::Object(fields).to_string());
    let Ok(api_key) = ApiKey::parse(&text) else { return Answer::internal("the API key is none") };
    let _changing = sandbox.changing.lock().await;
    match sandbox.store.transact(move |connection| register(connection, &api_key, &public_key)).await {
        Ok(account) => sandbox.accounts.insert(account),
        Err(_) => return failed(),
    }
    Answer::new(StatusCode::CREATED, &json!({ "api_key": text, "key_id": key_id }))
}

/// Exactly one of the three.
#[derive(Deserialize)]
pub(super) struct ClockChange {
    now: Option<u64>,
    advance: Option<i64>,
    real: Option<bool>,
}

/// `now` makes the clock stand still there, `advance` moves it as it is, `real` lets it run again.
pub(super) async fn set_clock(
    State(sandbox): State<Arc<Sandbox>>,
    Json(change): Json<ClockChange>,
) -> Answer {
    let _changing = sandbox.changing.lock().await;
    let before = sandbox.clock.state();
    let state = match change {
        ClockChange { now: Some(now), advance: None, real: None } if now <= MAX_NOW => {
            ClockState::Still { now }
        }
        ClockChange { now: None, advance: Some(seconds), real: None } => match before.advanced(seconds) {
            Some(state) => state,
            None => return Answer::bad_request("advance"),
        },
        ClockChange { now: None, advance: None, real: Some(true) } => ClockState::REAL,
        ClockChange { now: Some(_), advance: None, real: None } => return Answer::bad_request("now"),
        _ => {
            return Answer::bad_request("body").diagnosed("give exactly one of now, advance and real (true)");
        }
    };
    let stored =
        sandbox.store.transact(move |connection| set_setting(connection, "clock", &state.to_text())).await;
    if stored.is_err() {
        return failed();
    }
    sandbox.clock.set(state);
    Answer::ok(&json!({ "now": sandbox.clock.now() }))
}

#[derive(Deserialize)]
pub(super) struct FeedEvent {
    #[serde(rename = "feed")]
    _feed: EventFeed,
    #[serde(rename = "message")]
    _message: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum EventFeed {
    LiquidityHub,
    Wallets,
}

/// Checked and taken; it reaches whoever listens, which is nobody while the feeds are not built.
pub(super) async fn feed_event(Json(_): Json<FeedEvent>) -> Answer {
    Answer::plain_ok()
}

pub(super) async fn requests(State(sandbox): State<Arc<Sandbox>>) -> Answer {
    Answer::ok(&json!({ "list": sandbox.log.list() }))
}

/// As if just started with an empty database; the clock runs with the real time again.
pub(super) async fn reset(State(sandbox): State<Arc<Sandbox>>) -> Answer {
    let _changing = sandbox.changing.lock().await;
    // Requests that are under way find their account gone.
    if sandbox.store.transact(clear).await.is_err() {
        return failed();
    }
    sandbox.accounts.clear();
    sandbox.clock.set(ClockState::REAL);
    sandbox.log.clear();
    Answer::plain_ok()
}
