//! Mutates documents and judges what comes out, until the time is over.
//!
//! `fuzz [--seconds 60] [--seed N] [--save FOLDER]`: a document that fails is saved, with
//! what belongs to it, and the seed that led there is printed.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "it is a command")]

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

use codegen_stress::dice::Dice;
use codegen_stress::judge::{comparison, judge};
use codegen_stress::mutate::mutate;
use codegen_stress::seeds::{self, Seed, settled};
use fastrand::Rng;
use lexopt::ValueExt;
use serde_json::Value;

struct Arguments {
    seconds: u64,
    seed: u64,
    save: PathBuf,
}

fn arguments() -> Result<Arguments, lexopt::Error> {
    let mut arguments =
        Arguments { seconds: 60, seed: fastrand::u64(..), save: env::temp_dir().join("fuzz") };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("seconds") => arguments.seconds = parser.value()?.parse()?,
            lexopt::Arg::Long("seed") => arguments.seed = parser.value()?.parse()?,
            lexopt::Arg::Long("save") => arguments.save = parser.value()?.into(),
            other => return Err(other.unexpected()),
        }
    }
    Ok(arguments)
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            println!("{error}\nusage: fuzz [--seconds 60] [--seed N] [--save FOLDER]");
            return ExitCode::FAILURE;
        }
    };
    println!("seed {}", arguments.seed);
    let failures = fuzz(&arguments);
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fuzz(arguments: &Arguments) -> usize {
    let mut rng = Rng::with_seed(arguments.seed);
    let mut pool: Vec<Seed> = seeds::golden(true);
    pool.extend((0..20).map(|_| seeds::slice(&mut rng)));
    let refused = seeds::golden(false);
    let donors: Vec<Value> = pool
        .iter()
        .chain(&refused)
        .filter_map(|seed| serde_json::from_slice(&seed.document).ok())
        .collect();
    let mut tally: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known = HashSet::new();
    let end = Instant::now() + Duration::from_secs(arguments.seconds);
    let originals = pool.len();
    while Instant::now() < end {
        let index = rng.below(pool.len());
        let old = pool[index].clone();
        let Ok(mut document) = serde_json::from_slice::<Value>(&old.document) else { continue };
        let count = 1 + rng.below(4);
        mutate(&mut document, &donors, count, &mut rng);
        let seed = Seed {
            name: format!("{}+", old.name),
            document: document.to_string().into_bytes(),
            ..old.clone()
        };
        let seed = settled_quietly(&seed).unwrap_or(seed);
        let judged = judge(&seed).and_then(|outcome| {
            comparison(&old, &seed)?;
            Ok(outcome)
        });
        match judged {
            Ok(Ok(_)) => {
                *tally.entry("generated").or_default() += 1;
                if pool.len() < 400 {
                    pool.push(seed);
                } else {
                    let index = originals + rng.below(pool.len() - originals);
                    pool[index] = seed;
                }
            }
            Ok(Err(_)) => *tally.entry("refused").or_default() += 1,
            Err(failure) => {
                *tally.entry("failed").or_default() += 1;
                let first: String = failure.chars().filter(|c| !c.is_numeric()).take(60).collect();
                if known.insert(first) {
                    let folder = arguments.save.join(known.len().to_string());
                    save(&folder, &seed);
                    println!("{}: {failure}\n  saved in {}", seed.name, folder.display());
                }
            }
        }
    }
    println!("{tally:?}");
    tally.get("failed").copied().unwrap_or(0)
}

/// A panic is for the judge to see.
fn settled_quietly(seed: &Seed) -> Option<Seed> {
    std::panic::catch_unwind(|| settled(seed)).ok().flatten()
}

fn save(folder: &Path, seed: &Seed) {
    fs::create_dir_all(folder).unwrap();
    let Seed { document, overlay, decisions, .. } = seed;
    for (name, text) in [
        ("document.json", Some(document)),
        ("overlay.json", overlay.as_ref()),
        ("decisions.json", decisions.as_ref()),
    ] {
        if let Some(text) = text {
            fs::write(folder.join(name), text).unwrap();
        }
    }
}
