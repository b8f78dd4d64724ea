//! The rules that bind core, read from where they are made: `clippy.toml`, the head of `lib.rs`, and
//! the lints of the workspace.

use std::collections::BTreeMap;
use std::fmt;

use toml::{Table, Value};

use super::sandbox::Finding;
use crate::{Outcome, workspace};

/// One rule, proven by one violation.
pub(crate) enum Rule {
    /// A denied lint, such as `clippy::unwrap_used`.
    Lint(String),
    /// An entry of `clippy.toml`, and the lint that reports it.
    Disallowed { lint: &'static str, path: String },
}

impl Rule {
    /// The lint, or the path that is disallowed.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Lint(lint) => lint,
            Self::Disallowed { path, .. } => path,
        }
    }

    /// Whether clippy found this rule broken, and no other.
    pub(crate) fn is_reported_by(&self, finding: &Finding) -> bool {
        match self {
            // This lint reports under the number of the error that it once was.
            Self::Lint(lint) if lint == "unsafe_op_in_unsafe_fn" => finding.lint == "E0133",
            Self::Lint(lint) => finding.lint == *lint,
            // The message names the path, as in: use of a disallowed method `std::env::var`.
            Self::Disallowed { lint, path } => {
                finding.lint == *lint && finding.message.contains(&format!("`{path}`"))
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lint(lint) => f.write_str(lint),
            Self::Disallowed { lint, path } => write!(f, "{lint} {path}"),
        }
    }
}

/// The sections of `clippy.toml`, and their lints.
const SECTIONS: &[(&str, &str)] = &[
    ("disallowed-methods", "clippy::disallowed_methods"),
    ("disallowed-types", "clippy::disallowed_types"),
    ("disallowed-macros", "clippy::disallowed_macros"),
];

/// Every rule of core.
pub(crate) fn read() -> Outcome<Vec<Rule>> {
    let root = workspace::root();
    let entries = disallowed(&workspace::read_toml(&root.join("crates/core/clippy.toml"))?)?;
    let mut lints = denied_by_crate(&workspace::read(&root.join("crates/core/src/lib.rs"))?);
    lints.extend(denied_by_workspace(&workspace::read_toml(&root.join("Cargo.toml"))?));
    // The three that `clippy.toml` feeds are proven entry by entry.
    lints.retain(|lint| !SECTIONS.iter().any(|(_, of_section)| lint == of_section));
    Ok(lints.into_iter().map(Rule::Lint).chain(entries).collect())
}

fn disallowed(clippy: &Table) -> Outcome<Vec<Rule>> {
    let mut rules = Vec::new();
    for (section, lint) in SECTIONS {
        for entry in clippy.get(*section).and_then(Value::as_array).into_iter().flatten() {
            let path = entry.as_str().or_else(|| entry.get("path").and_then(Value::as_str));
            let path = path
                .ok_or_else(|| format!("crates/core/clippy.toml: {section} has an entry without a path"))?;
            rules.push(Rule::Disallowed { lint, path: path.to_owned() });
        }
    }
    Ok(rules)
}

/// The lints in the `deny(…)` and `forbid(…)` at the head of `lib.rs`.
fn denied_by_crate(source: &str) -> Vec<String> {
    let mut lints = Vec::new();
    for opening in ["deny(", "forbid("] {
        for (at, _) in source.match_indices(opening) {
            let list = source.get(at + opening.len()..).and_then(|rest| rest.split(')').next());
            lints.extend(list.unwrap_or_default().split(',').map(|lint| lint.trim().to_owned()));
        }
    }
    lints.retain(|lint| !lint.is_empty());
    lints
}

/// The lints that the root's `[workspace.lints]` denies or forbids.
fn denied_by_workspace(manifest: &Table) -> Vec<String> {
    let tables =
        manifest.get("workspace").and_then(|workspace| workspace.get("lints")).and_then(Value::as_table);
    let levels: BTreeMap<String, &Value> = tables
        .into_iter()
        .flatten()
        .flat_map(|(tool, lints)| {
            let prefix = if tool == "rust" { String::new() } else { format!("{tool}::") };
            lints
                .as_table()
                .into_iter()
                .flatten()
                .map(move |(lint, level)| (format!("{prefix}{lint}"), level))
        })
        .collect();
    let denied = |level: &Value| {
        let level = level.as_str().or_else(|| level.get("level").and_then(Value::as_str));
        matches!(level, Some("deny" | "forbid"))
    };
    levels.into_iter().filter(|(_, level)| denied(level)).map(|(lint, _)| lint).collect()
}

#[cfg(test)]
mod tests {
    use super::{denied_by_crate, denied_by_workspace};

    #[test]
    fn lints_are_read_from_attributes() {
        let source =
            "#![forbid(unsafe_code)]\n#![cfg_attr(\n not(test),\n deny(\n clippy::a,\n clippy::b,\n )\n)]";
        assert_eq!(denied_by_crate(source), ["clippy::a", "clippy::b", "unsafe_code"]);
    }

    #[test]
    fn lints_are_read_from_the_workspace() {
        let manifest = "[workspace.lints.rust]\na = \"deny\"\nb = \"warn\"\n\
            [workspace.lints.clippy]\nc = { level = \"forbid\", priority = 1 }";
        assert_eq!(denied_by_workspace(&manifest.parse().unwrap()), ["a", "clippy::c"]);
    }
}
