//! Users of the network, and what they do on their phones.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Json, failed, is_approval};
use crate::answer::Answer;
use crate::ids;
use crate::sandbox::Sandbox;

#[derive(Deserialize)]
pub(super) struct NewUser {
    email: String,
    name: String,
}

/// The same address again is the same user.
pub(super) async fn register_user(State(sandbox): State<Arc<Sandbox>>, Json(new): Json<NewUser>) -> Answer {
    if !new.email.contains('@') {
        return Answer::bad_request("email");
    }
    let entity_id = sandbox
        .store
        .transact(move |connection| {
            connection.execute(
                "INSERT INTO user VALUES (?1, ?2, ?3) ON CONFLICT (email) DO UPDATE SET name = excluded.name",
                params![ids::base58(), new.email, new.name],
            )?;
            let mut statement = connection.prepare_cached("SELECT entity_id FROM user WHERE email = ?1")?;
            statement.query_row([&new.email], |row| row.get::<_, String>(0))
        })
        .await;
    match entity_id {
        Ok(id) => Answer::new(StatusCode::CREATED, &json!({ "trusted_entity_id": id })),
        Err(_) => failed(),
    }
}

/// Users whom a company has added and who have not yet answered.
pub(super) async fn invitations(State(sandbox): State<Arc<Sandbox>>) -> Answer {
    let list = sandbox
        .store
        .transact(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, company_id, address FROM trusted_party WHERE created IS NULL ORDER BY rowid",
            )?;
            let rows = statement.query_map([], |row| {
                let (id, company_id, email): (String, String, String) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(json!({ "id": id, "company_id": company_id, "email": email }))
            })?;
            rows.collect::<rusqlite::Result<Vec<Value>>>()
        })
        .await;
    list.map_or_else(|_| failed(), |list| Answer::ok(&json!({ "list": list })))
}

pub(super) async fn settle_invitation(
    State(sandbox): State<Arc<Sandbox>>,
    Path((id, verdict)): Path<(String, String)>,
) -> Answer {
    let Some(approves) = is_approval(&verdict) else { return Answer::not_found("path") };
    let now = sandbox.clock.now();
    let settled = sandbox
        .store
        .transact(move |connection| {
            let found: Option<bool> = connection
                .prepare_cached("SELECT created IS NULL FROM trusted_party WHERE id = ?1 AND type = 'user'")?
                .query_row([&id], |row| row.get(0))
                .optional()?;
            match (found, approves) {
                (Some(true), true) => {
                    connection
                        .execute("UPDATE trusted_party SET created = ?2 WHERE id = ?1", params![id, now])?;
                }
                (Some(true), false) => {
                    connection.execute("DELETE FROM trusted_party WHERE id = ?1", [&id])?;
                }
                (Some(false), _) => return Ok(Answer::conflict("not pending")),
                (None, _) => return Ok(Answer::not_found("id")),
            }
            Ok(Answer::plain_ok())
        })
        .await;
    settled.unwrap_or_else(|_| failed())
}
