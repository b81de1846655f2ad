//! Budgets, the ledger and plans: the program's memory.

use serde_json::json;
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::program::World;

const SEARCH: [&str; 4] = ["data", "products", "search", "--country=us"];

#[test]
fn budgets_hold_over_runs_and_are_shared() {
    let world = World::new();
    world.run(&["budget", "set", "nightly", "12/day", "--warn-at=0.5"]).done();
    let search = || world.run(&[SEARCH.as_slice(), &["--budget=nightly"]].concat());
    search().done();
    search().done();
    let refused = search().failed(3);
    assert!(refused.err.contains("nightly"), "{refused:#?}");
    let listed = world.run(&["budget", "list"]).done().json();
    assert_eq!((&listed[0]["left"], &listed[0]["spent"]), (&json!(2), &json!(10)), "{listed:#}");
    assert_eq!((&listed[0]["period"], &listed[0]["warn_at"]), (&json!("day"), &json!(6)));
    // New terms, for one operation alone; what was spent stays spent.
    let words = ["budget", "set", "nightly", "15/day", "--operation=data products search"];
    world.run(&words).done();
    search().done();
    world.run(&["budget", "remove", "nightly"]).done();
    search().failed(2);
    world.run(&["budget", "set", "x", "many"]).failed(2);
    assert_eq!(world.sandbox.ledger().charged(), 15);
}

#[test]
fn what_may_have_been_charged_is_listed_and_resolved() {
    let world = World::of(Sandbox::builder().rate_limit(None));
    world.run(&SEARCH).done();
    world.sandbox.add_fault(Fault::new(FaultKind::CloseAfterCharging).times(1));
    world.run(&SEARCH).failed(6);
    let at_risk = world.run(&["ledger", "at-risk"]).done().json();
    assert_eq!(at_risk.as_array().unwrap().len(), 1, "{at_risk:#}");
    let id = at_risk[0]["id"].as_str().unwrap();
    let report = world.run(&["ledger", "--by=operation", "--since=1d"]).done().json();
    assert_eq!((&report["total"]["settled"], &report["total"]["at_risk"]), (&json!(5), &json!(5)));
    let reconciled = world.run(&["ledger", "reconcile"]).done().json();
    assert_eq!(reconciled[0]["id"], id, "{reconciled:#}");
    world.run(&["ledger", "resolve", id, "--charged=5"]).done();
    assert_eq!(world.run(&["ledger", "at-risk"]).done().json(), json!([]));
    world.run(&["ledger", "resolve", id, "--not-charged"]).failed(2);
    let csv = world.run(&["ledger", "history", "--csv"]).done();
    assert_eq!(csv.out.lines().count(), 3, "{csv:#?}");
    let table = world.run(&["ledger", "--output=table"]).done();
    assert!(table.out.lines().last().unwrap().starts_with("total"), "{table:#?}");
    assert_eq!(world.sandbox.ledger().charged(), 10);
    world.run(&["ledger", "--since=yesterday"]).failed(2);
}

#[test]
fn a_named_purchase_is_bought_once() {
    let world = World::new();
    let search = [SEARCH.as_slice(), &["--once=products-of-today", "--output=json"]].concat();
    let first = world.run(&search).done().json();
    let second = world.run(&search).done().json();
    assert_eq!(first["data"], second["data"]);
    assert_eq!(world.sandbox.ledger().charged(), 5);
}

#[test]
fn a_plan_is_priced_without_a_key() {
    let world = World::new();
    world.write(
        "plan.jsonl",
        r#"{"operation": "data products search", "inputs": {"country": "us"}, "times": 20}

{"operation": "trenz-ai-sd-pro-generate", "inputs": {"prompt": "a lighthouse", "duration": 10}}
"#,
    );
    let mut command = world.command();
    command.env_remove("TRENZ_API_KEY").args(["quote", "plan.jsonl"]);
    let told = crate::program::Run::of(command.output().unwrap()).done().json();
    assert_eq!((&told["coins"], &told["requests"]), (&json!(1400), &json!(21)), "{told:#}");
    let run = world.run_with(&["quote", "-"], "{\"operation\": \"data\"}\n{}\n").failed(2);
    assert!(run.err.contains("-:1: ") && run.err.contains("-:2: "), "{run:#?}");
    assert_eq!(world.sandbox.requests().len(), 0);
}
