//! The C ABI of partnersign. `include/partnersign.h` is generated from this crate, and
//! `bindings/c/README.md` has its conventions.
//!
//! Unsafe code is in four files: [`pointers`] reads and writes what C points at, [`callbacks`] calls
//! C functions, [`error`] fills C's error struct through the former, and [`system`] asks the
//! operating system. All else is safe Rust.
//!
//! ```text
//! boundary.rs   what every entry point runs in: panics and errors become a status
//! pointers.rs   pointers and lengths from C, checked once
//! error.rs      the error struct
//! handles.rs    the tables behind the handles: stale, forged and doubly freed ones are found
//! kinds.rs      the handle types, and which object each stands for
//! callbacks.rs  functions and user data from C
//! system.rs     what runs around a fork, and which thread is the first
//! ```
//! The other modules are the functions of the header, a theme each.

// Each type and function has the name that C uses.
#![allow(non_camel_case_types)]
// `pub` is what the header shows, although no Rust crate can reach it.
#![allow(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

// What every function stands on,
mod boundary;
mod pointers;
mod error;
mod handles;
mod kinds;
mod callbacks;
mod system;
// and the functions, in the order of the header.
mod version;
mod signing_key;
mod verifying_key;
mod api_key;
mod request;
mod signer;
mod prepared;
mod batch;
mod signed_request;
mod compact;
mod verifier;
mod diagnosis;
mod nonce;
mod test_panic;
#[cfg(feature = "bench")]
mod bench_core;
