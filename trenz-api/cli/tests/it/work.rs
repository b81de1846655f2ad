//! Long work: uploads, publishing, logins, and what is left of them when they end early.

use serde_json::json;
use trenz_sandbox::{Pace, Sandbox};

use crate::program::World;

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
    let next =
        run.err.lines().find_map(|line| line.split("not paid for again): trenz ").nth(1)).unwrap();
    // What is done leaves nothing behind.
    world.run(&next.split(' ').collect::<Vec<_>>()).failed(2);
    // The upload is paid for, then the store breaks the connection for good.
    let fault = trenz_sandbox::Fault::new(trenz_sandbox::FaultKind::CloseBeforeReading);
    world.sandbox.add_fault(fault.on("trenz-social-publish-upload").times(9));
    let run = world.run(&[publish.as_slice(), &["--yes"]].concat());
    assert_ne!(run.code, Some(0), "{run:#?}");
    let next = run.err.lines().last().unwrap().split("to continue: trenz ").nth(1).unwrap();
    world.sandbox.clear_faults();
    let next: Vec<&str> = next.split(' ').chain(["--republish"]).collect();
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
