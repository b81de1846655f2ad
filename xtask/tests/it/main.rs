//! The commands as their user sees them, in one binary.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod commands;
mod coverage;
mod dependencies;
mod documents;
#[path = "../../../codegen/tests/it/expected.rs"]
mod expected;
#[path = "../../../codegen/tests/it/files.rs"]
mod files;
mod krate;
#[path = "../../../codegen/tests/it/laid_out.rs"]
mod laid_out;
mod moved_on;
mod project;
mod regen;
