//! The URL rule: what is signed must be what an HTTP client sends, byte for byte.
//!
//! So a URL that some client would rewrite is refused, never repaired: each refusal names the rule,
//! the offending part and its place. The characters are those of RFC 3986; together with the four
//! schemes they also make the payload unambiguous (no URL contains `{`, and `[` only stands right
//! after `//`).

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::{Error, ErrorCode};

/// The longest URL in bytes.
const MAX_BYTES: usize = 8 * 1024;

/// The schemes and their default ports.
const SCHEMES: [(&str, u16); 4] = [("https", 443), ("http", 80), ("wss", 443), ("ws", 80)];

/// Accepts a URL that every HTTP client sends unchanged; refuses all others with `invalid_url`, or
/// `too_large` above 8 KiB.
pub(crate) fn check_url(url: &str) -> Result<(), Error> {
    if url.len() > MAX_BYTES {
        return Err(Error::new(ErrorCode::TooLarge, "the URL is longer than 8192 bytes"));
    }
    check_characters(url)?;
    let (scheme, default_port, rest) = split_scheme(url)?;
    let (authority, target) =
        rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or_default();
    let authority_at = scheme.len() + "://".len();
    let target_at = authority_at + authority.len();
    check_authority(authority, default_port).map_err(|error| shift(error, authority_at))?;
    check_target(target).map_err(|error| shift(error, target_at))
}

/// Every byte is one that RFC 3986 allows somewhere in a URI.
fn check_characters(url: &str) -> Result<(), Error> {
    let Some((position, character)) = url.char_indices().find(|(_, character)| !is_uri_character(*character))
    else {
        return Ok(());
    };
    let shown = if character == ' ' {
        "a space".to_owned()
    } else if character.is_ascii_graphic() {
        format!("'{character}'")
    } else {
        format!("U+{:04X}", u32::from(character))
    };
    refuse(position, format!("{shown} at byte {position} is no URL character (RFC 3986); percent-encode it"))
}

fn is_uri_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
}

/// The scheme, its default port, and what follows `://`.
fn split_scheme(url: &str) -> Result<(&'static str, u16, &str), Error> {
    for (scheme, default_port) in SCHEMES {
        if let Some(rest) = url.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://")) {
            return Ok((scheme, default_port, rest));
        }
    }
    let named = url.split_once("://").map(|(scheme, _)| scheme).unwrap_or_default();
    if SCHEMES.iter().any(|(scheme, _)| scheme.eq_ignore_ascii_case(named)) {
        return refuse(
            0,
            format!("the scheme '{named}' has upper case; clients send it in lower case, so write that"),
        );
    }
    refuse(
        0,
        "the URL does not begin with https://, http://, wss:// or ws://; write it absolute, as it is sent",
    )
}

/// `host[:port]`, without user info.
fn check_authority(authority: &str, default_port: u16) -> Result<(), Error> {
    if let Some(at) = authority.find('@') {
        return refuse(
            at,
            "the URL contains user info (before '@'); clients do not send it, so leave it out",
        );
    }
    let host_end = match authority.strip_prefix('[') {
        Some(literal) => match literal.find(']') {
            Some(end) => end + 2,
            None => return refuse(0, "the IPv6 literal has no closing ']'"),
        },
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(host_end).unwrap_or_default();
    check_host(host)?;
    if port.is_empty() {
        return Ok(());
    }
    check_port(port, default_port).map_err(|error| shift(error, host_end))
}

fn check_host(host: &str) -> Result<(), Error> {
    if host.is_empty() {
        return refuse(0, "the URL has no host");
    }
    if let Some(literal) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return check_ipv6(literal);
    }
    if let Some(at) = host.find(['[', ']']) {
        return refuse(at, "'[' and ']' only enclose an IPv6 literal, directly after '//'");
    }
    if let Some(at) = host.find('%') {
        return refuse(at, "the host contains '%'; clients decode it, so write the plain name");
    }
    if let Some(at) = host.find(|character: char| character.is_ascii_uppercase()) {
        return refuse(at, "the host has upper case; clients send it in lower case, so write that");
    }
    let is_canonical_ipv4 = host.parse::<Ipv4Addr>().is_ok_and(|address| address.to_string() == host);
    if ends_in_a_number(host) && !is_canonical_ipv4 {
        return refuse(
            0,
            "the host ends in a number but is no canonical IPv4 address; clients rewrite it, so write four decimal numbers from 0 to 255",
        );
    }
    Ok(())
}

/// The WHATWG URL Standard reads such a host as an IPv4 address in any notation.
fn ends_in_a_number(host: &str) -> bool {
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next().unwrap_or_default();
    let hexadecimal =
        last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()))
}

/// RFC 5952 is the canonical form. Of the IPv4-mapped addresses clients have two spellings.
fn check_ipv6(literal: &str) -> Result<(), Error> {
    let Ok(address) = literal.parse::<Ipv6Addr>() else {
        return refuse(1, "the text in brackets is no IPv6 address");
    };
    if let Some(ipv4) = address.to_ipv4_mapped() {
        return refuse(1, format!("clients disagree on how an IPv4-mapped address is written; write {ipv4}"));
    }
    let canonical = address.to_string();
    if canonical != literal {
        return refuse(1, format!("the IPv6 literal is not canonical (RFC 5952); write [{canonical}]"));
    }
    Ok(())
}

/// `port` begins with its colon, unless the bracket of an IPv6 literal is followed by something else.
fn check_port(port: &str, default_port: u16) -> Result<(), Error> {
    let Some(digits) = port.strip_prefix(':') else {
        return refuse(0, "only ':' and a port can follow an IPv6 literal");
    };
    if digits.is_empty() {
        return refuse(0, "the port is empty; leave out the ':'");
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse(1, "the port is not decimal digits");
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return refuse(1, "the port has a leading zero; write it without");
    }
    match digits.parse::<u16>() {
        Ok(0) => refuse(0, "port 0 is none; Python's requests leaves it out, and nothing listens there"),
        Err(_) => refuse(1, "the port is above 65535"),
        Ok(number) if number == default_port => refuse(
            0,
            format!("{number} is the scheme's default port; clients leave it out, so leave out ':{number}'"),
        ),
        Ok(_) => Ok(()),
    }
}

/// Path and query: everything from the first `/`.
fn check_target(target: &str) -> Result<(), Error> {
    if let Some(at) = target.find('#') {
        return refuse(at, "the URL has a fragment ('#'); it is never sent, so leave it out");
    }
    if !target.starts_with('/') {
        return refuse(0, "the path is empty; clients send '/', so write it");
    }
    if let Some(at) = target.find(['[', ']']) {
        return refuse(at, "'[' and ']' are no path or query characters (RFC 3986); write %5B and %5D");
    }
    let path_end = target.find('?').unwrap_or(target.len());
    let (path, query) = target.split_at_checked(path_end).unwrap_or_default();
    check_segments(path)?;
    check_escapes(target)?;
    if query == "?" {
        return refuse(
            path_end,
            "the query is empty; Node.js and Python's requests leave out the '?', so leave it out",
        );
    }
    match query.find('\'') {
        Some(at) => {
            refuse(path_end + at, "the query contains \"'\"; browsers and Node.js send %27, so write that")
        }
        None => Ok(()),
    }
}

/// Clients resolve `.` and `..`, also when the dots are percent-encoded.
fn check_segments(path: &str) -> Result<(), Error> {
    let mut at = 0;
    for segment in path.split('/') {
        let plain = segment.replace("%2e", ".").replace("%2E", ".");
        if plain == "." || plain == ".." {
            return refuse(
                at,
                format!(
                    "the path has the dot segment '{segment}'; clients resolve it, so write the path without"
                ),
            );
        }
        at += segment.len() + 1;
    }
    Ok(())
}

/// Each `%` begins an upper-case escape of a byte that needs one.
fn check_escapes(target: &str) -> Result<(), Error> {
    for (at, _) in target.match_indices('%') {
        let escape = target.get(at..at + 3).unwrap_or_else(|| target.get(at..).unwrap_or_default());
        let digits = escape.get(1..).unwrap_or_default();
        if digits.len() != 2 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return refuse(at, format!("'{escape}' is no percent escape; write '%' itself as %25"));
        }
        if digits.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return refuse(
                at,
                format!("the percent escape '{escape}' is lower-case; write {}", escape.to_ascii_uppercase()),
            );
        }
        let byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            return refuse(
                at,
                format!("the percent escape '{escape}' is needless; write '{}'", char::from(byte)),
            );
        }
    }
    Ok(())
}

fn refuse<T>(position: usize, why: impl Into<std::borrow::Cow<'static, str>>) -> Result<T, Error> {
    Err(Error::new(ErrorCode::InvalidUrl, why).at(position))
}

/// Moves a position that was counted in a part of the URL.
fn shift(error: Error, by: usize) -> Error {
    match error.position() {
        Some(position) => error.at(position + by),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::check_url;

    /// The rules themselves are tested by `tests/vectors/urls.json`; here: where the place is.
    #[test]
    fn the_position_is_that_of_the_offending_part() {
        for (url, position) in [
            ("https://h/a b", 11),
            ("https://user@h/", 12),
            ("https://h:443/", 9),
            ("https://h:08/", 10),
            ("https://h/a/../b", 12),
            ("https://h/%2f", 10),
            ("https://h/?q='", 13),
            ("https://h/?q=[", 13),
            ("https://h", 9),
            ("https://h#f", 9),
            ("https://aB/", 9),
        ] {
            let error = check_url(url).unwrap_err();
            assert_eq!(
                (error.code().as_str(), error.position()),
                ("invalid_url", Some(position)),
                "{url}: {error}"
            );
        }
    }

    #[test]
    fn what_clients_send_unchanged_is_accepted() {
        for url in [
            "https://api.qredo.network/api/v1/p/company/search?query=cme",
            "http://127.0.0.1:8080/",
            "http://[::1]:8080/a//b;c=d/@:!$&'()*+,",
            "wss://h/%2F%C3%A9?x=%27",
        ] {
            check_url(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        }
    }
}
