//! The commands as their user sees them, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod commands;
mod coverage;
mod documents;
mod moved_on;
mod project;
mod regen;
