//! The largest numbers that there are, as settings and in responses: nothing overflows, and nothing is wiped out.

use serde_json::{Value, json};
use std::time::Duration;
use trenz_api::data::products::Search;
use trenz_api::{
    Client, ClientBuilder, ConnectionPolicy, Country, Operation, Plan, Polling, RetryPolicy,
    TaskRef, wait_all,
};

use crate::server::{Reply, Server};
use crate::{KEY, builder, search};

/// The least and the most of what a time can be, and what just does not fit any more where something is added to it.
const TIMES: [Duration; 6] = [
    Duration::ZERO,
    Duration::from_nanos(1),
    Duration::from_secs(u32::MAX as u64),
    Duration::from_secs(i64::MAX.unsigned_abs()),
    Duration::new(u64::MAX, 0),
    Duration::MAX,
];
const NUMBERS: [u64; 6] = [0, 1, u32::MAX as u64, i64::MAX.unsigned_abs(), 1 << 63, u64::MAX];

fn paid(cost: u64) -> Value {
    json!({ "data": {}, "request_id": "r", "usage": { "coin_cost": cost, "remaining_balance": i64::MIN } })
}

async fn always(status: u16, body: &Value) -> Server {
    Server::always(Reply::json(status, body.to_string())).await
}

#[test]
fn invalid_settings_are_refused() {
    let base = || Client::builder().api_key(KEY);
    let refused: [(&str, ClientBuilder); 6] = [
        ("timeout", base().timeout(Duration::ZERO)),
        ("timeout", base().timeout(Duration::from_secs(5)).connect_timeout(Duration::ZERO)),
        ("timeout", base().timeout(Duration::MAX).connect_timeout(Duration::MAX)),
        ("max_response_bytes", base().max_response_bytes(0)),
        ("requests_per_minute", base().requests_per_minute(0)),
        ("max_in_flight", base().max_in_flight(0)),
    ];
    for (word, builder) in refused {
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration(), "{word}: {error}");
        assert!(error.to_string().contains(word), "{word}: {error}");
    }
}

#[tokio::test]
async fn largest_settings_work() {
    let server = always(200, &paid(5)).await;
    let client = builder(&server)
        .timeout(Duration::MAX)
        .connect_timeout(Duration::new(u64::MAX, 0))
        .requests_per_minute(u32::MAX)
        .max_in_flight(usize::MAX)
        .max_response_bytes(usize::MAX)
        .connection_policy(ConnectionPolicy::default().max_spare_age(Duration::MAX))
        .coin_budget(u64::MAX);
    let client = client.build().unwrap();
    for time in TIMES.into_iter().skip(2) {
        let call = client.call(search()).timeout(time).max_cost(u64::MAX);
        call.allow_duplicate_charge(u64::MAX).send().await.unwrap();
    }
    assert_eq!(client.budget().unwrap().spent, 20);
}

#[tokio::test]
async fn no_wait_between_attempts_overflows() {
    let body = json!({ "code": "BACKEND_UNAVAILABLE" });
    for status in [503, 429] {
        let server = Server::always(Reply::new(
            status,
            &[("retry-after", "99999999999999999999")],
            body.to_string(),
        ))
        .await;
        for time in TIMES {
            for deadline in [Duration::ZERO, Duration::MAX] {
                let policy =
                    RetryPolicy::default().max_attempts(2).jitter(|| 1.0).deadline(deadline);
                let policy = policy.initial_backoff(time).max_backoff(time).max_retry_after(time);
                let client = builder(&server).retry_policy(policy).build().unwrap();
                // Whoever is told to wait for ever does so.
                let waited =
                    tokio::time::timeout(Duration::from_millis(2), client.execute(&search()));
                assert!(waited.await.is_err() || client.ledger().total().attempts <= 2);
            }
        }
    }
}

#[tokio::test]
async fn no_wait_between_polls_overflows() {
    let task = json!({ "data": { "task_id": "t1", "status": "running" } });
    let tasks = always(200, &task).await;
    let other = always(200, &json!({ "data": {}, "usage": { "coin_cost": 1 } })).await;
    let soon = Duration::from_millis(3);
    for time in TIMES {
        for polling in [
            Polling::new().interval(time..=Duration::MAX),
            Polling::new().interval(time..=time).max_interval(Duration::MAX),
            Polling::new().interval(soon..=soon).max_interval(time).timeout(time),
        ] {
            let client = builder(&tasks).build().unwrap();
            let task = || client.task(TaskRef::of("t1")).polling(polling.clone()).deadline(soon);
            assert!(task().await.unwrap_err().is_deadline(), "{polling:?}");
            let mut all = wait_all([task()]).polls_per_minute(u32::MAX).in_flight(usize::MAX);
            assert!(all.next_finished().await.unwrap().unwrap_err().is_deadline(), "{polling:?}");

            let client = builder(&other).build().unwrap();
            let polling = polling.deadline(soon);
            let job = client.publish_job("s1").polling(polling.clone());
            assert!(job.await.unwrap_err().is_deadline(), "{polling:?}");
            let code = json!({ "url": "u", "token": "t", "state": null, "coins_spent": 0 });
            let login = client.qr_login(serde_json::from_value(code).unwrap()).polling(polling);
            assert!(login.await.unwrap_err().is_deadline());
        }
    }
    // Who waits for ever for the next poll does not ask again and again instead.
    let before = tasks.seen().len();
    let client = builder(&tasks).build().unwrap();
    let never = Polling::new().interval(Duration::MAX..=Duration::MAX).deadline(Duration::MAX);
    let waiting = client.task(TaskRef::of("t1")).polling(never).wait();
    assert!(tokio::time::timeout(Duration::from_millis(50), waiting).await.is_err());
    assert_eq!(tasks.seen().len(), before + 1);
}

#[tokio::test]
async fn no_time_of_an_upload_overflows() {
    let store = Server::always(Reply::new(200, &[], "")).await;
    let ticket = json!({ "presigned_url": store.url(), "s3_bucket": "b", "object_key": "k" });
    let api = always(200, &json!({ "data": ticket, "usage": { "coin_cost": u64::MAX } })).await;
    let client = builder(&api).build().unwrap();
    for time in TIMES.into_iter().skip(2) {
        let upload = client.upload(("a.mp4", "film")).url_lifetime(time).stall_timeout(time);
        let uploaded = upload.max_attempts(u32::MAX).await.unwrap();
        assert_eq!((uploaded.size, uploaded.coins_spent), (4, None), "no account has so many");
    }
}

#[tokio::test]
async fn no_sum_of_coins_overflows() {
    for cost in NUMBERS {
        for status in [200, 500] {
            let mut body = paid(cost);
            body["code"] = json!("INTERNAL_ERROR");
            let server = always(status, &body).await;
            for limit in [0, 1 << 63, u64::MAX] {
                let outer = builder(&server).coin_budget(u64::MAX).build().unwrap();
                let client = outer.with_budget(limit);
                let before = client.ledger();
                let mut sent = 0;
                for _ in 0..3 {
                    sent += u64::from(
                        !matches!(client.execute(&search()).await, Err(error) if error.is_over_budget()),
                    );
                }
                let (inner, total) = (client.budget().unwrap(), client.ledger().total());
                let settled = cost.saturating_mul(sent);
                assert_eq!((inner.spent, total.settled), (settled, settled), "{cost} {limit}");
                assert_eq!(outer.budget().unwrap().spent, settled);
                assert_eq!(inner.left(), limit.saturating_sub(settled));
                assert_eq!(client.ledger().since(&before).total().settled, settled);
                assert!(!client.ledger().to_string().is_empty());
                client.record_refund(Search::ID, u64::MAX);
                client.record_refund(Search::ID, u64::MAX);
                assert!(client.ledger().total().refunded <= settled);
                assert!(client.budget().unwrap().spent <= settled.saturating_mul(2));
            }
        }
    }
}

#[test]
fn no_plan_overflows() {
    let request = Search::builder().country(Country::Us).build();
    let client = Client::builder().api_key(KEY).build().unwrap();
    for pages in NUMBERS {
        let quote = client.call(request.clone()).pages().quote(pages);
        assert_eq!(quote.total(), pages.saturating_mul(5));
        assert_eq!(quote.requests(), pages);
    }
    assert_eq!(Plan::of([request.clone(), request]).total(), 10);
}
