//! Documents made to break the generator, and the judge of what comes out of them.
//!
//! Used by this crate's tests and by its commands, `growth` and `fuzz`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "all of it serves tests, which should stop where they cannot go on"
)]

// The golden cases are seeds too; their reader does more than is needed here.
#[expect(dead_code, reason = "the golden tests use the rest")]
#[path = "../../tests/it/case.rs"]
mod case;
pub mod dice;
pub mod growth;
pub mod hostile;
pub mod judge;
pub mod mutate;
pub mod seeds;
pub mod traps;
