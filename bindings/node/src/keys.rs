//! Keys: opaque handles, loaded from bytes or files.

use std::path::Path;

use napi::Env;
use napi::bindgen_prelude::{External, Uint8ArraySlice};
use napi_derive::napi;
use partnersign::{Error, ErrorCode, SigningKey, VerifyingKey};
use partnersign_key_file::{load_signing_key, load_verifying_key};

use crate::failure::{Answer, answer};

/// What a key handle holds beside JavaScript's own memory, for the garbage collector's books.
const KEY_BYTES: usize = 12 * 1024;

fn signing_handle(key: SigningKey) -> External<SigningKey> {
    External::new_with_size_hint(key, KEY_BYTES)
}

fn verifying_handle(key: VerifyingKey) -> External<VerifyingKey> {
    External::new(key)
}

#[napi(catch_unwind)]
pub fn signing_key_from_pem(pem: &[u8], passphrase: Option<&[u8]>) -> Answer<External<SigningKey>> {
    answer(SigningKey::from_pem(pem, passphrase).map(signing_handle))
}

#[napi(catch_unwind)]
pub fn signing_key_from_der(der: &[u8], passphrase: Option<&[u8]>) -> Answer<External<SigningKey>> {
    answer(SigningKey::from_der(der, passphrase).map(signing_handle))
}

#[napi(catch_unwind)]
pub fn signing_key_from_file(
    path: String,
    passphrase: Option<&[u8]>,
    allow_insecure: bool,
) -> Answer<External<SigningKey>> {
    answer(load_signing_key(Path::new(&path), passphrase, allow_insecure).map(signing_handle))
}

#[napi(catch_unwind)]
pub fn signing_key_generate(bits: u32) -> Answer<External<SigningKey>> {
    answer(SigningKey::generate(bits as usize).map(signing_handle))
}

/// The key as PKCS#8 PEM; encrypted if there is a passphrase.
#[napi(catch_unwind)]
pub fn signing_key_to_pem(key: &External<SigningKey>, passphrase: Option<&[u8]>) -> Answer<String> {
    let pem = match passphrase {
        None => key.to_pem(),
        Some(passphrase) => random().and_then(|random| key.to_encrypted_pem(passphrase, &random)),
    };
    answer(pem.map(|pem| pem.as_str().to_owned()))
}

#[napi(catch_unwind)]
pub fn signing_key_public(key: &External<SigningKey>) -> External<VerifyingKey> {
    verifying_handle(key.verifying_key().clone())
}

#[napi(catch_unwind)]
pub fn verifying_key_from_pem(pem: &[u8]) -> Answer<External<VerifyingKey>> {
    answer(VerifyingKey::from_pem(pem).map(verifying_handle))
}

#[napi(catch_unwind)]
pub fn verifying_key_from_der(der: &[u8]) -> Answer<External<VerifyingKey>> {
    answer(VerifyingKey::from_der(der).map(verifying_handle))
}

#[napi(catch_unwind)]
pub fn verifying_key_from_file(path: String) -> Answer<External<VerifyingKey>> {
    answer(load_verifying_key(Path::new(&path)).map(verifying_handle))
}

/// The public facts of a key.
#[napi(object, object_from_js = false)]
pub struct KeyFacts {
    pub bits: u32,
    pub fingerprint: String,
    pub pem: String,
}

#[napi(catch_unwind)]
pub fn verifying_key_facts(key: &External<VerifyingKey>) -> KeyFacts {
    KeyFacts {
        bits: u32::try_from(key.bits()).unwrap_or(u32::MAX),
        fingerprint: key.fingerprint(),
        pem: key.to_pem(),
    }
}

#[napi(catch_unwind)]
pub fn verifying_key_der<'env>(
    env: &'env Env,
    key: &External<VerifyingKey>,
) -> napi::Result<Uint8ArraySlice<'env>> {
    Uint8ArraySlice::copy_from(env, key.to_der())
}

fn random() -> Result<[u8; 32], Error> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)
        .map_err(|_| Error::new(ErrorCode::Internal, "the operating system gives no randomness"))?;
    Ok(random)
}
