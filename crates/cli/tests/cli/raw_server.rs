//! A server that keeps the very bytes it got and answers with the very bytes it was given.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

pub(crate) struct RawServer {
    pub(crate) port: u16,
    served: JoinHandle<Vec<u8>>,
}

impl RawServer {
    /// Serves one connection; the answer is sent as it is, then the connection ends.
    pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = answer.into();
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut got = Vec::new();
            let mut buffer = vec![0; 64 * 1024];
            while !is_whole(&got) {
                let count = stream.read(&mut buffer).unwrap();
                assert!(count > 0, "the request ends early: {:?}", String::from_utf8_lossy(&got));
                got.extend_from_slice(&buffer[..count]);
            }
            // A client that has seen enough may be gone.
            let _ = stream.write_all(&answer);
            got
        });
        Self { port, served }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The request, to the byte.
    pub(crate) fn received(self) -> Received {
        let bytes = self.served.join().unwrap();
        let end = head_end(&bytes).unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n").map(str::to_owned);
        let request_line = lines.next().unwrap();
        let headers = lines
            .filter(|line| !line.is_empty())
            .map(|line| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_owned(), value.to_owned())
            })
            .collect();
        Received { request_line, headers, body: bytes[end..].to_vec() }
    }
}

pub(crate) struct Received {
    pub(crate) request_line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    #[track_caller]
    pub(crate) fn header(&self, wanted: &str) -> &str {
        let found: Vec<&str> =
            self.headers.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str()).collect();
        assert_eq!(found.len(), 1, "{wanted} in {:?}", self.headers);
        found[0]
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.headers.iter().map(|(name, _)| name.as_str()).collect()
    }
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = head_end(bytes) else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    bytes.len() >= end + length
}
