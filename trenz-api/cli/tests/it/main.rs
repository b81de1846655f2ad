//! The program itself, run against a sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod calls;
mod every;
mod money;
mod program;
#[path = "../../../../tests/tests/calls/wire.rs"]
mod wire;
mod work;
