//! Measures how time and memory of generation grow with the document.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it is a command")]

use std::thread;
use std::time::Instant;

use codegen_stress::growth;
use codegen_stress::seeds::{self, Seed, alone};
use codegen_stress::traps::{DEEP, Trap, WIDE};
use peak_alloc::PeakAlloc;
use trenz_codegen::{coverage, generate};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The operations of the greatest documents that vendors publish.
const GREATEST: usize = 11_000;

fn main() {
    if std::env::args().nth(1).is_some_and(|what| what == "made") {
        return made();
    }
    println!("| document | MB | operations | files | time per operation | memory per operation |");
    println!("|---|---|---|---|---|---|");
    let mut first = None;
    for copies in [1, 4, 16, 48, 115] {
        let seed = if copies == 1 { seeds::real() } else { growth::real(copies) };
        measure(&seed, &mut first);
    }
    println!("\n| many of | how many | time for ten times as many | memory | outcome |");
    println!("|---|---|---|---|---|");
    for trap in &WIDE {
        widen(trap);
    }
    println!("\n| 1,000 deep | outcome |\n|---|---|");
    for trap in &DEEP {
        println!("| {} | {} |", trap.name, run(trap, 1_000).2);
    }
}

/// Prints what a document as great as the greatest takes, and what a tenth of it takes.
fn made() {
    println!("| operations | MB | files | seconds | MB at most |\n|---|---|---|---|---|");
    for operations in [GREATEST / 10, GREATEST] {
        let seed = growth::made(operations);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let covered = coverage(&seed.sources()).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let peak = MEMORY.peak_usage_as_mb() - bytes_as_mb(before);
        let size = count(seed.document.len()) / 1e6;
        let files = covered.client.map_or(0, |client| client.files.len());
        let operations = covered.generated.len();
        println!("| {operations} | {size:.1} | {files} | {seconds:.1} | {peak:.0} |");
    }
}

/// Prints what ten times as many of a thing take.
fn widen(trap: &Trap) {
    let few = if trap.name.contains("of an") { 10_000 } else { 1_000 };
    let ((time, peak, _), (more_time, more_peak, outcome)) = (run(trap, few), run(trap, 10 * few));
    let (time, peak) = (more_time / time, count(more_peak) / count(peak));
    println!("| {} | {} | × {time:.1} | × {peak:.1} | {outcome} |", trap.name, 10 * few);
}

/// Generates of a document on the least stack that Rust gives a thread: the seconds, the bytes
/// and what became of it.
fn run(trap: &Trap, size: usize) -> (f64, usize, String) {
    let Trap { name, document, .. } = *trap;
    // Making a deep document needs a deep stack.
    let make = move || alone(name, &document(size));
    let seed = on_stack(256 << 20, make);
    on_stack(2 << 20, move || {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = Instant::now();
        let generated = generate(&seed.sources());
        let seconds = start.elapsed().as_secs_f64();
        let outcome = match generated {
            Ok(_) => "generated".to_owned(),
            Err(report) => format!("refused: {}", report.problems()[0].cause),
        };
        (seconds, MEMORY.peak_usage() - before, outcome)
    })
}

fn on_stack<T: Send + 'static>(size: usize, run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = thread::Builder::new().stack_size(size).spawn(run);
    thread.unwrap().join().unwrap()
}

/// Prints a row; time and memory of the first document are the measure of all others.
fn measure(seed: &Seed, first: &mut Option<(f64, f64)>) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let start = Instant::now();
    let generated = generate(&seed.sources());
    let seconds = start.elapsed().as_secs_f64();
    let peak = MEMORY.peak_usage_as_mb() - bytes_as_mb(before);
    let generated = match generated {
        Ok(generated) => generated,
        Err(report) => return println!("{}: {report}", seed.name),
    };
    let operations = generated.summary.operations;
    let [seconds, peak] = [seconds, f64::from(peak)].map(|total| total / count(operations));
    let (first_seconds, first_peak) = *first.get_or_insert((seconds, peak));
    println!(
        "| {} | {:.1} | {operations} | {} | × {:.2} | × {:.2} |",
        seed.name,
        count(seed.document.len()) / 1e6,
        generated.files.len(),
        seconds / first_seconds,
        peak / first_peak,
    );
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs three digits")]
fn count(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "a ratio needs three digits")]
fn bytes_as_mb(bytes: usize) -> f32 {
    bytes as f32 / (1024.0 * 1024.0)
}
