//! Mutates documents and checks the outcome, until the time is over.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it is a command")]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, panic, thread};

use codegen_stress::compile::{Sample, compile};
use codegen_stress::fuzzer::{Fuzzer, Mode};
use codegen_stress::minimise::minimise;
use codegen_stress::oracle::{comparison, verify};
use codegen_stress::seeds::{Seed, saved};
use fastrand::Rng;
use lexopt::ValueExt;
use peak_alloc::PeakAlloc;
use trenz_codegen::{changes, coverage, generate};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const USAGE: &str = "usage: fuzz [--seconds 60 | --runs N] [--seed N] [--mode MODE] \
                     [--compile N] [--save FOLDER]
       fuzz --replay FOLDER
  --seconds  For how long.
  --runs     How many documents of each mode, instead: then all of it can be had again.
  --seed     What all choices follow from; printed at the start.
  --mode     structure, tables, foreign or bytes; all of them in turn if not given.
  --compile  Compile as many of the clients that came out.
  --save     Where what fails goes; a folder `fuzz` among the temporary ones if not given.
             The current document is in `current` there, should the process die.
  --replay   Judge what was saved in a folder, and say what comes out.";

/// The least that Rust gives a thread.
const STACK: usize = 2 << 20;

struct Arguments {
    seconds: u64,
    runs: Option<usize>,
    seed: u64,
    modes: Vec<Mode>,
    compile: usize,
    save: PathBuf,
    replay: Option<PathBuf>,
}

fn arguments() -> Result<Arguments, lexopt::Error> {
    let mut arguments = Arguments {
        seconds: 60,
        runs: None,
        seed: fastrand::u64(..),
        modes: Mode::ALL.to_vec(),
        compile: 0,
        save: env::temp_dir().join("fuzz"),
        replay: None,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("seconds") => arguments.seconds = parser.value()?.parse()?,
            lexopt::Arg::Long("runs") => arguments.runs = Some(parser.value()?.parse()?),
            lexopt::Arg::Long("seed") => arguments.seed = parser.value()?.parse()?,
            lexopt::Arg::Long("compile") => arguments.compile = parser.value()?.parse()?,
            lexopt::Arg::Long("save") => arguments.save = parser.value()?.into(),
            lexopt::Arg::Long("replay") => arguments.replay = Some(parser.value()?.into()),
            lexopt::Arg::Long("mode") => {
                let name = parser.value()?.string()?;
                let mode = Mode::ALL.into_iter().find(|mode| mode.name() == name);
                arguments.modes = vec![mode.ok_or(format!("there is no mode {name}"))?];
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(arguments)
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            println!("{error}\n{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    if let Some(folder) = arguments.replay {
        return replay(&folder);
    }
    println!("seed {}", arguments.seed);
    let fuzz = move || Run::new(arguments).fuzz();
    let run = thread::Builder::new().stack_size(STACK).spawn(fuzz).unwrap();
    if run.join().unwrap() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Says all that can be said of one document.
fn replay(folder: &Path) -> ExitCode {
    let seed = saved(folder);
    let sources = seed.sources();
    match generate(&sources) {
        Ok(_) => println!("It generates."),
        Err(report) => println!("{report}"),
    }
    match coverage(&sources) {
        Ok(coverage) => println!("{coverage}"),
        Err(report) => println!("{report}"),
    }
    match changes(&sources, &sources) {
        Ok(changes) => println!("{changes}"),
        Err(report) => println!("{report}"),
    }
    match verify(&seed) {
        Ok(_) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}

struct Run {
    arguments: Arguments,
    /// What became of how many, by mode.
    tally: BTreeMap<(Mode, &'static str), usize>,
    /// The failures so far, by what they have in common.
    known: HashMap<String, usize>,
    sample: Sample<(Seed, BTreeMap<String, String>)>,
    rng: Rng,
    slowest: (Duration, usize, String),
    largest: (usize, usize, String),
}

impl Run {
    fn new(arguments: Arguments) -> Self {
        Self {
            tally: BTreeMap::new(),
            known: HashMap::new(),
            sample: Sample::of(arguments.compile),
            rng: Rng::with_seed(arguments.seed),
            slowest: <_>::default(),
            largest: <_>::default(),
            arguments,
        }
    }

    /// Whether nothing failed.
    fn fuzz(mut self) -> bool {
        // Each failure is printed once; a message for each panic on the way
        // to a small document would hide that.
        panic::set_hook(Box::new(|_| {}));
        let start = Instant::now();
        let mut fuzzers: Vec<_> = self
            .arguments
            .modes
            .iter()
            .map(|mode| (*mode, Fuzzer::new(*mode, self.arguments.seed)))
            .collect();
        let time = Duration::from_secs(self.arguments.seconds);
        let mut rounds = 0;
        while self.arguments.runs.map_or(start.elapsed() < time, |runs| rounds < runs) {
            for (mode, fuzzer) in &mut fuzzers {
                self.turn(*mode, fuzzer);
            }
            rounds += 1;
        }
        for ((mode, outcome), count) in &self.tally {
            println!("{:>9}: {count} {outcome}", mode.name());
        }
        println!(
            "slowest: {:.1?} for {} bytes, {}",
            self.slowest.0, self.slowest.1, self.slowest.2
        );
        println!(
            "most memory: {} for {} bytes, {}",
            self.largest.0, self.largest.1, self.largest.2
        );
        self.compile() && self.known.is_empty()
    }

    fn turn(&mut self, mode: Mode, fuzzer: &mut Fuzzer) {
        let (old, new) = fuzzer.mutant();
        new.save(&self.arguments.save.join("current"));
        let start = Instant::now();
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let outcome = verified(&old, &new);
        self.measured(&new, start.elapsed(), MEMORY.peak_usage().saturating_sub(before));
        let outcome = match outcome {
            Ok(Some(files)) => {
                self.sample.offer((new.clone(), files), &mut self.rng);
                fuzzer.keep(new);
                "generated"
            }
            Ok(None) => "refused",
            Err(failure) => {
                self.failed(&old, &new, &failure);
                "failed"
            }
        };
        *self.tally.entry((mode, outcome)).or_default() += 1;
    }

    fn measured(&mut self, seed: &Seed, time: Duration, peak: usize) {
        let size = seed.document.len();
        if time > self.slowest.0 {
            self.slowest = (time, size, seed.name.clone());
            seed.save(&self.arguments.save.join("slowest"));
        }
        if peak > self.largest.0 {
            self.largest = (peak, size, seed.name.clone());
            seed.save(&self.arguments.save.join("largest"));
        }
    }

    /// Tells of a failure and saves the document as small as it can be made, unless one
    /// like it is known.
    fn failed(&mut self, old: &Seed, new: &Seed, failure: &str) {
        let number = self.known.len() + 1;
        let count = self.known.entry(alike(failure)).or_default();
        *count += 1;
        if *count > 1 {
            return;
        }
        let fails =
            |seed: &Seed| verified(old, seed).is_err_and(|other| alike(&other) == alike(failure));
        let folder = self.arguments.save.join(number.to_string());
        new.save(&folder);
        println!("{}: {failure}\n  saved in {}", new.name, folder.display());
        minimise(new, 3_000, fails).save(&folder);
    }

    /// Whether the chosen clients compile.
    fn compile(&self) -> bool {
        if self.sample.chosen.is_empty() {
            return true;
        }
        let name = |index: usize| format!("mutant{index}");
        let clients = self.sample.chosen.iter().enumerate();
        let clients = clients.map(|(index, (_, files))| (name(index), files.clone()));
        let folder = self.arguments.save.join("compiled");
        let Err(said) = compile(&folder, &folder.join("target"), clients) else {
            println!("{} of those that were generated compile", self.sample.chosen.len());
            return true;
        };
        println!("{said}");
        for (index, (seed, _)) in self.sample.chosen.iter().enumerate() {
            let name = name(index);
            let is_said = |line: &str| line.starts_with(&format!("{name}/"));
            if said.lines().any(is_said) {
                let folder = self.arguments.save.join(&name);
                seed.save(&folder);
                println!("{name} was made of {}, saved in {}", seed.name, folder.display());
            }
        }
        false
    }
}

/// Judges a document by itself and beside the one that it was made of; gives the files of
/// the client if there is one.
fn verified(old: &Seed, new: &Seed) -> Result<Option<BTreeMap<String, String>>, String> {
    let client = verify(new)?;
    comparison(old, new)?;
    Ok(client.map(|client| client.files))
}

/// What failures of one cause have in common: the beginning, without its numbers.
fn alike(failure: &str) -> String {
    failure.chars().filter(|c| !c.is_numeric()).take(60).collect()
}
