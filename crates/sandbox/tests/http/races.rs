//! Many clients at once, of which exactly one may win.

use std::collections::BTreeMap;
use std::thread;

use crate::support::{KEY, Server, now, sign};

#[test]
fn of_64_clients_with_one_nonce_exactly_one_wins_each_number() {
    let server = Server::start(&[]);
    let api_key = server.partner().api_key;
    let numbers = if std::env::var("SCALE").is_ok_and(|scale| scale == "full") { 50 } else { 5 };
    for number in 1..=numbers {
        let nonce = number.to_string();
        // Four different requests, each sent by sixteen clients.
        let requests: Vec<(String, String)> = (0..4)
            .map(|request| {
                let body = format!(r#"{{"name":"request {request}"}}"#);
                let signature = sign(KEY, &nonce, &server.url("/company"), body.as_bytes());
                (body, signature)
            })
            .collect();
        let statuses: Vec<u16> = thread::scope(|scope| {
            let threads: Vec<_> = (0..64)
                .map(|client| {
                    let (body, signature) = &requests[client % 4];
                    let (server, api_key, nonce) = (&server, &api_key, &nonce);
                    scope.spawn(move || {
                        let headers =
                            [("x-api-key", api_key.as_str()), ("x-sign", signature), ("x-nonce", nonce)];
                        server.send("POST", "/api/v1/p/company", &headers, body.as_bytes()).status
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut counts = BTreeMap::new();
        for status in statuses {
            *counts.entry(status).or_insert(0) += 1;
        }
        assert_eq!(counts, BTreeMap::from([(200, 1), (401, 63)]), "nonce {number}");
    }
}

#[test]
fn of_64_copies_of_one_timestamped_request_exactly_one_is_taken() {
    let server = Server::start(&[]);
    let partner = server.partner();
    let body = br#"{"name":"once"}"#;
    let headers = partner.headers_at(now(), "/company", body);
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let taken = thread::scope(|scope| {
        let threads: Vec<_> = (0..64)
            .map(|_| scope.spawn(|| server.send("POST", "/api/v1/p/company", &headers, body).status))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).filter(|status| *status == 200).count()
    });
    assert_eq!(taken, 1);
}
