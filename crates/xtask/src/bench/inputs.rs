//! What is signed and compacted: the documents' own company, and generated JSON from a named seed.

use std::fmt::Write;

use crate::{Outcome, workspace};

pub(crate) const URL: &str = "https://api.qredo.network/api/v1/p/company";
pub(crate) const TIMESTAMP: u64 = 1_639_490_495;

/// A company of 150 bytes, two-space pretty-printed: what the signing rows sign.
pub(crate) const BODY_150: &[u8] = br#"{
  "name": "ACME Corp Holdings Ltd.",
  "city": "Paris",
  "country": "FR",
  "domain": "acme.com",
  "ref": "9827feec-4eae-4e80-bda3-daa7c3b97add"
}"#;

/// The documents' company of 126 bytes, one field a line, not indented.
pub(crate) const COMPANY_126: &[u8] = br#"{
"name": "ACME Corp",
"city": "Paris",
"country": "FR",
"domain": "acme.com",
"ref": "9827feec-4eae-4e80-bda3-daa7c3b97add"
}"#;

/// The seed of everything that is generated.
pub(crate) const SEED: u64 = 20_211_014;

/// How much JSON the compaction rows take.
pub(crate) const MEGABYTE: usize = 1_000_000;

/// A test key of 2048, 3072 or 4096 bits as PKCS#8 PEM.
pub(crate) fn key_pem(bits: usize) -> Outcome<Vec<u8>> {
    let path = workspace::root().join(format!("tests/vectors/keys/rsa{bits}.pkcs8.pem"));
    workspace::read(&path).map(String::into_bytes)
}

/// A list of companies of at least this many bytes, two-space pretty-printed.
pub(crate) fn companies(length: usize) -> String {
    const NAMES: &[&str] =
        &["ACME Corp", "Globex", "Initech Limited", "Umbrella Holdings", "Stark", "Wayne Enterprises"];
    const CITIES: &[&str] = &["Paris", "Rome", "Frankfurt am Main", "Lyon", "New York", "Ulm"];
    let mut random = Random(SEED);
    list(length, |text| {
        let (name, city, reference) = (random.pick(NAMES), random.pick(CITIES), random.below(1 << 48));
        let _ = write!(
            text,
            "{{\n    \"name\": \"{name}\",\n    \"city\": \"{city}\",\n    \"country\": \"FR\",\n    \
             \"domain\": \"{}.com\",\n    \"ref\": \"9827feec-4eae-4e80-bda3-{reference:012x}\"\n  }}",
            name.to_lowercase().replace(' ', "-")
        );
    })
}

/// A list of at least this many bytes of random values, nested, with non-ASCII text and escapes, two-space pretty-printed.
pub(crate) fn random_values(length: usize) -> String {
    let mut random = Random(SEED);
    list(length, |text| random.value(1, text))
}

/// A pretty-printed list, filled until it is long enough.
fn list(length: usize, mut item: impl FnMut(&mut String)) -> String {
    let mut text = String::from("[");
    while text.len() < length {
        if text.len() > 1 {
            text.push(',');
        }
        new_line(1, &mut text);
        item(&mut text);
    }
    text + "\n]"
}

fn new_line(depth: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

/// A generator of numbers (`SplitMix64`) and of the JSON that they choose.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn pick(&mut self, texts: &[&'static str]) -> &'static str {
        let index = self.next() % texts.len() as u64;
        usize::try_from(index).ok().and_then(|index| texts.get(index).copied()).unwrap_or_default()
    }

    fn value(&mut self, depth: usize, text: &mut String) {
        let kinds = if depth > 5 { 6 } else { 10 };
        let _ = match self.below(kinds) {
            0..=2 => {
                self.string(text);
                Ok(())
            }
            3 => write!(text, "{}", self.below(1_000_000)),
            4 => write!(text, "-{}.{}e{}", self.below(1000), self.below(100_000), self.below(300)),
            5 => write!(text, "{}", self.pick(&["true", "false", "null"])),
            6 | 7 => {
                self.container(['[', ']'], depth, text, |_, _| ());
                Ok(())
            }
            _ => {
                self.container(['{', '}'], depth, text, |random, text| {
                    random.string(text);
                    text.push_str(": ");
                });
                Ok(())
            }
        };
    }

    fn container(
        &mut self,
        [open, close]: [char; 2],
        depth: usize,
        text: &mut String,
        key: impl Fn(&mut Self, &mut String),
    ) {
        text.push(open);
        let count = self.below(6);
        for index in 0..count {
            if index > 0 {
                text.push(',');
            }
            new_line(depth + 1, text);
            key(self, text);
            self.value(depth + 1, text);
        }
        if count > 0 {
            new_line(depth, text);
        }
        text.push(close);
    }

    fn string(&mut self, text: &mut String) {
        const WORDS: &[&str] = &[
            "Zürich",
            "société",
            "générale",
            "東京",
            "株式会社",
            "Москва",
            "акция",
            "Ελλάδα",
            "naïve",
            "😀",
            "trade",
            "limit order",
            "custody",
            "plain words here",
            "a\\n\\u00e9",
            "quote \\\"x\\\"",
        ];
        text.push('"');
        for index in 0..=self.below(5) {
            if index > 0 {
                text.push(' ');
            }
            text.push_str(self.pick(WORDS));
        }
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{BODY_150, COMPANY_126, MEGABYTE, companies, random_values};

    #[test]
    fn the_inputs_are_json_of_the_named_sizes() {
        assert_eq!((BODY_150.len(), COMPANY_126.len()), (150, 126));
        for text in [companies(MEGABYTE), random_values(MEGABYTE)] {
            assert!((1_000_000..1_010_000).contains(&text.len()), "{}", text.len());
            assert!(serde_json::from_str::<Value>(&text).is_ok());
        }
        assert!(!random_values(MEGABYTE).is_ascii());
    }
}
