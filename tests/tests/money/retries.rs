//! When a call is retried.

use std::time::Duration;

use trenz_api::{Charged, Outcome, RetryPolicy};
use trenz_sandbox::{Fault, FaultKind, RetryAfter};

use crate::expected::golden;
use crate::{client, generate, hasty, remark, sandbox, search, status};

fn times(kind: FaultKind, times: u32) -> Fault {
    Fault::new(kind).times(times)
}

#[tokio::test]
async fn reads_are_retried_after_server_errors_and_writes_only_with_consent() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox).build().unwrap();
    let fault = || sandbox.add_fault(times(FaultKind::ServerError(503), 2));
    fault();
    client.execute(&search("a")).await.unwrap();
    fault();
    let error = client.execute(&remark("b")).await.unwrap_err();
    assert_eq!((error.outcome(), error.charged()), (Outcome::Failed, Charged::No));
    client.call(remark("c")).retry_writes_on_server_error().send().await.unwrap();
    let total = client.ledger().total();
    assert_eq!((total.calls, total.attempts, total.settled, total.at_risk), (3, 6, 7, 0));
    let theirs = sandbox.ledger();
    assert_eq!(theirs.charged() - theirs.refunded(), 7);
}

#[tokio::test]
async fn duplicate_charges_are_limited_by_the_callers_consent() {
    let sandbox = sandbox().fault(FaultKind::CloseAfterCharging).start().await.unwrap();
    let client = client(&sandbox).coin_budget(10_000).build().unwrap();
    for (coins, sent) in [(0, 1), (4, 1), (5, 2), (9, 2), (10, 3), (1000, 4)] {
        let call = client.call(search("a")).allow_duplicate_charge(coins);
        let error = call.send().await.unwrap_err();
        assert_eq!(error.attempts().len(), sent, "{coins}");
        assert_eq!(error.coins_at_risk(), 5 * sent as u64);
        assert_eq!((error.outcome(), error.charged()), (Outcome::Unknown, Charged::Unknown));
    }
    // Paying twice is not doing it twice.
    let error = client.call(remark("a")).allow_duplicate_charge(1000).send().await.unwrap_err();
    assert_eq!(error.attempts().len(), 1);
    let error = client.call(remark("a")).allow_duplicate_write(2).send().await.unwrap_err();
    assert_eq!((error.attempts().len(), error.coins_at_risk()), (2, 4));
    assert_eq!(client.budget().unwrap().at_risk, sandbox.ledger().charged());
}

#[tokio::test]
async fn each_retry_reserves_its_own_coins() {
    let sandbox = sandbox().fault(FaultKind::CloseAfterCharging).start().await.unwrap();
    let client = client(&sandbox).coin_budget(12).build().unwrap();
    let error = client.call(search("a")).allow_duplicate_charge(1000).send().await.unwrap_err();
    assert!(error.is_interrupted(), "what went wrong says more than the budget's refusal");
    assert_eq!((error.attempts().len(), sandbox.ledger().charged()), (2, 10));
    assert_eq!(client.budget().unwrap().left(), 2);
}

#[tokio::test]
async fn the_outcome_is_that_of_the_attempt_that_got_furthest() {
    let sandbox = sandbox().start().await.unwrap();
    sandbox.add_fault(times(FaultKind::CloseAfterCharging, 1));
    sandbox.add_fault(Fault::new(FaultKind::QuotaExceeded).after(1));
    let client = client(&sandbox).build().unwrap();
    let error = client.call(search("a")).allow_duplicate_charge(5).send().await.unwrap_err();
    assert!(error.is_quota_exceeded());
    assert_eq!((error.attempts().len(), error.outcome()), (2, Outcome::Unknown));
    assert_eq!((error.charged(), error.coins_at_risk()), (Charged::Unknown, 5));
    assert!(error.retry_advice().is_some());
    let [first, second] = error.attempts() else { panic!("two attempts") };
    assert!(first.waited.is_some() && second.waited.is_none());
    golden("money/attempts", &format!("{error}\n{}\n{}\n", first.what, second.what));
    assert_eq!(second.request_id.as_str(), error.request_id());
}

#[tokio::test]
async fn retry_after_is_bounded() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox).build().unwrap();
    for (hint, waits) in [
        (RetryAfter::Absent, 0),
        (RetryAfter::Invalid, 0),
        (RetryAfter::Seconds(0), 0),
        (RetryAfter::Seconds(1), 1),
        (RetryAfter::Date(2), 1),
    ] {
        sandbox.add_fault(times(FaultKind::RateLimited(hint), 1));
        let start = std::time::Instant::now();
        client.execute(&generate("a")).await.unwrap();
        let waited = start.elapsed();
        assert!(waited >= Duration::from_secs(waits), "{hint}: {waited:?}");
        assert!(waited < Duration::from_secs(waits + 2), "{hint}: {waited:?}");
    }
    sandbox.add_fault(times(FaultKind::RateLimited(RetryAfter::Seconds(3600)), 1));
    let error = client.execute(&generate("a")).await.unwrap_err();
    assert_eq!((error.attempts().len(), error.retry_after()), (1, Some(Duration::from_secs(3600))));
    assert_eq!(client.ledger().total().at_risk, 0);
}

#[tokio::test]
async fn a_rate_limit_delays_all_clones() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox).build().unwrap();
    sandbox.add_fault(times(FaultKind::RateLimited(RetryAfter::Seconds(1)), 1));
    let (limited, other) = (client.clone(), client.clone());
    let limited = tokio::spawn(async move { limited.execute(&search("a")).await.is_ok() });
    while sandbox.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = std::time::Instant::now();
    other.execute(&search("b")).await.unwrap();
    assert!(start.elapsed() > Duration::from_millis(500), "{:?}", start.elapsed());
    assert!(limited.await.unwrap());

    // Also where the call that was told so is not retried.
    sandbox.add_fault(times(FaultKind::RateLimited(RetryAfter::Seconds(1)), 1));
    let once = client.call(search("c")).retry_policy(RetryPolicy::never());
    assert!(once.send().await.unwrap_err().is_rate_limited());
    let start = std::time::Instant::now();
    client.execute(&search("d")).await.unwrap();
    assert!(start.elapsed() > Duration::from_millis(900), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_call_overrides_the_clients_retry_policy() {
    let sandbox = sandbox().fault(FaultKind::CloseAfterCharging).start().await.unwrap();
    let client = client(&sandbox)
        .retry_policy(hasty().max_duplicate_cost(5).max_attempts(3))
        .build()
        .unwrap();
    assert_eq!(client.execute(&search("a")).await.unwrap_err().attempts().len(), 3 - 1);
    assert_eq!(client.execute(&status("a")).await.unwrap_err().attempts().len(), 3);
    let never = client.call(status("a")).retry_policy(RetryPolicy::never());
    assert_eq!(never.send().await.unwrap_err().attempts().len(), 1);
    let late = client.call(status("a")).retry_policy(hasty().deadline(Duration::ZERO));
    assert_eq!(late.send().await.unwrap_err().attempts().len(), 1);
}
