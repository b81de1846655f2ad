//! A server that closes idle connections makes no call's outcome unknown.
//!
//! `TRENZ_MONEY_STALE` sets how many calls are made.

use std::time::Duration;

use crate::{KEY, client, remark, sandbox};

/// About as long as the server keeps a connection, so that a kept one would often be closing just now.
async fn wait(number: u64) {
    tokio::time::sleep(Duration::from_micros(1500 + 50 * (number % 30))).await;
}

#[tokio::test]
async fn no_paid_call_is_lost_to_a_stale_connection() {
    let calls = std::env::var("TRENZ_MONEY_STALE").map_or(500, |calls| calls.parse().unwrap());
    let sandbox = sandbox().close_idle_after(Duration::from_millis(2)).start().await.unwrap();
    let client = client(&sandbox).build().unwrap();
    for number in 0..calls {
        let result = client.execute(&remark(&number.to_string())).await;
        assert!(result.is_ok(), "{number}: {result:?}");
        wait(number).await;
    }
    let total = client.ledger().total();
    assert_eq!((total.calls, total.attempts, total.at_risk), (calls, calls, 0));
    assert_eq!((total.settled, sandbox.ledger().charged()), (2 * calls, 2 * calls));
}

/// What the library's own pool makes of the same. Nothing is asserted: how many are lost is up to chance.
#[tokio::test]
#[ignore = "a measurement: cargo test -p trenz-tests --test money -- --ignored --nocapture stale"]
async fn measure_calls_lost_by_a_pool() {
    let calls = std::env::var("TRENZ_MONEY_STALE").map_or(500, |calls| calls.parse().unwrap());
    let sandbox = sandbox().close_idle_after(Duration::from_millis(2)).start().await.unwrap();
    let pool = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/open/v1/products/search?country=us", sandbox.base_url());
    let mut lost = 0;
    for number in 0..calls {
        lost += u64::from(pool.get(&url).header("x-api-key", KEY).send().await.is_err());
        wait(number).await;
    }
    println!("the library's own pool lost {lost} of {calls} requests");
}
