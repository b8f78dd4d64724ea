//! Finds parts of secrets in texts, in every notation in which such bytes are usually printed.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use partnersign::SigningKey;
use rsa::BigUint;
use rsa::pkcs8::DecodePrivateKey;
use rsa::traits::PrivateKeyParts;
use serde_json::Value;

/// A secret in one notation, without whitespace. A text that shares `run` characters with it, beginning
/// at a multiple of `step`, shows a part of it.
struct Needle {
    notation: &'static str,
    text: String,
    run: usize,
    step: usize,
}

/// Everything that must not be shown.
#[derive(Default)]
pub(crate) struct Needles(Vec<Needle>);

impl Needles {
    fn add(&mut self, notation: &'static str, text: &str, run: usize, step: usize) {
        let text: String = text.split_whitespace().collect();
        let run = run.min(text.len());
        self.0.push(Needle { notation, text, run, step });
    }

    /// Bytes in hexadecimal, base64 at each alignment, and as the lists that `Debug` makes.
    fn binary(&mut self, bytes: &[u8]) {
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let hex = hex.concat();
        self.add("hexadecimal", &hex, 12, 6);
        self.add("hexadecimal", &hex.to_uppercase(), 12, 6);
        for skipped in bytes.get(..3).map_or(0..1, |_| 0..3) {
            self.add("base64", &STANDARD_NO_PAD.encode(&bytes[skipped..]), 10, 5);
            self.add("base64url", &URL_SAFE_NO_PAD.encode(&bytes[skipped..]), 10, 5);
        }
        for list in [format!("{bytes:?}"), format!("{bytes:x?}"), format!("{bytes:X?}")] {
            self.add("list of bytes", list.trim_matches(['[', ']']), 20, 5);
        }
    }

    /// A secret that is a text or could be taken for one.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.binary(bytes);
        let text = String::from_utf8_lossy(bytes);
        self.add("text", &text, 8, 1);
        self.add("escaped text", &text.escape_debug().to_string(), 8, 1);
    }

    /// The numbers of a private key, and its files' DER.
    pub(crate) fn private_key(&mut self, key: &SigningKey) {
        let (rsa, der) = decoded(key);
        self.binary(&der);
        for number in secret_numbers(&rsa) {
            self.binary(&number.to_bytes_be());
            self.binary(&number.to_bytes_le());
            self.add("decimal", &number.to_string(), 12, 6);
            let limbs: Vec<u64> = number
                .to_bytes_le()
                .chunks(8)
                .map(|limb| limb.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte)))
                .collect();
            self.add("list of limbs", format!("{limbs:?}").trim_matches(['[', ']']), 12, 6);
        }
    }

    /// The base64 lines of a PEM file.
    pub(crate) fn pem_lines(&mut self, file: &str) {
        let text = String::from_utf8(read(file)).unwrap();
        let base64: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        self.add("PEM", &base64, 10, 5);
    }

    /// A key file, good or bad, PEM or DER.
    pub(crate) fn key_file(&mut self, file: &[u8]) {
        let text = String::from_utf8_lossy(file).replace("\\n", "\n");
        if !text.contains("-----BEGIN ") {
            return self.binary(file);
        }
        for block in text.split("-----").filter(|part| !part.contains("BEGIN ") && !part.contains("END ")) {
            // Headers such as `Proc-Type: 4,ENCRYPTED` are no secret.
            let lines = block.lines().filter(|line| !line.contains(':'));
            let base64: String = lines.flat_map(str::split_whitespace).collect();
            if base64.len() < 10 {
                continue;
            }
            self.add("PEM", &base64, 10, 5);
            if let Ok(der) = STANDARD.decode(&base64) {
                self.binary(&der);
            }
        }
    }

    /// The first notation in which a part of a secret is found.
    pub(crate) fn found_in(&self, text: &str) -> Option<String> {
        let text: Vec<char> = text.chars().filter(|character| !character.is_whitespace()).collect();
        self.0.iter().filter(|needle| needle.run > 0).find_map(|needle| {
            let runs = text.windows(needle.run).step_by(needle.step).map(String::from_iter);
            let found = { runs }.find(|run| needle.text.contains(run.as_str()))?;
            Some(format!("{} as {}", found, needle.notation))
        })
    }

    pub(crate) fn assert_absent(&self, what: &str, text: &str) {
        if let Some(found) = self.found_in(text) {
            panic!("{what} shows a part of a secret, {found}: {text}");
        }
    }
}

fn secret_numbers(key: &rsa::RsaPrivateKey) -> Vec<BigUint> {
    let [p, q] = key.primes() else { panic!("two primes") };
    let coefficient = key.crt_coefficient().unwrap();
    vec![
        key.d().clone(),
        p.clone(),
        q.clone(),
        key.dp().unwrap().clone(),
        key.dq().unwrap().clone(),
        coefficient,
    ]
}

fn decoded(key: &SigningKey) -> (rsa::RsaPrivateKey, Vec<u8>) {
    let pem = key.to_pem().unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(base64).unwrap();
    (rsa::RsaPrivateKey::from_pkcs8_der(&der).unwrap(), der)
}

/// Plants each number of the key in each notation; and, the accident to be feared, `rsa`'s own `Debug`.
pub(crate) fn assert_finds_the_numbers_of(key: &SigningKey, needles: &Needles) {
    let (rsa, _) = decoded(key);
    let mut planted = vec![format!("{rsa:?}"), format!("{rsa:#?}")];
    for number in secret_numbers(&rsa) {
        let bytes = number.to_bytes_be();
        let part = &bytes[20..80];
        planted.extend([
            number.to_string(),
            format!("{number:x}"),
            format!("{number:X}"),
            format!("{part:?}"),
            format!("{part:#?}"),
            format!("{part:x?}"),
            STANDARD.encode(part),
            URL_SAFE_NO_PAD.encode(&part[1..]),
            STANDARD.encode(&part[2..]),
        ]);
    }
    for planted in planted {
        assert!(needles.found_in(&format!("Key {{ d: {planted} }}")).is_some(), "{planted}");
    }
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A passphrase of `keys.json`: text or `{"hex"}`.
pub(crate) fn passphrase(value: &Value) -> Option<Vec<u8>> {
    let unhex = |text: &str| {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    value.as_str().map(|text| text.as_bytes().to_vec()).or_else(|| value["hex"].as_str().map(unhex))
}

/// The content of a file in `tests/vectors`.
pub(crate) fn read(name: &str) -> Vec<u8> {
    let path = format!("{}/../../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}
