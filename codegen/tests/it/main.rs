//! The tests of generation as a whole, in one binary: golden cases, that what they
//! generate compiles, and what holds for every document.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod case;
mod changes;
mod compile;
mod conventions;
mod diff_size;
mod expected;
mod files;
mod foreign;
mod golden;
mod kinds;
mod names;
mod order;
mod output;
mod project_copy;
mod renderings;
mod reserved_names;
mod resolution;
mod runtime;
mod served;
mod sharing;
mod spelling;
mod tidy;
mod words;
mod workspace;
