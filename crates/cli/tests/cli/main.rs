//! The command line from outside: the built program, its outputs and its exit codes.

mod support;

mod compact;
mod keygen;
mod sign;
mod sign_input;
mod usage;
mod vectors;
mod verify;
