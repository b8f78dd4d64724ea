//! Funds: wallets under two custody policies that never change.

use rusqlite::{OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::asset;
use super::body::{AnyText, Object, SomeText, or_empty};
use super::call::{Call, Outcome, Stop, bad_request, not_found};
use super::company::{Company, company_of_path};
use super::policy::{NewCustodyGroup, check_group, store_group};
use crate::answer::Answer;
use crate::ids;

/// One API key may create one fund in so many milliseconds.
const MILLIS_BETWEEN_FUNDS: u64 = 15_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewFund {
    name: SomeText,
    description: Option<AnyText>,
    custodygroup_withdraw: Object<NewCustodyGroup>,
    custodygroup_tx: Object<NewCustodyGroup>,
    /// A wallet for each.
    assets: Option<Vec<SomeText>>,
    wallets: Option<Vec<Object<NewWallet>>>,
}

#[derive(Clone, Deserialize, JsonSchema)]
pub(crate) struct NewWallet {
    name: Option<AnyText>,
    asset: SomeText,
    /// Left out: the fund's.
    custodygroup_withdraw: Option<Object<NewCustodyGroup>>,
    custodygroup_tx: Option<Object<NewCustodyGroup>>,
    r#type: Option<WalletType>,
}

/// 0 standard, 1 dedicated, 2 multi-counterparty.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u8")]
struct WalletType(u8);

impl TryFrom<u8> for WalletType {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if number <= 2 { Ok(Self(number)) } else { Err("no wallet type") }
    }
}

impl JsonSchema for WalletType {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WalletType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": 2 })
    }
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct FundCreated {
    fund_id: String,
    custodygroup_withdraw: String,
    custodygroup_tx: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Deposits {
    total_count: usize,
    list: Vec<Deposit>,
}

#[derive(Serialize, JsonSchema)]
struct Deposit {
    asset: String,
    address: String,
    balance: u64,
}

/// A fund as it is stored.
pub(super) struct Fund {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) policy_withdraw: String,
    pub(super) policy_tx: String,
}

/// The fund that the path names, if it is the company's.
pub(super) fn fund_of_path(call: &Call<'_>, company: &Company) -> Result<Fund, Stop> {
    let found = call
        .db
        .prepare_cached(
            "SELECT id, name, description, policy_withdraw, policy_tx FROM fund WHERE id = ?1 AND company_id = ?2",
        )?
        .query_row([call.parameter(1), &company.company_id], |row| {
            Ok(Fund {
                id: row.get(0)?,
                name: row.get(1)?,
                description: row.get(2)?,
                policy_withdraw: row.get(3)?,
                policy_tx: row.get(4)?,
            })
        })
        .optional()?;
    found.map_or_else(|| not_found("fund_id"), Ok)
}

pub(crate) fn create(call: &Call<'_>) -> Outcome {
    let new: NewFund = call.body()?;
    let company = company_of_path(call)?;
    let wallets = check_wallets(call, &company, &new)?;
    let Object(withdraw) = &new.custodygroup_withdraw;
    let Object(tx) = &new.custodygroup_tx;
    check_group(call, &company, withdraw, "custodygroup_withdraw")?;
    check_group(call, &company, tx, "custodygroup_tx")?;
    // Last, so that only what would have been created counts.
    check_rate(call)?;

    let fund_id = ids::ksuid(call.now);
    let policy_withdraw = store_group(call, &fund_id, withdraw, "withdraw policy")?;
    let policy_tx = store_group(call, &fund_id, tx, "tx policy")?;
    call.db.prepare_cached("INSERT INTO fund VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        fund_id,
        company.company_id,
        new.name.as_str(),
        or_empty(new.description.as_ref()),
        policy_withdraw,
        policy_tx,
    ])?;
    for wallet in wallets {
        let own = |group: &Option<Object<NewCustodyGroup>>, of_fund: &str, name: &str| match group {
            Some(Object(group)) => store_group(call, &fund_id, group, name),
            None => Ok(of_fund.to_owned()),
        };
        let withdraw = own(&wallet.custodygroup_withdraw, &policy_withdraw, "withdraw policy")?;
        let tx = own(&wallet.custodygroup_tx, &policy_tx, "tx policy")?;
        store_wallet(call, &fund_id, &wallet, &withdraw, &tx)?;
    }
    call.db
        .prepare_cached("UPDATE account SET last_fund = ?2 WHERE id = ?1")?
        .execute(params![call.account, call.now_millis])?;
    Ok(Answer::ok(&FundCreated {
        fund_id,
        custodygroup_withdraw: policy_withdraw,
        custodygroup_tx: policy_tx,
    }))
}

/// One wallet for each asset, and those that are described.
fn check_wallets(call: &Call<'_>, company: &Company, new: &NewFund) -> Result<Vec<NewWallet>, Stop> {
    let mut wallets: Vec<NewWallet> = Vec::new();
    for asset in new.assets.iter().flatten() {
        if !asset::is_known(asset.as_str()) {
            return bad_request("assets");
        }
        if !wallets.iter().any(|wallet| wallet.asset.as_str() == asset.as_str()) {
            wallets.push(NewWallet::of_asset(asset.clone()));
        }
    }
    for Object(wallet) in new.wallets.iter().flatten() {
        if !asset::is_known(wallet.asset.as_str()) {
            return bad_request("wallets.asset");
        }
        for (group, field) in [
            (&wallet.custodygroup_withdraw, "wallets.custodygroup_withdraw"),
            (&wallet.custodygroup_tx, "wallets.custodygroup_tx"),
        ] {
            if let Some(Object(group)) = group {
                check_group(call, company, group, field)?;
            }
        }
        wallets.push(wallet.clone());
    }
    if wallets.is_empty() { bad_request("assets") } else { Ok(wallets) }
}

impl NewWallet {
    fn of_asset(asset: SomeText) -> Self {
        Self { name: None, asset, custodygroup_withdraw: None, custodygroup_tx: None, r#type: None }
    }
}

fn store_wallet(
    call: &Call<'_>,
    fund_id: &str,
    wallet: &NewWallet,
    policy_withdraw: &str,
    policy_tx: &str,
) -> Result<(), Stop> {
    let asset = wallet.asset.as_str();
    let mut is_taken =
        call.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM wallet WHERE short_code = ?1)")?;
    let short_code = loop {
        let code = ids::short_code();
        if !is_taken.query_row([&code], |row| row.get::<_, bool>(0))? {
            break code;
        }
    };
    call.db.prepare_cached("INSERT INTO wallet VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9)")?.execute(
        params![
            ids::base58(),
            fund_id,
            wallet.name.as_ref().map_or(asset, AnyText::as_str),
            asset,
            wallet.r#type.map_or(0, |WalletType(number)| number),
            ids::deposit_address(asset),
            short_code,
            policy_withdraw,
            policy_tx,
        ],
    )?;
    Ok(())
}

/// 429 with the seconds that are left.
fn check_rate(call: &Call<'_>) -> Result<(), Stop> {
    let last: Option<u64> = call
        .db
        .prepare_cached("SELECT last_fund FROM account WHERE id = ?1")?
        .query_row([call.account], |row| row.get(0))?;
    match last.and_then(|last| seconds_to_wait(last, call.now_millis)) {
        Some(seconds) => Err(Stop::Refused(Answer::too_many_requests(seconds))),
        None => Ok(()),
    }
}

/// Whole seconds after which the next fund is taken; none if it is now.
fn seconds_to_wait(last_millis: u64, now_millis: u64) -> Option<u64> {
    // A clock that went back makes nobody wait.
    let since = now_millis.checked_sub(last_millis)?;
    MILLIS_BETWEEN_FUNDS.checked_sub(since).filter(|left| *left > 0).map(|left| left.div_ceil(1000))
}

/// The deposit address and balance of each wallet.
pub(crate) fn deposits(call: &Call<'_>) -> Outcome {
    let fund = fund_of_path(call, &company_of_path(call)?)?;
    let mut statement = call
        .db
        .prepare_cached("SELECT asset, address, balance FROM wallet WHERE fund_id = ?1 ORDER BY rowid")?;
    let list = statement
        .query_map([&fund.id], |row| {
            Ok(Deposit { asset: row.get(0)?, address: row.get(1)?, balance: row.get(2)? })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&Deposits { total_count: list.len(), list }))
}

#[cfg(test)]
mod tests {
    use super::seconds_to_wait;

    #[test]
    fn the_wait_is_whole_however_the_seconds_of_the_clock_fall() {
        for (last, now, wait) in [
            (10_900, 10_900, Some(15)),
            (10_900, 11_000, Some(15)),
            (10_900, 25_000, Some(1)),
            (10_900, 25_899, Some(1)),
            (10_900, 25_900, None),
            (10_000, 24_000, Some(1)),
            (10_000, 25_000, None),
            (10_000, 9_999, None),
        ] {
            assert_eq!(seconds_to_wait(last, now), wait, "{last} {now}");
        }
    }
}
