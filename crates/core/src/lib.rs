//! Signs and verifies Partner API requests.
//!
//! Every request to the Partner API carries `x-sign`: an RSASSA-PKCS1-v1_5 / SHA-256 signature in
//! base64url over the payload `[timestamp|nonce][URL][body]`. This crate makes and checks it, byte
//! for byte, and does no I/O: no clock, no environment, no files, no sockets. Time and nonces come
//! in as arguments; what must be sent comes out.
//!
//! ```
//! # let pem = include_bytes!("../../../tests/vectors/keys/rsa2048.pkcs8.pem");
//! use partnersign::{Method, Request, Signer, SigningKey, Timestamp};
//!
//! let signer = Signer::new(SigningKey::from_pem(pem, None)?, None);
//! let request = Request::new(Method::Post, "https://api.qredo.network/api/v1/p/company")
//!     .body(br#"{ "name": "ACME Corp", "country": "FR" }"#);
//!
//! let signed = signer.sign(&request, &Timestamp::from_seconds(1639490495)?.into())?;
//! for (name, value) in signed.headers() {
//!     println!("{name}: {value}");
//! }
//! assert_eq!(signed.body(), Some(&br#"{"name":"ACME Corp","country":"FR"}"#[..]));
//! # Ok::<(), partnersign::Error>(())
//! ```
//!
//! Send exactly [`SignedRequest::body`] to exactly [`SignedRequest::url`]: no other bytes are signed.

#![forbid(unsafe_code)]
// Nothing here panics: outside of tests each way to do so is refused by name.
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::exit,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::mem_forget,
        clippy::panic,
        clippy::panic_in_result_fn,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used,
    )
)]
#![cfg_attr(test, allow(clippy::disallowed_macros, clippy::disallowed_methods))]

// In the order in which the data flows: what is signed,
mod request;
mod url;
mod freshness;
mod body;
mod compact;
mod payload;
mod prepared;
// who signs it and what comes out,
mod api_key;
mod backend;
mod key;
mod signature;
mod signer;
mod batch;
mod signed_request;
// who checks it,
mod api_keys;
mod verifier;
mod replay;
// why it did not match,
mod diagnosis;
// which number comes next,
mod nonce;
// what can be refused on the way,
mod error;
// and what a fork must not cut in two.
pub mod forking;

pub use api_key::ApiKey;
pub use api_keys::ApiKeys;
pub use compact::compact_json;
pub use diagnosis::{Cause, Diagnosis, diagnose};
pub use error::{Error, ErrorCode};
pub use freshness::{Freshness, Nonce, Timestamp};
pub use key::{KeyDescription, KeyEncoding, KeyFormat, SigningKey, VerifyingKey, describe_key};
pub use nonce::{NoncePolicy, NonceSequencer, NonceState, Outcome, Reservation};
pub use prepared::{Prepared, prepare};
pub use replay::{MemoryReplay, ReplayMemory, Seen};
pub use request::{BodyForm, Method, Request};
pub use signed_request::SignedRequest;
pub use signer::Signer;
pub use verifier::{ReceivedRequest, Verified, Verifier};

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
        text
    })
}
