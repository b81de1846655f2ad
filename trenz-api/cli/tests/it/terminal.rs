//! The program at a terminal: questions, tables, Ctrl-C, and a shell that completes what is typed.

use std::process::Command;
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};
use trenz_sandbox::{Pace, Sandbox};

use crate::program::World;

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

#[test]
fn bash_completes_commands_flags_and_values() {
    let world = World::new();
    let script = world.run(&["completions", "bash"]).done().out;
    world.write("trenz.bash", &script);
    for (words, expected) in [
        ("trenz data pro", "products"),
        ("trenz data products search --free", "--free-shipping"),
        ("trenz data products search --country u", "us"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let (last, before) = (words[words.len() - 1], words[words.len() - 2]);
        let typed = words.join(" ");
        let asked = format!(
            "source trenz.bash; COMP_WORDS=({typed}); COMP_CWORD={}; _trenz trenz {last} {before}; \
             printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.len() - 1
        );
        let mut bash = Command::new("bash");
        let output = bash.args(["-c", &asked]).current_dir(world.home()).output().unwrap();
        let found = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(found.lines().any(|line| line.trim() == expected), "{typed}: {found}{output:?}");
    }
}
