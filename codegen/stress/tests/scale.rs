//! Great documents: memory grows with them, and nothing overflows the stack of a thread, or
//! else a limit is named.
//!
//! One test, because what it measures is the memory of the whole process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::thread;

use codegen_stress::growth;
use codegen_stress::oracle::comparison;
use codegen_stress::seeds::{Seed, alone};
use codegen_stress::traps::{DEEP, TANGLED, Trap, WIDE};
use peak_alloc::PeakAlloc;
use trenz_codegen::generate;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The least that Rust gives a thread.
const STACK: usize = 2 << 20;

/// Without optimisation, all of this takes twenty times as long.
const QUICK: bool = cfg!(debug_assertions);

/// How many things stand side by side.
const WIDTHS: [usize; 2] = if QUICK { [150, 600] } else { [2_500, 10_000] };

/// How many components lead to each other: more than may stand inside each other.
const TANGLES: [usize; 2] = if QUICK { [70, 280] } else { [250, 1_000] };

/// How often the real document has each of its operations.
const COPIES: [usize; 2] = if QUICK { [1, 2] } else { [2, 8] };

/// Making a deep document needs a deep stack; generating of it must not.
fn seed(trap: &Trap, size: usize) -> Seed {
    let Trap { name, document, .. } = *trap;
    let make = move || alone(&format!("{size} {name}"), &document(size));
    thread::Builder::new().stack_size(256 << 20).spawn(make).unwrap().join().unwrap()
}

/// Generates on a small stack; gives the memory at its peak, and the report if there is one.
fn run(seed: Seed) -> (usize, Option<String>) {
    // An overflow is told by the name of its thread.
    let name = seed.name.clone();
    let generate = move || {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let report = generate(&seed.sources()).err().map(|report| report.to_string());
        (MEMORY.peak_usage() - before, report)
    };
    thread::Builder::new().name(name).stack_size(STACK).spawn(generate).unwrap().join().unwrap()
}

/// Compares a document with itself, on a small stack.
fn compare(seed: Seed) {
    let name = format!("changes of {}", seed.name);
    let compare = move || assert!(comparison(&seed, &seed).is_ok());
    thread::Builder::new().name(name).stack_size(STACK).spawn(compare).unwrap().join().unwrap();
}

/// Whether memory grew faster than the document, which became so many times as great.
fn is_steep([small, great]: [usize; 2], times: usize) -> bool {
    // What grows with the square would be four times as much as that.
    great > small * times * 7 / 4
}

/// Whether a document is generated, or refused as it should be; gives the memory.
fn check(trap: &Trap, size: usize, failures: &mut Vec<String>) -> usize {
    let (peak, report) = run(seed(trap, size));
    let is_right = match &report {
        None => trap.refused.is_empty() || size < WIDTHS[1],
        Some(report) => !trap.refused.is_empty() && report.contains(trap.refused),
    };
    if !is_right {
        let report = report.unwrap_or_else(|| "generated".to_owned());
        let first = report.lines().take(3).collect::<Vec<_>>().join("\n");
        failures.push(format!("{size} {}: {first}", trap.name));
    }
    peak
}

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_large_documents_are_generated_or_exceed_a_named_limit() {
    let mut failures = Vec::new();
    let measured = |trap: &Trap, peaks: [usize; 2], failures: &mut Vec<String>| {
        if is_steep(peaks, 4) {
            failures.push(format!("{}: {} bytes, then {}", trap.name, peaks[0], peaks[1]));
        }
    };
    for trap in &WIDE {
        let peaks = WIDTHS.map(|size| check(trap, size, &mut failures));
        measured(trap, peaks, &mut failures);
        compare(seed(trap, WIDTHS[0]));
    }
    // That these come to an end on a small stack is what counts: some are refused, some are
    // a chain of types in the end.
    for trap in &TANGLED {
        measured(trap, TANGLES.map(|size| run(seed(trap, size)).0), &mut failures);
        compare(seed(trap, TANGLES[0]));
    }
    for trap in &DEEP {
        for depth in [20, 1_000] {
            run(seed(trap, depth));
            compare(seed(trap, depth));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let [once, again] = COPIES.map(|copies| run(growth::real(copies)));
    assert_eq!((&once.1, &again.1), (&None, &None));
    let times = COPIES[1] / COPIES[0];
    assert!(!is_steep([once.0, again.0], times), "{} bytes, then {}", once.0, again.0);
}
