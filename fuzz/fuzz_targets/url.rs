//! The URL rule: what is accepted stands unchanged in the payload, could be read in one way only
//! (no `{`, and `[` only right after `//`), and the WHATWG parser, which browsers, Node.js and
//! Rust's clients use, writes it back byte for byte or refuses to send it.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use partnersign::{ErrorCode, Method, Request, prepare};
use partnersign_fuzz::timestamp;

const MAX_BYTES: usize = 8 * 1024;

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(url) = std::str::from_utf8(input) else { return Corpus::Reject };
    match prepare(&Request::new(Method::Get, url), &timestamp()) {
        Ok(prepared) => {
            assert_eq!(prepared.payload(), format!("{}{url}", timestamp()).as_bytes());
            check_accepted(url);
        }
        Err(error) => {
            let expected = if url.len() > MAX_BYTES { ErrorCode::TooLarge } else { ErrorCode::InvalidUrl };
            assert_eq!(error.code(), expected, "{error}");
            assert!(error.position().is_none_or(|position| url.is_char_boundary(position)), "{error:?}");
        }
    }
    Corpus::Keep
});

fn check_accepted(url: &str) {
    let (scheme, rest) = url.split_once("://").unwrap();
    assert!(["http", "https", "ws", "wss"].contains(&scheme));
    assert!(url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"#<>\\^`{|}".contains(&byte)));
    // The brackets of an IPv6 literal begin the authority; there are no others.
    let inside = rest.strip_prefix('[').unwrap_or(rest);
    assert!(!inside.contains('['));
    assert_eq!(inside.contains(']'), inside.len() < rest.len());
    assert!(url.len() <= MAX_BYTES);
    match url::Url::parse(url) {
        Ok(parsed) => {
            assert_eq!(parsed.as_str(), url);
            assert!(parsed.username().is_empty() && parsed.password().is_none());
        }
        // An international name that is damaged: such a client sends nothing.
        Err(url::ParseError::IdnaError) => {}
        Err(error) => panic!("WHATWG: {error}"),
    }
}
