//! A server that closes idle connections makes no call's outcome unknown.

use std::time::Duration;

use crate::{client, remark, sandbox};

#[tokio::test]
async fn of_500_paid_calls_none_is_lost_to_a_stale_connection() {
    let sandbox = sandbox().close_idle_after(Duration::from_millis(2)).start().await.unwrap();
    let client = client(&sandbox).build().unwrap();
    for number in 0..500 {
        let result = client.execute(&remark(&number.to_string())).await;
        assert!(result.is_ok(), "{number}: {result:?}");
        // About as long as the server keeps a connection, so that a kept one would often be closing just now.
        tokio::time::sleep(Duration::from_micros(1500 + 50 * (number % 30))).await;
    }
    let total = client.ledger().total();
    assert_eq!((total.calls, total.attempts, total.settled, total.at_risk), (500, 500, 1000, 0));
    assert_eq!(sandbox.ledger().charged(), 1000);
}
