//! Every RSA PKCS#1 v1.5 verification set of Project Wycheproof, and two cases that it lacks.
//!
//! SHA-256 goes by the policy of design 4.5 and 4.10: what is valid is accepted; what is invalid, and
//! the one "acceptable" test (a `DigestInfo` without NULL), is rejected; keys with e = 3 are refused at
//! load. Sets of other hashes are verified as SHA-256 over the same message: all is rejected but the one
//! test in each that says "hashed with SHA-256 instead", which is a true SHA-256 signature.
//! The crate `wycheproof` 0.7 leaves out the sets with private keys (`rsa_pkcs1_*_sig_gen_test`): the
//! bytes of signatures are tested by `tests/vectors/signing.json` and against the crate `rsa`.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, reason = "the house's rules are core's own")]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partnersign::{
    ErrorCode, Method, ReceivedRequest, Request, Signer, SigningKey, Timestamp, Verifier, VerifyingKey,
};
use rsa::sha2::{Digest, Sha256};
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{Test, TestFlag, TestGroup, TestName, TestSet};

/// What became of the tests of one set.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    tests: usize,
    accepted: usize,
    rejected: usize,
    /// The key was refused at load, as `weak_key`: its exponent is 3.
    refused_weak_key: usize,
}

/// Name, tests, accepted, rejected, refused as `weak_key`.
type Expected = (&'static str, usize, usize, usize, usize);

const SHA_256: [Expected; 4] = [
    ("Rsa2048Sha256", 259, 7, 250, 2),
    ("Rsa3072Sha256", 259, 7, 251, 1),
    ("Rsa4096Sha256", 258, 7, 251, 0),
    ("Rsa8192Sha256", 258, 7, 251, 0),
];
const OTHER_HASHES: [Expected; 20] = [
    ("Rsa2048Sha224", 258, 1, 257, 0),
    ("Rsa2048Sha3_224", 258, 1, 257, 0),
    ("Rsa2048Sha3_256", 257, 1, 256, 0),
    ("Rsa2048Sha3_384", 258, 1, 257, 0),
    ("Rsa2048Sha3_512", 258, 1, 257, 0),
    ("Rsa2048Sha384", 258, 1, 257, 0),
    ("Rsa2048Sha512_224", 258, 1, 257, 0),
    ("Rsa2048Sha512_256", 257, 1, 256, 0),
    ("Rsa2048Sha512", 259, 1, 257, 1),
    ("Rsa3072Sha3_256", 258, 1, 257, 0),
    ("Rsa3072Sha3_384", 259, 1, 258, 0),
    ("Rsa3072Sha3_512", 259, 1, 258, 0),
    ("Rsa3072Sha384", 259, 1, 258, 0),
    ("Rsa3072Sha512_256", 258, 1, 257, 0),
    ("Rsa3072Sha512", 260, 1, 258, 1),
    ("Rsa4096Sha384", 259, 1, 258, 0),
    ("Rsa4096Sha512_256", 258, 1, 257, 0),
    ("Rsa4096Sha512", 259, 1, 258, 0),
    ("Rsa8192Sha384", 259, 1, 258, 0),
    ("Rsa8192Sha512", 259, 1, 258, 0),
];

/// The group's key from all three of its encodings, which must agree.
fn load(group: &TestGroup) -> Option<VerifyingKey> {
    let loaded = [
        VerifyingKey::from_der(&group.der),
        VerifyingKey::from_der(&group.asn_key),
        VerifyingKey::from_pem(group.pem.as_bytes()),
    ];
    if loaded.iter().all(Result::is_ok) {
        let [spki, pkcs1, pem] = loaded.map(Result::unwrap);
        assert!(spki == pkcs1 && spki == pem);
        assert_eq!(spki.bits(), group.key_size);
        return Some(spki);
    }
    for refused in loaded {
        assert_eq!(refused.unwrap_err().code(), ErrorCode::WeakKey);
    }
    assert_eq!(&group.key.e[..], [3], "only the exponent is a reason to refuse a key here");
    None
}

/// Whether the policy accepts a test of a SHA-256 set.
fn is_to_be_accepted(test: &Test) -> bool {
    match test.result {
        TestResult::Valid => true,
        TestResult::Acceptable => {
            assert_eq!(test.flags, [TestFlag::MissingNull], "test {}", test.tc_id);
            false
        }
        TestResult::Invalid => false,
    }
}

fn run(set: TestName, accepts: impl Fn(&Test) -> bool) -> Counts {
    let mut counts = Counts::default();
    let mut of_other_length = 0;
    for group in TestSet::load(set).unwrap().test_groups {
        counts.tests += group.tests.len();
        let Some(key) = load(&group) else {
            counts.refused_weak_key += group.tests.len();
            continue;
        };
        for test in &group.tests {
            let outcome = key.verify_digest(&Sha256::digest(&test.msg).into(), &test.sig);
            assert_eq!(outcome.is_ok(), accepts(test), "{set:?}, test {}: {}", test.tc_id, test.comment);
            if let Err(error) = outcome {
                assert_eq!(error.code(), ErrorCode::SignatureMismatch);
                counts.rejected += 1;
                of_other_length += usize::from(test.sig.len() != key.signature_bytes());
            } else {
                counts.accepted += 1;
            }
        }
    }
    println!("{set:?}: {counts:?}");
    assert_eq!(of_other_length, 2, "{set:?}: the empty one, and one that is too long");
    counts
}

/// Runs the sets that are expected, and shows that `all` of the crate's are among them.
fn run_all(expected: &[Expected], accepts: impl Fn(&Test) -> bool) -> Counts {
    let mut total = Counts::default();
    for &(name, tests, accepted, rejected, refused_weak_key) in expected {
        let set = TestName::all().into_iter().find(|set| format!("{set:?}") == name);
        let counts = run(set.unwrap_or_else(|| panic!("the set {name} has vanished")), &accepts);
        let wanted = Counts { tests, accepted, rejected, refused_weak_key };
        assert_eq!(counts, wanted, "{name}");
        total.tests += tests;
        total.accepted += accepted;
        total.rejected += rejected;
        total.refused_weak_key += refused_weak_key;
    }
    println!("{} sets: {total:?}", expected.len());
    total
}

#[test]
fn every_set_that_the_crate_ships_is_run() {
    let mut shipped: Vec<String> = TestName::all().iter().map(|set| format!("{set:?}")).collect();
    let mut run: Vec<&str> = SHA_256.iter().chain(&OTHER_HASHES).map(|(name, ..)| *name).collect();
    shipped.sort_unstable();
    run.sort_unstable();
    assert_eq!(shipped, run);
}

#[test]
fn sha_256_goes_by_the_policy() {
    let total = run_all(&SHA_256, is_to_be_accepted);
    assert_eq!((total.tests, total.accepted, total.rejected, total.refused_weak_key), (1034, 28, 1003, 3));
}

#[test]
fn no_other_hash_passes_for_sha_256() {
    let total = run_all(&OTHER_HASHES, |test| {
        test.flags == [TestFlag::WrongHash] && test.comment.contains("hashed with SHA-256 instead of")
    });
    assert_eq!((total.tests, total.accepted, total.rejected, total.refused_weak_key), (5168, 20, 5146, 2));
}

fn signing_key() -> SigningKey {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/keys/rsa2048.pkcs8.pem");
    SigningKey::from_pem(&std::fs::read(path).unwrap(), None).unwrap()
}

/// Wycheproof's own signatures that begin with 00 belong to keys with e = 3, so ours is searched for.
#[test]
fn a_signature_without_its_leading_zero_byte_is_rejected() {
    let key = signing_key();
    let (digest, signature) = (0_u32..10_000)
        .map(|number| Sha256::digest(number.to_be_bytes()).into())
        .map(|digest| (digest, key.sign_digest(&digest).unwrap()))
        .find(|(_, signature)| signature[0] == 0)
        .unwrap();
    let public = key.verifying_key();
    let longer = [&[0], &signature[..]].concat();
    assert_eq!(public.verify_digest(&digest, &signature), Ok(()));
    for bad in [&signature[1..], &longer, &[&signature[1..], &[0]].concat(), &[]] {
        let error = public.verify_digest(&digest, bad).unwrap_err();
        assert_eq!(error.code(), ErrorCode::SignatureMismatch);
    }
}

/// What the verifier says of an honest request under another spelling of its `x-sign`.
fn verdict(x_sign: impl FnOnce(&str) -> String) -> Result<(), ErrorCode> {
    let signer = Signer::new(signing_key(), None);
    let (url, now) = ("https://api.qredo.network/api/v1/p/company/search", 1_634_226_826);
    let freshness = Timestamp::from_seconds(now).unwrap().into();
    let signed = signer.sign(&Request::new(Method::Get, url), &freshness).unwrap();
    let headers = [("x-sign", &*x_sign(signed.signature())), ("x-timestamp", "1634226826")];
    let verifier = Verifier::with_key(signer.verifying_key().clone());
    let outcome = verifier.verify(&ReceivedRequest::new("GET", url, &headers, b""), now);
    outcome.map(|_| ()).map_err(|error| error.code())
}

/// 256 bytes leave 4 spare bits in the last character: 16 spellings of each value of the other two.
#[test]
fn of_the_16_spellings_of_a_signature_one_is_accepted() {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut same_signature, mut other_signature) = (Vec::new(), Vec::new());
    for last in alphabet.chars() {
        let mut same_bits = false;
        let outcome = verdict(|text| {
            let group = |character: char| alphabet.find(character).unwrap() / 16;
            same_bits = group(last) == group(text.chars().last().unwrap());
            format!("{}{last}", &text[..text.len() - 1])
        });
        if same_bits { &mut same_signature } else { &mut other_signature }.push(outcome);
    }
    let count = |outcomes: &[Result<(), ErrorCode>], outcome| {
        outcomes.iter().filter(|found| **found == outcome).count()
    };
    assert_eq!(same_signature.len(), 16);
    assert_eq!(count(&same_signature, Ok(())), 1);
    assert_eq!(count(&same_signature, Err(ErrorCode::MalformedSignature)), 15);
    assert_eq!(other_signature.len(), 48);
    assert_eq!(count(&other_signature, Err(ErrorCode::SignatureMismatch)), 3);
    assert_eq!(count(&other_signature, Err(ErrorCode::MalformedSignature)), 45);
}

#[test]
fn padding_whitespace_the_other_alphabet_and_another_length_are_malformed() {
    let spellings: [fn(&str) -> String; 10] = [
        |text| format!("{text}=="),
        |text| format!("{text}="),
        |text| format!(" {text}"),
        |text| format!("{text}\n"),
        |text| format!("{text}\0"),
        |text| format!("{}\n{}", &text[..76], &text[76..]),
        |text| format!("{}+", &text[..text.len() - 1]),
        |text| text[..text.len() - 1].to_owned(),
        |text| URL_SAFE_NO_PAD.encode(&URL_SAFE_NO_PAD.decode(text).unwrap()[1..]),
        |text| URL_SAFE_NO_PAD.encode([&[0], &URL_SAFE_NO_PAD.decode(text).unwrap()[..]].concat()),
    ];
    for (index, spelling) in spellings.into_iter().enumerate() {
        assert_eq!(verdict(spelling), Err(ErrorCode::MalformedSignature), "spelling {index}");
    }
    assert_eq!(verdict(str::to_owned), Ok(()));
    assert_eq!(verdict(|_| String::new()), Err(ErrorCode::MissingHeader));
}
