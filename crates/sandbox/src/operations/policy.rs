//! Custody policies: who must approve, and how many of them.

use rusqlite::{OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::SomeText;
use super::call::{Call, Stop, bad_request};
use super::company::Company;
use crate::ids;

/// Members are trusted parties of the company: users who have approved, or core clients.
#[derive(Clone, Deserialize, JsonSchema)]
pub(crate) struct NewCustodyGroup {
    /// How many of the members must approve.
    #[schemars(range(min = 1))]
    threshold: u32,
    /// Their `trusted_entity_id`s.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    members: Vec<SomeText>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Policy {
    id: String,
    #[serde(rename = "entityID")]
    entity_id: String,
    name: String,
    locked: bool,
    #[serde(rename = "lockedTxID")]
    locked_tx_id: String,
    members: Vec<Member>,
    threshold: u32,
    members_count: usize,
    wallet_count: u32,
    dedicated_wallet_count: u32,
    funds_count: u32,
    funds: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Member {
    dedicated: bool,
    entity: Entity,
}

/// Who takes part: exactly one of `user`, `company` and `coreClient` is there.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entity {
    pub(crate) id: String,
    pub(crate) account_code: String,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) core_client: Option<Named>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
    pub(crate) username: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Named {
    pub(crate) name: String,
}

impl User {
    /// The sandbox knows a name and an address; the rest follows.
    pub(crate) fn new(name: &str, email: &str) -> Self {
        let (first_name, last_name) = name.rsplit_once(' ').unwrap_or((name, ""));
        let username = email.split('@').next().unwrap_or_default().to_lowercase();
        Self {
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: email.to_owned(),
            username,
        }
    }
}

/// Refuses a group that could never approve or whose members may not.
pub(super) fn check_group(
    call: &Call<'_>,
    company: &Company,
    group: &NewCustodyGroup,
    field: &str,
) -> Result<(), Stop> {
    let mut may_approve = call.db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM trusted_party WHERE company_id = ?1 AND entity_id = ?2
         AND type IN ('user', 'core-client') AND created IS NOT NULL)",
    )?;
    let ids: Vec<&str> = group.members.iter().map(SomeText::as_str).collect();
    for (position, id) in ids.iter().enumerate() {
        let is_twice = ids.iter().take(position).any(|before| before == id);
        if is_twice || !may_approve.query_row([&company.company_id, *id], |row| row.get::<_, bool>(0))? {
            return bad_request(&format!("{field}.members"));
        }
    }
    if group.threshold == 0 || usize::try_from(group.threshold).is_ok_and(|threshold| threshold > ids.len()) {
        return bad_request(&format!("{field}.threshold"));
    }
    Ok(())
}

/// Returns the id of the new policy.
pub(super) fn store_group(
    call: &Call<'_>,
    fund_id: &str,
    group: &NewCustodyGroup,
    name: &str,
) -> Result<String, Stop> {
    let id = ids::ksuid(call.now);
    call.db.prepare_cached("INSERT INTO policy VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        id,
        fund_id,
        name,
        group.threshold
    ])?;
    let mut insert = call.db.prepare_cached("INSERT INTO policy_member VALUES (?1, ?2, ?3)")?;
    for (position, member) in group.members.iter().enumerate() {
        insert.execute(params![id, position, member.as_str()])?;
    }
    Ok(id)
}

pub(super) fn read_policy(call: &Call<'_>, company: &Company, id: &str) -> Result<Policy, Stop> {
    let (fund_id, name, threshold): (String, String, u32) = call
        .db
        .prepare_cached("SELECT fund_id, name, threshold FROM policy WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (wallet_count, dedicated_wallet_count): (u32, u32) = call
        .db
        .prepare_cached(
            "SELECT count(*), count(*) FILTER (WHERE type = 1) FROM wallet WHERE ?1 IN (policy_withdraw, policy_tx)",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut members = Vec::new();
    let mut statement = call
        .db
        .prepare_cached("SELECT entity_id FROM policy_member WHERE policy_id = ?1 ORDER BY position")?;
    for entity_id in statement.query_map([id], |row| row.get::<_, String>(0))? {
        members.push(Member { dedicated: false, entity: read_entity(call, &entity_id?)? });
    }
    Ok(Policy {
        id: id.to_owned(),
        entity_id: company.entity_id.clone(),
        name,
        locked: false,
        locked_tx_id: String::new(),
        threshold,
        members_count: members.len(),
        members,
        wallet_count,
        dedicated_wallet_count,
        funds_count: 1,
        funds: vec![fund_id],
    })
}

/// A user or a core client.
fn read_entity(call: &Call<'_>, id: &str) -> Result<Entity, Stop> {
    let user: Option<(String, String)> = call
        .db
        .prepare_cached("SELECT name, email FROM user WHERE entity_id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (name, user) = match user {
        Some((name, email)) => (name.clone(), Some(User::new(&name, &email))),
        None => {
            let mut statement = call.db.prepare_cached("SELECT name FROM core_client WHERE id = ?1")?;
            (statement.query_row([id], |row| row.get(0))?, None)
        }
    };
    let is_user = user.is_some();
    Ok(Entity {
        id: id.to_owned(),
        account_code: id.to_owned(),
        initials: initials(&name),
        r#type: if is_user { "user" } else { "core-client" },
        user,
        company: None,
        core_client: (!is_user).then(|| Named { name: name.clone() }),
        name,
    })
}

pub(super) fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}
