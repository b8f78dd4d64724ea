//! Companies: the customers of the partner.

use rusqlite::{OptionalExtension, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{AnyText, SomeText, or_empty};
use super::call::{Call, Outcome, Stop, bad_request, not_found};
use crate::answer::Answer;
use crate::ids;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct NewCompany {
    name: SomeText,
    city: Option<AnyText>,
    country: Option<AnyText>,
    domain: Option<AnyText>,
    r#ref: Option<AnyText>,
}

/// At least one field.
#[derive(Deserialize, JsonSchema)]
#[schemars(extend("minProperties" = 1))]
pub(crate) struct CompanyChange {
    name: Option<SomeText>,
    city: Option<AnyText>,
    country: Option<AnyText>,
    domain: Option<AnyText>,
    r#ref: Option<AnyText>,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct CompanyCreated {
    company_id: String,
    r#ref: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct Company {
    pub(crate) company_id: String,
    pub(crate) name: String,
    pub(crate) city: String,
    pub(crate) country: String,
    pub(crate) domain: String,
    pub(crate) r#ref: String,
    #[serde(skip)]
    pub(crate) entity_id: String,
}

#[derive(Serialize, JsonSchema)]
pub(crate) struct CompanyMatches {
    total_count: usize,
    matches: Vec<CompanyMatch>,
}

#[derive(Serialize, JsonSchema)]
struct CompanyMatch {
    company_id: String,
    name: String,
    domain: String,
}

/// The company that the path names, if it is the caller's.
pub(crate) fn company_of_path(call: &Call<'_>) -> Result<Company, Stop> {
    let found = call
        .db
        .prepare_cached(
            "SELECT id, name, city, country, domain, ref, entity_id FROM company WHERE id = ?1 AND account = ?2",
        )?
        .query_row(params![call.parameter(0), call.account], |row| {
            Ok(Company {
                company_id: row.get(0)?,
                name: row.get(1)?,
                city: row.get(2)?,
                country: row.get(3)?,
                domain: row.get(4)?,
                r#ref: row.get(5)?,
                entity_id: row.get(6)?,
            })
        })
        .optional()?;
    found.map_or_else(|| not_found("company_id"), Ok)
}

pub(crate) fn create(call: &Call<'_>) -> Outcome {
    let new: NewCompany = call.body()?;
    let company_id = ids::ksuid(call.now);
    let r#ref = or_empty(new.r#ref.as_ref()).to_owned();
    call.db.prepare_cached("INSERT INTO company VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(
        params![
            company_id,
            call.account,
            ids::base58(),
            new.name.as_str(),
            or_empty(new.city.as_ref()),
            or_empty(new.country.as_ref()),
            or_empty(new.domain.as_ref()),
            r#ref,
        ],
    )?;
    Ok(Answer::ok(&CompanyCreated { company_id, r#ref }))
}

pub(crate) fn read(call: &Call<'_>) -> Outcome {
    Ok(Answer::ok(&company_of_path(call)?))
}

/// Changes only the fields that are present.
pub(crate) fn change(call: &Call<'_>) -> Outcome {
    let change: CompanyChange = call.body()?;
    let company = company_of_path(call)?;
    let CompanyChange { name, city, country, domain, r#ref } = &change;
    if name.is_none() && [city, country, domain, r#ref].iter().all(|field| field.is_none()) {
        return bad_request("body");
    }
    let or_before =
        |new: &Option<AnyText>, before: String| new.as_ref().map_or(before, |text| text.as_str().to_owned());
    let name = name.as_ref().map_or(company.name.as_str(), SomeText::as_str);
    let r#ref = or_before(r#ref, company.r#ref);
    call.db
        .prepare_cached(
            "UPDATE company SET name = ?2, city = ?3, country = ?4, domain = ?5, ref = ?6 WHERE id = ?1",
        )?
        .execute(params![
            company.company_id,
            name,
            or_before(city, company.city),
            or_before(country, company.country),
            or_before(domain, company.domain),
            r#ref,
        ])?;
    Ok(Answer::ok(&CompanyCreated { company_id: company.company_id, r#ref }))
}

/// By a part of the name, in any case; all without a query.
pub(crate) fn search(call: &Call<'_>) -> Outcome {
    let part = call.query("query").unwrap_or_default().to_lowercase();
    let mut statement =
        call.db.prepare_cached("SELECT id, name, domain FROM company WHERE account = ?1 ORDER BY rowid")?;
    let rows = statement.query_map([call.account], |row| {
        Ok(CompanyMatch { company_id: row.get(0)?, name: row.get(1)?, domain: row.get(2)? })
    })?;
    let mut matches = Vec::new();
    for company in rows {
        let company = company?;
        if company.name.to_lowercase().contains(&part) {
            matches.push(company);
        }
    }
    Ok(Answer::ok(&CompanyMatches { total_count: matches.len(), matches }))
}
