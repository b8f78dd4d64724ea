//! The rest: version, compaction, diagnosis, outcomes.

use napi_derive::napi;

/// The version of this library; the face loads no other.
#[napi(catch_unwind)]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
