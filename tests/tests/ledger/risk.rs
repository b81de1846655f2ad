//! What the balances say of attempts at risk, and the rate limit that processes share.

use std::time::{Duration, Instant};

use trenz_api::Resolution;
use trenz_sandbox::{Fault, FaultKind, RetryAfter};

use crate::{Database, client, generate, remark, sandbox, search};

const SETTLING: Duration = Duration::from_millis(30);

#[tokio::test]
async fn unambiguous_balances_resolve_attempts_at_risk() {
    for database in Database::all() {
        for (faults, expected) in [
            (vec![FaultKind::CloseAfterCharging], vec![Some(Resolution::Charged(650))]),
            (vec![FaultKind::CloseWhileReading], vec![Some(Resolution::NotCharged)]),
            (
                vec![FaultKind::CloseAfterCharging, FaultKind::CloseAfterCharging],
                vec![Some(Resolution::Charged(650)); 2],
            ),
            // Of two of the same price one was charged; which of them, the balances do not say.
            (vec![FaultKind::CloseAfterCharging, FaultKind::CloseWhileReading], vec![None; 2]),
        ] {
            let sandbox = sandbox().start().await.unwrap();
            let ledger = database.builder().settling_time(SETTLING).open().await.unwrap();
            let client = client(&sandbox, &ledger).build().unwrap();
            let pause = || tokio::time::sleep(SETTLING * 2);
            client.execute(&search("before")).await.unwrap();
            for fault in &faults {
                pause().await;
                sandbox.add_fault(Fault::new(fault.clone()).times(1));
                client.execute(&generate(&"x".repeat(100_000))).await.unwrap_err();
            }
            let told = ledger.reconcile().await.unwrap();
            assert!(
                told.iter().all(|told| told.resolution.is_none() && told.why.contains("since")),
                "{told:?}"
            );
            pause().await;
            client.execute(&search("after")).await.unwrap();
            let told = ledger.reconcile().await.unwrap();
            let found: Vec<_> = told.iter().map(|told| told.resolution).collect();
            assert_eq!(found, expected, "{faults:?} {told:?}");
            let left = expected.iter().filter(|resolution| resolution.is_none()).count();
            let at_risk = ledger.at_risk().await.unwrap();
            assert_eq!(at_risk.len(), left);
            for attempt in at_risk {
                ledger.resolve(attempt.id, Resolution::NotCharged).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn charges_of_another_user_do_not_resolve_attempts_at_risk() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.builder().settling_time(SETTLING).open().await.unwrap();
        let recorded = client(&sandbox, &ledger).build().unwrap();
        let other = trenz_api::Client::builder()
            .api_key(crate::KEY)
            .base_url(sandbox.base_url())
            .build()
            .unwrap();
        recorded.execute(&search("before")).await.unwrap();
        tokio::time::sleep(SETTLING * 2).await;
        sandbox.add_fault(Fault::new(FaultKind::CloseWhileReading).times(1));
        recorded.execute(&generate(&"x".repeat(100_000))).await.unwrap_err();
        other.execute(&remark("another")).await.unwrap();
        tokio::time::sleep(SETTLING * 2).await;
        recorded.execute(&search("after")).await.unwrap();
        let told = ledger.reconcile().await.unwrap();
        assert!(
            told[0].resolution.is_none() && told[0].why.contains("something other"),
            "{told:?}"
        );
    }
}

#[tokio::test]
async fn processes_share_the_rate_limit_and_its_429() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let clients = [database.open().await, database.open().await]
            .map(|ledger| client(&sandbox, &ledger).requests_per_minute(4).build().unwrap());
        let [first, second] = &clients;
        first.execute(&search("a")).await.unwrap();
        sandbox.add_fault(Fault::new(FaultKind::RateLimited(RetryAfter::Seconds(1))).times(1));
        let start = Instant::now();
        assert!(first.execute(&search("b")).await.unwrap_err().is_rate_limited());
        second.execute(&search("c")).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(950), "{:?}", start.elapsed());
        second.execute(&search("d")).await.unwrap();
        // Four have left, whoever has sent them.
        for client in &clients {
            let held =
                tokio::time::timeout(Duration::from_millis(200), client.execute(&search("e")))
                    .await;
            assert!(held.is_err());
        }
        assert_eq!(sandbox.requests().len(), 4);
    }
}
