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
mod moved_on;
mod project;
#[path = "../../../codegen/tests/it/project_copy.rs"]
mod project_copy;
mod regen;
