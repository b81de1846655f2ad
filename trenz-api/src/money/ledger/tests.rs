//! What was charged is counted once, and what is unknown is never nothing.

use super::*;

fn ledger() -> SharedLedger {
    let ledger = SharedLedger::default();
    ledger.update("search", |tally| (tally.calls, tally.settled) = (3, 10));
    ledger.update("generate", |tally| {
        *tally = Tally {
            calls: 2,
            at_risk: 650,
            failures: 1,
            unreported: 1,
            unreported_at_most: 480,
            ..Tally::default()
        };
    });
    ledger
}

#[test]
fn totals_and_deltas() {
    let ledger = ledger();
    let earlier = ledger.snapshot();
    let total = earlier.total();
    assert_eq!((total.calls, total.settled, total.at_risk, total.failures), (5, 10, 650, 1));
    assert_eq!(earlier.since(&earlier), Ledger::default());

    ledger.update("search", |tally| (tally.calls, tally.settled) = (4, 15));
    ledger.record_balance(None);
    assert_eq!(ledger.snapshot().balance, None, "what is not said is unknown, not zero");
    ledger.record_balance(Some(-3));
    let change = ledger.snapshot().since(&earlier);
    assert_eq!(change.operations.keys().copied().collect::<Vec<_>>(), ["search"]);
    assert_eq!((change.total().calls, change.total().settled), (1, 5));
    assert_eq!(change.balance.map(|balance| balance.coins), Some(-3));
}

#[test]
fn as_a_table_and_as_json() {
    let mut ledger = ledger().snapshot();
    assert_eq!(
        ledger.to_string(),
        "\
operation   calls   settled   at risk unreported  refunded failures
generate        2         0       650       ≤480         0        1
search          3        10         0          0         0        0
total           5        10       650       ≤480         0        1
balance unknown"
    );
    ledger.balance =
        Some(Balance { coins: 7, at: UNIX_EPOCH + std::time::Duration::from_millis(1500) });
    assert!(ledger.to_string().ends_with("balance 7 on Thu, 01 Jan 1970 00:00:01 GMT"));
    let json = serde_json::to_value(&ledger).unwrap();
    assert_eq!(json["balance"], serde_json::json!({ "coins": 7, "at": 1500 }));
    assert_eq!(json["operations"]["search"]["settled"], 10);
}
