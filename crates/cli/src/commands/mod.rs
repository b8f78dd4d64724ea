//! The commands, one file each.

pub(crate) mod compact;
pub(crate) mod keygen;
pub(crate) mod sign;
pub(crate) mod verify;
