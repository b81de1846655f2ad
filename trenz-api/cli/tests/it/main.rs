//! The program itself, run against a sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod calls;
mod download;
mod every;
mod golden;
#[cfg(unix)]
mod kills;
mod money;
mod program;
#[cfg(unix)]
mod terminal;
#[path = "../../../../tests/tests/calls/wire.rs"]
mod wire;
mod work;
