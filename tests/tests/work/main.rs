//! Work that takes several calls, end to end against the sandbox.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

mod blocking;
#[path = "../../../codegen/tests/it/expected.rs"]
mod expected;
mod fast_clock;
mod faults;
mod login;
mod many;
mod pages;
mod publish;
mod server;
mod spans;
mod submissions;
mod tasks;
mod uploads;
