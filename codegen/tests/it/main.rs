//! The tests of generation as a whole, in one binary: golden cases, that what they
//! generate compiles, and what holds for every document.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod case;
mod changes;
mod compile;
mod expected;
mod files;
mod foreign;
mod golden;
mod habits;
mod judged;
mod kinds;
mod laid_out;
mod named;
mod names;
mod order;
mod output;
mod renderings;
mod runtime;
mod said_once;
mod served;
mod sharing;
mod spelling;
mod tidy;
mod words;
mod workspace;
