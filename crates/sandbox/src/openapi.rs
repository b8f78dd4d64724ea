//! `/openapi.json`: what is served, made from the table that serves it.

use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::answer::Failure;
use crate::args::AuthMode;
use crate::auth::Rules;
use crate::operations::{OPERATIONS, Operation, PREFIX};

pub(crate) fn document(rules: &Rules) -> Value {
    let mut schemas = Schemas::new();
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.run.is_some()) {
        let described = describe(operation, &mut schemas);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = described;
    }
    let not_built: Vec<String> = OPERATIONS
        .iter()
        .filter(|operation| operation.run.is_none())
        .map(|operation| format!("{} {}: {}", operation.method, operation.path, operation.name))
        .collect();
    let servers: Vec<Value> =
        rules.origins.iter().map(|origin| json!({ "url": format!("{origin}{PREFIX}") })).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Partner API sandbox",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A local Partner API that verifies every signature. Every request needs x-api-key; \
                x-sign is the unpadded base64url of the RSA PKCS#1 v1.5 / SHA-256 signature over \
                timestamp or nonce, absolute URL and raw body, joined with nothing between.",
        },
        "servers": servers,
        "security": security(rules.mode),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "ApiKey": { "type": "apiKey", "in": "header", "name": "x-api-key" },
                "Signature": { "type": "apiKey", "in": "header", "name": "x-sign" },
                "Timestamp": { "type": "apiKey", "in": "header", "name": "x-timestamp" },
                "Nonce": { "type": "apiKey", "in": "header", "name": "x-nonce" },
            },
            "schemas": schemas.into_definitions(),
        },
        "x-not-built": not_built,
    })
}

fn security(mode: AuthMode) -> Value {
    let timestamp = json!({ "ApiKey": [], "Signature": [], "Timestamp": [] });
    let nonce = json!({ "ApiKey": [], "Signature": [], "Nonce": [] });
    match mode {
        AuthMode::Strict => json!([timestamp, nonce]),
        AuthMode::Relaxed => json!([{ "ApiKey": [] }, timestamp, nonce]),
    }
}

/// What comes in and what goes out are described by different rules.
struct Schemas {
    bodies: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = "/components/schemas".into();
                settings.meta_schema = None;
            })
        };
        Self {
            bodies: settings().for_deserialize().into_generator(),
            answers: settings().for_serialize().into_generator(),
        }
    }

    fn into_definitions(mut self) -> Map<String, Value> {
        let mut definitions = self.bodies.take_definitions(true);
        definitions.append(&mut self.answers.take_definitions(true));
        definitions
    }
}

fn describe(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut responses = Map::new();
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let answer = operation.answer.map_or_else(|| json!({}), |schema| schema(&mut schemas.answers).into());
    responses
        .insert(operation.success.to_string(), json!({ "description": "Done", "content": content(answer) }));
    let error: Value = schemas.answers.subschema_for::<Failure<'_>>().into();
    for (status, description) in refusals(operation) {
        let mut response = json!({ "description": description, "content": content(error.clone()) });
        if status == 401 {
            response["headers"] = json!({ "x-sandbox-diagnosis": {
                "description": "Why, in a sentence", "required": true, "schema": { "type": "string" } } });
        }
        if status == 429 {
            response["headers"] = json!({ "retry-after": {
                "description": "Seconds", "required": true, "schema": { "type": "integer" } } });
        }
        responses.insert(status.to_string(), response);
    }
    let mut described = json!({
        "operationId": operation_id(operation),
        "summary": operation.name,
        "tags": [operation.tag],
        "parameters": parameters(operation),
        "responses": responses,
    });
    if let Some(body) = operation.body {
        let schema: Value = body(&mut schemas.bodies).into();
        described["requestBody"] = json!({ "required": true, "content": content(schema) });
    }
    described
}

fn refusals(operation: &Operation) -> Vec<(u16, &'static str)> {
    let mut refusals = vec![
        (400, "Malformed, or against a rule; the reason is the field"),
        (401, "Not authentic"),
        (413, "The body is too long"),
        (503, "The database failed; nothing happened"),
    ];
    if operation.path.contains('{') {
        refusals.push((404, "Unknown, or another partner's"));
    }
    for status in operation.refusals {
        refusals.push(match status {
            409 => (409, "The trusted party is a custodian of a fund"),
            429 => (429, "One fund in 15 seconds"),
            _ => (*status, "Refused"),
        });
    }
    refusals
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let ids = in_path.map(|name| {
        let id = json!({ "type": "string", "pattern": "^[0-9A-Za-z]+$", "maxLength": 64 });
        json!({ "name": name, "in": "path", "required": true, "schema": id })
    });
    let queries = operation
        .query
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string", "maxLength": 200 } }));
    ids.chain(queries).collect()
}

/// Such as `get_company_search`.
fn operation_id(operation: &Operation) -> String {
    let path: Vec<&str> = operation
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_matches(['{', '}']))
        .collect();
    format!("{}_{}", operation.method.to_lowercase(), path.join("_"))
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::args::AuthMode;
    use crate::auth::Rules;
    use serde_json::Value;

    fn strict() -> Value {
        let origins = vec!["http://localhost:8080".to_owned()];
        document(&Rules { mode: AuthMode::Strict, window_seconds: 300, origins })
    }

    /// Every `$ref` in the document.
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = strict();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 30);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn required_fields_are_those_that_are_refused_without() {
        let document = strict();
        let required = |name: &str| document["components"]["schemas"][name]["required"].to_string();
        assert_eq!(required("NewCompany"), r#"["name"]"#);
        assert_eq!(required("NewFund"), r#"["name","custodygroup_withdraw","custodygroup_tx"]"#);
        assert_eq!(required("NewWithdrawal"), r#"["wallet_id","address","expires","send"]"#);
    }

    #[test]
    fn what_is_not_built_is_listed_apart() {
        let document = strict();
        assert!(document["paths"]["/fees"].is_null());
        assert!(document["x-not-built"].as_array().unwrap().contains(&"POST /fees: Calculate fees".into()));
        assert_eq!(document["paths"]["/company/{company_id}/holding"].as_object().unwrap().len(), 2);
    }
}
