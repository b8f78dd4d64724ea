//! Core clients: programs that approve in place of a person.

use rusqlite::{OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PREFIX;
use super::body::SomeText;
use super::call::{Call, Outcome, Stop, bad_request, not_found};
use super::payment::{Kind, expire_due, settle};
use crate::answer::Answer;
use crate::ids;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewCoreClient {
    name: SomeText,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct CoreClients {
    count: usize,
    clients: Vec<CoreClient>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct CoreClient {
    id: String,
    name: String,
    feed: String,
    timestamp: u64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Actions {
    count: usize,
    actions: Vec<Action>,
}

#[derive(Serialize, JsonSchema)]
struct Action {
    id: String,
    #[serde(rename = "coreClientID")]
    core_client_id: String,
    r#type: &'static str,
    status: String,
    timestamp: u64,
    #[serde(rename = "expireTime")]
    expire_time: u64,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct ActionDetails {
    #[serde(flatten)]
    action: Action,
    details: Details,
}

/// The recipient is an address for a withdrawal, a wallet for a transfer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Details {
    tx_type: &'static str,
    #[serde(rename = "txID")]
    tx_id: String,
    asset: String,
    amount: u64,
    fees: u64,
    net_amount: u64,
    reference: String,
    benefit_of: String,
    account_no: String,
    #[serde(rename = "companyID")]
    company_id: String,
    #[serde(rename = "fundID")]
    fund_id: String,
    #[serde(rename = "walletID")]
    wallet_id: String,
    initiated_time: u64,
    expires: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_address_name: Option<String>,
    #[serde(rename = "recipientID", skip_serializing_if = "Option::is_none")]
    recipient_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_name: Option<String>,
    initiated_by: String,
    initiator_name: String,
    initiator_type: &'static str,
}

pub(crate) fn create(call: &Call<'_>) -> Outcome {
    let new: NewCoreClient = call.body()?;
    let id = ids::base58();
    call.db.prepare_cached("INSERT INTO core_client VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        id,
        call.account,
        new.name.as_str(),
        call.now
    ])?;
    Ok(Answer::ok(&CoreClient {
        feed: feed(call, &id),
        id,
        name: new.name.as_str().to_owned(),
        timestamp: call.now,
    }))
}

/// The URL of the client's feed, which is signed as it stands here.
fn feed(call: &Call<'_>, id: &str) -> String {
    let socket = call.feed_origin.replacen("http", "ws", 1);
    format!("{socket}{PREFIX}/coreclient/{id}/feed")
}

pub(crate) fn list(call: &Call<'_>) -> Outcome {
    let mut statement = call
        .db
        .prepare_cached("SELECT id, name, created FROM core_client WHERE account = ?1 ORDER BY rowid")?;
    let clients = statement
        .query_map([call.account], |row| {
            let id: String = row.get(0)?;
            Ok(CoreClient { feed: feed(call, &id), id, name: row.get(1)?, timestamp: row.get(2)? })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&CoreClients { count: clients.len(), clients }))
}

fn check_client(call: &Call<'_>) -> Result<(), Stop> {
    let is_own: bool = call
        .db
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM core_client WHERE id = ?1 AND account = ?2)")?
        .query_row(params![call.parameter(0), call.account], |row| row.get(0))?;
    if is_own { Ok(()) } else { not_found("client_id") }
}

/// What the client is asked for now.
pub(crate) fn actions(call: &Call<'_>) -> Outcome {
    check_client(call)?;
    expire_due(call.db, call.now)?;
    let mut statement = call.db.prepare_cached(
        "SELECT action.id, entity_id, kind, action.status, created, expires
         FROM action JOIN payment ON payment.id = payment_id
         WHERE entity_id = ?1 AND action.status = 'pending' ORDER BY action.rowid",
    )?;
    let actions = statement.query_map([call.parameter(0)], Action::of_row)?.collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&Actions { count: actions.len(), actions }))
}

impl Action {
    fn of_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let kind: String = row.get(2)?;
        let is_withdrawal = kind == Kind::Withdraw.as_str();
        Ok(Self {
            id: row.get(0)?,
            core_client_id: row.get(1)?,
            r#type: if is_withdrawal { "ApproveWithdraw" } else { "ApproveTransfer" },
            status: row.get(3)?,
            timestamp: row.get(4)?,
            expire_time: row.get(5)?,
        })
    }
}

pub(crate) fn action(call: &Call<'_>) -> Outcome {
    check_client(call)?;
    expire_due(call.db, call.now)?;
    details(call)
}

pub(crate) fn approve(call: &Call<'_>) -> Outcome {
    answer(call, true)
}

pub(crate) fn reject(call: &Call<'_>) -> Outcome {
    answer(call, false)
}

fn answer(call: &Call<'_>, approves: bool) -> Outcome {
    check_client(call)?;
    expire_due(call.db, call.now)?;
    // That it is the client's own.
    details(call)?;
    if !settle(call.db, call.parameter(1), approves, call.now)? {
        return bad_request("status");
    }
    details(call)
}

fn details(call: &Call<'_>) -> Outcome {
    let found = call
        .db
        .prepare_cached(
            "SELECT action.id, action.entity_id, kind, action.status, action.created, expires,
             payment.id, asset, net_amount, fees, reference, benefit_of, account_no, payment.company_id,
             wallet.fund_id, wallet_id, initiated, recipient, company.entity_id, company.name,
             coalesce((SELECT name FROM whitelist WHERE whitelist.fund_id = wallet.fund_id
                       AND whitelist.asset = wallet.asset AND address = recipient), ''),
             coalesce((SELECT receiver.name FROM wallet AS receiver WHERE receiver.id = recipient), '')
             FROM action JOIN payment ON payment.id = payment_id JOIN wallet ON wallet.id = wallet_id
             JOIN company ON company.id = payment.company_id
             WHERE action.id = ?1 AND action.entity_id = ?2",
        )?
        .query_row([call.parameter(1), call.parameter(0)], |row| {
            let kind: String = row.get(2)?;
            let is_withdrawal = kind == Kind::Withdraw.as_str();
            let (net_amount, fees): (u64, u64) = (row.get(8)?, row.get(9)?);
            let recipient: String = row.get(17)?;
            let details = Details {
                tx_type: if is_withdrawal { "withdraw" } else { "transferOut" },
                tx_id: row.get(6)?,
                asset: row.get(7)?,
                amount: net_amount + fees,
                fees,
                net_amount,
                reference: row.get(10)?,
                benefit_of: row.get(11)?,
                account_no: row.get(12)?,
                company_id: row.get(13)?,
                fund_id: row.get(14)?,
                wallet_id: row.get(15)?,
                initiated_time: row.get(16)?,
                expires: row.get(5)?,
                recipient_address: is_withdrawal.then(|| recipient.clone()),
                recipient_address_name: if is_withdrawal { Some(row.get(20)?) } else { None },
                recipient_id: (!is_withdrawal).then(|| recipient.clone()),
                recipient_name: if is_withdrawal { None } else { Some(row.get(21)?) },
                initiated_by: row.get(18)?,
                initiator_name: row.get(19)?,
                initiator_type: "company",
            };
            Ok(ActionDetails { action: Action::of_row(row)?, details })
        })
        .optional()?;
    found.map_or_else(|| not_found("action_id"), |details| Ok(Answer::ok(&details)))
}
