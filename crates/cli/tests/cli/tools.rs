//! `completions` and `man`.

use crate::support::run;

#[test]
fn completions_name_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = run(&["completions", shell]);
        assert_eq!((ran.exit, &ran.stderr[..]), (0, ""));
        for word in ["sign", "send", "diagnose", "payload", "inspect", "body-file", "public-key"] {
            assert!(ran.text().contains(word), "{shell}: {word}");
        }
    }
    run(&["completions", "tcsh"]).refused(2, "invalid_argument");
    run(&["completions"]).refused(2, "invalid_argument");
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let overview = run(&["man"]);
    assert!(overview.text().contains(".TH partnerapi-sign 1"), "{}", overview.text());
    for command in [
        "sign",
        "send",
        "verify",
        "diagnose",
        "payload",
        "compact",
        "keygen",
        "inspect",
        "completions",
        "man",
    ] {
        assert!(overview.text().contains(command));
        let page = run(&["man", command]);
        assert_eq!((page.exit, &page.stderr[..]), (0, ""));
        assert!(page.text().contains(&format!(".TH partnerapi-sign-{command} 1")), "{}", page.text());
    }
    run(&["man", "websocket"]).refused(2, "invalid_argument");
}
