//! Rows that programs in other languages measure: each prints a JSON object on a line,
//! `{"id", "what", "value", "unit", "at_most" or "at_least" or neither, "beside": [{"what", "value", "unit"}]}`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::contest::Pace;
use super::row::{Board, Row};
use crate::{Outcome, workspace};

/// A program: how it is built (nothing if it need not be), and how it runs. `quick` is added for a quick run.
struct Program {
    build: &'static [&'static [&'static str]],
    run: &'static [&'static str],
}

/// Paths from the root of the workspace; `{target}` is the folder of build results.
const PROGRAMS: &[Program] = &[
    Program {
        build: &[
            &["cargo", "build", "--locked", "--release", "--package", "partnersign-c", "--features", "bench"],
            &[
                "gcc",
                "-O2",
                "-std=gnu11",
                "-Iinclude",
                "bindings/c/bench/bench.c",
                "-o",
                "{target}/release/bench-c",
                "{target}/release/libpartnersign.a",
                "-lcrypto",
                "-lgcc_s",
                "-lpthread",
                "-lm",
                "-ldl",
            ],
            // What is shipped, whose size is measured.
            &["cargo", "build", "--locked", "--release", "--package", "partnersign-c"],
        ],
        run: &["{target}/release/bench-c", "tests/vectors/keys"],
    },
    Program {
        build: &[&["bindings/python/build.sh", "release"]],
        run: &["{target}/python/venv/bin/python", "bindings/python/bench.py"],
    },
    Program { build: &[&["bindings/node/build.sh"]], run: &["node", "bindings/node/bench.mjs"] },
];

/// Builds and runs each program, and takes its rows.
pub(crate) fn measure(pace: Pace, board: &mut Board) -> Outcome {
    for program in PROGRAMS {
        for command in program.build {
            start(command, &[])?;
        }
        let quick: &[&str] = if pace.divisor > 1 { &["--quick"] } else { &[] };
        for line in start(program.run, quick)?.lines().filter(|line| line.starts_with('{')) {
            board.add(row(line)?);
        }
    }
    library_size(board)
}

/// The stripped shared library, which the C program's build has made.
fn library_size(board: &mut Board) -> Outcome {
    let library = workspace::target().join("release/libpartnersign.so");
    let bytes = fs::metadata(&library).map_err(|error| format!("{}: {error}", library.display()))?.len();
    let mebibytes = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / f64::from(1 << 20);
    board.add(Row::new("c-size", "size of the stripped libpartnersign.so", mebibytes, "MiB").at_most(3.0));
    Ok(())
}

/// Runs a command in the root of the workspace, and gives what it printed.
fn start(command: &[&str], more: &[&str]) -> Outcome<String> {
    let target = workspace::target();
    let words: Vec<String> = command
        .iter()
        .chain(more)
        .map(|word| word.replace("{target}", &target.display().to_string()))
        .collect();
    let (program, arguments) = words.split_first().ok_or("an empty command")?;
    let output = Command::new(Path::new(program)).args(arguments).current_dir(workspace::root()).output();
    let output = output.map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn row(line: &str) -> Outcome<Row> {
    let wrong = || format!("no row: {line}");
    let value: Value = serde_json::from_str(line).map_err(|_| wrong())?;
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).ok_or_else(wrong);
    let number = |value: &Value, name: &str| value[name].as_f64().ok_or_else(wrong);
    // A row lives as long as the run, and so may its units.
    let unit = |value: &Value| text(value, "unit").map(|unit| &*unit.leak());
    let mut row =
        Row::new(text(&value, "id")?, text(&value, "what")?, number(&value, "value")?, unit(&value)?);
    if let Some(bound) = value["at_most"].as_f64() {
        row = row.at_most(bound);
    } else if let Some(bound) = value["at_least"].as_f64() {
        row = row.at_least(bound);
    }
    for beside in value["beside"].as_array().map(Vec::as_slice).unwrap_or_default() {
        row = row.beside(text(beside, "what")?, number(beside, "value")?, unit(beside)?);
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_line_becomes_a_row() {
        let line = r#"{"id": "a", "what": "b", "value": 1.04, "unit": "x", "at_most": 1.03,
                       "beside": [{"what": "c", "value": 2.0, "unit": "us"}]}"#;
        let row = row(line).unwrap();
        assert_eq!((row.verdict(), row.beside_text().as_str()), ("missed", "c 2.00 us"));
        assert!(super::row(r#"{"id": "a"}"#).is_err());
        assert!(super::row("{").is_err());
    }
}
