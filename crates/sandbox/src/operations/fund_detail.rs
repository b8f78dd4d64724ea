//! A fund with its policies and wallets, and what a company holds in all its funds.

use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Call, Outcome};
use super::company::company_of_path;
use super::fund::fund_of_path;
use super::policy::{Entity, Named, Policy, initials, read_policy};
use crate::answer::Answer;

#[derive(Serialize, JsonSchema)]
pub(crate) struct FundDetail {
    fund_id: String,
    name: String,
    description: String,
    custodygroup_withdraw: String,
    custodygroup_tx: String,
    policy_withdraw: Policy,
    policy_tx: Policy,
    members: Vec<FundMember>,
    assets: Vec<String>,
    wallets: Vec<Wallet>,
}

#[derive(Serialize, JsonSchema)]
struct FundMember {
    entity: Entity,
    permissions: Permissions,
}

#[derive(Serialize, JsonSchema)]
struct Permissions {
    admin: bool,
    withdraw: bool,
    transfer: bool,
    swap: bool,
}

#[derive(Serialize, JsonSchema)]
struct Wallet {
    wallet_id: String,
    name: String,
    asset: String,
    r#type: u8,
    status: &'static str,
    address: String,
    address_type: &'static str,
    short_code: String,
    balance: u64,
    custodygroup_withdraw: String,
    custodygroup_tx: String,
    policy_withdraw: Policy,
    policy_tx: Policy,
    connected: Vec<Connected>,
}

/// Connecting dedicated wallets is not built.
#[derive(Serialize, JsonSchema)]
struct Connected {}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Holdings {
    total_count: usize,
    holdings: Vec<Holding>,
}

#[derive(Serialize, JsonSchema)]
struct Holding {
    code: String,
    amount: u64,
}

pub(crate) fn read(call: &Call<'_>) -> Outcome {
    let company = company_of_path(call)?;
    let fund = fund_of_path(call, &company)?;
    let mut statement = call.db.prepare_cached(
        "SELECT id, name, asset, type, address, short_code, balance, policy_withdraw, policy_tx
         FROM wallet WHERE fund_id = ?1 ORDER BY rowid",
    )?;
    let mut rows = statement.query([&fund.id])?;
    let mut wallets = Vec::new();
    while let Some(row) = rows.next()? {
        let (asset, withdraw, tx): (String, String, String) = (row.get(2)?, row.get(7)?, row.get(8)?);
        wallets.push(Wallet {
            wallet_id: row.get(0)?,
            name: row.get(1)?,
            address_type: if asset.starts_with("BTC") { "P2PKH" } else { "" },
            asset,
            r#type: row.get(3)?,
            status: "ready",
            address: row.get(4)?,
            short_code: row.get(5)?,
            balance: row.get(6)?,
            policy_withdraw: read_policy(call, &company, &withdraw)?,
            policy_tx: read_policy(call, &company, &tx)?,
            custodygroup_withdraw: withdraw,
            custodygroup_tx: tx,
            connected: Vec::new(),
        });
    }
    let mut assets: Vec<String> = wallets.iter().map(|wallet| wallet.asset.clone()).collect();
    assets.sort_unstable();
    assets.dedup();
    let owner = Entity {
        id: company.company_id.clone(),
        account_code: company.entity_id.clone(),
        name: company.name.clone(),
        initials: initials(&company.name),
        r#type: "company",
        user: None,
        company: Some(Named { name: company.name.clone() }),
        core_client: None,
    };
    let all = Permissions { admin: true, withdraw: true, transfer: true, swap: true };
    Ok(Answer::ok(&FundDetail {
        policy_withdraw: read_policy(call, &company, &fund.policy_withdraw)?,
        policy_tx: read_policy(call, &company, &fund.policy_tx)?,
        fund_id: fund.id,
        name: fund.name,
        description: fund.description,
        custodygroup_withdraw: fund.policy_withdraw,
        custodygroup_tx: fund.policy_tx,
        members: vec![FundMember { entity: owner, permissions: all }],
        assets,
        wallets,
    }))
}

/// The sum over all wallets of the company, for each asset.
pub(crate) fn holdings(call: &Call<'_>) -> Outcome {
    let company = company_of_path(call)?;
    let mut statement = call.db.prepare_cached(
        "SELECT asset, sum(balance) FROM wallet JOIN fund ON fund.id = fund_id
         WHERE company_id = ?1 GROUP BY asset ORDER BY asset",
    )?;
    let holdings = statement
        .query_map([&company.company_id], |row| Ok(Holding { code: row.get(0)?, amount: row.get(1)? }))?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&Holdings { total_count: holdings.len(), holdings }))
}
