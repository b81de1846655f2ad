//! Processes that die, or are only paused.

use std::time::{Duration, SystemTime};

use trenz_api::{AttemptState, Budget, OnceRefusal, Resolution};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::basics::always;
use crate::child::{Child, Settings};
use crate::{Database, MOMENT, client, generate, sandbox, search};

const LEASE: Duration = Duration::from_millis(600);

fn settings(database: &Database, sandbox: &Sandbox) -> Settings {
    Settings {
        url: database.url.clone(),
        base_url: sandbox.base_url(),
        name: "child".to_owned(),
        lease: LEASE,
        shift: 0,
    }
}

async fn arrived(sandbox: &Sandbox, requests: usize) {
    while sandbox.requests().len() < requests {
        tokio::time::sleep(MOMENT).await;
    }
}

#[tokio::test]
async fn attempts_of_a_killed_process_are_at_risk_for_all_processes() {
    for database in Database::all() {
        let stall = Fault::new(FaultKind::StallHeaders(None)).times(1);
        let sandbox = sandbox().fault(stall).start().await.unwrap();
        let mut child = Child::spawn(&settings(&database, &sandbox));
        child.tell("budget video 1000");
        child.tell("call generate a 0 - 0");
        arrived(&sandbox, 1).await;
        child.kill();
        let ledger = database.open().await;
        let client =
            client(&sandbox, &ledger).budget(Budget::named("video").coins(1000)).build().unwrap();
        // Whether it counts as reserved or already as at risk, the coins are out of reach.
        assert!(client.execute(&generate("b")).await.unwrap_err().is_over_budget());
        while ledger.at_risk().await.unwrap().is_empty() {
            tokio::time::sleep(MOMENT).await;
        }
        let at_risk = ledger.at_risk().await.unwrap();
        assert_eq!((at_risk[0].coins, at_risk[0].process.as_str()), (650, "child"));
        assert_eq!(at_risk[0].operation, "trenz-ai-sd-pro-generate");
        assert!(client.execute(&generate("c")).await.unwrap_err().is_over_budget());
        assert_eq!(sandbox.requests().len(), 1);
        let id = at_risk[0].id;
        assert_eq!(id.to_string().parse::<trenz_api::AttemptId>().unwrap(), id);
        ledger.resolve(id, Resolution::NotCharged).await.unwrap();
        assert!(ledger.resolve(id, Resolution::NotCharged).await.is_err());
        client.execute(&generate("d")).await.unwrap();
        let history = ledger.history(always()).await.unwrap();
        assert_eq!(history.attempts[0].evidence.as_deref(), Some("by hand"));
    }
}

#[tokio::test]
async fn a_paused_process_settles_attempts_counted_as_at_risk() {
    for database in Database::all() {
        let stall = Fault::new(FaultKind::StallHeaders(Some(LEASE * 3))).times(1);
        let sandbox = sandbox().fault(stall).start().await.unwrap();
        let mut child = Child::spawn(&settings(&database, &sandbox));
        child.tell("budget video 1000");
        child.tell("call generate a 0 - 0");
        arrived(&sandbox, 1).await;
        child.signal("-STOP");
        let ledger = database.open().await;
        while ledger.at_risk().await.unwrap().is_empty() {
            tokio::time::sleep(MOMENT).await;
        }
        child.signal("-CONT");
        assert!(child.wait_for("ok a"));
        let budget = &ledger.budgets().await.unwrap()[0];
        assert_eq!((budget.spent, budget.at_risk, budget.reserved), (650, 0, 0));
        let history = ledger.history(always()).await.unwrap();
        assert_eq!(history.attempts[0].state, AttemptState::Settled);
        assert!(ledger.at_risk().await.unwrap().is_empty());
        let report = ledger.report(trenz_api::GroupBy::Process, always()).await.unwrap();
        assert_eq!(
            (report.rows[0].settled, report.rows[0].accepted, report.rows[0].unknown),
            (650, 1, 0)
        );
    }
}

#[tokio::test]
async fn a_fast_clock_counts_live_attempts_as_at_risk_until_they_settle() {
    let database = Database::sqlite();
    let stall = Fault::new(FaultKind::StallHeaders(Some(LEASE))).times(1);
    let sandbox = sandbox().fault(stall).start().await.unwrap();
    let living = client(&sandbox, &database.open().await).build().unwrap();
    let tomorrow = || SystemTime::now() + Duration::from_secs(86_400);
    let ledger = database.builder().clock(tomorrow).open().await.unwrap();
    let ahead = client(&sandbox, &ledger).build().unwrap();
    let call = living.call(search("a")).once("a").send();
    let meanwhile = async {
        arrived(&sandbox, 1).await;
        let refused = ahead.call(search("a")).once("a").send().await.unwrap_err();
        assert!(matches!(refused.once_refusal(), Some(OnceRefusal::AtRisk(_))), "{refused:?}");
        assert_eq!(ledger.at_risk().await.unwrap().len(), 1);
    };
    let (bought, ()) = tokio::join!(call, meanwhile);
    assert!(ledger.at_risk().await.unwrap().is_empty());
    let again = ahead.call(search("a")).once("a").send().await.unwrap();
    assert_eq!(again.request_id, bought.unwrap().request_id);
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn a_dropped_call_is_recorded_with_its_state() {
    for database in Database::all() {
        let stall = Fault::new(FaultKind::StallHeaders(None)).times(1);
        let sandbox = sandbox().fault(stall).start().await.unwrap();
        let ledger = database.open().await;
        let client = client(&sandbox, &ledger).build().unwrap();
        let request = search("a");
        {
            let call = client.execute(&request);
            tokio::pin!(call);
            tokio::select! {
                _ = &mut call => panic!("it was stalled"),
                () = arrived(&sandbox, 1) => {}
            }
        }
        ledger.flush().await.unwrap();
        assert_eq!(ledger.at_risk().await.unwrap().len(), 1);
        // One that was dropped before it was sent is released, whenever that is.
        for micros in [0, 50, 200, 500, 1000, 2000] {
            drop(
                tokio::time::timeout(Duration::from_micros(micros), client.execute(&search("b")))
                    .await,
            );
        }
        ledger.flush().await.unwrap();
        let history = ledger.history(always()).await.unwrap();
        assert!(
            history.attempts.iter().all(|attempt| attempt.state != AttemptState::Reserved),
            "{history:?}"
        );
    }
}
