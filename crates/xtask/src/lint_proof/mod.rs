//! `lint-proof`: a rule that never fired proves nothing. Core is copied, one violation of each of its
//! rules is planted into the copy, and clippy must report each at its line.

mod plants;
mod rules;
mod sandbox;

use std::collections::BTreeSet;

use crate::Outcome;
use plants::{CANNOT_BE_PLANTED, PLANTS};
use rules::Rule;

/// Proves every rule, or fails naming those that did not fire.
pub(crate) fn run() -> Outcome {
    let rules = rules::read()?;
    let plan = plan(&rules)?;
    let findings = sandbox::findings(&planted_module(&plan))?;

    let found = |line: usize, rule: &Rule| {
        findings.iter().any(|finding| finding.line == line && rule.is_reported_by(finding))
    };
    let silent: Vec<String> = plan
        .iter()
        .enumerate()
        .filter(|(index, planted)| !found(HEAD_LINES + index + 1, planted.rule))
        .map(|(_, planted)| format!("{}: {}", planted.rule, planted.code))
        .collect();
    if !silent.is_empty() {
        return Err(format!("{} rule(s) did not fire on:\n  {}", silent.len(), silent.join("\n  ")));
    }
    println!("lint-proof: {} rules, all fire", plan.len());
    for (rule, why) in CANNOT_BE_PLANTED {
        println!("lint-proof: not planted: {rule}: {why}");
    }
    Ok(())
}

/// A rule and the line of Rust that breaks it.
struct Planted<'a> {
    rule: &'a Rule,
    code: &'static str,
}

/// One violation for each rule; refuses a rule without one, and a violation of no rule.
fn plan(rules: &[Rule]) -> Outcome<Vec<Planted<'_>>> {
    let mut unused: BTreeSet<&str> = PLANTS.iter().chain(CANNOT_BE_PLANTED).map(|(name, _)| *name).collect();
    let mut plan = Vec::new();
    let mut missing = Vec::new();
    for rule in rules {
        unused.remove(rule.name());
        if CANNOT_BE_PLANTED.iter().any(|(name, _)| *name == rule.name()) {
            continue;
        }
        match PLANTS.iter().find(|(name, _)| *name == rule.name()) {
            Some((_, code)) => plan.push(Planted { rule, code }),
            None => missing.push(rule.name()),
        }
    }
    let file = "crates/xtask/src/lint_proof/plants.rs";
    if !missing.is_empty() {
        return Err(format!("plant a violation in {file} for: {}", missing.join(", ")));
    }
    if !unused.is_empty() {
        return Err(format!("remove from {file} what is no rule any more: {unused:?}"));
    }
    Ok(plan)
}

/// Lines before the first planted one.
const HEAD_LINES: usize = 3;

/// One line for each violation, in the order of the plan.
///
/// The module is public, since undocumented private items are no violation.
fn planted_module(plan: &[Planted<'_>]) -> String {
    let head = "//! Planted violations.\n#![allow(warnings)]\nuse std::io::Write as _;\n";
    let lines = plan.iter().enumerate().map(|(number, planted)| match planted.rule.name() {
        "missing_docs" => format!("{}\n", planted.code),
        _ => format!("#[doc = \"Planted.\"] pub fn plant_{number}() {{ {} }}\n", planted.code),
    });
    head.to_owned() + &lines.collect::<String>()
}
