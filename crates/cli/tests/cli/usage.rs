//! A wrong command line is exit code 2 and one sentence; help is an answer.

use crate::support::{URL, folder_with_key, run, run_in};

#[test]
fn a_wrong_command_line_is_refused() {
    for args in [
        &[][..],
        &["no-such-command"],
        &["sign", "--no-such-flag"],
        &["sign", "stray"],
        &["sign", "--url"],
        &["sign", "--raw", "--compact"],
        &["sign", "--timestamp", "1", "--nonce", "1"],
        &["verify", "--url", URL],
        &["verify", "--public-key", "public.pem"],
        &["keygen", "--bits", "many"],
    ] {
        run(args).refused(2, "invalid_argument");
    }
    let ran = run(&["sign", "-json", "-no-such-flag"]);
    let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!((ran.exit, &error["error"]["number"]), (2, &109.into()));
}

#[test]
fn what_may_be_a_secret_is_not_shown_again() {
    for args in [
        &["sign", "hunter2hunter2"][..],
        &["--json=hunter2hunter2", "sign"],
        &["keygen", "--pem-file", "a", "hunter2hunter2"],
    ] {
        let ran = run(args);
        assert_eq!(
            (ran.exit, ran.stdout.is_empty(), ran.stderr.contains("hunter2")),
            (2, true, false),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn an_error_is_one_line_whatever_a_path_contains() {
    run(&["sign", "--url", URL, "--pem-file", "a\nerror: b"]).refused(4, "invalid_private_key");
}

#[test]
fn help_and_version_are_answers() {
    for args in [&["--help"][..], &["-h"], &["sign", "-h"], &["verify", "--help"], &["--version"]] {
        let ran = run(args);
        assert_eq!((ran.exit, ran.stdout.is_empty(), &ran.stderr[..]), (0, false, ""), "{args:?}");
    }
}

#[test]
fn values_that_begin_with_a_dash_reach_their_rule() {
    let folder = folder_with_key();
    let sign = |flag: &str, value: &str| run_in(folder.path(), &["sign", "--url", URL, flag, value], b"");
    sign("--timestamp", "-5").refused(3, "invalid_timestamp");
    sign("--timestamp", "1634226826000").refused(3, "invalid_timestamp");
    sign("--nonce", "1634226826").refused(3, "invalid_nonce");
    sign("--method", "-X").refused(3, "invalid_method");
    assert_eq!(sign("--nonce", "-abc").exit, 0);
}
