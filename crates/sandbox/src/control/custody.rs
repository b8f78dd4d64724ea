//! What custodians see on their phones, and what arrives on the chains.

use std::sync::Arc;

use axum::extract::{Path, State};
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Json, failed, is_approval};
use crate::answer::Answer;
use crate::operations::body::Amount;
use crate::operations::payment::{expire_due, settle};
use crate::sandbox::Sandbox;

/// What users are asked to approve; core clients have an API for theirs.
pub(super) async fn approvals(State(sandbox): State<Arc<Sandbox>>) -> Answer {
    let now = sandbox.clock.now();
    let list = sandbox
        .store
        .transact(move |connection| {
            expire_due(connection, now)?;
            let mut statement = connection.prepare_cached(
                "SELECT action.id, email, payment.id, kind, company_id, asset, net_amount + fees, recipient, expires
                 FROM action JOIN user ON user.entity_id = action.entity_id
                 JOIN payment ON payment.id = payment_id JOIN wallet ON wallet.id = wallet_id
                 WHERE action.status = 'pending' ORDER BY action.rowid",
            )?;
            let rows = statement.query_map([], |row| {
                let kind: String = row.get(3)?;
                Ok(json!({
                    "id": row.get::<_, String>(0)?,
                    "email": row.get::<_, String>(1)?,
                    "tx_id": row.get::<_, String>(2)?,
                    "type": if kind == "withdraw" { "ApproveWithdraw" } else { "ApproveTransfer" },
                    "company_id": row.get::<_, String>(4)?,
                    "asset": row.get::<_, String>(5)?,
                    "amount": row.get::<_, u64>(6)?,
                    "recipient": row.get::<_, String>(7)?,
                    "expires": row.get::<_, u64>(8)?,
                }))
            })?;
            rows.collect::<rusqlite::Result<Vec<Value>>>()
        })
        .await;
    list.map_or_else(|_| failed(), |list| Answer::ok(&json!({ "list": list })))
}

pub(super) async fn settle_approval(
    State(sandbox): State<Arc<Sandbox>>,
    Path((id, verdict)): Path<(String, String)>,
) -> Answer {
    let Some(approves) = is_approval(&verdict) else { return Answer::not_found("path") };
    let now = sandbox.clock.now();
    let settled = sandbox
        .store
        .transact(move |connection| {
            expire_due(connection, now)?;
            let is_there: Option<()> = connection
                .prepare_cached("SELECT 1 FROM action JOIN user USING (entity_id) WHERE action.id = ?1")?
                .query_row([&id], |_| Ok(()))
                .optional()?;
            if is_there.is_none() {
                return Ok(Answer::not_found("id"));
            }
            let settled = settle(connection, &id, approves, now)?;
            Ok(if settled { Answer::plain_ok() } else { Answer::conflict("not pending") })
        })
        .await;
    settled.unwrap_or_else(|_| failed())
}

#[derive(Deserialize)]
pub(super) struct NewDeposit {
    address: String,
    amount: Amount,
}

/// Coins that arrive at a deposit address; of an asset there are never more than a sum keeps exact.
pub(super) async fn deposit(State(sandbox): State<Arc<Sandbox>>, Json(new): Json<NewDeposit>) -> Answer {
    let credited = sandbox
        .store
        .transact(move |connection| {
            let room: Option<u64> = connection
                .prepare_cached(
                    "SELECT max(0, ?2 - (SELECT sum(balance) FROM wallet AS any WHERE any.asset = wallet.asset))
                     FROM wallet WHERE address = ?1",
                )?
                .query_row(params![new.address, Amount::MAX], |row| row.get(0))
                .optional()?;
            match room {
                None => return Ok(Answer::not_found("address")),
                Some(room) if room < new.amount.units() => return Ok(Answer::bad_request("amount")),
                Some(_) => {}
            }
            connection
                .prepare_cached("UPDATE wallet SET balance = balance + ?2 WHERE address = ?1")?
                .execute(params![new.address, new.amount.units()])?;
            Ok(Answer::plain_ok())
        })
        .await;
    credited.unwrap_or_else(|_| failed())
}
