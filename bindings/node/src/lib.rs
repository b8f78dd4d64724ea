//! The native half of the npm package `partnersign`: plain functions over opaque handles.
//!
//! The face that people see is TypeScript (`lib/`): it checks types, reads the clock, calls back into
//! JavaScript and makes errors. Here is only what needs core. A refusal is returned, not thrown: as a
//! [`Failure`](failure::Failure), from synchronous calls and promises alike. Whatever is thrown is a
//! bug, and the face reports it as `internal`.
//!
//! Every export catches panics; tasks catch them on their own thread.

// `#[napi]` wants what it exports to be `pub`, although no Rust code ever links with this library.
#![allow(unreachable_pub)]
// It exports nothing in a build for tests, of which there are none here: they are in JavaScript.
#![cfg_attr(test, allow(dead_code))]
// It reads what crosses from JavaScript by value.
#![allow(clippy::needless_pass_by_value)]

mod api_keys;
mod failure;
mod keys;
mod nonces;
mod panics;
mod prepared;
mod probes;
mod request;
mod signed;
mod signer;
mod tasks;
mod tools;
mod verifier;
