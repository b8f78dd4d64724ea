//! The command line from outside: the built program, its outputs and its exit codes.

mod raw_server;
mod support;

mod compact;
mod diagnose;
mod diagnose_sources;
mod help;
mod inspect;
mod keygen;
mod payload;
mod send;
mod sign;
mod sign_input;
mod tools;
mod usage;
mod vectors;
mod verify;
