//! A saved HTTP/1.1 request: request line, headers, an empty line, the body.

use super::Received;
use crate::failure::Failure;

/// Reads a saved request; line breaks may be LF alone, as editors write them.
///
/// `origin` is the scheme and host of a target that has none; without it they are https (wss for a
/// WebSocket handshake) and the Host header.
pub(super) fn parse(bytes: &[u8], origin: Option<&str>) -> Result<Received, Failure> {
    let (head, rest) = split_head(bytes);
    let head = std::str::from_utf8(head)
        .map_err(|_| Failure::input("the saved request's headers contain bytes that are no UTF-8"))?;
    let mut lines = head.lines();
    let (method, target) = read_request_line(lines.next().unwrap_or_default())?;
    let headers = lines.map(read_header).collect::<Result<Vec<_>, _>>()?;
    let mut received = Received { method: method.to_owned(), headers, ..Received::default() };
    received.url = absolute_url(target, origin, &received)?;
    received.body = read_body(rest, &received)?.to_vec();
    Ok(received)
}

/// All before the empty line, and all after it; without one there is no body.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if line == b"\n" || line == b"\r\n" {
            return (&bytes[..start], &bytes[end..]);
        }
        start = end;
    }
    (bytes, b"")
}

fn read_request_line(line: &str) -> Result<(&str, &str), Failure> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match *words.as_slice() {
        [method, target] => Ok((method, target)),
        [method, target, version] if version.starts_with("HTTP/") => Ok((method, target)),
        _ => Err(Failure::input(
            "the saved request does not begin with a request line such as: POST /api/v1/p/company HTTP/1.1",
        )),
    }
}

fn read_header(line: &str) -> Result<(String, String), Failure> {
    match line.split_once(':') {
        Some((name, value)) if !name.is_empty() && !name.contains([' ', '\t']) => {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        Some(("", _)) => Err(Failure::input(
            "the saved request has a pseudo-header of HTTP/2 (it begins with ':'); save it as HTTP/1.1",
        )),
        _ => Err(Failure::input(
            "the saved request has a line among its headers that is not of the form 'name: value'; an empty line ends the headers",
        )),
    }
}

fn absolute_url(target: &str, origin: Option<&str>, received: &Received) -> Result<String, Failure> {
    match (target.contains("://"), origin) {
        (true, None) => return Ok(target.to_owned()),
        (true, Some(_)) => {
            return Err(Failure::usage("the request line has an absolute URL: leave --origin out"));
        }
        (false, _) if !target.starts_with('/') => {
            return Err(Failure::input("the request line's target is neither a path nor an absolute URL"));
        }
        (false, Some(origin)) => return Ok(format!("{}{target}", origin.trim().trim_end_matches('/'))),
        (false, None) => {}
    }
    let host = received.header("host").ok_or_else(|| {
        Failure::input(
            "the saved request has no Host header; give --origin, such as https://api.qredo.network",
        )
    })?;
    let is_websocket =
        received.header("upgrade").is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"));
    let scheme = if is_websocket { "wss" } else { "https" };
    Ok(format!("{scheme}://{host}{target}"))
}

/// As long as content-length says, or all that follows. Editors add a line break at the end of a file.
fn read_body<'a>(rest: &'a [u8], received: &Received) -> Result<&'a [u8], Failure> {
    if received.header("transfer-encoding").is_some() {
        return Err(Failure::input(
            "the saved request has transfer-encoding, so its body is in chunks; save the body itself and leave that header out",
        ));
    }
    let Some(length) = received.header("content-length") else { return Ok(rest) };
    let length: usize =
        length.parse().map_err(|_| Failure::input("the saved request's content-length is no number"))?;
    let (body, after) = rest.split_at_checked(length).ok_or_else(|| {
        Failure::input(format!(
            "the saved request's body has {} bytes, but its content-length is {length}: it is cut off or was changed",
            rest.len()
        ))
    })?;
    if !matches!(after, b"" | b"\n" | b"\r\n") {
        return Err(Failure::input(format!(
            "the saved request's body has {} bytes, but its content-length is {length}: leave content-length out if the body is right",
            rest.len()
        )));
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn url_and_body(text: &str, origin: Option<&str>) -> (String, String) {
        let received = parse(text.as_bytes(), origin).unwrap();
        (received.url, String::from_utf8(received.body).unwrap())
    }

    #[test]
    fn the_url_is_made_absolute() {
        for (text, origin, url) in [
            ("GET /a?b HTTP/1.1\r\nHost: h:8\r\n\r\n", None, "https://h:8/a?b"),
            ("GET /a\nhost:h\nUpgrade: WebSocket\n\n", None, "wss://h/a"),
            ("GET /a HTTP/1.1\nHost: h", Some("http://o/"), "http://o/a"),
            ("GET ws://x/a HTTP/1.1\n\n", None, "ws://x/a"),
        ] {
            assert_eq!(url_and_body(text, origin).0, url, "{text:?}");
        }
    }

    #[test]
    fn the_body_is_what_content_length_says_or_all() {
        for (text, body) in [
            ("POST http://h/ HTTP/1.1\r\n\r\n{\r\n\r\n}\n", "{\r\n\r\n}\n"),
            ("POST http://h/ HTTP/1.1\nContent-Length: 2\n\n{}\n", "{}"),
            ("POST http://h/ HTTP/1.1\nContent-Length: 3\n\n{}\n", "{}\n"),
            ("POST http://h/ HTTP/1.1\nContent-Length: 2\n\n{}\r\n", "{}"),
            ("POST http://h/", ""),
        ] {
            assert_eq!(url_and_body(text, None).1, body, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_saved_request_is_refused() {
        for text in [
            "",
            "{}",
            "POST",
            "POST /a b c",
            "GET /a HTTP/1.1\n\n",
            "GET a HTTP/1.1\nHost: h\n\n",
            "GET /a HTTP/1.1\nHost: h\nno colon\n\n",
            "GET /a HTTP/1.1\nHost: h\n folded: line\n\n",
            "GET /a HTTP/1.1\n:authority: h\n\n",
            "POST http://h/ HTTP/1.1\nContent-Length: 4\n\n{}\n",
            "POST http://h/ HTTP/1.1\nContent-Length: 1\n\n{}\n",
            "POST http://h/ HTTP/1.1\nContent-Length: x\n\n{}",
            "POST http://h/ HTTP/1.1\nTransfer-Encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n",
        ] {
            assert!(parse(text.as_bytes(), None).is_err(), "{text:?}");
        }
        assert!(parse(b"GET http://h/ HTTP/1.1\n\n", Some("http://o")).is_err());
        assert!(parse(b"GET / HTTP/1.1\nHost: \xff\n\n", None).is_err());
    }
}
