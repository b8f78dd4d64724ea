//! `versions --check`: one version, in every file that names one.

use std::path::Path;

use toml::{Table, Value};

use crate::{Outcome, workspace};

/// Compares each file with `workspace.package.version`; the error lists all that differ.
pub(crate) fn run() -> Outcome {
    let root = workspace::root();
    let manifest = workspace::read_toml(&root.join("Cargo.toml"))?;
    let version = text_at(&manifest, &["workspace", "package", "version"])
        .ok_or("Cargo.toml: workspace.package.version is missing; write it there")?;

    let mut wrong = wrong_path_dependencies(&manifest, version);
    let members = read_members(&root, &manifest)?;
    wrong.extend(wrong_members(&members));
    wrong.extend(wrong_changelog(&workspace::read(&root.join("CHANGELOG.md"))?, version));
    for path in NPM_PACKAGES {
        wrong.extend(wrong_npm_package(path, &workspace::read(&root.join(path))?, version)?);
    }
    wrong.extend(wrong_lock(&workspace::read_toml(&root.join("Cargo.lock"))?, &members, version));

    if !wrong.is_empty() {
        return Err(format!("not everything is version {version}:\n  {}", wrong.join("\n  ")));
    }
    println!("versions: {version} everywhere ({} packages, CHANGELOG.md, Cargo.lock)", members.len());
    Ok(())
}

/// The manifests of the npm packages.
const NPM_PACKAGES: &[&str] = &["bindings/node/package.json", "bindings/node/npm/linux-x64-gnu/package.json"];

/// An npm package has the version, and asks for its native half at exactly that one.
fn wrong_npm_package(path: &str, text: &str, version: &str) -> Outcome<Vec<String>> {
    let manifest: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("{path}: not JSON: {error}"))?;
    let stated = [("version", &manifest["version"])].into_iter();
    let native = manifest["optionalDependencies"].as_object().into_iter().flatten();
    let native = native.map(|(name, stated)| (name.as_str(), stated));
    Ok(stated
        .chain(native)
        .filter(|(_, stated)| stated.as_str() != Some(version))
        .map(|(name, stated)| format!("{path}: {name} says {stated}; write \"{version}\""))
        .collect())
}

/// A member's folder and manifest.
struct Member {
    folder: String,
    manifest: Table,
}

impl Member {
    fn name(&self) -> &str {
        text_at(&self.manifest, &["package", "name"]).unwrap_or(&self.folder)
    }
}

fn read_members(root: &Path, manifest: &Table) -> Outcome<Vec<Member>> {
    let members = at(manifest, &["workspace", "members"])
        .and_then(Value::as_array)
        .ok_or("Cargo.toml: workspace.members is missing")?;
    let read = |folder: &str| {
        let manifest = workspace::read_toml(&root.join(folder).join("Cargo.toml"))?;
        Ok(Member { folder: folder.to_owned(), manifest })
    };
    members.iter().filter_map(Value::as_str).map(read).collect()
}

/// Members take the version from the workspace.
fn wrong_members(members: &[Member]) -> Vec<String> {
    let has_its_own = |member: &&Member| {
        at(&member.manifest, &["package", "version", "workspace"]).and_then(Value::as_bool) != Some(true)
    };
    members
        .iter()
        .filter(has_its_own)
        .map(|member| format!("{}/Cargo.toml: write `version.workspace = true`", member.folder))
        .collect()
}

/// What the workspace names by path, it names with its version.
fn wrong_path_dependencies(manifest: &Table, version: &str) -> Vec<String> {
    let dependencies = at(manifest, &["workspace", "dependencies"]).and_then(Value::as_table);
    dependencies
        .into_iter()
        .flatten()
        .filter(|(_, dependency)| dependency.get("path").is_some())
        .filter_map(|(name, dependency)| {
            let stated = dependency.get("version").and_then(Value::as_str);
            (stated != Some(version)).then(|| {
                let stated = stated.unwrap_or("none");
                format!(
                    "Cargo.toml: workspace.dependencies.{name} says {stated}; write version = \"{version}\""
                )
            })
        })
        .collect()
}

/// The changelog has a section for the version, or one for what is to come.
fn wrong_changelog(text: &str, version: &str) -> Option<String> {
    let titles = [format!("## [{version}]"), "## [Unreleased]".to_owned()];
    let named = text.lines().any(|line| titles.iter().any(|title| line.starts_with(title.as_str())));
    (!named).then(|| format!("CHANGELOG.md: has neither a section [{version}] nor [Unreleased]"))
}

/// The lock file has every member at the version.
fn wrong_lock(lock: &Table, members: &[Member], version: &str) -> Vec<String> {
    let packages = lock.get("package").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // A package without a source is one of the workspace.
    let locked = |name: &str| {
        packages
            .iter()
            .filter_map(Value::as_table)
            .find(|package| package.get("source").is_none() && text_at(package, &["name"]) == Some(name))
            .and_then(|package| text_at(package, &["version"]))
    };
    members
        .iter()
        .map(|member| (member.name(), locked(member.name()).unwrap_or("none")))
        .filter(|(_, locked)| *locked != version)
        .map(|(name, locked)| {
            format!("Cargo.lock: {name} is {locked}; run `cargo check` and commit the lock file")
        })
        .collect()
}

fn at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

fn text_at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a str> {
    at(table, path).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::{
        Member, wrong_changelog, wrong_lock, wrong_members, wrong_npm_package, wrong_path_dependencies,
    };

    fn member(version: &str) -> Member {
        let manifest = format!("[package]\nname = \"a\"\n{version}").parse().unwrap();
        Member { folder: "crates/a".to_owned(), manifest }
    }

    #[test]
    fn a_member_with_a_version_of_its_own_is_found() {
        let members = [member("version.workspace = true"), member("version = \"0.1.0\""), member("")];
        assert_eq!(wrong_members(&members).len(), 2);
    }

    #[test]
    fn a_path_dependency_with_another_version_is_found() {
        let manifest = "[workspace.dependencies]\n\
            a = { path = \"a\", version = \"1.0.0\" }\nb = { path = \"b\" }\nc = \"9\"\n\
            d = { path = \"d\", version = \"1.0.1\" }";
        let wrong = wrong_path_dependencies(&manifest.parse().unwrap(), "1.0.0");
        assert!(matches!(&wrong[..], [b, d] if b.contains(".b says none") && d.contains(".d says 1.0.1")));
    }

    #[test]
    fn the_changelog_names_the_version_or_what_is_to_come() {
        assert!(wrong_changelog("# C\n## [Unreleased]\n", "1.0.0").is_none());
        assert!(wrong_changelog("# C\n## [1.0.0] - 2026-11-23\n", "1.0.0").is_none());
        assert!(wrong_changelog("# C\n## [0.9.0]\n", "1.0.0").is_some());
    }

    #[test]
    fn an_npm_package_left_behind_is_found() {
        let text = r#"{ "version": "0.9.0", "optionalDependencies": { "a": "1.0.0", "b": "^1.0.0" } }"#;
        assert_eq!(wrong_npm_package("package.json", text, "1.0.0").unwrap().len(), 2);
        assert!(wrong_npm_package("package.json", "{", "1.0.0").is_err());
    }

    #[test]
    fn a_lock_file_left_behind_is_found() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"0.9.0\"".parse().unwrap();
        let of_a_registry = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"x\"".parse().unwrap();
        assert_eq!(wrong_lock(&lock, &[member("")], "0.9.0"), [""; 0]);
        assert_eq!(wrong_lock(&lock, &[member("")], "1.0.0").len(), 1);
        assert_eq!(wrong_lock(&of_a_registry, &[member("")], "1.0.0").len(), 1);
    }
}
