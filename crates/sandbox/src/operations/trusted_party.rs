//! The trusted network of a company: companies, users who have approved, core clients.

use rusqlite::{OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::SomeText;
use super::call::{Call, Outcome, Stop, bad_request, not_found};
use super::company::company_of_path;
use crate::answer::Answer;
use crate::ids;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewTrustedParty {
    /// A user's email address, a company's web domain, or a core client's id.
    address: SomeText,
    /// Left out: `user` if the address has an `@`, `core-client` if it is the id of one, else `company`.
    r#type: Option<PartyType>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PartyType {
    User,
    Company,
    CoreClient,
}

impl PartyType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Company => "company",
            Self::CoreClient => "core-client",
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct TrustedParties {
    company_id: String,
    total_count: usize,
    list: Vec<TrustedParty>,
}

#[derive(Serialize, JsonSchema)]
struct TrustedParty {
    trusted_entity_id: String,
    name: String,
    address: String,
    r#type: String,
    internal: bool,
    created: u64,
}

/// Who stands behind an address.
struct Party {
    entity_id: String,
    name: String,
}

pub(crate) fn add(call: &Call<'_>) -> Outcome {
    let new: NewTrustedParty = call.body()?;
    let company = company_of_path(call)?;
    let address = new.address.as_str();
    let core_client = find_core_client(call, address)?;
    let party_type = new.r#type.unwrap_or(if address.contains('@') {
        PartyType::User
    } else if core_client.is_some() {
        PartyType::CoreClient
    } else {
        PartyType::Company
    });
    let party = match party_type {
        PartyType::User => find_user(call, address)?,
        PartyType::CoreClient => core_client,
        PartyType::Company => Some(find_company(call, address)?),
    };
    let Some(party) = party else { return bad_request("address") };
    // A user must approve on the phone first.
    let created = (party_type != PartyType::User).then_some(call.now);
    call.db
        .prepare_cached(
            "INSERT INTO trusted_party VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            ids::ksuid(call.now),
            company.company_id,
            party.entity_id,
            party.name,
            address,
            party_type.as_str(),
            created,
        ])?;
    Ok(Answer::plain_ok())
}

fn find_user(call: &Call<'_>, email: &str) -> Result<Option<Party>, Stop> {
    let mut statement = call.db.prepare_cached("SELECT entity_id, name FROM user WHERE email = ?1")?;
    let user = |row: &rusqlite::Row<'_>| Ok(Party { entity_id: row.get(0)?, name: row.get(1)? });
    Ok(statement.query_row([email], user).optional()?)
}

fn find_core_client(call: &Call<'_>, id: &str) -> Result<Option<Party>, Stop> {
    let mut statement =
        call.db.prepare_cached("SELECT id, name FROM core_client WHERE id = ?1 AND account = ?2")?;
    let client = |row: &rusqlite::Row<'_>| Ok(Party { entity_id: row.get(0)?, name: row.get(1)? });
    Ok(statement.query_row(params![id, call.account], client).optional()?)
}

/// The caller's company with that domain, or one outside: the documents add a company by a domain
/// that none of theirs has.
fn find_company(call: &Call<'_>, domain: &str) -> Result<Party, Stop> {
    let mut statement = call.db.prepare_cached(
        "SELECT entity_id, name FROM company WHERE account = ?1 AND domain = ?2 COLLATE NOCASE ORDER BY rowid LIMIT 1",
    )?;
    let company = |row: &rusqlite::Row<'_>| Ok(Party { entity_id: row.get(0)?, name: row.get(1)? });
    let found = statement.query_row(params![call.account, domain], company).optional()?;
    Ok(found.unwrap_or_else(|| Party { entity_id: ids::base58(), name: domain.to_owned() }))
}

pub(crate) fn list(call: &Call<'_>) -> Outcome {
    let company = company_of_path(call)?;
    let mut statement = call.db.prepare_cached(
        "SELECT entity_id, name, address, type, created FROM trusted_party
         WHERE company_id = ?1 AND created IS NOT NULL ORDER BY rowid",
    )?;
    let list = statement
        .query_map([&company.company_id], |row| {
            Ok(TrustedParty {
                trusted_entity_id: row.get(0)?,
                name: row.get(1)?,
                address: row.get(2)?,
                r#type: row.get(3)?,
                internal: false,
                created: row.get(4)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Answer::ok(&TrustedParties { company_id: company.company_id, total_count: list.len(), list }))
}

/// Refused while the party is a custodian of one of the company's funds.
pub(crate) fn delete(call: &Call<'_>) -> Outcome {
    let company = company_of_path(call)?;
    let entity_id = call.parameter(1);
    let is_assigned: bool = call
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM policy_member JOIN policy ON policy.id = policy_id JOIN fund ON fund.id = fund_id
             WHERE entity_id = ?1 AND company_id = ?2)",
        )?
        .query_row([entity_id, &company.company_id], |row| row.get(0))?;
    if is_assigned {
        return Err(Stop::Refused(Answer::conflict("assigned to fund")));
    }
    let deleted = call
        .db
        .prepare_cached(
            "DELETE FROM trusted_party WHERE company_id = ?1 AND entity_id = ?2 AND created IS NOT NULL",
        )?
        .execute([&company.company_id, entity_id])?;
    if deleted == 0 { not_found("trustedparty_id") } else { Ok(Answer::accepted()) }
}
