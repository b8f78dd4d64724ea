//! The addresses that a fund may withdraw to.

use rusqlite::params;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset;
use super::body::SomeText;
use super::call::{Call, Outcome, Stop, bad_request};
use super::company::company_of_path;
use super::fund::fund_of_path;
use crate::answer::Answer;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewAddress {
    asset: SomeText,
    address: SomeText,
    name: SomeText,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Whitelist {
    total_count: usize,
    list: Vec<Address>,
}

#[derive(Serialize, JsonSchema)]
struct Address {
    asset: String,
    address: String,
    name: String,
}

/// The same address again gets the new name.
pub(crate) fn add(call: &Call<'_>) -> Outcome {
    let new: NewAddress = call.body()?;
    let fund = fund_of_path(call, &company_of_path(call)?)?;
    if !asset::is_known(new.asset.as_str()) {
        return bad_request("asset");
    }
    call.db
        .prepare_cached(
            "INSERT INTO whitelist VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET name = excluded.name",
        )?
        .execute([&fund.id, new.asset.as_str(), new.address.as_str(), new.name.as_str()])?;
    Ok(Answer::plain_ok())
}

/// All, or those with the address and the asset of the query.
pub(crate) fn list(call: &Call<'_>) -> Outcome {
    let fund = fund_of_path(call, &company_of_path(call)?)?;
    let mut statement = call.db.prepare_cached(
        "SELECT asset, address, name FROM whitelist WHERE fund_id = ?1
         AND (?2 IS NULL OR address = ?2) AND (?3 IS NULL OR asset = ?3) ORDER BY rowid",
    )?;
    let list = statement
        .query_map(params![fund.id, call.query("address"), call.query("asset")], |row| {
            Ok(Address { asset: row.get(0)?, address: row.get(1)?, name: row.get(2)? })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&Whitelist { total_count: list.len(), list }))
}

pub(super) fn contains(call: &Call<'_>, fund_id: &str, asset: &str, address: &str) -> Result<bool, Stop> {
    Ok(call
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM whitelist WHERE fund_id = ?1 AND asset = ?2 AND address = ?3)",
        )?
        .query_row([fund_id, asset, address], |row| row.get(0))?)
}
