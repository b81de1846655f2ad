//! Calls: prices before they are sent, refusals, output and exit codes.

use serde_json::json;
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::program::World;

const SEARCH: [&str; 4] = ["data", "products", "search", "--country=us"];

fn words<'w>(first: &[&'w str], more: &[&'w str]) -> Vec<&'w str> {
    [first, more].concat()
}

#[test]
fn a_dry_run_needs_no_key_and_sends_nothing() {
    let world = World::new();
    let mut command = world.command();
    command.env_remove("TRENZ_API_KEY").args(SEARCH).args(["--page-size=3", "--dry-run"]);
    let run = crate::program::Run::of(command.output().unwrap()).done();
    let told = run.json();
    assert_eq!(told["coins"], 5);
    assert_eq!(told["method"], "GET");
    let url =
        format!("{}/open/v1/products/search?page_size=3&country=us", world.sandbox.base_url());
    assert_eq!(told["url"], url);
    assert_eq!(world.sandbox.requests().len(), 0);
}

#[test]
fn missing_inputs_are_named_all_at_once() {
    let world = World::new();
    let run = world.run(&["data", "products", "detail"]).failed(2);
    assert!(run.err.contains("--country") && run.err.contains("--id"), "{run:#?}");
    let publish = ["social", "video-publishing", "publish-upload", "--output=json"];
    let run = world.run(&words(&publish, &["--publications={}"])).failed(2);
    let told: serde_json::Value = serde_json::from_str(&run.err).unwrap();
    let missing = ["publications[0].platform_account_id", "publications[0].title", "video_title"];
    assert_eq!(told["error"]["missing"], json!(missing));
    assert_eq!(told["error"]["exit_code"], 2);
    let run = world.run(&words(&SEARCH, &["--body", r#"{"keywrod":"x"}"#])).failed(2);
    assert!(run.err.contains("`keywrod`"), "{run:#?}");
    assert_eq!(world.sandbox.requests().len(), 0);
}

#[test]
fn unlisted_values_are_sent_with_a_note() {
    let world = World::of(Sandbox::builder().lenient(true));
    let run = world.run(&["data", "products", "detail", "--id=1", "--country=xx"]).failed(4);
    assert!(run.err.contains("note: `country`"), "{run:#?}");
    assert_eq!(world.sandbox.requests().len(), 1, "it is the server that refuses it");
    // A value that differs from a listed one by its case alone is the listed one.
    let run = world.run(&["data", "products", "detail", "--id=1", "--country=US"]).done();
    assert!(!run.err.contains("document"), "{run:#?}");
    assert!(world.sandbox.requests()[1].query.contains("country=us"));
}

#[test]
fn what_is_dear_or_changes_something_is_refused_where_nobody_can_be_asked() {
    let world = World::new();
    let video = ["content", "ai-video", "sd-pro-generate", "--prompt=a lighthouse"];
    let run = world.run(&video).failed(3);
    assert!(run.err.contains("650 coins") && run.err.contains("--yes"), "{run:#?}");
    let remark = ["ads", "accounts", "update-remark", "--account-id=1", "--remark=x"];
    assert!(world.run(&remark).failed(3).err.contains("changes something"));
    world.run(&words(&SEARCH, &["--max-cost=4"])).failed(3);
    assert_eq!(world.sandbox.requests().len(), 0);
    world.run(&words(&video, &["--yes", "--duration=4"])).done();
    world.run(&words(&SEARCH, &["--max-cost=5"])).done();
    assert_eq!(world.sandbox.requests().len(), 2);
}

#[test]
fn output_is_data_and_everything_else_is_not() {
    let world = World::of(Sandbox::builder().balance(1000));
    let page = words(&SEARCH, &["--page-size=3"]);
    let run = world.run(&page).done();
    assert_eq!(run.json()["data"]["items"].as_array().unwrap().len(), 3);
    assert_eq!(run.json()["usage"]["coin_cost"], 5);
    assert!(run.err.starts_with("5 coins, account balance 995, request req_"), "{run:#?}");
    let run = world.run(&words(&page, &["--output=jsonl", "-q"])).done();
    assert_eq!((run.out.lines().count(), run.err.as_str()), (3, ""));
    let run = world.run(&words(&page, &["--field=data.items[].title"])).done();
    assert!(run.out.lines().count() == 3 && !run.out.contains('"'), "{run:#?}");
    let run = world.run(&words(&page, &["--field=data.items[0].title", "--output=json"])).done();
    assert!(run.json().is_string());
    let run = world.run(&words(&page, &["--output=table"])).done();
    assert_eq!(run.out.lines().count(), 4, "{run:#?}");
    let run = world.run(&words(&page, &["--output=raw"])).done();
    assert_eq!(run.json()["items"].as_array().unwrap().len(), 3);
}

#[test]
fn bodies_are_read_from_files_and_standard_input() {
    let world = World::new();
    world.write("body.json", r#"{"country":"gb","page_size":2}"#);
    let body = ["data", "products", "search", "--body"];
    let run = world.run(&words(&body, &["@body.json", "--country=us"])).done();
    assert_eq!(run.json()["data"]["items"].as_array().unwrap().len(), 2);
    world.run_with(&words(&body, &["-"]), r#"{"country":"gb"}"#).done();
    let sent = world.sandbox.requests();
    assert!(sent[0].query.contains("country=us") && sent[1].query.contains("country=gb"));
    world.run(&words(&body, &["@nowhere.json"])).failed(2);
    world.run(&words(&body, &["[]"])).failed(2);
}

#[test]
fn pages_are_printed_as_they_come_and_paid_one_by_one() {
    let world = World::of(Sandbox::builder().items(45).rate_limit(None));
    let run = world.run(&words(&SEARCH, &["--all-pages", "--yes"])).done();
    assert_eq!(run.out.lines().count(), 45);
    assert!(run.err.contains("45 items from 4 pages, 20 coins reported"), "{run:#?}");
    // How many pages there are, nobody knows beforehand.
    world.run(&words(&SEARCH, &["--all-pages"])).failed(3);
    let run = world.run(&words(&SEARCH, &["--max-pages=2", "--field=data.items[].id"])).done();
    assert_eq!(run.out.lines().count(), 40);
    // The last line continues where it ended.
    let next = run
        .err
        .lines()
        .last()
        .unwrap()
        .strip_prefix("to fetch all remaining pages: trenz ")
        .unwrap();
    assert!(next.contains(r#""page":3"#), "{next}");
    let run = world.run(&words(&SEARCH, &["--all-pages", "--max-cost=12"]));
    assert_eq!((run.code, run.out.lines().count()), (Some(3), 40), "{run:#?}");
    assert_eq!(world.sandbox.ledger().charged(), 20 + 10 + 10);
}

#[test]
fn exit_codes_say_what_became_of_the_coins() {
    let world = World::of(Sandbox::builder().balance(1000).rate_limit(None));
    let search = words(&SEARCH, &["--output=json"]);
    let told = |run: &crate::program::Run| -> serde_json::Value {
        serde_json::from_str(run.err.lines().last().unwrap()).unwrap()
    };
    for (fault, code, charged) in [
        (FaultKind::QuotaExceeded, 4, "no"),
        (FaultKind::CloseAfterCharging, 6, "unknown"),
        (FaultKind::InvalidJson, 6, "yes"),
    ] {
        world.sandbox.add_fault(Fault::new(fault.clone()).times(1));
        let run = world.run(&search).failed(code);
        assert_eq!(told(&run)["error"]["charged"], charged, "{fault:?}: {run:#?}");
        world.sandbox.clear_faults();
    }
    let mut command = world.command();
    command.args(&search).env("TRENZ_BASE_URL", "http://127.0.0.1:1").env("TRENZ_LEDGER", "off");
    crate::program::Run::of(command.output().unwrap()).failed(5);
    let mut command = world.command();
    command.args(&search).env_remove("TRENZ_API_KEY");
    let run = crate::program::Run::of(command.output().unwrap()).failed(2);
    assert!(run.err.contains("sandbox"), "{run:#?}");
}

#[test]
fn the_key_is_never_printed() {
    let world = World::of(Sandbox::builder().lenient(true));
    let key = world.sandbox.key().to_owned();
    for words in [
        vec!["config", "show"],
        vec!["data", "products", "search", "--country=us", "--dry-run"],
        vec!["data", "products", "search", "--country", &key],
    ] {
        let run = world.run(&words);
        let shown = format!("{}{}", run.out, run.err);
        assert!(!shown.contains(&key), "{words:?}: {run:#?}");
    }
}

#[test]
fn tasks_are_waited_for_and_taken_up_again() {
    let world = World::of(Sandbox::builder().rate_limit(None).pace(trenz_sandbox::Pace::Polls(1)));
    let video = [
        "content",
        "ai-video",
        "sora2-generate",
        "--prompt=a lighthouse",
        "--yes",
        "--output=json",
    ];
    let run = world.run(&words(&video, &["--wait"])).done();
    assert_eq!(run.json()["status"], "completed", "{run:#?}");
    assert!(run.json()["result"].is_object(), "{run:#?}");
    // Without waiting, the last line says how.
    let run = world.run(&video).done();
    let next = run.err.lines().last().unwrap();
    let next = next.strip_prefix("to wait for the task: trenz ").unwrap();
    let listed = world.run(&["tasks", "list"]).done().json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed:#}");
    let reference = listed[0]["reference"].as_str().unwrap();
    assert!(reference.starts_with("trenz-task:"), "{reference}");
    let run = world.run(&next.split(' ').collect::<Vec<_>>()).done();
    assert_eq!(run.json()["status"], "completed");
    assert_eq!(world.run(&["tasks", "list"]).done().json(), json!([]));
    let run = world.run(&["tasks", "show", reference]).done();
    assert_eq!(run.json()["status"], "completed");
    // A failed task came back, and its exit code says so.
    world.sandbox.add_fault(Fault::new(FaultKind::TaskFails).times(1));
    world.run(&words(&video, &["--wait"])).failed(5);
    assert_eq!(world.sandbox.requests_to("trenz-ai-sora2-generate").len(), 3);
}
