//! Documents made to break the generator, and the oracle that checks the outcome.
//!
//! Used by this crate's tests and by its commands, `growth` and `fuzz`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "all of it serves tests, which should stop where they cannot go on"
)]

pub mod bytes;
// The golden cases are seeds too; their reader does more than is needed here.
#[expect(dead_code, reason = "the golden tests use the rest")]
#[path = "../../tests/it/case.rs"]
mod case;
pub mod compile;
pub mod dice;
#[path = "../../tests/it/files.rs"]
mod files;
pub mod fuzzer;
pub mod growth;
pub mod hostile;
pub mod minimise;
pub mod mutate;
pub mod oracle;
// The output is checked as in the golden cases.
#[path = "../../tests/it/names/mod.rs"]
mod names;
pub mod seeds;
pub mod tables;
pub mod traps;
// Clients of mutants are laid out as those of the golden cases are.
#[path = "../../tests/it/workspace.rs"]
mod workspace;
