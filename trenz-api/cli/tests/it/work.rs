//! Long work: uploads, publishing, logins, and what is left of them when they end early.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use trenz_sandbox::{Pace, Sandbox};

use crate::program::{Run, World};

fn world() -> World {
    let world = World::of(Sandbox::builder().rate_limit(None).lenient(true).pace(Pace::Polls(1)));
    world.write("My Video.mp4", &"x".repeat(300_000));
    world
}

#[test]
fn a_file_is_uploaded_and_its_place_printed() {
    let world = world();
    world.run(&["upload", "My Video.mp4", "--dry-run"]).done();
    assert_eq!(world.sandbox.requests().len(), 0);
    let run = world.run(&["upload", "My Video.mp4"]).done();
    assert_eq!(
        (&run.json()["size"], &run.json()["content_type"]),
        (&json!(300_000), &json!("video/mp4"))
    );
    assert_eq!(world.sandbox.uploads().len(), 1);
    world.run(&["upload", "nowhere.mp4"]).failed(1);
}

#[test]
fn a_video_is_published_and_an_early_end_is_gone_on_with() {
    let world = world();
    let publish = ["publish", "My Video.mp4", "--to=4687", "--title=Hello"];
    world.run(&publish).failed(3);
    assert_eq!(world.sandbox.requests().len(), 0);
    let run = world.run(&[publish.as_slice(), &["--yes"]].concat()).done();
    assert_eq!(run.json()["publications"][0]["account"], 4687, "{run:#?}");
    let whole = world.sandbox.ledger().charged();
    let next = run.err.lines().find_map(|line| line.split("to continue: trenz ").nth(1)).unwrap();
    // What is done leaves nothing behind.
    world.run(&next.split(' ').collect::<Vec<_>>()).failed(2);
    // The upload is paid for, then the store breaks the connection for good.
    let fault = trenz_sandbox::Fault::new(trenz_sandbox::FaultKind::CloseBeforeReading);
    world.sandbox.add_fault(fault.on("trenz-social-publish-upload").times(9));
    let run = world.run(&[publish.as_slice(), &["--yes"]].concat());
    assert_ne!(run.code, Some(0), "{run:#?}");
    let next = run.err.lines().last().unwrap().split("to continue: trenz ").nth(1).unwrap();
    world.sandbox.clear_faults();
    let next: Vec<&str> = next.split(' ').chain(["--yes", "--republish"]).collect();
    world.run(&next).done();
    assert_eq!(world.sandbox.ledger().charged(), 2 * whole, "nothing is paid for twice");
    assert_eq!(world.sandbox.uploads().len(), 2);
}

#[test]
fn a_login_draws_its_code_and_waits() {
    let world = world();
    world.run(&["login", "tiktok"]).failed(3);
    let run = world.run(&["login", "tiktok", "--yes"]).done();
    assert!(run.json()["account"].is_object(), "{run:#?}");
    assert!(run.err.contains('█') && run.err.contains("scan this"), "{run:#?}");
}

/// A run that is ended in the middle.
fn ended(world: &World, words: &[&str], after: Duration, signal: &str) -> Run {
    let mut command = world.command();
    command.args(words).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child: Child = command.spawn().unwrap();
    std::thread::sleep(after);
    let mut kill = Command::new("kill");
    // It may be done already.
    kill.args([signal, &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
    Run::of(child.wait_with_output().unwrap())
}

/// The ledger promises: what is settled was charged, and no more was charged than is settled, at risk or under way.
#[track_caller]
fn agrees_with_the_bill(world: &World, what: &str) -> Value {
    let total = world.run(&["ledger", "--output=json"]).done().json()["total"].clone();
    let of = |name: &str| total[name].as_u64().unwrap();
    let bill = world.sandbox.ledger().charged();
    let most = of("settled") + of("at_risk") + of("unreported") + of("reserved");
    assert!(of("settled") <= bill && bill <= most, "{what}: bill {bill}, ledger {total:#}");
    total
}

#[cfg(unix)]
#[test]
fn killed_at_any_instant_the_ledger_agrees_with_the_bill() {
    let world = World::of(
        Sandbox::builder()
            .rate_limit(None)
            .lenient(true)
            .items(200)
            .latency(Duration::from_millis(15)),
    );
    let search: &[&str] = &["data", "products", "search", "--country=us", "--all-pages", "--yes"];
    let video: &[&str] =
        &["content", "ai-video", "sora2-generate", "--prompt=a lighthouse", "--wait", "--yes"];
    for (words, most) in [(search, 220), (video, 120)] {
        for (number, signal) in ["-KILL", "-INT", "-KILL", "-INT", "-KILL"].iter().enumerate() {
            let after = Duration::from_millis(20 + most * number as u64 / 4);
            let before = agrees_with_the_bill(&world, "before");
            let run = ended(&world, words, after, signal);
            let total = agrees_with_the_bill(&world, &format!("{} {signal} {after:?}", words[2]));
            if *signal == "-INT" && run.code == Some(130) {
                assert!(run.err.contains("interrupted"), "{run:#?}");
                // What was on its way is at risk by now, and not only when its lease ends.
                assert_eq!(total["reserved"], before["reserved"], "{run:#?}");
            }
        }
    }
    // Every task that was paid for and heard of is there to be waited for, without paying again.
    let bill = world.sandbox.ledger().charged();
    let open = world.run(&["tasks", "list", "--output=json"]).done().json();
    for task in open.as_array().unwrap() {
        world.run(&["tasks", "show", task["reference"].as_str().unwrap()]).done();
    }
    assert_eq!(world.sandbox.ledger().charged(), bill);
}
