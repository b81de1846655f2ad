//! The ledger: opening balance − charges + refunds is what is reported, whatever happened.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use trenz_sandbox::{EntryKind, Fault, FaultKind, Ledger, Pace, Sandbox};

use crate::generate::valid;
use crate::server::{Server, fixed_prices};
use crate::spec::{operation, operations};

/// The balance as it follows from the entries alone.
fn from_entries(ledger: &Ledger) -> i64 {
    ledger.entries().iter().fold(ledger.opening(), |balance, entry| {
        let coins = i64::try_from(entry.coins).unwrap();
        match entry.kind {
            EntryKind::Charge => balance - coins,
            EntryKind::Refund => balance + coins,
        }
    })
}

/// No request is charged twice, and none gets back what it did not pay.
fn refunds_belong_to_charges(ledger: &Ledger) {
    let mut charged = BTreeMap::new();
    for entry in ledger.entries() {
        let request = (entry.request_id.clone(), entry.operation.clone());
        match entry.kind {
            EntryKind::Charge => assert_eq!(charged.insert(request, entry.coins), None),
            EntryKind::Refund => {
                assert_eq!(charged.insert(request, 0), Some(entry.coins), "{entry:?}");
            }
        }
    }
}

/// Kinds that end by themselves, so that a sequence of calls does too, and whose responses are about what was asked.
/// Coins that come back twice are a test of their own.
fn kinds() -> Vec<FaultKind> {
    let left_out = |kind: &FaultKind| {
        matches!(
            kind,
            FaultKind::StallHeaders(_)
                | FaultKind::StallBody(_)
                | FaultKind::LengthTooShort
                | FaultKind::Enormous(_)
                | FaultKind::GzipBomb(_)
                | FaultKind::Drip(_)
                | FaultKind::ExtraResponse(_)
                | FaultKind::RefundTwice
        )
    };
    let mut kinds: Vec<FaultKind> = FaultKind::all().into_iter().filter(|k| !left_out(k)).collect();
    kinds.push(FaultKind::StallHeaders(Some(Duration::from_millis(1))));
    kinds.push(FaultKind::StallBody(Some(Duration::from_millis(1))));
    kinds.push(FaultKind::Enormous(100_000));
    kinds.push(FaultKind::Drip(Duration::ZERO));
    kinds
}

#[tokio::test]
async fn the_balance_follows_from_the_entries_after_any_sequence() {
    let mut fired = BTreeMap::<&str, u32>::new();
    for seed in 0..40 {
        let rng = &mut Rng::with_seed(seed);
        let mut builder = Sandbox::builder().rate_limit(None).lenient(true).seed(seed);
        builder = builder.pace(Pace::Polls(rng.u32(1..3))).balance(rng.i64(0..60_000));
        for kind in rng.choose_multiple(kinds(), 5) {
            builder = builder.fault(Fault::new(kind).probability(rng.f64() * 0.6));
        }
        let server = Server::start(builder).await;
        let mut tasks: Vec<String> = Vec::new();
        for _ in 0..30 {
            let operation = rng.choice(operations()).unwrap();
            let mut request = valid(operation, rng);
            if let (Some(task), "task-status") = (rng.choice(&tasks), operation.id.as_str()) {
                request.path = format!("/open/v1/tasks/{task}");
            }
            let Ok(answer) = server.attempt(&request).await else { continue };
            let answer = answer.json();
            // A response tells the balance right after its own charge.
            if let Some(told) = answer["usage"]["remaining_balance"].as_i64() {
                assert_eq!(told, server.sandbox.balance(), "seed {seed}");
            }
            let id = answer["data"]["task_id"].as_str().or(answer["data"]["job_id"].as_str());
            tasks.extend(id.map(str::to_owned));
        }
        let ledger = server.sandbox.ledger();
        assert_eq!(from_entries(&ledger), ledger.balance(), "seed {seed}");
        assert_eq!(from_entries(&ledger), server.sandbox.balance(), "seed {seed}");
        assert!(ledger.balance() >= 0, "seed {seed}: the account is overdrawn");
        refunds_belong_to_charges(&ledger);
        server
            .sandbox
            .fired()
            .iter()
            .for_each(|one| *fired.entry(one.kind.name()).or_default() += 1);
        // What was charged and refunded per operation is the same coins, told otherwise.
        let bill = server.sandbox.stop();
        let charged: u64 = bill.positions.values().map(|position| position.charged).sum();
        assert_eq!((charged, bill.balance), (ledger.charged(), ledger.balance()));
    }
    assert!(fired.len() >= 15, "too few kinds showed: {fired:?}");
}

#[tokio::test]
async fn concurrent_calls_are_each_charged_once() {
    let fault = Fault::new(FaultKind::ServerError(503)).probability(0.3);
    let server = Server::start(Sandbox::builder().rate_limit(None).fault(fault)).await;
    let one = || async {
        let url = format!("{}/open/v1/products/search?country=us", server.sandbox.base_url());
        let sent = server.client.get(url).header("x-api-key", server.sandbox.key());
        sent.send().await.unwrap().status().as_u16()
    };
    let mut calls = Vec::new();
    for _ in 0..10 {
        let five = tokio::join!(one(), one(), one(), one(), one());
        calls.extend(<[u16; 5]>::from(five));
    }
    let good = calls.iter().filter(|status| **status == 200).count();
    let ledger = server.sandbox.ledger();
    assert_eq!(u64::try_from(calls.len() - good).unwrap() * 5, ledger.refunded());
    assert_eq!(ledger.charged(), 250);
    refunds_belong_to_charges(&ledger);
}

#[tokio::test]
async fn an_unaffordable_call_is_refused_free_of_charge() {
    let server = Server::start(Sandbox::builder().rate_limit(None).lenient(true).balance(0)).await;
    let mut refused = 0;
    for (number, operation) in (0..).zip(operations()) {
        let request = valid(operation, &mut Rng::with_seed(number));
        let answer = server.send(operation, &request).await;
        if operation.coin_cost() == 0 {
            assert_eq!(answer.status, 200);
        } else {
            assert_eq!((answer.status, answer.code().as_str()), (402, "INSUFFICIENT_BALANCE"));
            refused += 1;
        }
    }
    assert_eq!(refused, 86);
    assert_eq!(server.sandbox.ledger().entries(), []);
    // The last coins are enough for what costs just as much.
    for operation in fixed_prices().filter(|operation| operation.coin_cost() > 0).take(20) {
        server.sandbox.set_balance(operation.coin_cost());
        let request = valid(operation, &mut Rng::with_seed(1));
        let answer = server.send(operation, &request).await;
        assert_eq!((answer.status, answer.balance()), (200, 0), "{}", operation.id);
    }
}

#[tokio::test]
async fn units_are_priced_by_tier() {
    let server = Server::unlimited().await;
    for (id, body, coins) in [
        ("trenz-ai-sd-pro-generate", json!({}), 650),
        ("trenz-ai-sd-pro-generate", json!({ "duration": 8, "resolution": "480p" }), 480),
        ("trenz-ai-sd-pro-generate", json!({ "duration": 15 }), 1950),
        ("trenz-ai-sd-pro-generate", json!({ "resolution": "480p" }), 300),
        ("trenz-ai-sd-pro-fast-generate", json!({}), 525),
        ("trenz-ai-sd-pro-fast-generate", json!({ "duration": 4, "resolution": "480p" }), 192),
    ] {
        let mut body = body;
        body["prompt"] = "a cat".into();
        let before = server.sandbox.balance();
        let answer = server.post(id, body).await.json();
        assert_eq!(answer["usage"]["coin_cost"], coins, "{id}");
        assert_eq!(before - server.sandbox.balance(), coins);
    }
    assert_eq!(operation("trenz-ai-sd-pro-generate").coin_cost(), 1950);
}
