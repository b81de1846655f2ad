//! What a response says of money counts, whatever its status.

use serde_json::{Value, json};
use std::time::Duration;
use trenz_api::social::account_management::PlatformAccountUpdateRemark;
use trenz_api::{Charged, Client, Error, Operation, Outcome, Polling, RetryPolicy, async_tasks};

use crate::server::{Reply, Server};
use crate::{builder, search};

/// What the matter is with a call whose responses are all the same.
#[derive(Debug, PartialEq)]
struct Told {
    attempts: u64,
    outcome: Outcome,
    charged: Charged,
    settled: u64,
    at_risk: u64,
}

fn paying(server: &Server) -> Client {
    let moment = Duration::from_millis(1);
    let policy = RetryPolicy::default().initial_backoff(moment).max_backoff(moment);
    builder(server).retry_policy(policy).coin_budget(10_000).build().unwrap()
}

async fn told<O: Operation>(request: O, status: u16, body: &Value) -> (Told, Error) {
    let server = Server::always(Reply::json(status, body.to_string())).await;
    let client = paying(&server);
    let error = client.execute(&request).await.err().unwrap();
    let (total, budget) = (client.ledger().total(), client.budget().unwrap());
    assert_eq!((budget.spent, budget.at_risk), (total.settled, total.at_risk), "{body}");
    assert_eq!(budget.reserved, 0);
    assert_eq!(total.attempts, server.seen().len() as u64);
    assert_eq!(error.coins_at_risk(), total.at_risk, "{body}");
    if let Some(balance) = body["usage"]["remaining_balance"].as_i64() {
        assert_eq!(client.ledger().balance.unwrap().coins, balance);
    }
    let told = Told {
        attempts: total.attempts,
        outcome: error.outcome(),
        charged: error.charged(),
        settled: total.settled,
        at_risk: total.at_risk,
    };
    (told, error)
}

fn remark() -> PlatformAccountUpdateRemark {
    PlatformAccountUpdateRemark::builder().account_id(4687).remark("mine").build()
}

#[tokio::test]
async fn cost_in_an_error_response_is_settled() {
    let usage = |coins: u64| json!({ "coin_cost": coins, "remaining_balance": -7 });
    // A read of 5 coins, and a write of 2. Beside the status: the code, and the cost that the response names.
    for (status, code, cost, read, write) in [
        (429, Some("RATE_LIMITED"), Some(2000), (1, Charged::Yes), (1, Charged::Yes)),
        (429, Some("QUOTA_EXCEEDED"), Some(1), (1, Charged::Yes), (1, Charged::Yes)),
        (429, None, Some(5), (1, Charged::Yes), (1, Charged::Yes)),
        (402, Some("INSUFFICIENT_BALANCE"), Some(5), (1, Charged::Yes), (1, Charged::Yes)),
        (400, Some("INVALID_PARAM"), Some(5), (1, Charged::Yes), (1, Charged::Yes)),
        (500, Some("INTERNAL_ERROR"), Some(5), (1, Charged::Yes), (1, Charged::Yes)),
        (502, None, Some(5), (1, Charged::Yes), (1, Charged::Yes)),
        (302, None, Some(5), (1, Charged::Yes), (1, Charged::Yes)),
        // Nothing was taken, and the response says so: what may be retried is.
        (429, Some("RATE_LIMITED"), Some(0), (4, Charged::No), (4, Charged::No)),
        (500, Some("INTERNAL_ERROR"), Some(0), (4, Charged::No), (1, Charged::No)),
        (502, None, Some(0), (4, Charged::No), (1, Charged::No)),
        // As documented.
        (429, Some("RATE_LIMITED"), None, (4, Charged::No), (4, Charged::No)),
        (500, Some("INTERNAL_ERROR"), None, (4, Charged::No), (1, Charged::No)),
        (502, None, None, (1, Charged::Unknown), (1, Charged::Unknown)),
    ] {
        let body = json!({ "code": code, "message": "no", "usage": cost.map(usage) });
        let outcome = match status {
            500 => Outcome::Failed,
            502 => Outcome::Unknown,
            _ => Outcome::Refused,
        };
        let at_risk = |charged, quote| if charged == Charged::Unknown { quote } else { 0 };
        let expected = |(attempts, charged), quote| Told {
            attempts,
            outcome,
            charged,
            settled: cost.unwrap_or(0),
            at_risk: at_risk(charged, quote),
        };
        for (seen, expected) in [
            (told(search(), status, &body).await, expected(read, 5)),
            (told(remark(), status, &body).await, expected(write, 2)),
        ] {
            let (told, error) = seen;
            assert_eq!(told, expected, "{status} {body}");
            assert_eq!(error.usage().coin_cost, cost, "{status} {body}");
            let charged = cost.is_some_and(|coins| coins > 0);
            assert!(!charged || error.retry_advice().is_some(), "{status} {body}");
            let attempt = error.attempts().last().unwrap();
            assert_eq!((attempt.charged, attempt.coins_at_risk), (told.charged, told.at_risk));
        }
    }
}

#[tokio::test]
async fn undecodable_cost_is_unknown() {
    for usage in [json!(null), json!("5"), json!({ "coin_cost": -5 }), json!({ "coin_cost": "05" })]
    {
        let body = json!({ "code": "INTERNAL_ERROR", "usage": usage });
        let (told, error) = told(remark(), 500, &body).await;
        assert_eq!((told.settled, told.charged), (0, Charged::No), "{body}");
        assert_eq!(error.usage().coin_cost, None);
    }
}

/// What a work says that it has cost has the coins of its failed calls in it.
#[tokio::test]
async fn workflow_cost_includes_failed_calls() {
    let body = json!({ "code": "INTERNAL_ERROR", "usage": { "coin_cost": 30 } });
    let server = Server::always(Reply::json(500, body.to_string())).await;
    let client = paying(&server);
    let error = client.upload(("a.mp4", "film")).await.unwrap_err();
    assert_eq!(error.coins_spent(), Some(30));
    assert_eq!((server.seen().len(), client.ledger().total().settled), (1, 30));
}

/// A refused poll is free, by the document. One that is not is not made again and again.
#[tokio::test]
async fn charged_free_polls_end_waiting() {
    let moment = Duration::from_millis(1);
    let polling = Polling::new().interval(moment..=moment).max_interval(moment);
    let polling = polling.deadline(Duration::from_secs(2));
    for status in [429, 500, 502] {
        let body = json!({ "code": "RATE_LIMITED", "usage": { "coin_cost": 40 } });
        let server = Server::always(Reply::json(status, body.to_string())).await;
        let client = paying(&server);
        let error = client.task(trenz_api::TaskRef::of("t1")).polling(polling.clone()).await;
        assert!(error.unwrap_err().is_poll_error(), "{status}");
        assert_eq!((server.seen().len(), client.ledger().total().settled), (1, 40), "{status}");

        let error = client.publish_job("s1").polling(polling.clone()).await.unwrap_err();
        assert!(error.api_error().is_some());
        assert_eq!(error.progress().coins_spent, Some(40));
        assert_eq!((server.seen().len(), client.ledger().total().settled), (2, 80), "{status}");
    }
    let free = async_tasks::Status::builder().task_id("t1").build();
    let body = json!({ "code": "INTERNAL_ERROR", "usage": { "coin_cost": 40 } });
    assert_eq!(told(free, 500, &body).await.0.attempts, 1);
}
