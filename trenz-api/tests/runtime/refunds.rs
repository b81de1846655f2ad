//! A refund gives back what the task has cost, once, to whoever has paid.

use serde_json::{Value, json};
use std::time::Duration;
use trenz_api::{Budget, Client, Polling, Task, wait_all};

use crate::server::{Reply, Server};
use crate::{builder, search};

const TRANSCRIPTION: &str = "trenz-video-transcription";
const SEARCH: &str = "trenz-products-search";

/// A server whose tasks cost what is said of them, and are all refunded.
async fn refunding(usage: Value) -> Server {
    Server::start(move |number, seen| {
        let [path, ..] = [seen.line.split(' ').nth(1).unwrap()];
        let body = if let Some(task) = path.strip_prefix("/open/v1/tasks/") {
            json!({ "data": { "task_id": task, "status": "refunded" }, "request_id": "r" })
        } else if path.contains("/transcription") {
            let data = json!({ "task_id": format!("t{number}") });
            json!({ "data": data, "request_id": "r", "usage": usage })
        } else {
            json!({ "data": {}, "request_id": "r", "usage": { "coin_cost": 5 } })
        };
        Reply::json(200, body.to_string())
    })
    .await
}

fn hasty() -> Polling {
    let moment = Duration::from_millis(1);
    Polling::new().interval(moment..=moment).max_interval(moment)
}

async fn submit(client: &Client) -> Task {
    let call = client.content().tools().video_transcription().video_id("1");
    call.submit().await.unwrap().polling(hasty())
}

fn budget(client: &Client) -> Budget {
    client.budget().unwrap()
}

#[tokio::test]
async fn refund_is_recorded_once_for_repeated_polls() {
    let server = refunding(json!({ "coin_cost": 1000 })).await;
    let client = builder(&server).coin_budget(10_000).build().unwrap();
    let payer = client.with_budget(3000);
    let other = client.with_budget(3000);
    client.execute(&search()).await.unwrap();
    payer.execute(&search()).await.unwrap();
    other.execute(&search()).await.unwrap();
    let (task, second) = (submit(&payer).await, submit(&payer).await);
    assert_eq!(budget(&payer).spent, 2005);

    // The first that hears of it is a clone with another budget, after the task itself was let go.
    let kept = task.reference().to_string();
    drop(task);
    let again = || other.task(kept.parse::<trenz_api::TaskRef>().unwrap()).polling(hasty());
    assert!(again().await.unwrap_err().is_refunded());
    assert_eq!(client.ledger().operations[TRANSCRIPTION].refunded, 1000);
    assert_eq!(
        (budget(&payer).spent, budget(&other).spent, budget(&client).spent),
        (1005, 5, 1015)
    );

    assert!(again().wait().await.unwrap_err().is_refunded());
    let mut updates = again().updates();
    assert!(updates.next_update().await.unwrap().unwrap_err().is_refunded());
    for end in wait_all([again(), again()]).polls_per_minute(60_000).all().await {
        assert!(end.unwrap_err().is_refunded());
    }
    assert!(payer.task(again().reference().clone()).polling(hasty()).await.is_err());
    assert_eq!(client.ledger().operations[TRANSCRIPTION].refunded, 1000);
    assert_eq!(
        (budget(&payer).spent, budget(&other).spent, budget(&client).spent),
        (1005, 5, 1015)
    );

    // A client that has not paid for the other one, although its reference says what it has cost.
    let stranger = builder(&server).coin_budget(5000).build().unwrap();
    stranger.execute(&search()).await.unwrap();
    let error = stranger.task(second.reference().clone()).polling(hasty()).await.unwrap_err();
    assert!(error.is_refunded());
    assert_eq!((stranger.ledger().total().refunded, budget(&stranger).spent), (0, 5));
    assert!(second.await.is_err());
    assert_eq!((budget(&payer).spent, client.ledger().total().refunded), (5, 2000));
}

#[tokio::test]
async fn refund_returns_the_reported_cost_of_the_task() {
    for (usage, cost) in [
        (json!({ "coin_cost": u64::MAX }), Some(u64::MAX)),
        (json!({ "coin_cost": 1_u64 << 63 }), Some(1 << 63)),
        (json!({ "coin_cost": 7000 }), Some(7000)),
        (json!({ "coin_cost": 0 }), Some(0)),
        (json!(null), None),
    ] {
        let server = refunding(usage.clone()).await;
        let client = builder(&server).coin_budget(10_000).build().unwrap();
        for _ in 0..6 {
            client.execute(&search()).await.unwrap();
        }
        let task = submit(&client).await;
        assert_eq!(budget(&client).spent, cost.unwrap_or(1000).saturating_add(30), "{usage}");
        assert!(task.await.unwrap_err().is_refunded());
        // What nobody has said cannot be given back: it stays with the coins that are not accounted for.
        let (spent, unreported) = if cost.is_some() { (30, 0) } else { (1030, 1000) };
        assert_eq!(budget(&client).spent, spent, "{usage}");
        let tally = client.ledger().operations[TRANSCRIPTION];
        assert_eq!((tally.settled, tally.refunded), (cost.unwrap_or(0), cost.unwrap_or(0)));
        assert_eq!(tally.unreported_at_most, unreported, "{usage}");
    }
}

#[tokio::test]
async fn refunds_are_limited_to_the_paid_coins() {
    let server = refunding(json!({ "coin_cost": 1000 })).await;
    let client = builder(&server).coin_budget(10_000).build().unwrap();
    let inner = client.with_budget(5000);
    client.execute(&search()).await.unwrap();
    inner.execute(&search()).await.unwrap();
    let task = submit(&inner).await;

    let spent = || (budget(&inner).spent, budget(&client).spent, client.ledger().total().refunded);
    assert_eq!(spent(), (1005, 1010, 0));
    inner.record_refund("trenz-ai-embedding", 1000);
    assert_eq!(spent(), (1005, 1010, 0), "nothing was paid for it");
    inner.record_refund(SEARCH, 7);
    assert_eq!(spent(), (1000, 1005, 7), "others have paid for the rest");
    inner.record_refund(SEARCH, u64::MAX);
    assert_eq!((spent().0, client.ledger().total().refunded), (1000, 10));
    inner.record_refund(TRANSCRIPTION, 16_000);
    assert!(task.await.unwrap_err().is_refunded());
    assert_eq!((spent().0, client.ledger().operations[TRANSCRIPTION].refunded), (0, 1000));
}
