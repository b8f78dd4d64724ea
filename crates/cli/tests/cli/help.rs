//! `--help`: every example in it runs, as a person would copy it.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::raw_server::{OK, RawServer};
use crate::support::{URL, folder_with_key, line, public_key, run, run_in, set_mode};

const COMMANDS: [&str; 10] =
    ["sign", "send", "verify", "diagnose", "payload", "compact", "keygen", "inspect", "completions", "man"];

/// The examples of a help text, lines joined where a backslash continues them.
fn examples(help: &str) -> Vec<String> {
    let block = help.split("Examples:\n").nth(1).unwrap_or_default();
    let block = block.split("\n\n").next().unwrap_or_default();
    block.replace("\\\n", "").lines().map(|line| line.trim().to_owned()).collect()
}

/// Everything that the examples name, the signature of `send.json` included.
fn folder_with_everything() -> (tempfile::TempDir, String) {
    let folder = folder_with_key();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let pretty = "{\n  \"name\": \"ACME Corp\"\n}\n";
    write("company.json", pretty);
    write("passphrase", "correct horse\n");
    write("apikey", "eyJrZXlfaWQiOiJhIiwia2V5IjoiYiJ9\n");
    set_mode(&folder.path().join("apikey"), 0o600);
    std::fs::copy(public_key(), folder.path().join("public.pem")).unwrap();
    std::fs::copy(public_key(), folder.path().join("old-public.pem")).unwrap();
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs().to_string();
    let args =
        ["sign", "--url", URL, "--timestamp", &now, "--body-file", "company.json", "--body-out", "send.json"];
    let signed = run_in(folder.path(), &args, b"");
    let sign = line(signed.text(), "x-sign").to_owned();
    let headers = format!("-H 'x-sign: {sign}' -H 'x-timestamp: {now}'");
    write("command.txt", &format!("curl {URL} {headers} --data-binary @company.json\n"));
    let request = format!("POST {URL} HTTP/1.1\r\nx-sign: {sign}\r\nx-timestamp: {now}\r\n\r\n{pretty}");
    write("request.http", &request);
    (folder, format!("X_SIGN='{sign}'; X_TIMESTAMP={now}; URL={URL}; BODY='[ ]'; "))
}

fn run_example(folder: &Path, variables: &str, example: &str) -> i32 {
    let program = Path::new(env!("CARGO_BIN_EXE_partnerapi-sign")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{variables}{example}")]).env("PATH", path).current_dir(folder);
    shell.stdin(Stdio::null()).stdout(Stdio::null());
    shell.status().unwrap().code().unwrap()
}

#[test]
fn every_example_runs() {
    let mut count = 0;
    for command in [&["--help"][..]].into_iter().chain(COMMANDS.iter().map(std::slice::from_ref)) {
        let help = run(&[command, &["--help"]].concat());
        let (folder, variables) = folder_with_everything();
        for example in examples(help.text()) {
            // A sandbox of the examples' port stands ready for one request.
            let server = example.contains("127.0.0.1:8080").then(|| RawServer::answering(OK));
            let port = server.as_ref().map_or(8080, |server| server.port);
            let example = example.replace(":8080", &format!(":{port}"));
            if example.contains("partnerapi-sign keygen") && !example.contains("--pem-file") {
                // It makes what the folder already has.
                for existing in ["private.pem", "public.pem"] {
                    let _ = std::fs::remove_file(folder.path().join(existing));
                }
            }
            // What they diagnose was signed compacted and sent as it is.
            let expected = if example.contains("sign diagnose") { 5 } else { 0 };
            assert_eq!(run_example(folder.path(), &variables, &example), expected, "{example}");
            count += 1;
        }
    }
    assert!(count >= 25, "only {count} examples were found");
}

#[test]
fn every_command_has_examples_and_plain_text_in_a_pipe() {
    for command in COMMANDS {
        let help = run(&[command, "--help"]);
        assert!(!examples(help.text()).is_empty(), "{command}");
        assert!(!help.text().contains('\x1b'), "{command}");
    }
}

#[test]
fn examples_fit_a_terminal_of_100_columns() {
    for command in COMMANDS {
        for line in run(&[command, "--help"]).text().lines().filter(|line| !line.starts_with("Usage: ")) {
            assert!(line.chars().count() <= 100, "{command}: {line}");
        }
    }
}
