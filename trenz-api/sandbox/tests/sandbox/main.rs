//! The sandbox, held to the document it is built from.
//!
//! These tests speak plain HTTP, or bytes where HTTP is what goes wrong. What they expect is read
//! from the document here once more, by other code than the sandbox's own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper that fails fails the test that called it"
)]

mod accounts;
mod bill;
mod comments;
mod control;
mod faults;
mod generate;
mod invalid_requests;
mod keys;
mod pages;
mod program;
mod publish;
mod server;
mod spec;
mod tasks;
mod uploads;
mod valid_requests;
mod wire;
mod wrong_responses;
