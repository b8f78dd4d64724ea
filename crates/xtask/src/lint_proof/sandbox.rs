//! The copy of core under `target/lint-proof`, and clippy's verdict on it.

use std::fs;
use std::path::Path;

use serde_json::Value;
use toml::Table;

use crate::{Outcome, workspace};

/// What clippy reported about a line of the planted module.
pub(crate) struct Finding {
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The lint, such as `clippy::unwrap_used`.
    pub(crate) lint: String,
    /// The message's first line.
    pub(crate) message: String,
}

const PLANTED: &str = "crates/core/src/planted.rs";

/// Copies core, adds the module, and runs clippy: every error in the module.
///
/// Build results are shared with the workspace's own, so nothing but the copy is compiled anew.
pub(crate) fn findings(module: &str) -> Outcome<Vec<Finding>> {
    let copy = workspace::target().join("lint-proof");
    copy_core(&copy)?;
    workspace::write(&copy.join(PLANTED), module)?;
    let lib = copy.join("crates/core/src/lib.rs");
    let declared = workspace::read(&lib)? + "\n/// Planted violations.\npub mod planted;\n";
    workspace::write(&lib, &declared)?;

    let output = workspace::cargo()
        .args(["clippy", "--quiet", "--package", "partnersign", "--lib", "--message-format", "json"])
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", workspace::target())
        .env_remove("CLIPPY_CONF_DIR")
        .output()
        .map_err(|error| format!("cannot run cargo clippy: {error}"))?;
    let (mut planted, mut elsewhere) = (Vec::new(), Vec::new());
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(report) = serde_json::from_str::<Value>(line) else { continue };
        let message = &report["message"];
        if message["level"] != "error" {
            continue;
        }
        match finding(message) {
            Some(finding) => planted.push(finding),
            None => elsewhere.push(message["rendered"].as_str().unwrap_or_default().to_owned()),
        }
    }
    if planted.is_empty() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "clippy found nothing in the planted module\n{stderr}\n{}",
            elsewhere.join("\n")
        ));
    }
    Ok(planted)
}

/// Sources, manifests, clippy's settings and the lock file, in a workspace of their own.
fn copy_core(copy: &Path) -> Outcome {
    let root = workspace::root();
    let source = copy.join("crates");
    if source.exists() {
        fs::remove_dir_all(&source).map_err(|error| format!("cannot empty {}: {error}", source.display()))?;
    }
    let mut manifest = workspace::read_toml(&root.join("Cargo.toml"))?;
    if let Some(settings) = manifest.get_mut("workspace").and_then(toml::Value::as_table_mut) {
        settings.insert("members".to_owned(), toml::Value::Array(vec!["crates/core".into()]));
        settings.remove("default-members");
    }
    write_toml(&copy.join("Cargo.toml"), &manifest)?;
    let mut core = workspace::read_toml(&root.join("crates/core/Cargo.toml"))?;
    for not_copied in ["test", "bench", "example"] {
        core.remove(not_copied);
    }
    write_toml(&copy.join("crates/core/Cargo.toml"), &core)?;
    for file in ["Cargo.lock", "crates/core/clippy.toml"] {
        workspace::write(&copy.join(file), &workspace::read(&root.join(file))?)?;
    }
    copy_folder(&root.join("crates/core/src"), &copy.join("crates/core/src"))
}

fn write_toml(path: &Path, table: &Table) -> Outcome {
    workspace::write(path, &table.to_string())
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    let failed = |error| format!("cannot list {}: {error}", from.display());
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            workspace::write(&target, &workspace::read(&entry.path())?)?;
        }
    }
    Ok(())
}

/// A compiler message as a finding, if it points into the planted module.
fn finding(message: &Value) -> Option<Finding> {
    let spans = message["spans"].as_array()?;
    let line = spans.iter().filter(|span| span["is_primary"] == true).find_map(planted_line)?;
    Some(Finding {
        line,
        lint: message["code"]["code"].as_str()?.to_owned(),
        message: message["message"].as_str()?.to_owned(),
    })
}

/// The line in the planted module, also where the span is inside of a macro called there.
fn planted_line(span: &Value) -> Option<usize> {
    if span["file_name"].as_str()?.ends_with("src/planted.rs") {
        return span["line_start"].as_u64()?.try_into().ok();
    }
    planted_line(span.get("expansion")?.get("span")?)
}
