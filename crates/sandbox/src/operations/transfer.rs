//! Transfers to another wallet on the network, and withdrawals to an address off it.

use rusqlite::{OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{Amount, AnyText, Expires, Object, SomeText, or_empty};
use super::call::{Call, Outcome, Stop, bad_request};
use super::company::{Company, company_of_path};
use super::payment::{Kind, NewPayment, begin, expire_due};
use super::whitelist;
use crate::answer::Answer;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewTransfer {
    wallet_id: SomeText,
    /// A wallet's id or its three words.
    counterparty_wallet_address: SomeText,
    expires: Expires,
    send: Object<AssetAmount>,
    reference: Option<AnyText>,
    benefit_of: Option<AnyText>,
    account_no: Option<AnyText>,
    #[serde(rename = "partner_txID")]
    partner_tx_id: Option<AnyText>,
    /// A core client that must authorize the transfer before the custodians are asked.
    authorize_id: Option<AnyText>,
}

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewWithdrawal {
    wallet_id: SomeText,
    /// On the fund's whitelist.
    address: SomeText,
    expires: Expires,
    send: Object<AssetAmount>,
    reference: Option<AnyText>,
    benefit_of: Option<AnyText>,
    account_no: Option<AnyText>,
    #[serde(rename = "partner_txID")]
    partner_tx_id: Option<AnyText>,
}

#[derive(Deserialize, JsonSchema)]
struct AssetAmount {
    symbol: SomeText,
    amount: Amount,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct TransactionId {
    tx_id: String,
    status: NewOrExisting,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum NewOrExisting {
    New,
    Existing,
}

struct Wallet {
    id: String,
    fund_id: String,
    asset: String,
    policy_withdraw: String,
    policy_tx: String,
}

pub(crate) fn transfer(call: &Call<'_>) -> Outcome {
    let new: NewTransfer = call.body()?;
    let company = company_of_path(call)?;
    let partner_tx_id = some(new.partner_tx_id.as_ref());
    if let Some(existing) = find_existing(call, &company, Kind::Transfer, partner_tx_id)? {
        return Ok(existing);
    }
    let Object(send) = &new.send;
    let wallet = sending_wallet(call, &company, new.wallet_id.as_str(), send)?;
    let recipient = receiving_wallet(call, new.counterparty_wallet_address.as_str(), &wallet)?;
    let authorizer = some(new.authorize_id.as_ref());
    if let Some(client) = authorizer {
        let is_own: bool = call
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM core_client WHERE id = ?1 AND account = ?2)")?
            .query_row(params![client, call.account], |row| row.get(0))?;
        if !is_own {
            return bad_request("authorize_id");
        }
    }
    let payment = NewPayment {
        kind: Kind::Transfer,
        company_id: &company.company_id,
        wallet_id: &wallet.id,
        policy_id: &wallet.policy_tx,
        partner_tx_id,
        net_amount: send.amount.units(),
        recipient: &recipient,
        reference: or_empty(new.reference.as_ref()),
        benefit_of: or_empty(new.benefit_of.as_ref()),
        account_no: or_empty(new.account_no.as_ref()),
        authorizer,
        expires: new.expires.seconds(),
    };
    begun(call, &payment)
}

pub(crate) fn withdraw(call: &Call<'_>) -> Outcome {
    let new: NewWithdrawal = call.body()?;
    let company = company_of_path(call)?;
    let partner_tx_id = some(new.partner_tx_id.as_ref());
    if let Some(existing) = find_existing(call, &company, Kind::Withdraw, partner_tx_id)? {
        return Ok(existing);
    }
    let Object(send) = &new.send;
    let wallet = sending_wallet(call, &company, new.wallet_id.as_str(), send)?;
    if !whitelist::contains(call, &wallet.fund_id, &wallet.asset, new.address.as_str())? {
        return bad_request("address");
    }
    let payment = NewPayment {
        kind: Kind::Withdraw,
        company_id: &company.company_id,
        wallet_id: &wallet.id,
        policy_id: &wallet.policy_withdraw,
        partner_tx_id,
        net_amount: send.amount.units(),
        recipient: new.address.as_str(),
        reference: or_empty(new.reference.as_ref()),
        benefit_of: or_empty(new.benefit_of.as_ref()),
        account_no: or_empty(new.account_no.as_ref()),
        authorizer: None,
        expires: new.expires.seconds(),
    };
    begun(call, &payment)
}

fn begun(call: &Call<'_>, payment: &NewPayment<'_>) -> Outcome {
    let tx_id = begin(call.db, payment, call.now)?;
    expire_due(call.db, call.now)?;
    Ok(Answer::ok(&TransactionId { tx_id, status: NewOrExisting::New }))
}

/// An empty text is the same as none.
fn some(text: Option<&AnyText>) -> Option<&str> {
    text.map(AnyText::as_str).filter(|text| !text.is_empty())
}

/// The partner's own id again: the first payment with it, whatever else the body says.
fn find_existing(
    call: &Call<'_>,
    company: &Company,
    kind: Kind,
    partner_tx_id: Option<&str>,
) -> Result<Option<Answer>, Stop> {
    let Some(partner_tx_id) = partner_tx_id else { return Ok(None) };
    let existing: Option<String> = call
        .db
        .prepare_cached("SELECT id FROM payment WHERE company_id = ?1 AND kind = ?2 AND partner_tx_id = ?3")?
        .query_row([&company.company_id, kind.as_str(), partner_tx_id], |row| row.get(0))
        .optional()?;
    Ok(existing.map(|tx_id| Answer::ok(&TransactionId { tx_id, status: NewOrExisting::Existing })))
}

/// A wallet of one of the company's funds that holds what is to be sent.
fn sending_wallet(call: &Call<'_>, company: &Company, id: &str, send: &AssetAmount) -> Result<Wallet, Stop> {
    let found = call
        .db
        .prepare_cached(
            "SELECT wallet.id, fund_id, asset, wallet.policy_withdraw, wallet.policy_tx
             FROM wallet JOIN fund ON fund.id = fund_id WHERE wallet.id = ?1 AND company_id = ?2",
        )?
        .query_row([id, &company.company_id], |row| {
            Ok(Wallet {
                id: row.get(0)?,
                fund_id: row.get(1)?,
                asset: row.get(2)?,
                policy_withdraw: row.get(3)?,
                policy_tx: row.get(4)?,
            })
        })
        .optional()?;
    match found {
        None => bad_request("wallet_id"),
        Some(wallet) if wallet.asset != send.symbol.as_str() => bad_request("send.symbol"),
        Some(wallet) => Ok(wallet),
    }
}

/// The id of another wallet for the same asset, found by id or by its three words.
fn receiving_wallet(call: &Call<'_>, address: &str, from: &Wallet) -> Result<String, Stop> {
    let found: Option<(String, String)> = call
        .db
        .prepare_cached("SELECT id, asset FROM wallet WHERE id = ?1 OR short_code = ?1")?
        .query_row([address], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match found {
        Some((id, asset)) if asset == from.asset && id != from.id => Ok(id),
        _ => bad_request("counterparty_wallet_address"),
    }
}
