//! `compact`: the bytes and nothing else.

use crate::support::{run, run_with};

#[test]
fn writes_the_bytes_and_nothing_else() {
    let ran = run_with(&["compact"], b" { \"a\" : [ 1.0 , \"\xc3\xa9 \" ] } \n");
    assert_eq!((ran.exit, &ran.stdout[..], &ran.stderr[..]), (0, &b"{\"a\":[1.0,\"\xc3\xa9 \"]}"[..], ""));
}

#[test]
fn reads_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.json");
    std::fs::write(&file, b"[ ]").unwrap();
    assert_eq!(run(&["compact".as_ref(), file.as_os_str()]).stdout, b"[]");
    run(&["compact", "nowhere.json"]).refused(3, "invalid_argument");
}

#[test]
fn what_is_too_large_is_refused_and_not_cut() {
    let json = format!("[{}1]", " ".repeat(10 * 1024 * 1024));
    run_with(&["compact"], json.as_bytes()).refused(3, "too_large");
}

#[test]
fn an_error_says_where() {
    let ran = run_with(&["compact"], b"{\n  \"a\": 1,\n}");
    assert!(ran.refused(3, "invalid_json").stderr.contains("line 3, column 1"), "{}", ran.stderr);
    let ran = run_with(&["compact", "--json"], b"{\n  \"a\": 1,\n}");
    assert_eq!(ran.exit, 3);
    let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(error["error"]["code"], "invalid_json");
    assert_eq!(error["error"]["number"], 105);
    assert_eq!(error["error"]["position"], 12);
    assert!(error["error"]["message"].is_string());
}
