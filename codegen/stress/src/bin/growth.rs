//! Measures how time and memory of generation grow with the document.
#![allow(clippy::print_stdout, reason = "it is a command")]

use std::time::Instant;

use codegen_stress::growth;
use codegen_stress::seeds::{self, Seed};
use peak_alloc::PeakAlloc;
use trenz_codegen::generate;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

fn main() {
    println!("| document | MB | operations | files | time per operation | memory per operation |");
    println!("|---|---|---|---|---|---|");
    let mut first = None;
    for copies in [1, 4, 16, 48, 115] {
        let seed = if copies == 1 { seeds::real() } else { growth::real(copies) };
        measure(&seed, &mut first);
    }
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
