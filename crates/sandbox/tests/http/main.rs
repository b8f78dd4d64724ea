//! The sandbox over real sockets. Every signature is made by OpenSSL, none by us.

mod support;

mod authentication;
mod control_plane;
mod payments;
mod quick_start;
mod races;
mod raw_sockets;
mod restart;
