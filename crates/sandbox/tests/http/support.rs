//! Starts the program, speaks HTTP/1.1 to it byte by byte, and signs with OpenSSL.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub(crate) const KEY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/keys/rsa2048.pkcs8.pem");
const PUBLIC_KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/keys/rsa2048.spki.pem");
pub(crate) const OTHER_KEY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/keys/rsa2048-other.pkcs8.pem");
pub(crate) const OTHER_PUBLIC_KEY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/keys/rsa2048-other.spki.pem");

/// A running sandbox; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_partnerapi-sandbox"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect("the first line").to_owned();
        Self { child, address }
    }

    /// As `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn process_id(&self) -> String {
        self.child.id().to_string()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1/p{path}", self.address)
    }

    /// Sends these bytes on a connection of their own and returns everything that comes back.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // A refused request may be answered, and the connection closed, before all of it is written.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    pub(crate) fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut lines =
            vec![format!("{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address)];
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
        if !body.is_empty() {
            lines.push(format!("content-length: {}\r\n", body.len()));
        }
        let head = format!("{}\r\n", lines.concat());
        Reply::parse(&self.raw(&[head.as_bytes(), body].concat()))
    }

    /// A call of the control plane.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Reply {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/_sandbox{path}"), &[], body.as_bytes())
    }

    pub(crate) fn register(&self, public_key_file: &str) -> String {
        let pem = std::fs::read_to_string(public_key_file).unwrap();
        let reply = self.control("POST", "/api-keys", &json!({ "public_key": pem }));
        assert_eq!(reply.status, 201);
        reply.json()["api_key"].as_str().unwrap().to_owned()
    }

    pub(crate) fn partner(&self) -> Partner<'_> {
        Partner { server: self, api_key: self.register(PUBLIC_KEY), nonce: 0 }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self, field: &str) -> String {
        self.json()[field].as_str().unwrap_or_else(|| panic!("no {field} in {}", self.body)).to_owned()
    }

    pub(crate) fn reason(&self) -> String {
        self.json()["detail"]["reason"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (other, value) = line.split_once(": ")?;
            other.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        self
    }

    #[track_caller]
    pub(crate) fn refused(self, status: u16, reason: &str) {
        assert_eq!((self.status, self.reason().as_str()), (status, reason), "{}\n{}", self.head, self.body);
    }
}

/// A partner with a key pair and an API key, who signs with nonces 1, 2, 3…
pub(crate) struct Partner<'a> {
    pub(crate) server: &'a Server,
    pub(crate) api_key: String,
    nonce: u64,
}

impl Partner<'_> {
    pub(crate) fn call(&mut self, method: &str, path: &str, body: &Value) -> Reply {
        self.nonce += 1;
        let nonce = self.nonce.to_string();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let signature = sign(KEY, &nonce, &self.server.url(path), body.as_bytes());
        let headers = [("x-api-key", self.api_key.as_str()), ("x-sign", &signature), ("x-nonce", &nonce)];
        self.server.send(method, &format!("/api/v1/p{path}"), &headers, body.as_bytes())
    }

    pub(crate) fn get(&mut self, path: &str) -> Value {
        self.call("GET", path, &Value::Null).expect(200).json()
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Value {
        self.call("POST", path, body).expect(200).json()
    }

    /// The headers of a request that carries this timestamp.
    pub(crate) fn headers_at(&self, timestamp: u64, path: &str, body: &[u8]) -> [(&'static str, String); 3] {
        let timestamp = timestamp.to_string();
        let signature = sign(KEY, &timestamp, &self.server.url(path), body);
        [("x-api-key", self.api_key.clone()), ("x-sign", signature), ("x-timestamp", timestamp)]
    }

    pub(crate) fn send_at(&self, timestamp: u64, method: &str, path: &str, body: &[u8]) -> Reply {
        let headers = self.headers_at(timestamp, path, body);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.server.send(method, &format!("/api/v1/p{path}"), &headers, body)
    }
}

/// `x-sign`, by OpenSSL.
pub(crate) fn sign(key_file: &str, freshness: &str, url: &str, body: &[u8]) -> String {
    let mut openssl = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign", key_file])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let payload = [freshness.as_bytes(), url.as_bytes(), body].concat();
    openssl.stdin.take().unwrap().write_all(&payload).unwrap();
    URL_SAFE_NO_PAD.encode(openssl.wait_with_output().unwrap().stdout)
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A company with a custodian who has approved, and what a fund of theirs looks like.
pub(crate) struct Custody {
    pub(crate) company: String,
    pub(crate) custodian: String,
}

impl Custody {
    pub(crate) fn new(partner: &mut Partner<'_>) -> Self {
        let company = partner.post("/company", &json!({ "name": "ACME Corp" }))["company_id"]
            .as_str()
            .unwrap()
            .to_owned();
        let user = json!({ "email": "IKatsuyoshi@gmail.com", "name": "Izumi Katsuyoshi" });
        let custodian = partner.server.control("POST", "/users", &user).expect(201).text("trusted_entity_id");
        let address = json!({ "address": "IKatsuyoshi@gmail.com", "type": "user" });
        partner.post(&format!("/company/{company}/trustedparty"), &address);
        let invitations = partner.server.control("GET", "/invitations", &Value::Null).json();
        let invitation = invitations["list"][0]["id"].as_str().unwrap();
        partner
            .server
            .control("POST", &format!("/invitations/{invitation}/approve"), &Value::Null)
            .expect(200);
        Self { company, custodian }
    }

    pub(crate) fn new_fund(&self, threshold: u32) -> Value {
        let group = json!({ "threshold": threshold, "members": [self.custodian] });
        json!({ "name": "Fund 1", "description": "Fund for demonstration purposes", "theme": 2,
            "custodygroup_withdraw": group, "custodygroup_tx": group, "assets": ["BTC-TESTNET"] })
    }
}
