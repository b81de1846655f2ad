//! Names of purchases, and what was paid for and is to be read.

use std::time::Duration;

use axum::Router;
use serde_json::Value;
use tokio::net::TcpListener;
use trenz_api::{
    BillingMode, Budget, Client, Inputs, Method, Once, OnceRefusal, Operation, Polling, Replay,
    Resolution, Scope, TaskRef,
};
use trenz_sandbox::{Fault, FaultKind};

use crate::{Database, KEY, client, generate, sandbox, search};

#[tokio::test]
async fn a_named_purchase_is_made_once() {
    for database in Database::all() {
        let fault = Fault::new(FaultKind::CloseAfterCharging).on("trenz-ai-*").times(1);
        let sandbox = sandbox().fault(fault).start().await.unwrap();
        let ledger = database.open().await;
        let client = client(&sandbox, &ledger).build().unwrap();
        let buy = || client.call(generate("a video")).once("video-42");
        // Whatever the policy says, a call of a name is not retried once it may have been processed.
        let lost = buy()
            .allow_duplicate_write(10_000)
            .retry_policy(trenz_api::RetryPolicy::default())
            .send()
            .await;
        assert_eq!(lost.unwrap_err().attempts().len(), 1);
        let refused = buy().send().await.unwrap_err();
        let Some(OnceRefusal::AtRisk(id)) = refused.once_refusal() else { panic!("{refused:?}") };
        assert!(refused.to_string().contains(&id.to_string()), "{refused}");
        assert_eq!(sandbox.requests().len(), 1);
        ledger.resolve(*id, Resolution::NotCharged).await.unwrap();
        let bought = buy().submit().await.unwrap();
        assert_eq!(sandbox.requests().len(), 2);
        // From another process's point of view, and with other inputs: the name counts.
        let other = crate::client(&sandbox, &database.open().await).build().unwrap();
        let again = other.call(generate("something else")).once("video-42").submit().await.unwrap();
        assert_eq!(again.reference().id(), bought.reference().id());
        assert_eq!(again.reference().request_id(), bought.reference().request_id());
        assert_eq!(sandbox.requests().len(), 2);
        let refused = other.call(search("a")).once("video-42").send().await.unwrap_err();
        assert!(
            matches!(refused.once_refusal(), Some(OnceRefusal::OtherOperation(..))),
            "{refused:?}"
        );
        let refused = other.call(search("a")).once(" ").send().await.unwrap_err();
        assert!(matches!(refused.once_refusal(), Some(OnceRefusal::Unusable(_))), "{refused:?}");
        assert_eq!(sandbox.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_named_purchase_known_not_to_be_charged_may_be_retried() {
    for database in Database::all() {
        let sandbox = sandbox()
            .fault(Fault::new(FaultKind::ServerError(500)).times(1))
            .fault(Fault::new(FaultKind::QuotaExceeded).after(1).times(1))
            .start()
            .await
            .unwrap();
        let ledger = database.open().await;
        let client = client(&sandbox, &ledger).build().unwrap();
        let buy = || client.call(search("a")).once("search-1").send();
        assert!(buy().await.unwrap_err().is_server_error());
        assert!(buy().await.unwrap_err().is_quota_exceeded());
        let bought = buy().await.unwrap();
        let again = buy().await.unwrap();
        assert_eq!((again.request_id, again.usage), (bought.request_id, bought.usage));
        assert_eq!(sandbox.requests().len(), 3);
    }
}

#[tokio::test]
async fn concurrent_calls_of_one_name_send_one_request() {
    for database in Database::all() {
        let stall = Fault::new(FaultKind::StallHeaders(Some(Duration::from_millis(300)))).times(1);
        let sandbox = sandbox().fault(stall).start().await.unwrap();
        let clients = [database.open().await, database.open().await]
            .map(|ledger| client(&sandbox, &ledger).build().unwrap());
        let first = clients[0].call(search("a")).once(Once::new("n").wait(Duration::from_secs(60)));
        let second =
            clients[1].call(search("a")).once(Once::new("n").wait(Duration::from_secs(60)));
        let third = async {
            while sandbox.requests().is_empty() {
                tokio::time::sleep(crate::MOMENT).await;
            }
            clients[0].call(search("a")).once("n").send().await
        };
        let (first, second, third) = tokio::join!(first.send(), second.send(), third);
        assert_eq!(first.unwrap().request_id, second.unwrap().request_id);
        let refused = third.unwrap_err();
        assert!(matches!(refused.once_refusal(), Some(OnceRefusal::UnderWay(_))), "{refused:?}");
        assert_eq!(sandbox.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_submitted_task_is_kept_and_refunds_its_budget() {
    for database in Database::all() {
        let sandbox =
            sandbox().fault(Fault::new(FaultKind::RefundTwice).times(1)).start().await.unwrap();
        let ledger = database.open().await;
        let budget = || Budget::named("video").coins(1300);
        let client = client(&sandbox, &ledger).budget(budget()).build().unwrap();
        for mark in ["a", "b"] {
            drop(client.call(generate(mark)).submit().await.unwrap());
        }
        assert!(client.execute(&generate("c")).await.unwrap_err().is_over_budget());
        // What follows is another process, which has paid for nothing itself.
        let ledger = database.open().await;
        let client = crate::client(&sandbox, &ledger).budget(budget()).build().unwrap();
        let open = ledger.open_tasks().await.unwrap();
        assert_eq!(open.len(), 2);
        assert_eq!(
            (open[0].coins_charged(), open[0].operation_id()),
            (Some(650), Some("trenz-ai-sd-pro-generate"))
        );
        let moment = Duration::from_millis(2);
        let polling = Polling::new().interval(moment..=moment).max_interval(moment);
        let mut ends = Vec::new();
        for reference in open {
            let task = client.task(reference).polling(polling.clone());
            ends.push((task.wait().await.is_ok(), task.wait().await.is_ok()));
        }
        assert_eq!(ends, [(false, false), (true, true)]);
        ledger.flush().await.unwrap();
        assert!(ledger.open_tasks().await.unwrap().is_empty());
        let budget = &ledger.budgets().await.unwrap()[0];
        assert_eq!((budget.spent, budget.left()), (650, 650));
        client.execute(&generate("d")).await.unwrap();
    }
}

/// A task operation of a document that names the task otherwise.
struct Renamed;

impl Operation for Renamed {
    type Output = Value;
    const ID: &'static str = "renamed";
    const SUMMARY: &'static str = "";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/renamed";
    const RUST_PATH: &'static str = "Renamed";
    const GROUP: &'static str = "";
    const AREA: &'static str = "";
    const COIN_COST: u64 = 5;
    const BILLING_MODE: BillingMode = BillingMode::AsyncOnComplete;
    const SCOPE: Option<Scope> = None;
    const REPLAY: Replay = Replay::Write;
    const TASK_ID: Option<&'static str> = Some("ticket");

    fn encode(&self, _to: &mut Inputs) {}
}

#[tokio::test]
async fn tasks_are_identified_by_the_documented_field() {
    for (data, expected) in [
        (r#"{"ticket":"t-1","task_id":"another"}"#, Some("t-1")),
        (r#"{"ticket":7}"#, Some("7")),
        (r#"{"task_id":"another"}"#, None),
        (r#"{"ticket":""}"#, None),
        (r#"{"ticket":null}"#, None),
    ] {
        let body = format!(r#"{{"data":{data},"usage":{{"coin_cost":5}},"request_id":"r"}}"#);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answering = axum::serve(listener, Router::new().fallback(async || body));
        let server = tokio::spawn(answering.into_future());
        let ledger = Database::sqlite().open().await;
        let client = Client::builder().api_key(KEY).base_url(url).spend_ledger(ledger.clone());
        client.build().unwrap().execute(&Renamed).await.unwrap();
        let open = ledger.open_tasks().await.unwrap();
        let open: Vec<_> = open.iter().map(TaskRef::id).collect();
        assert_eq!(open, expected.as_slice(), "{data}");
        server.abort();
    }
}
