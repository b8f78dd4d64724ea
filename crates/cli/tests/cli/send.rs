//! `send`: the bytes on the wire, the answer on stdout, and what it refuses to do.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::raw_server::{OK, RawServer};
use crate::support::{Ran, cases, folder_with_key, line, public_key, run, run_in, set_mode};

const API_KEY: &str = "eyJrZXlfaWQiOiJteS1rZXktaWQiLCJrZXkiOiJodW50ZXIyaHVudGVyMiJ9";
const AT: [&str; 2] = ["--timestamp", "1639490495"];

fn folder() -> tempfile::TempDir {
    let folder = folder_with_key();
    let path = folder.path().join("apikey");
    std::fs::write(&path, format!("{API_KEY}\n")).unwrap();
    set_mode(&path, 0o600);
    folder
}

fn send(folder: &Path, url: &str, more: &[&str]) -> Ran {
    run_in(folder, &[&["send", "--url", url, AT[0], AT[1]], more].concat(), b"")
}

#[test]
fn the_wire_has_what_was_signed_and_nothing_beside() {
    let folder = folder();
    let body = "{ \"name\": \"ACME\",\r\n\t\"name\": \"é\\u00e9\", \"n\": 1.0e+2 }\n".as_bytes();
    std::fs::write(folder.path().join("body.json"), body).unwrap();
    let server = RawServer::answering(OK);
    let url = server.url("/api/v1/p/company");
    let ran = send(folder.path(), &url, &["--body-file", "body.json"]);
    assert_eq!((ran.exit, &ran.stderr[..]), (0, ""));
    let received = server.received();
    assert_eq!(received.request_line, "POST /api/v1/p/company HTTP/1.1");
    assert_eq!(received.body, body);
    assert_eq!(received.header("x-api-key"), API_KEY);
    assert_eq!(received.header("x-sign"), line(ran.text(), "x-sign"));
    assert_eq!(received.header("x-timestamp"), "1639490495");
    assert_eq!(received.header("accept"), "application/json");
    assert_eq!(received.header("content-type"), "application/json");
    let mut names = received.names();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "content-length",
            "content-type",
            "host",
            "user-agent",
            "x-api-key",
            "x-sign",
            "x-timestamp"
        ]
    );
    // The other commands say the same of these bytes: only the key's owner can have sent them.
    let sign = format!("x-sign: {}", received.header("x-sign"));
    let public = public_key();
    let flags = ["--public-key", &public, "--url", &url, "--body-file", "body.json", "--header", &sign];
    let rest = ["--header", "x-timestamp: 1639490495", "--now", "1639490495"];
    assert_eq!(run_in(folder.path(), &[&["verify"], &flags[..], &rest].concat(), b"").exit, 0);
}

/// Every URL that is accepted arrives as it was signed; the origin alone is this machine's.
#[test]
fn no_accepted_url_is_rewritten() {
    let folder = folder();
    let mut count = 0;
    for case in cases("urls.json").iter().filter(|case| case.get("ok").is_some()) {
        let Some(url) = text(&case["url"]).filter(|url| url.starts_with("http")) else { continue };
        let origin = url.match_indices('/').nth(2).unwrap().0;
        let server = RawServer::answering(OK);
        let target = &url[origin..url.len().min(8100)];
        let ran = send(folder.path(), &server.url(target), &[]);
        assert_eq!((ran.exit, &ran.stderr[..]), (0, ""), "{url}");
        assert_eq!(server.received().request_line, format!("GET {target} HTTP/1.1"));
        count += 1;
    }
    assert!(count >= 40, "only {count} URLs");
}

/// A bytes value of the vectors.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => parts.iter().map(text).collect(),
        Value::Object(_) => {
            let times = usize::try_from(value.get("times")?.as_u64()?).ok()?;
            Some(value.get("repeat")?.as_str()?.repeat(times))
        }
        _ => None,
    }
}

#[test]
fn the_labels_and_order_are_the_original_s_and_the_secret_stays_hidden() {
    let folder = folder();
    let server =
        RawServer::answering(&b"HTTP/1.1 200 Fine\r\ncontent-length: 15\r\n\r\n{\"code\": 200}\n\n"[..]);
    let url = server.url("/a");
    let ran = send(folder.path(), &url, &[]);
    let lines: Vec<&str> = ran.text().lines().collect();
    let begins = [
        "Hash: ",
        &format!("GET {url}"),
        "x-api-key: ",
        "x-sign: ",
        "x-timestamp: 1639490495",
        "---",
        "200 OK",
    ];
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
    assert!(ran.text().ends_with("---\n200 OK\n{\"code\": 200}\n\n"), "{}", ran.text());
    assert_eq!(line(ran.text(), "x-api-key"), "******** (key_id my-key-id)");
    assert!(!ran.text().contains("hunter2") && !ran.text().contains(API_KEY));
    server.received();
}

#[test]
fn json_has_the_exchange_without_the_secret() {
    let folder = folder();
    let server = RawServer::answering(
        &b"HTTP/1.1 401 Unauthorized\r\nX-A: 1\r\nx-a: 2\r\nx-sandbox-diagnosis: why\r\ncontent-length: 3\r\n\r\n\"\xff\""[..],
    );
    let ran = send(folder.path(), &server.url("/a"), &["--json"]);
    assert_eq!(ran.stderr, "");
    assert!(!ran.text().contains(API_KEY));
    let answer = ran.answer(7);
    assert_eq!(answer["status"], 401);
    assert_eq!(answer["reason"], "Unauthorized");
    assert_eq!(answer["headers"]["x-a"], "1, 2");
    assert_eq!((&answer["body"], &answer["body_hex"]), (&Value::Null, &"22ff22".into()));
    assert_eq!(answer["diagnosis"], "why");
    assert_eq!(answer["request"]["key_id"], "my-key-id");
    assert_eq!(answer["request"]["headers"]["x-sign"], server.received().header("x-sign"));
}

#[test]
fn a_body_goes_as_it_is_unless_it_is_to_be_compacted() {
    let folder = folder();
    std::fs::write(folder.path().join("body.json"), b"[ 1 ]\n").unwrap();
    for (flags, expected) in [(&[][..], &b"[ 1 ]\n"[..]), (&["--raw"], b"[ 1 ]\n"), (&["--compact"], b"[1]")]
    {
        let server = RawServer::answering(OK);
        let method = ["--method", "patch", "--body-file", "body.json"];
        assert_eq!(send(folder.path(), &server.url("/a"), &[&method[..], flags].concat()).exit, 0);
        let received = server.received();
        assert_eq!((&received.request_line[..], &received.body[..]), ("PATCH /a HTTP/1.1", expected));
    }
}

#[test]
fn a_request_without_a_body_has_none_with_any_method() {
    let folder = folder();
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
        let server = RawServer::answering(&b"HTTP/1.1 204 No Content\r\n\r\n"[..]);
        let ran = send(folder.path(), &server.url("/a"), &["--method", method]);
        assert_eq!((ran.exit, &ran.stderr[..]), (0, ""), "{method}");
        let received = server.received();
        assert_eq!((received.request_line, received.body), (format!("{method} /a HTTP/1.1"), Vec::new()));
        assert!(
            !received.headers.iter().any(|(name, _)| name == "content-type" || name == "transfer-encoding")
        );
    }
}

#[test]
fn a_nonce_takes_the_timestamp_s_place() {
    let folder = folder();
    let server = RawServer::answering(OK);
    let ran = run_in(folder.path(), &["send", "-url", &server.url("/a"), "-nonce", "42"], b"");
    assert_eq!(line(ran.text(), "x-nonce"), "42");
    let received = server.received();
    assert_eq!(received.header("x-nonce"), "42");
    assert!(!received.names().contains(&"x-timestamp"));
}

#[test]
fn an_answer_that_is_no_success_is_shown_and_is_exit_code_7() {
    let folder = folder();
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "404 Not Found",
        "429 Too Many Requests",
        "503 Service Unavailable",
    ] {
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 7\r\n\r\n{{\"a\":1}}");
        let server = RawServer::answering(answer);
        let ran = send(folder.path(), &server.url("/a"), &[]);
        assert_eq!((ran.exit, &ran.stderr[..]), (7, ""));
        assert!(ran.text().ends_with(&format!("---\n{status}\n{{\"a\":1}}\n")), "{}", ran.text());
        server.received();
    }
}

#[test]
fn the_sandbox_s_diagnosis_is_told_on_stderr() {
    let folder = folder();
    let answer =
        "HTTP/1.1 401 Unauthorized\r\nx-sandbox-diagnosis: The body was\tcut.\r\ncontent-length: 0\r\n\r\n";
    let server = RawServer::answering(answer);
    let ran = send(folder.path(), &server.url("/a"), &[]);
    assert_eq!((ran.exit, &ran.stderr[..]), (7, "diagnosis: The body was\\tcut.\n"));
    server.received();
}

#[test]
fn no_redirect_is_followed() {
    let folder = folder();
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        elsewhere.set_nonblocking(true).unwrap();
        let location = format!("http://{}/b", elsewhere.local_addr().unwrap());
        let server = RawServer::answering(format!(
            "HTTP/1.1 {status}\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
        ));
        let ran = send(folder.path(), &server.url("/a"), &[]);
        assert_eq!(ran.exit, 7);
        assert!(ran.text().contains(&format!("---\n{status}\n")), "{}", ran.text());
        assert!(ran.stderr.starts_with(&format!("not followed: {location}; ")), "{}", ran.stderr);
        assert!(elsewhere.accept().is_err(), "the redirect was followed");
        server.received();
    }
}

#[test]
fn a_server_that_is_not_there_is_exit_code_6() {
    let folder = folder();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap());
    drop(listener);
    let ran = send(folder.path(), &url, &[]);
    ran.refused(6, "sending_failed");
    assert!(ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
    let message = send(folder.path(), &url, &["--json"]).refused_in_json(6, "sending_failed");
    assert!(message.contains("refused"), "{message}");
}

#[test]
fn half_an_answer_is_exit_code_6_and_the_outcome_unknown() {
    let folder = folder();
    for answer in
        ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}", "SSH-2.0\r\n\r\n"]
    {
        let server = RawServer::answering(answer);
        let ran = send(folder.path(), &server.url("/a"), &[]);
        ran.refused(6, "sending_failed");
        assert!(ran.stderr.contains("unknown"), "{answer:?}: {}", ran.stderr);
        server.received();
    }
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let folder = folder();
    let mut answer = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    answer.resize(11 * 1024 * 1024, b'x');
    let server = RawServer::answering(answer);
    let ran = send(folder.path(), &server.url("/a"), &[]);
    ran.refused(6, "sending_failed");
    assert!(ran.stderr.contains("larger than 10 MiB"), "{}", ran.stderr);
    server.received();
}

#[test]
fn a_server_that_keeps_silent_is_left_in_time() {
    let folder = folder();
    // It takes the connection into its backlog, and that is all.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap());
    let begin = Instant::now();
    let ran = send(folder.path(), &url, &["--timeout", "1"]);
    ran.refused(6, "sending_failed");
    assert!(ran.stderr.contains("no whole answer within 1 s"), "{}", ran.stderr);
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[test]
fn plain_http_stays_on_this_machine() {
    let folder = folder();
    for url in [
        "http://api.example.com/a",
        "http://192.0.2.1/a",
        "http://localhost.example.com/a",
        "http://0.0.0.0/a",
    ] {
        let ran = send(folder.path(), url, &[]);
        ran.refused(3, "invalid_url");
        assert!(ran.stderr.contains("--allow-http"), "{}", ran.stderr);
    }
    // RFC 5737: nobody has that address, so the refusal is now the network's.
    send(folder.path(), "http://192.0.2.1/a", &["--allow-http", "--timeout", "1"])
        .refused(6, "sending_failed");
    for url in ["ws://127.0.0.1:1/a", "wss://127.0.0.1:1/a"] {
        send(folder.path(), url, &[]).refused(3, "invalid_url");
    }
    let server = RawServer::answering(OK);
    let localhost = format!("http://localhost:{}/a", server.port);
    assert_eq!(send(folder.path(), &localhost, &[]).exit, 0);
    assert_eq!(server.received().header("host"), &localhost[7..localhost.len() - 2]);
}

/// Without TLS a proxy would read the API key; the environment must not send it there.
#[test]
fn no_proxy_comes_between_over_plain_http() {
    let folder = folder();
    let server = RawServer::answering(OK);
    let program = env!("CARGO_BIN_EXE_partnerapi-sign");
    let status = std::process::Command::new(program)
        .args(["send", "--url", &server.url("/a")])
        .envs(
            ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"].map(|name| (name, "http://127.0.0.1:1")),
        )
        .current_dir(folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(server.received().request_line, "GET /a HTTP/1.1");
}

#[test]
fn nothing_is_sent_that_breaks_a_rule() {
    let folder = folder();
    std::fs::write(folder.path().join("body.json"), b"[]").unwrap();
    let url = "http://127.0.0.1:1/a";
    for (flags, exit, code) in [
        (&["--body-file", "body.json", "--method", "GET"][..], 3, "body_not_allowed"),
        (&["--method", "TRACE"], 3, "invalid_method"),
        (&["--body-file", "nowhere"], 3, "invalid_argument"),
        (&["--key-file", "nowhere"], 4, "invalid_api_key"),
        (&["--api-key", "hunter2"], 4, "invalid_api_key"),
        (&["--pem-file", "nowhere"], 4, "invalid_private_key"),
        (&["--timeout", "0"], 2, "invalid_argument"),
    ] {
        send(folder.path(), url, flags).refused(exit, code);
    }
    send(folder.path(), "http://127.0.0.1:1/a/../b", &[]).refused(3, "invalid_url");
    run(&["send"]).refused(2, "invalid_argument");
}
