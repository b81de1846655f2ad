//! One process: what is written before and after a call.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use trenz_api::blocking::Block;
use trenz_api::data::products::Search;
use trenz_api::{AttemptState, Budget, GroupBy, Operation, Period, SpendLedgerErrorKind};
use trenz_sandbox::{Fault, FaultKind};

use crate::expected::golden;
use crate::{Database, KEY, client, generate, sandbox, search, whole};

pub(crate) fn always() -> std::ops::Range<SystemTime> {
    SystemTime::UNIX_EPOCH..SystemTime::now() + Duration::from_secs(3600)
}

#[tokio::test]
async fn coins_are_reserved_settled_and_refused_across_clients() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        let budget = || Budget::named("nightly").coins(12).per(Period::Day);
        let first = client(&sandbox, &ledger).budget(budget()).build().unwrap();
        first.execute(&search("a")).await.unwrap();
        // Another ledger on the same database, as another process would open it.
        let other = database.open().await;
        let second = client(&sandbox, &other).budget(budget()).build().unwrap();
        second.execute(&search("b")).await.unwrap();
        let refused = second.execute(&search("c")).await.unwrap_err();
        assert!(refused.is_over_budget(), "{refused:?}");
        assert_eq!(refused.budget_name(), Some("nightly"));
        assert_eq!(refused.shortfall().unwrap().left, 2);
        assert_eq!(sandbox.requests().len(), 2);
        let budgets = ledger.budgets().await.unwrap();
        assert_eq!((budgets[0].spent, budgets[0].left(), budgets[0].reserved), (10, 2, 0));
        let history = ledger.history(always()).await.unwrap();
        let states: Vec<_> =
            history.attempts.iter().map(|attempt| (attempt.state, attempt.coins)).collect();
        assert_eq!(states, [(AttemptState::Settled, 5); 2]);
        assert!(
            history
                .attempts
                .iter()
                .all(|attempt| attempt.request_id.is_some() && attempt.balance.is_some())
        );
        let report = ledger.report(GroupBy::Operation, always()).await.unwrap();
        assert_eq!((report.total().settled, report.total().accepted), (10, 2));
        let said = format!("{history:?}{}{report}{}{ledger:?}", history.to_csv(), report.to_csv());
        assert!(!said.contains(KEY), "{said}");
    }
}

#[tokio::test]
async fn the_ledger_records_the_outcomes_of_the_client() {
    for database in Database::all() {
        let ledger = database.open().await;
        for (fault, state, coins) in [
            (FaultKind::CloseAfterCharging, AttemptState::AtRisk, 5),
            (FaultKind::NoUsage, AttemptState::Unreported, 5),
            (FaultKind::ServerError(500), AttemptState::Released, 5),
            (FaultKind::CostInError(None), AttemptState::Settled, 5),
        ] {
            let sandbox =
                sandbox().fault(Fault::new(fault.clone()).times(1)).start().await.unwrap();
            let client = client(&sandbox, &ledger).build().unwrap();
            let _ = client.execute(&search("a")).await;
            let history = ledger.history(always()).await.unwrap();
            let last = history.attempts.last().unwrap();
            assert_eq!((last.state, last.coins), (state, coins), "{fault:?}");
        }
        let day = ledger.report(GroupBy::Day, always()).await.unwrap();
        let total = day.total();
        assert_eq!((total.at_risk, total.unreported, total.settled, total.attempts), (5, 5, 5, 4));
        let outcome = ledger.report(GroupBy::Outcome, always()).await.unwrap();
        assert_eq!(
            outcome.to_csv(),
            "key,attempts,reserved,at_risk,settled,unreported,refunded,accepted,refused,failed,not_sent,unknown\n\
             accepted,1,0,0,0,5,0,1,0,0,0,0\n\
             failed,1,0,0,0,0,0,0,0,1,0,0\n\
             refused,1,0,0,5,0,0,0,1,0,0,0\n\
             unknown,1,0,5,0,0,0,0,0,0,0,1\n"
        );
        let json = serde_json::to_value(&outcome).unwrap();
        assert_eq!(
            (&json["rows"][2]["key"], &json["rows"][2]["settled"]),
            (&"refused".into(), &5.into())
        );
        let month = ledger.report(GroupBy::Month, always()).await.unwrap();
        assert_eq!(month.rows[0].key, day.rows[0].key[..7]);
        assert_eq!((month.rows.len(), month.total()), (1, total));
    }
}

#[tokio::test]
async fn a_report_by_month_sums_its_days() {
    let database = Database::sqlite();
    let sandbox = sandbox().start().await.unwrap();
    // 2024-02-28T12:00:00Z and the days after it, of which the second is the last of the month.
    for days in 0..4 {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_121_600 + days * 86_400);
        let ledger = database.builder().clock(move || time).open().await.unwrap();
        client(&sandbox, &ledger).build().unwrap().execute(&search("a")).await.unwrap();
    }
    let ledger = database.open().await;
    for (by, expected) in [
        (GroupBy::Day, ["2024-02-28 5", "2024-02-29 5", "2024-03-01 5", "2024-03-02 5"].as_slice()),
        (GroupBy::Month, &["2024-02 10", "2024-03 10"]),
    ] {
        let report = ledger.report(by, always()).await.unwrap();
        let rows: Vec<_> =
            report.rows.iter().map(|row| format!("{} {}", row.key, row.settled)).collect();
        assert_eq!(rows, expected);
    }
}

#[tokio::test]
async fn a_dry_run_checks_budgets_and_records_nothing() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        let budget = Budget::named("searches").coins(8).per(Period::Day).operations([Search::ID]);
        let client = client(&sandbox, &ledger).budget(budget).build().unwrap();
        assert_eq!(client.call(search("a")).dry_run().unwrap().quote.coins(), 5);
        assert!(ledger.budgets().await.unwrap().is_empty());
        client.execute(&search("a")).await.unwrap();
        let before = (ledger.budgets().await.unwrap(), ledger.history(always()).await.unwrap());
        let refused = client.call(search("b")).dry_run().unwrap_err();
        assert_eq!(refused.budget_name(), Some("searches"));
        let shortfall = refused.shortfall().unwrap();
        assert_eq!((shortfall.needed, shortfall.left, shortfall.spent), (5, 3, 5));
        client.call(generate("not counted")).dry_run().unwrap();
        let after = (ledger.budgets().await.unwrap(), ledger.history(always()).await.unwrap());
        assert_eq!(before, after);
        assert_eq!(sandbox.requests().len(), 1);
        database.sql("UPDATE trenz_ledger SET schema_version = 99");
        let unrecorded = client.call(search("b")).dry_run().unwrap_err();
        assert_eq!(unrecorded.ledger_error().unwrap().kind(), SpendLedgerErrorKind::NewerSchema);
    }
}

#[test]
fn blocking_programs_use_the_ledger() {
    for database in Database::all() {
        let sandbox = sandbox().start().block().unwrap();
        let ledger = database.builder().open().block().unwrap();
        let client = client(&sandbox, &ledger).budget(Budget::named("a").coins(9)).build().unwrap();
        client.call(search("a")).once("a").send().block().unwrap();
        assert!(client.call(search("b")).dry_run().unwrap_err().is_over_budget());
        assert!(client.call(search("b")).send().block().unwrap_err().is_over_budget());
        ledger.flush().block().unwrap();
        assert_eq!(ledger.budgets().block().unwrap()[0].spent, 5);
        assert!(ledger.at_risk().block().unwrap().is_empty());
        assert!(ledger.open_tasks().block().unwrap().is_empty());
    }
}

#[tokio::test]
async fn invalid_urls_and_budgets_are_refused() {
    for url in [
        "spend.db",
        "mysql://localhost/x",
        "sqlite://",
        "sqlite://:memory:",
        "postgres://localhost:port/x",
    ] {
        let error = trenz_api::SpendLedger::open(url).await.unwrap_err();
        assert_eq!(error.kind(), SpendLedgerErrorKind::Url, "{url}: {error}");
    }
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        let build = |budget| client(&sandbox, &ledger).budget(budget).build();
        let mut messages = String::new();
        for budget in [
            Budget::named("").coins(1),
            Budget::named("a"),
            Budget::named("a").coins(u64::MAX),
            Budget::named("a").coins(1).per(Period::Every(Duration::ZERO)),
            Budget::named("a").coins(1).operations(Vec::<String>::new()),
            Budget::named("a").coins(1).warn_at(1.5),
            Budget::named("a").coins(1).warn_at(f64::NAN),
        ] {
            let error = build(budget).unwrap_err();
            let _ = writeln!(messages, "{error}");
            assert_eq!(error.ledger_error().unwrap().kind(), SpendLedgerErrorKind::Invalid);
        }
        build(Budget::named("a").coins(10).per(Period::Day)).unwrap();
        build(Budget::named("a").coins(10).per(Period::Day)).unwrap();
        let error = build(Budget::named("a").coins(11).per(Period::Day)).unwrap_err();
        assert_eq!(
            error.ledger_error().unwrap().kind(),
            SpendLedgerErrorKind::OtherTerms,
            "{error}"
        );
        build(Budget::named("a").coins(11).per(Period::Day).replace()).unwrap();
        let twice = client(&sandbox, &ledger)
            .budget(Budget::named("b").coins(1))
            .budget(Budget::named("b").coins(1));
        assert!(twice.build().unwrap_err().is_ledger());
        let without =
            trenz_api::Client::builder().api_key(KEY).budget(Budget::named("c").coins(1)).build();
        let _ = writeln!(messages, "{}", without.unwrap_err());
        golden("ledger/invalid_budgets", &messages);
        assert_eq!(sandbox.requests().len(), 0);
    }
}

#[tokio::test]
async fn a_budget_of_some_operations_counts_those_and_warns_once() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        let warned = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let told = std::sync::Arc::clone(&warned);
        let budget = Budget::named("video")
            .coins(1400)
            .per(Period::Month)
            .operations([trenz_api::content::ai_video::SdProGenerate::ID])
            .warn_at(0.8)
            .on_warning(move |warning| told.lock().unwrap().push(warning.used));
        let client = client(&sandbox, &ledger).budget(budget).build().unwrap();
        client.execute(&search("a")).await.unwrap();
        assert!(warned.lock().unwrap().is_empty());
        for mark in ["b", "c"] {
            client.execute(&generate(mark)).await.unwrap();
        }
        client.execute(&search("d")).await.unwrap();
        let refused = client.execute(&generate("e")).await.unwrap_err();
        assert!(refused.is_over_budget() && whole(&refused).contains("\"video\""), "{refused}");
        assert_eq!(*warned.lock().unwrap(), [1300]);
        assert_eq!(ledger.budgets().await.unwrap()[0].spent, 1300);
    }
}

#[tokio::test]
async fn history_is_removed_and_sums_stay() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let lost = Fault::new(FaultKind::CloseAfterCharging).after(2).times(1);
        sandbox.add_fault(lost);
        let ledger = database.open().await;
        let client = client(&sandbox, &ledger).build().unwrap();
        client.execute(&search("a")).await.unwrap();
        client.call(search("b")).once("kept").send().await.unwrap();
        client.execute(&search("c")).await.unwrap_err();
        let before = ledger.report(GroupBy::Operation, always()).await.unwrap();
        assert_eq!(ledger.history(always()).await.unwrap().to_csv().lines().count(), 4);
        // Another process removes what is over; not what may have been charged, and not what a name stands for.
        let moment = Duration::from_millis(30);
        let pruning = database.builder().lease(moment).keep_history(Duration::from_millis(1));
        let pruning = pruning.open().await.unwrap();
        while pruning.history(always()).await.unwrap().attempts.len() > 2 {
            tokio::time::sleep(moment).await;
        }
        let left = pruning.history(always()).await.unwrap();
        assert!(left.attempts[0].once.is_some() && left.attempts[1].state == AttemptState::AtRisk);
        assert_eq!(ledger.report(GroupBy::Operation, always()).await.unwrap(), before);
        let csv = before.to_csv();
        assert!(csv.ends_with("\ntrenz-products-search,3,0,5,10,0,0,2,0,0,0,1\n"), "{csv}");
        assert!(
            before
                .to_string()
                .contains("trenz-products-search         3         0         5        10"),
            "{before}"
        );
        client.call(search("b")).once("kept").send().await.unwrap();
        assert_eq!(sandbox.requests().len(), 3);
    }
}

#[tokio::test]
async fn budgets_are_declared_and_removed_without_a_client() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        let known = || client(&sandbox, &ledger).budget(Budget::named("nightly").as_declared());
        let unknown = known().build().unwrap_err();
        assert_eq!(unknown.ledger_error().unwrap().kind(), SpendLedgerErrorKind::NotFound);
        let terms = Budget::named("nightly").coins(7).per(Period::Day).warn_at(0.5);
        ledger.declare_budget(&terms).await.unwrap();
        let declared = ledger.declared_budgets().await.unwrap();
        assert_eq!(declared.len(), 1);
        assert_eq!((declared[0].coins, declared[0].period), (7, Period::Day));
        assert_eq!((declared[0].warn_at, &declared[0].operations), (Some(4), &None));
        let client = known().build().unwrap();
        client.execute(&search("a")).await.unwrap();
        assert!(client.execute(&search("b")).await.unwrap_err().is_over_budget());
        // Removed, it allows nothing more; declared anew, it has all of its coins.
        ledger.remove_budget("nightly").await.unwrap();
        let refused = client.execute(&search("c")).await.unwrap_err();
        assert_eq!(refused.ledger_error().unwrap().kind(), SpendLedgerErrorKind::NotFound);
        assert!(ledger.remove_budget("nightly").await.is_err());
        ledger.declare_budget(&terms).await.unwrap();
        known().build().unwrap().execute(&search("d")).await.unwrap();
        assert_eq!(sandbox.ledger().charged(), 10);
    }
}

#[tokio::test]
async fn flush_records_a_call_dropped_while_reserved() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        // Another process looks: a question to the ledger itself would wait for what is queued before it.
        let other = database.open().await;
        let client = client(&sandbox, &ledger).build().unwrap();
        for round in 0..10 {
            let mut call = Box::pin(client.execute(&search("dropped")));
            // It is recorded by a thread of the ledger's own while this one goes on.
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(call.as_mut().poll(context).is_pending())
            });
            assert!(polled.await);
            drop(call);
            ledger.flush().await.unwrap();
            let history = other.history(always()).await.unwrap();
            let last = history.attempts.last();
            let state = last.map(|attempt| attempt.state);
            assert_ne!(state, Some(AttemptState::Reserved), "round {round}");
        }
    }
}
