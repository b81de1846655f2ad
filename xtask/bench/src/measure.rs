//! What a command costs: processor time and memory, of it and of what it started.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::Failure;

/// What one run of a command took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Processor time, user and system.
    pub(crate) cpu: Duration,
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// The peak of resident memory of its largest process, in bytes.
    pub(crate) peak: u64,
}

/// The median and the spread of several runs.
#[derive(Clone, Debug)]
pub(crate) struct Runs(Vec<Cost>);

/// Runs a command to its end, which must be a good one.
pub(crate) fn run(command: &mut Command) -> Result<Cost, Failure> {
    run_to(command, &[0])
}

/// Runs a command to its end, with one of these exit codes.
pub(crate) fn run_to(command: &mut Command, codes: &[i32]) -> Result<Cost, Failure> {
    let line = format!("{command:?}");
    let failed = |error: std::io::Error| Failure(format!("cannot run {line}: {error}"));
    let log = std::env::temp_dir().join(format!("trenz-bench-{}.log", std::process::id()));
    let file = std::fs::File::create(&log).map_err(failed)?;
    let start = Instant::now();
    let mut child = command
        .stdout(file.try_clone().map_err(failed)?)
        .stderr(file)
        .stdin(Stdio::null())
        .env("RUST_BACKTRACE", "0")
        .spawn()
        .map_err(failed)?;
    let used = child.wait4().map_err(failed)?;
    let wall = start.elapsed();
    if !used.status.code().is_some_and(|code| codes.contains(&code)) {
        let said = std::fs::read_to_string(&log).unwrap_or_default();
        let tail: Vec<_> = said.lines().rev().take(12).collect();
        let tail: Vec<_> = tail.into_iter().rev().collect();
        return Err(Failure(format!("failed ({}): {line}\n{}", used.status, tail.join("\n"))));
    }
    Ok(Cost { cpu: used.rusage.utime + used.rusage.stime, wall, peak: used.rusage.maxrss })
}

impl Runs {
    pub(crate) fn new(runs: Vec<Cost>) -> Self {
        Self(runs)
    }

    fn median(mut values: Vec<f64>) -> f64 {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The median of processor time, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        Self::median(self.0.iter().map(|cost| cost.cpu.as_secs_f64()).collect())
    }

    /// The median of the time from start to end, in seconds.
    pub(crate) fn wall(&self) -> f64 {
        Self::median(self.0.iter().map(|cost| cost.wall.as_secs_f64()).collect())
    }

    /// The median of peaks, in megabytes.
    #[expect(clippy::cast_precision_loss, reason = "megabytes are rounded anyway")]
    pub(crate) fn peak(&self) -> f64 {
        Self::median(self.0.iter().map(|cost| cost.peak as f64 / 1e6).collect())
    }

    /// Processor time as `median (least to most)`.
    pub(crate) fn spread(&self) -> String {
        let seconds = self.0.iter().map(|cost| cost.cpu.as_secs_f64());
        let least = seconds.clone().fold(f64::INFINITY, f64::min);
        let most = seconds.fold(0.0, f64::max);
        // Of small documents the third digit counts.
        let digits = if most < 1.0 { 3 } else { 2 };
        format!("{:.digits$} ({least:.digits$} to {most:.digits$})", self.cpu())
    }
}
