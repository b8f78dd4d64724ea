//! What became of a transfer or withdrawal.

use rusqlite::OptionalExtension;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Call, Outcome, Stop, not_found};
use super::company::company_of_path;
use super::payment::{Kind, expire_due};
use super::policy::User;
use crate::answer::Answer;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TransactionStatus {
    approved_count: usize,
    expires: u64,
    initiated_timestamp: u64,
    initiator_authorized: bool,
    initiator_name: String,
    reference: String,
    status: Vec<CustodianStatus>,
    status_details: StatusDetails,
    threshold_required: u32,
    #[serde(rename = "txID")]
    tx_id: String,
    tx_status: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CustodianStatus {
    #[serde(rename = "actionID")]
    action_id: String,
    first_name: String,
    last_name: String,
    status: String,
    timestamp: u64,
    #[serde(rename = "userID")]
    user_id: String,
    username: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct StatusDetails {
    account_no: String,
    amount: u64,
    asset: String,
    benefit_of: String,
    expires: u64,
    fees: u64,
    #[serde(rename = "fundID")]
    fund_id: String,
    net_amount: u64,
    recipient_address: String,
    recipient_email: String,
    recipient_first_name: String,
    recipient_last_name: String,
    recipient_username: String,
    reference: String,
    requested_by: String,
}

pub(crate) fn of_transfer(call: &Call<'_>) -> Outcome {
    read(call, Kind::Transfer)
}

pub(crate) fn of_withdrawal(call: &Call<'_>) -> Outcome {
    read(call, Kind::Withdraw)
}

fn read(call: &Call<'_>, kind: Kind) -> Outcome {
    let company = company_of_path(call)?;
    expire_due(call.db, call.now)?;
    let id = call.parameter(1);
    let custodians = custodians(call, id)?;
    let found = call
        .db
        .prepare_cached(
            "SELECT net_amount, fees, recipient, reference, benefit_of, account_no, status, initiated, expires,
             fund_id, asset, threshold FROM payment JOIN wallet ON wallet.id = wallet_id
             JOIN (SELECT id AS policy, threshold FROM policy) ON policy = policy_id
             WHERE payment.id = ?1 AND company_id = ?2 AND kind = ?3",
        )?
        .query_row([id, &company.company_id, kind.as_str()], |row| {
            let (net_amount, fees): (u64, u64) = (row.get(0)?, row.get(1)?);
            let (reference, tx_status): (String, String) = (row.get(3)?, row.get(6)?);
            let expires = row.get(8)?;
            let details = StatusDetails {
                account_no: row.get(5)?,
                amount: net_amount + fees,
                asset: row.get(10)?,
                benefit_of: row.get(4)?,
                expires,
                fees,
                fund_id: row.get(9)?,
                net_amount,
                // A transfer goes to a wallet, and has no address on a chain.
                recipient_address: if kind == Kind::Withdraw { row.get(2)? } else { String::new() },
                recipient_email: String::new(),
                recipient_first_name: String::new(),
                recipient_last_name: String::new(),
                recipient_username: String::new(),
                reference: reference.clone(),
                requested_by: company.name.clone(),
            };
            Ok(TransactionStatus {
                approved_count: custodians.iter().filter(|custodian| custodian.status == "approved").count(),
                expires,
                initiated_timestamp: row.get(7)?,
                initiator_authorized: tx_status != "pending_initiate" && tx_status != "initiate_rejected",
                initiator_name: company.name.clone(),
                reference,
                status_details: details,
                status: Vec::new(),
                threshold_required: row.get(11)?,
                tx_id: id.to_owned(),
                tx_status,
            })
        })
        .optional()?;
    match found {
        Some(status) => Ok(Answer::ok(&TransactionStatus { status: custodians, ..status })),
        None => not_found("tx_id"),
    }
}

/// Each custodian that was asked; a core client is known by its name alone.
fn custodians(call: &Call<'_>, payment: &str) -> Result<Vec<CustodianStatus>, Stop> {
    let mut statement = call.db.prepare_cached(
        "SELECT action.id, status, coalesce(settled, action.created), action.entity_id, email,
         coalesce(user.name, core_client.name, '')
         FROM action LEFT JOIN user ON user.entity_id = action.entity_id
         LEFT JOIN core_client ON core_client.id = action.entity_id
         WHERE payment_id = ?1 AND NOT is_authorization ORDER BY action.rowid",
    )?;
    let rows = statement.query_map([payment], |row| {
        let (email, name): (Option<String>, String) = (row.get(4)?, row.get(5)?);
        let user = User::new(&name, email.as_deref().unwrap_or(&name));
        Ok(CustodianStatus {
            action_id: row.get(0)?,
            first_name: user.first_name,
            last_name: user.last_name,
            status: row.get(1)?,
            timestamp: row.get(2)?,
            user_id: row.get(3)?,
            username: user.username,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
