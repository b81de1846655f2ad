//! The program itself, run against a sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod calls;
mod configuration;
mod download;
mod every;
mod golden;
#[cfg(unix)]
mod kills;
mod money;
#[path = "../../../../tests/tests/ledger/postgres.rs"]
#[allow(
    dead_code,
    unused_imports,
    clippy::print_stderr,
    reason = "shared with the tests of the ledger"
)]
mod postgres;
mod program;
#[cfg(unix)]
#[allow(clippy::print_stderr, reason = "says what it left out")]
mod shells;
#[cfg(unix)]
mod streams;
#[cfg(unix)]
mod terminal;
#[path = "../../../../tests/tests/calls/wire.rs"]
mod wire;
mod work;
