//! On what the figures were measured.

use std::path::Path;
use std::process::Command;
use std::thread;

use toml::Value;

use crate::{Outcome, workspace};

/// Names and values, in the order of the report.
pub(crate) fn describe() -> Outcome<Vec<(&'static str, String)>> {
    let lock = workspace::read_toml(&workspace::root().join("Cargo.lock"))?;
    let locked = |name: &str| {
        let packages = lock.get("package").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let package =
            packages.iter().find(|package| package.get("name").and_then(Value::as_str) == Some(name));
        package.and_then(|package| package.get("version")?.as_str()).unwrap_or("unknown").to_owned()
    };
    Ok(vec![
        ("date", said_by("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        ("processor", processor("model name")),
        ("family, model", format!("{}, {}", processor("cpu family"), processor("model\t"))),
        ("what speeds RSA and SHA up", speeders()),
        ("cores", thread::available_parallelism().map_or(0, usize::from).to_string()),
        ("system", said_by("uname", &["-srm"])),
        ("rustc", said_by("rustc", &["--version"])),
        ("aws-lc-rs", locked("aws-lc-rs")),
        ("aws-lc-sys", locked("aws-lc-sys")),
        ("OpenSSL, library", openssl::version::version().to_owned()),
        ("OpenSSL, command", said_by("openssl", &["version"])),
    ])
}

/// A field of the first processor, as Linux names it.
fn processor(field: &str) -> String {
    let text = workspace::read(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(field)?.split_once(": "));
    value.map_or("unknown", |(_, value)| value).to_owned()
}

/// The instruction sets that decide how fast RSA and SHA-256 are.
fn speeders() -> String {
    let flags = processor("flags");
    let known = ["bmi2", "adx", "avx2", "avx512ifma", "sha_ni"];
    let has = |name: &str| flags.split(' ').any(|flag| flag == name);
    known.map(|name| format!("{name} {}", if has(name) { "yes" } else { "no" })).join(", ")
}

/// The first line that a command prints.
fn said_by(command: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(command).args(arguments).output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().next().unwrap_or("unknown").to_owned()
}
