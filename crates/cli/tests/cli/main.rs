//! The command line from outside: the built program, its outputs and its exit codes.

mod support;

mod compact;
mod diagnose;
mod diagnose_sources;
mod help;
mod inspect;
mod keygen;
mod payload;
mod sign;
mod sign_input;
mod tools;
mod usage;
mod vectors;
mod verify;
