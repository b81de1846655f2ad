//! The program killed at random instants: the ledger agrees with the sandbox's bill, and the last command that it printed
//! finishes the work without paying again.
//!
//! `TRENZ_KILLS=200 cargo test -p trenz-cli --test it kills` tries as many instants for each workflow. A failure names its
//! seed: `TRENZ_SEED=…` tries that one.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;
use trenz_sandbox::{Pace, Sandbox};

use crate::program::{Run, World};

/// Polls are paid for one by one, and how many there are depends on how long a run takes.
const POLLS: [&str; 2] = ["trenz-social-publish-session", "trenz-social-tiktok-qrcode-check"];

/// How many items the list has.
const ITEMS: usize = 65;

struct Workflow {
    words: &'static [&'static str],
    /// The call of which the ledger cannot tell whether it was done, if it was on its way: it is not sent again.
    write: Option<&'static str>,
}

const WORKFLOWS: [Workflow; 5] = [
    Workflow {
        words: &["data", "products", "search", "--country=us", "--all-pages", "--yes"],
        write: None,
    },
    Workflow {
        words: &["content", "ai-video", "sora2-generate", "--prompt=a b", "--wait", "--yes"],
        write: Some("trenz-ai-sora2-generate"),
    },
    Workflow { words: &["upload", "My Video.mp4", "--yes"], write: None },
    Workflow {
        words: &["publish", "My Video.mp4", "--to=4687", "--title=Hello", "--yes"],
        write: Some("trenz-social-publish-upload"),
    },
    Workflow { words: &["login", "tiktok", "--yes"], write: Some("trenz-social-tiktok-qrcode") },
];

fn world() -> World {
    let sandbox = Sandbox::builder().rate_limit(None).lenient(true).items(ITEMS);
    let world = World::of(sandbox.pace(Pace::Polls(1)).latency(Duration::from_millis(10)));
    world.write("My Video.mp4", &"x".repeat(2_000_000));
    world
}

/// Runs until it is done or `after` is over; then it is ended by the signal.
fn ended(world: &World, words: &[&str], after: Duration, signal: &str) -> Run {
    let mut command = world.command();
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let id = child.id().to_string();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let killer = std::thread::spawn({
        let signal = signal.to_owned();
        move || {
            if is_done.recv_timeout(after).is_err() {
                let mut kill = Command::new("kill");
                // It may be done already.
                kill.args([&signal, &id]).stderr(Stdio::null()).status().unwrap();
            }
        }
    });
    let run = Run::of(child.wait_with_output().unwrap());
    let _ = done.send(());
    killer.join().unwrap();
    run
}

/// The ledger promises: what is settled was charged, and no more was charged than is settled, at risk or under way. Returns
/// what is settled for each operation, polls aside.
#[track_caller]
fn settled(world: &World, what: &str) -> BTreeMap<String, u64> {
    let report = world.run(&["ledger", "--by=operation", "--output=json"]).done().json();
    let of = |name: &str| report["total"][name].as_u64().unwrap();
    let bill = world.sandbox.ledger().charged();
    let most = of("settled") + of("at_risk") + of("unreported") + of("reserved");
    assert!(of("settled") <= bill && bill <= most, "{what}: bill {bill}, ledger {report:#}");
    let rows = report["rows"].as_array().unwrap().iter();
    let rows = rows.map(|row| (row["key"].as_str().unwrap(), row["settled"].as_u64().unwrap()));
    let rows = rows.filter(|(key, settled)| !POLLS.contains(key) && *settled > 0);
    rows.map(|(key, settled)| (key.to_owned(), settled)).collect()
}

/// The last command that a run printed, to continue with.
fn last_command(run: &Run) -> Option<&str> {
    let commands =
        run.err.lines().rev().filter_map(|line| Some(&line[line.find(": trenz ")? + 2..]));
    commands.into_iter().find(|command| !command.starts_with("trenz ledger "))
}

#[test]
fn killed_at_any_instant_it_agrees_with_the_bill_and_continues_without_paying_again() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds: Vec<u64> = match number("TRENZ_SEED") {
        Some(seed) => vec![seed],
        None => (0..number("TRENZ_KILLS").unwrap_or(4)).collect(),
    };
    std::thread::scope(|scope| {
        for workflow in &WORKFLOWS {
            let seeds = &seeds;
            scope.spawn(move || {
                let whole = world();
                let start = Instant::now();
                whole.run(workflow.words).done();
                let took = start.elapsed();
                let price = &settled(&whole, "whole");
                for some in seeds.chunks(4) {
                    std::thread::scope(|scope| {
                        for seed in some {
                            scope.spawn(|| kill(workflow, took, price, *seed));
                        }
                    });
                }
            });
        }
    });
}

/// A run may be killed after its last word: what it printed is free until other work begins, which deletes what was kept.
#[test]
fn continuing_what_is_done_pays_for_nothing() {
    let world = world();
    let upload = ["upload", "My Video.mp4", "--yes"];
    let first = world.run(&upload).done();
    let price = settled(&world, "first");
    let again = world.shell(last_command(&first).unwrap()).done();
    assert_eq!(settled(&world, "again"), price);
    assert_eq!(again.json()["object_key"], first.json()["object_key"]);
    world.run(&upload).done();
    let done = std::fs::read_to_string(world.home().join(".local/share/trenz/done")).unwrap();
    assert_eq!(done.lines().count(), 1, "the first is forgotten");
    assert_ne!(settled(&world, "another"), price);
}

fn kill(workflow: &Workflow, took: Duration, price: &BTreeMap<String, u64>, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let what = format!("TRENZ_SEED={seed}, {:?}", workflow.words);
    let world = world();
    let mut line: Option<String> = None;
    let mut items = Vec::new();
    // Now and then what continues is killed as well.
    for kills in 0.. {
        let is_last = kills > 0 && rng.bool();
        let signal = if rng.bool() { "-KILL" } else { "-INT" };
        // Most of some workflows is waiting between polls; the calls come first.
        let most = if rng.bool() { took.min(Duration::from_millis(300)) } else { took };
        let after = most.mul_f64(rng.f64() * 1.1);
        let run = match (&line, is_last) {
            (None, false) => ended(&world, workflow.words, after, signal),
            (None, true) => world.run(workflow.words),
            (Some(line), false) => {
                let seconds = after.as_secs_f64();
                world.shell(&format!(
                    "timeout --preserve-status -s {} {seconds} {line}",
                    &signal[1..]
                ))
            }
            (Some(line), true) => world.shell(line),
        };
        let what = format!("{what}, {signal} after {after:?}, {run:#?}");
        let settled = settled(&world, &what);
        for (operation, coins) in &settled {
            assert!(
                price.get(operation).is_some_and(|price| coins <= price),
                "{what}: {settled:?}"
            );
        }
        if run.code == Some(3) {
            // Only a write that was on its way is not done again: somebody has to look.
            let write = workflow.write.unwrap_or_else(|| panic!("{what}"));
            assert!(run.err.contains(write) && !settled.contains_key(write), "{what}");
            let requests = world.sandbox.requests_to(write).len();
            assert!(requests <= 1, "{what}: {requests} requests");
            return;
        }
        // What was printed before an interruption is not printed again; what was killed is printed anew.
        if [Some(0), Some(130)].contains(&run.code) {
            items.extend(run.out.lines().map(str::to_owned));
        }
        if run.code == Some(0) {
            assert_eq!(&settled, price, "{what}");
            break;
        }
        line = last_command(&run).map(str::to_owned).or(line);
    }
    if workflow.words[0] == "data" {
        let distinct: BTreeSet<&String> = items.iter().collect();
        assert_eq!((items.len(), distinct.len()), (ITEMS, ITEMS), "{what}");
    } else {
        let result: Value = serde_json::from_str(&items.join("\n")).unwrap();
        assert!(result.is_object(), "{what}");
    }
}
