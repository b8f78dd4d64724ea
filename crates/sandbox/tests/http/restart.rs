//! `kill -9` at any moment: nothing accepted twice, nothing acknowledged lost.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{KEY, Server, now, sign};

#[test]
fn what_was_acknowledged_is_there_after_kill_9_and_no_nonce_is_taken_twice() {
    let rounds = if std::env::var("SCALE").is_ok_and(|scale| scale == "full") { 1000 } else { 20 };
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("sandbox.sqlite");
    let arguments = ["--database", database.to_str().unwrap(), "--origin", "http://localhost:1"];
    let url = "http://localhost:1/api/v1/p/company";
    let server = Server::start(&arguments);
    let api_key = server.partner().api_key;
    server.kill();

    let (mut nonce, mut acknowledged) = (0, Vec::new());
    for round in 0..rounds {
        let server = Server::start(&arguments);
        let killed = AtomicBool::new(false);
        let last_answered = thread::scope(|scope| {
            let client = scope.spawn(|| {
                let mut answered = nonce;
                while !killed.load(Ordering::Relaxed) {
                    let number = answered + 1;
                    let body = format!(r#"{{"name":"company {number}"}}"#);
                    let signature = sign(KEY, &number.to_string(), url, body.as_bytes());
                    let (text, path) = (number.to_string(), "/api/v1/p/company");
                    let headers =
                        [("x-api-key", api_key.as_str()), ("x-sign", &signature), ("x-nonce", &text)];
                    match try_send(&server, path, &headers, &body) {
                        Some(200) => answered = number,
                        // Taken before the last kill, though nobody was told.
                        Some(401) if number == nonce + 1 => answered = number,
                        Some(status) => panic!("{status} for nonce {number}"),
                        None => break,
                    }
                }
                answered
            });
            // Somewhere in the client's first few requests.
            thread::sleep(Duration::from_millis(20 + round * 7 % 60));
            kill(&server);
            killed.store(true, Ordering::Relaxed);
            client.join().unwrap()
        });
        acknowledged.extend(nonce + 1..=last_answered);
        nonce = last_answered;
    }

    let server = Server::start(&arguments);
    let time = now().to_string();
    let signature = sign(KEY, &time, &format!("{url}/search"), b"");
    let headers = [("x-api-key", api_key.as_str()), ("x-sign", &signature), ("x-timestamp", &time)];
    let found = server.send("GET", "/api/v1/p/company/search", &headers, b"").expect(200).json();
    let names: Vec<&str> = found["matches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|company| company["name"].as_str().unwrap())
        .collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "nothing is accepted twice");
    for number in &acknowledged {
        assert!(names.contains(&format!("company {number}").as_str()), "company {number} is lost");
    }
    // At most the one that was under way at the last kill.
    assert!(names.len() <= acknowledged.len() + 1, "{} of {}", names.len(), acknowledged.len());
    assert!(!acknowledged.is_empty());
}

/// The status, or nothing if the server died meanwhile.
fn try_send(server: &Server, path: &str, headers: &[(&str, &str)], body: &str) -> Option<u16> {
    use std::io::{Read, Write};
    let lines: String = headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
    let head =
        format!("POST {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n{lines}", body.len());
    let mut stream = std::net::TcpStream::connect(&server.address).ok()?;
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

fn kill(server: &Server) {
    let status = std::process::Command::new("kill").args(["-9", &server.process_id()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn the_clock_the_keys_and_the_nonces_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("sandbox.sqlite");
    let arguments = ["--database", database.to_str().unwrap(), "--origin", "http://localhost:1"];
    let server = Server::start(&arguments);
    server.control("POST", "/clock", &json!({ "now": 1_634_226_826 })).expect(200);
    let api_key = server.partner().api_key;
    let send = |server: &Server, name: &str, freshness: &str| {
        let signature = sign(KEY, freshness, "http://localhost:1/api/v1/p/company", br#"{"name":"a"}"#);
        let headers = [("x-api-key", api_key.as_str()), ("x-sign", &signature), (name, freshness)];
        server.send("POST", "/api/v1/p/company", &headers, br#"{"name":"a"}"#).status
    };
    assert_eq!(send(&server, "x-nonce", "10"), 200);
    assert_eq!(send(&server, "x-timestamp", "1634226826"), 200);
    server.kill();
    let server = Server::start(&arguments);
    assert_eq!(send(&server, "x-nonce", "10"), 401);
    assert_eq!(send(&server, "x-nonce", "11"), 200);
    assert_eq!(send(&server, "x-timestamp", "1634226826"), 401);
    assert_eq!(send(&server, "x-timestamp", "1634226827"), 200);
    let reset = server.control("POST", "/reset", &Value::Null);
    assert_eq!(reset.status, 200);
    assert_eq!(send(&server, "x-nonce", "12"), 401);
}
