//! The program at a terminal: questions, tables, colours, resizes and Ctrl-C.

use std::process::Command;
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use trenz_sandbox::{Pace, Sandbox};

use crate::program::{World, plain};

fn session(world: &World, words: &[&str]) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trenz"));
    command
        .args(words)
        .env_clear()
        .env("HOME", world.home())
        .env("TERM", "xterm")
        .env("TRENZ_API_KEY", world.sandbox.key())
        .env("TRENZ_BASE_URL", world.sandbox.base_url())
        .current_dir(world.home());
    spawn_command(command, Some(20_000)).unwrap()
}

#[track_caller]
fn ends_with(session: &PtySession, code: i32) {
    let status = session.process().wait().unwrap();
    assert!(format!("{status:?}").contains(&format!("{code}")), "{status:?}");
}

#[test]
fn a_dear_call_is_asked_about_and_only_yes_sends_it() {
    let world = World::of(Sandbox::builder().rate_limit(None).pace(Pace::Polls(1)));
    let video = ["content", "ai-video", "sd-pro-generate", "--prompt=a lighthouse"];
    for answer in ["n", "", "nope"] {
        let mut session = session(&world, &video);
        session.exp_string("650 coins").unwrap();
        session.exp_string("Send it? [y/N]").unwrap();
        session.send_line(answer).unwrap();
        session.exp_string("not confirmed").unwrap();
        ends_with(&session, 3);
    }
    assert_eq!(world.sandbox.requests().len(), 0);
    let mut session = session(&world, &video);
    session.exp_string("[y/N]").unwrap();
    session.send_line("y").unwrap();
    session.exp_string("to wait for the task").unwrap();
    assert_eq!(world.sandbox.ledger().charged(), 650);
}

#[test]
fn a_table_is_what_people_get() {
    let world = World::new();
    let mut session = session(&world, &["data", "products", "search", "--country=us"]);
    session.exp_regex("id +title").unwrap();
    session.exp_string("5 coins").unwrap();
    ends_with(&session, 0);
}

#[test]
fn ctrl_c_keeps_the_task_and_says_how_to_go_on() {
    let world = World::of(Sandbox::builder().pace(Pace::Time(Duration::from_secs(600))));
    let words = ["content", "ai-video", "sora2-generate", "--prompt=x", "--yes", "--wait"];
    let mut session = session(&world, &words);
    session.exp_string("to wait for the task: trenz tasks wait").unwrap();
    session.exp_string("pending").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("the task continues").unwrap();
    session.exp_string("trenz tasks wait").unwrap();
    ends_with(&session, 130);
    let listed = world.run(&["tasks", "list"]).done().json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

/// The program at a terminal of so many columns, which has so many others after a moment.
fn resized(world: &World, words: &str, columns: u16, later: u16) -> PtySession {
    let program = env!("CARGO_BIN_EXE_trenz");
    let resize = if later == columns {
        String::new()
    } else {
        format!("(sleep 0.7; stty cols {later} </dev/tty) & ")
    };
    let script = format!("stty rows 24 cols {columns}; {resize}exec {program} {words}");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &script]).env_clear().current_dir(world.home());
    command.env("HOME", world.home()).env("TERM", "xterm").env("PATH", "/usr/bin:/bin");
    command.env("TRENZ_API_KEY", world.sandbox.key());
    command.env("TRENZ_BASE_URL", world.sandbox.base_url());
    spawn_command(command, Some(20_000)).unwrap()
}

#[test]
fn tables_and_help_are_as_wide_as_the_terminal() {
    let world = World::new();
    let mut before = usize::MAX;
    for columns in [120, 60, 40] {
        let search = "data products search --country us -q";
        let mut table = resized(&world, search, columns, columns);
        let text = plain(&table.exp_eof().unwrap());
        let width = text.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
        assert!(width <= usize::from(columns) && width < before, "{columns}: {text}");
        before = width;
        let mut help = resized(&world, "data products search -h", columns, columns);
        let text = plain(&help.exp_eof().unwrap());
        // A flag with the name of its value is one word.
        let wraps = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        let width = wraps.map(|line| line.trim_end().chars().count()).max().unwrap();
        assert!(width <= usize::from(columns).max(80), "{columns}: {text}");
    }
}

#[test]
fn a_terminal_that_is_resized_shows_the_state_and_takes_ctrl_c() {
    let world = World::of(Sandbox::builder().pace(Pace::Time(Duration::from_secs(600))));
    let words = "content ai-video sora2-generate --prompt=x --yes --wait";
    for (columns, later) in [(100, 20), (20, 100)] {
        let mut session = resized(&world, words, columns, later);
        session.exp_string("to wait for the task").unwrap();
        session.exp_string("pending").unwrap();
        std::thread::sleep(Duration::from_secs(1));
        session.exp_string("task").unwrap();
        session.send_control('c').unwrap();
        session.exp_string("the task continues").unwrap();
        ends_with(&session, 130);
    }
    assert_eq!(world.sandbox.requests_to("trenz-ai-sora2-generate").len(), 2);
}

#[test]
fn ctrl_c_at_a_question_sends_nothing() {
    let world = World::new();
    let mut session = session(&world, &["content", "ai-video", "sora2-generate", "--prompt=x"]);
    session.exp_string("[y/N]").unwrap();
    session.send_control('c').unwrap();
    session.exp_string("trenz-ai-sora2-generate was not sent: interrupted").unwrap();
    ends_with(&session, 130);
    assert_eq!(world.sandbox.requests().len(), 0);
}

#[test]
fn colours_are_for_terminals_and_turned_off_by_no_color() {
    let world = World::new();
    for (prefix, is_coloured) in [("", true), ("NO_COLOR=1 ", false)] {
        let line = format!("{prefix}{} --help", env!("CARGO_BIN_EXE_trenz"));
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &line]).env_clear().env("TERM", "xterm");
        let mut session = spawn_command(command, Some(20_000)).unwrap();
        let text = session.exp_eof().unwrap();
        assert_eq!(text.contains("\u{1b}["), is_coloured, "{line}: {text}");
    }
    assert!(!world.run(&["--help"]).done().out.contains("\u{1b}["));
    assert!(world.run(&["--color=always", "--help"]).done().out.contains("\u{1b}["));
}
