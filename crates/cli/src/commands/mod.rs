//! The commands, one file each.

pub(crate) mod compact;
pub(crate) mod diagnose;
pub(crate) mod inspect;
pub(crate) mod keygen;
pub(crate) mod payload;
pub(crate) mod send;
pub(crate) mod sign;
pub(crate) mod tools;
pub(crate) mod verify;
