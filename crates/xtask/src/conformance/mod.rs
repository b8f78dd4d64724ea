//! `conformance`: what core says about every vector, a JSON line for each case. The other languages'
//! runners must print the same (tests/conformance/README.md).

mod received;
mod sending;
mod vectors;

use serde_json::{Value, json};

use self::vectors::{Keys, Vectors};
use crate::Outcome;

/// What is done with one case of a file.
type Run = fn(&Keys, &Value) -> Outcome<Value>;

const FILES: &[(&str, Run)] = &[
    ("keys", sending::keys),
    ("signing", sending::signing),
    ("compaction", sending::compaction),
    ("urls", sending::urls),
    ("freshness", sending::freshness),
    ("api_keys", sending::api_keys),
    ("requests", sending::requests),
    ("verifying", received::verifying),
    ("replay", received::replay),
    ("diagnosis", received::diagnosis),
    ("outcome_of_http", received::outcome_of_http),
];

/// Prints every line.
pub(crate) fn run() -> Outcome {
    let vectors = Vectors::new();
    let keys = vectors.keys()?;
    for (file, run) in FILES {
        for case in vectors.cases(file)? {
            let name = case.get("name").cloned().unwrap_or_default();
            let result = run(&keys, &case).map_err(|why| format!("{file}: {name}: {why}"))?;
            println!("{}", json!({ "file": file, "name": name, "result": result }));
        }
    }
    Ok(())
}
