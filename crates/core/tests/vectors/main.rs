//! The contract: every case of `tests/vectors`, as every other language runs it.
//!
//! Run it under both backends (`--features rustcrypto --no-default-features`): the expected bytes
//! come from OpenSSL, so that both agree with it shows that they agree with each other.

#![allow(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "tests assert, and read the vectors"
)]

mod support;

mod api_keys;
mod compaction;
mod diagnosis;
mod freshness;
mod keys;
mod replay;
mod requests;
mod signing;
mod urls;
mod verifying;
