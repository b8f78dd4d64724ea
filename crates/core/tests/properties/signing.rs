//! What is signed verifies, what was changed by one bit does not, and an independent implementation
//! makes the same signatures.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partnersign::{
    ApiKey, Error, MemoryReplay, NoncePolicy, ReceivedRequest, SignedRequest, Signer, SigningKey, Verified,
    Verifier, VerifyingKey,
};
use proptest::prelude::*;
use rsa::Pkcs1v15Sign;
use rsa::pkcs8::DecodePrivateKey;
use rsa::sha2::{Digest, Sha256};

use crate::inputs::accepted;
use crate::keys::der_of;
use crate::{cases, signing_key};

fn signer() -> Signer {
    let api_key = ApiKey::parse("eyJrZXlfaWQiOiJBek13cFhDNFVoQWhwUSIsImtleSI6InNlY3JldCJ9").unwrap();
    Signer::new(signing_key("rsa2048.pkcs8.pem"), Some(api_key))
}

/// The request as it goes over the wire; every part can be changed.
struct Wire {
    url: Vec<u8>,
    body: Vec<u8>,
    headers: Vec<(&'static str, Vec<u8>)>,
}

impl Wire {
    fn of(signed: &SignedRequest) -> Self {
        Self {
            url: signed.url().as_bytes().to_vec(),
            body: signed.body().unwrap_or_default().to_vec(),
            headers: signed.headers().map(|(name, value)| (name, value.as_bytes().to_vec())).collect(),
        }
    }

    fn header(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.headers.iter_mut().find(|(found, _)| *found == name).unwrap().1
    }

    /// As an HTTP server would hand it over: what is no text is replaced.
    fn verify(&self, method: &str, key: &VerifyingKey, now: u64) -> Result<Verified, Error> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, text(value))).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let url = text(&self.url);
        let received = ReceivedRequest::new(method, &url, &headers, &self.body);
        let verifier = Verifier::with_key(key.clone()).window_seconds(u64::MAX);
        verifier.replay(MemoryReplay::new(NoncePolicy::Unique)).verify(&received, now)
    }
}

fn flip(bytes: &mut [u8], bit: prop::sample::Index) {
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn what_is_signed_verifies(accepted in accepted(), now in any::<u64>()) {
        let signer = signer();
        let signed = signer.sign(&accepted.request(), &accepted.freshness).unwrap();
        prop_assert_eq!(signed.url(), accepted.url.as_str());
        prop_assert_eq!(signed.body().is_some(), accepted.body.is_some());
        let verified = Wire::of(&signed).verify(signed.method().as_str(), signer.verifying_key(), now).unwrap();
        prop_assert_eq!(&verified.digest, signed.digest());
        prop_assert_eq!(verified.freshness, accepted.freshness);
        prop_assert_eq!(verified.key_id.as_deref(), Some("AzMwpXC4UhAhpQ"));
    }

    #[test]
    fn one_flipped_bit_anywhere_is_refused(accepted in accepted(), bit in any::<prop::sample::Index>()) {
        let signer = signer();
        let signed = signer.sign(&accepted.request(), &accepted.freshness).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signed.signature()).unwrap();
        let mut changed = vec![("nothing", Wire::of(&signed))];
        for part in ["signature", "x-sign", "freshness", "url", "body"] {
            let mut wire = Wire::of(&signed);
            match part {
                "signature" => {
                    let mut signature = signature.clone();
                    flip(&mut signature, bit);
                    *wire.header("x-sign") = URL_SAFE_NO_PAD.encode(signature).into_bytes();
                }
                "x-sign" => flip(wire.header("x-sign"), bit),
                "freshness" => flip(wire.header(accepted.freshness.header_name()), bit),
                "url" => flip(&mut wire.url, bit),
                _ if wire.body.is_empty() => continue,
                _ => flip(&mut wire.body, bit),
            }
            changed.push((part, wire));
        }
        for (part, wire) in changed {
            let outcome = wire.verify(signed.method().as_str(), signer.verifying_key(), 0);
            prop_assert_eq!(outcome.is_ok(), part == "nothing", "{}: {:?}", part, outcome);
        }
    }

    #[test]
    fn one_flipped_bit_in_digest_or_signature_is_a_mismatch(
        digest in any::<[u8; 32]>(),
        bit in any::<prop::sample::Index>(),
    ) {
        let key = signing_key("rsa2048.pkcs8.pem");
        let signature = key.sign_digest(&digest).unwrap();
        let (mut other_digest, mut other_signature) = (digest, signature.clone());
        flip(&mut other_digest, bit);
        flip(&mut other_signature, bit);
        let public = key.verifying_key();
        prop_assert_eq!(public.verify_digest(&digest, &signature), Ok(()));
        prop_assert!(public.verify_digest(&other_digest, &signature).is_err());
        prop_assert!(public.verify_digest(&digest, &other_signature).is_err());
    }
}

/// The crate `rsa`, which is not the default backend, on the same file.
struct Oracle {
    key: SigningKey,
    oracle: rsa::RsaPrivateKey,
}

impl Oracle {
    fn new(file: &str) -> Self {
        let key = signing_key(file);
        let der = der_of(&key.to_pem().unwrap());
        Self { key, oracle: rsa::RsaPrivateKey::from_pkcs8_der(&der).unwrap() }
    }

    fn agrees(&self, digest: &[u8; 32]) {
        // The plain form, without blinding: other code than our backend `rustcrypto` runs.
        let expected = self.oracle.sign(Pkcs1v15Sign::new::<Sha256>(), digest).unwrap();
        assert_eq!(self.key.sign_digest(digest).unwrap(), expected);
    }
}

#[test]
fn the_oracle_makes_the_same_signatures() {
    for (file, count) in [("rsa2048.pkcs8.pem", 60), ("rsa3072.pkcs8.pem", 30), ("rsa2056.pkcs8.pem", 20)] {
        let oracle = Oracle::new(file);
        for digest in [[0; 32], [0xFF; 32]] {
            oracle.agrees(&digest);
        }
        let mut digest: [u8; 32] = Sha256::digest(file).into();
        for _ in 0..cases(count).cases {
            oracle.agrees(&digest);
            digest = Sha256::digest(digest).into();
        }
    }
}
