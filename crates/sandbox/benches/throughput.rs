//! Signed requests per second of the sandbox, from this process to another, on one core and on two,
//! beside the cost of the verification alone; and the memory before and after many requests.
//!
//! `cargo bench --package partnersign-sandbox [-- --quick]`; needs Linux (`taskset`, `/proc`).

use std::hint::black_box;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use partnersign::{
    Freshness, Method, Nonce, ReceivedRequest, Request, SignedRequest, Signer, SigningKey, Timestamp,
    Verifier,
};
use serde_json::{Value, json};

/// Connections that send at the same time.
const CLIENTS: usize = 16;

/// The origin that is signed, so that requests can be signed before the port is known.
const ORIGIN: &str = "http://localhost:1";

fn main() {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let (signed, read) = if is_quick { (400, 4_000) } else { (8_000, 1_000_000) };
    let key = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs8.pem");
    let signer = Signer::new(SigningKey::from_pem(key, None).unwrap(), None);
    println!(
        "{signed} requests signed with RSA-2048, each with a nonce of its own, over {CLIENTS} connections.\n"
    );
    println!("| what | result |\n| --- | --- |");
    println!("| verification alone, one thread | {:.1} us |", verification_alone(&signer, signed));

    let requests: Vec<SignedRequest> = (0..signed)
        .map(|number| {
            let url = format!("{ORIGIN}/api/v1/p/company");
            let body =
                format!(r#"{{"name":"Company {number}","ref":"9827feec-4eae-4e80-bda3-daa7c3b97add"}}"#);
            let nonce: Freshness = Nonce::from_number(number as u64).unwrap().into();
            signer.sign(&Request::new(Method::Post, &url).body(body.as_bytes()), &nonce).unwrap()
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    for cores in ["0", "0,1"] {
        for database in [None, Some(folder.path().join(format!("{}.sqlite", cores.len())))] {
            let file = database.as_ref().map(|path| path.to_str().unwrap().to_owned());
            let server = Server::start(cores, file.as_deref());
            let api_key = server.register(&signer);
            let wires: Vec<Vec<u8>> = requests.iter().map(|request| wire(request, &api_key)).collect();
            let seconds = send_all(&server.address, &wires);
            let place = if database.is_some() { "in a file, flushed" } else { "in memory" };
            let rate = f64::from(u32::try_from(signed).unwrap()) / seconds;
            println!("| `POST /company`, database {place}, server on core {cores} | {rate:.0} requests/s |");
        }
    }
    memory(&signer, read);
}

fn verification_alone(signer: &Signer, times: usize) -> f64 {
    let url = format!("{ORIGIN}/api/v1/p/company");
    let request = Request::new(Method::Post, &url).body(br#"{"name":"ACME Corp"}"#);
    let signed = signer.sign(&request, &Timestamp::from_seconds(1_634_226_826).unwrap().into()).unwrap();
    let headers: Vec<_> = signed.headers().collect();
    let verifier = Verifier::with_key(signer.verifying_key().clone());
    let received = ReceivedRequest::new("POST", &url, &headers, signed.body().unwrap());
    let start = Instant::now();
    for _ in 0..times {
        black_box(verifier.verify(black_box(&received), 1_634_226_826)).unwrap();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(times).unwrap())
}

/// The same read many times: honest in timestamp mode, and it costs the client no signature.
fn memory(signer: &Signer, times: usize) {
    let server = Server::start("0,1", None);
    let api_key = server.register(signer);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    server.control("/_sandbox/clock", &json!({ "now": now }));
    let url = format!("{ORIGIN}/api/v1/p/company/search");
    let freshness = Timestamp::from_seconds(now).unwrap().into();
    let request = wire(&signer.sign(&Request::new(Method::Get, &url), &freshness).unwrap(), &api_key);
    send_all(&server.address, &vec![request.clone(); 1000]);
    let before = server.resident_kilobytes();
    let mut sent = 0;
    while sent < times {
        let round = (times - sent).min(100_000);
        send_all(&server.address, &vec![request.clone(); round]);
        sent += round;
    }
    println!(
        "| resident memory after 1000 requests, and after {times} more | {before} KiB, {} KiB |",
        server.resident_kilobytes()
    );
}

/// The bytes on the wire.
fn wire(request: &SignedRequest, api_key: &str) -> Vec<u8> {
    let target = request.url().strip_prefix(ORIGIN).unwrap();
    let body = request.body().unwrap_or_default();
    let headers: String =
        request.headers().map(|(name, value)| [name, ": ", value, "\r\n"].concat()).collect();
    let head = format!(
        "{} {target} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {api_key}\r\n{headers}content-length: {}\r\n\r\n",
        request.method(),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Sends all of them over keep-alive connections; seconds. Every answer must be 200.
fn send_all(address: &str, requests: &[Vec<u8>]) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let own = requests.iter().skip(client).step_by(CLIENTS);
            scope.spawn(move || {
                let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
                stream.get_ref().set_nodelay(true).unwrap();
                for request in own {
                    stream.get_mut().write_all(request).unwrap();
                    let status = read_answer(&mut stream);
                    assert!(status.starts_with("HTTP/1.1 200"), "{status}");
                }
            });
        }
    });
    start.elapsed().as_secs_f64()
}

/// Reads a whole answer and returns its first line.
fn read_answer(stream: &mut BufReader<TcpStream>) -> String {
    let mut first = String::new();
    stream.read_line(&mut first).unwrap();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
    }
    stream.read_exact(&mut vec![0; length]).unwrap();
    first
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(cores: &str, database: Option<&str>) -> Self {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", cores, env!("CARGO_BIN_EXE_partnerapi-sandbox")]);
        command.args(["serve", "--listen", "127.0.0.1:0", "--nonce", "unique", "--origin", ORIGIN]);
        if let Some(path) = database {
            command.args(["--database", path]);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { child, address }
    }

    fn control(&self, target: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    fn register(&self, signer: &Signer) -> String {
        let answer =
            self.control("/_sandbox/api-keys", &json!({ "public_key": signer.verifying_key().to_pem() }));
        answer["api_key"].as_str().unwrap().to_owned()
    }

    fn resident_kilobytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
