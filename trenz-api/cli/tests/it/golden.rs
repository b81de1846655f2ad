//! What people see, as files in `golden/`. `SNAPSHOTS=overwrite cargo test -p trenz-cli golden` writes them anew; read the
//! difference.

use std::fmt::Write as _;
use std::path::Path;

use snapbox::assert_data_eq;
use snapbox::data::{Data, DataFormat};
use trenz_sandbox::{Pace, Sandbox};

use crate::program::{Run, World};

fn golden(name: &str) -> Data {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden");
    Data::read_from(&folder.join(name), Some(DataFormat::Text))
}

/// The help of each operation, up to what all have in common, which stands once.
#[test]
fn help_of_each_operation() {
    let world = World::new();
    let listed = world.run(&["operations", "--output=json"]).done().json();
    let mut help = String::new();
    for (number, operation) in listed.as_array().unwrap().iter().enumerate() {
        let command = operation["command"].as_str().unwrap();
        let words: Vec<&str> = command.split(' ').skip(1).chain(["-h"]).collect();
        let run = world.run(&words).done();
        let (own, common) = run.out.split_once("\nCall:\n").unwrap();
        write!(help, "$ {command} -h\n{own}\n").unwrap();
        if number == 0 {
            write!(help, "Call:\n{common}\n").unwrap();
        }
    }
    assert_data_eq!(help, golden("help.txt").raw());
    let root = world.run(&["--help"]).done().out;
    assert_data_eq!(root, golden("root.txt").raw());
    assert_data_eq!(world.run(&["operations"]).done().out, golden("operations.txt").raw());
}

/// The README has each exit code with the words of the help.
#[test]
fn the_readme_lists_the_exit_codes_of_the_help() {
    let readme = include_str!("../../README.md");
    let (_, rows) = readme.split_once("| --- | --- |\n").unwrap();
    let rows = rows.lines().take_while(|line| line.starts_with('|'));
    let listed: Vec<String> =
        rows.map(|row| row.trim_matches(['|', ' ']).replace(" | ", " ")).collect();
    let help = World::new().run(&["--help"]).done().out;
    let (_, help) = help.split_once("Exit codes:").unwrap();
    let help: Vec<&str> = help.split_whitespace().collect();
    assert_eq!(listed.join(" "), help.join(" "));
}

/// What a dozen sessions look like, refusals included.
#[test]
fn sessions() {
    let world = World::of(Sandbox::builder().balance(5_000).rate_limit(None).pace(Pace::Polls(1)));
    world.write("plan.jsonl", "{\"operation\": \"data products search\", \"inputs\": {\"country\": \"us\"}, \"times\": 20}\n");
    let mut text = String::new();
    for line in [
        "data products search --country us --keyword lipstick --page-size 3 --output table",
        "data products search --country us --keyword lipstick --page-size 2 --field data.items[].title",
        "data products search --country us --dry-run",
        "data products search --keyword lipstick",
        "data products search --country us --max-cost 4",
        "data products search --country xx",
        "data products search --country us --max-pages 2 --page-size 1 --field data.items[].id",
        "content ai-video sd-pro-generate --prompt lighthouse --duration 4",
        "content ai-video sd-pro-generate --prompt lighthouse --duration 4 --dry-run --output table",
        "social video-publishing publish-upload --template=required",
        "quote plan.jsonl --output table",
        "budget set nightly 5000/day",
        "data products search --country us --page-size 1 --budget nightly --field data.items[].id",
        "budget list --output table",
        "ledger --by operation --output table",
        "ledger --by operation --csv",
        "tasks list --output table",
        "sandbox",
    ] {
        let run = world.run(&line.split(' ').collect::<Vec<_>>());
        write!(text, "$ trenz {line}\n{}\n", shown(&world, &run)).unwrap();
    }
    assert_data_eq!(text, golden("sessions.txt").raw());
}

/// Both outputs and the exit code.
fn shown(world: &World, run: &Run) -> String {
    let mut text = run.out.clone();
    for line in run.err.lines() {
        // The name of work has the time in it.
        let line = match line.split_once(" --resume work-") {
            Some((before, _)) => format!("{before} --resume work-NAME"),
            None => line.to_owned(),
        };
        writeln!(text, "! {line}").unwrap();
    }
    if run.code != Some(0) {
        writeln!(text, "? {}", run.code.unwrap()).unwrap();
    }
    text.replace(&world.sandbox.base_url(), "http://sandbox")
}
