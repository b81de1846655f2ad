//! What is refused before it leaves, and what a budget knows afterwards.

use std::time::Duration;

use trenz_api::{Error, Method, Operation, OperationInfo, Scope, operations, required_scopes};
use trenz_sandbox::FaultKind;

use crate::expected::golden;
use crate::{KEY, client, generate, remark, sandbox, search, status};

#[tokio::test]
async fn a_call_over_the_budget_is_not_sent() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox).coin_budget(12).build().unwrap();
    client.execute(&search("a")).await.unwrap();
    client.clone().execute(&search("b")).await.unwrap();
    let error = client.execute(&search("c")).await.unwrap_err();
    assert!(error.is_over_budget());
    let shortfall = error.shortfall().unwrap();
    assert_eq!((shortfall.needed, shortfall.left, shortfall.spent), (5, 2, 10));
    golden("money/over_budget", &format!("{error}\n"));
    assert_eq!((error.attempts().len(), error.coins_at_risk()), (0, 0));
    client.execute(&status("free")).await.unwrap();
    client.execute(&remark("the last two")).await.unwrap();
    assert_eq!(client.budget().unwrap().left(), 0);
    assert_eq!(sandbox.requests().len(), 4);

    let total = client.ledger().total();
    assert_eq!((total.calls, total.settled, total.failures), (4, 12, 0));
    assert_eq!(client.ledger().balance.unwrap().coins, sandbox.balance());
    client.record_refund("trenz-products-search", 5);
    assert_eq!((client.budget().unwrap().left(), client.ledger().total().refunded), (5, 5));
}

#[tokio::test]
async fn a_call_reserves_in_its_parent_budget_too() {
    let sandbox = sandbox().start().await.unwrap();
    let outer = client(&sandbox).coin_budget(12).build().unwrap();
    let inner = outer.with_budget(7);
    inner.execute(&search("a")).await.unwrap();
    assert!(inner.execute(&search("b")).await.unwrap_err().is_over_budget());
    outer.execute(&search("c")).await.unwrap();
    inner.execute(&remark("d")).await.unwrap();
    assert!(outer.execute(&remark("e")).await.unwrap_err().is_over_budget());
    assert_eq!((outer.budget().unwrap().spent, inner.budget().unwrap().spent), (12, 7));
    assert_eq!(outer.ledger(), inner.ledger(), "all clones write into one ledger");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_concurrency_the_server_never_charges_more_than_the_budget() {
    let sandbox = sandbox().latency(Duration::from_millis(3)).start().await.unwrap();
    let client = client(&sandbox).coin_budget(103).build().unwrap();
    let calls: Vec<_> = (0..60)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move { client.execute(&search(&number.to_string())).await.is_ok() })
        })
        .collect();
    let mut done = 0;
    for call in calls {
        done += u64::from(call.await.unwrap());
    }
    assert_eq!((done, sandbox.ledger().charged()), (20, 100));
    assert_eq!(client.budget().unwrap().spent, 100);
}

#[tokio::test]
async fn dropping_a_call_leaves_its_coins_at_risk_once_it_may_have_been_sent() {
    let sandbox = sandbox().latency(Duration::from_millis(200)).start().await.unwrap();
    let client = client(&sandbox).coin_budget(1000).max_in_flight(1).build().unwrap();
    // The first one is under way when it is given up, the second one still waits for its turn.
    let first = client.call(generate("first")).send();
    let second = client.execute(&search("second"));
    let both = async { tokio::join!(first, second) };
    assert!(tokio::time::timeout(Duration::from_millis(100), both).await.is_err());
    let budget = client.budget().unwrap();
    assert_eq!((budget.at_risk, budget.reserved, budget.spent, budget.left()), (650, 0, 0, 350));
    let total = client.ledger().total();
    assert_eq!((total.calls, total.attempts, total.failures, total.at_risk), (2, 1, 2, 650));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(sandbox.ledger().charged(), 650);

    let never_polled = client.execute(&search("third"));
    drop(never_polled);
    assert_eq!(client.ledger().total().calls, 2);
}

/// What no connection has taken is known not to have been sent, whatever the client waited for.
#[tokio::test]
async fn dropping_a_call_before_a_connection_releases_its_coins() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let client = trenz_api::Client::builder().api_key(KEY).base_url(url).coin_budget(1000);
    let client = client.build().unwrap();
    let wait = Duration::from_millis(100);
    assert!(tokio::time::timeout(wait, client.execute(&generate("a"))).await.is_err());
    assert_eq!((client.budget().unwrap().at_risk, client.budget().unwrap().left()), (0, 1000));
    // Nor is a request without a body.
    assert!(tokio::time::timeout(wait, client.execute(&search("a"))).await.is_err());
    assert_eq!((client.budget().unwrap().at_risk, client.budget().unwrap().left()), (0, 1000));
}

#[tokio::test]
async fn a_call_over_its_max_cost_is_not_sent() {
    let sandbox = sandbox().fault(FaultKind::CloseAfterCharging).start().await.unwrap();
    let client = client(&sandbox).build().unwrap();
    let error = client.call(search("a")).max_cost(4).send().await.unwrap_err();
    assert!(error.is_over_max_cost());
    golden("money/over_max_cost", &format!("{error}\n"));
    assert_eq!(sandbox.requests().len(), 0);
    let risky = || client.call(search("b")).allow_duplicate_charge(1000);
    assert_eq!(risky().max_cost(14).send().await.unwrap_err().attempts().len(), 2);
    assert_eq!(risky().max_cost(15).send().await.unwrap_err().attempts().len(), 3);
    assert_eq!(sandbox.ledger().charged(), 5 * 5);
}

#[tokio::test]
async fn a_dry_run_shows_exactly_what_would_be_sent_and_sends_nothing() {
    let sandbox = sandbox().start().await.unwrap();
    let client = client(&sandbox).coin_budget(700).build().unwrap();
    for run in [client.call(generate("a")).dry_run(), client.call(search("ä b")).dry_run()] {
        assert!(!format!("{run:?}").contains(KEY));
    }
    assert_eq!(sandbox.requests().len(), 0);
    let call = client.call(generate("a"));
    let dry = call.dry_run().unwrap();
    assert_eq!((dry.quote.coins(), dry.method), (650, Method::Post));
    call.send().await.unwrap();
    let seen = sandbox.requests().pop().unwrap();
    assert_eq!(dry.url, format!("{}{}", sandbox.base_url(), seen.path));
    assert_eq!(dry.body.unwrap(), seen.body);
    for (name, value) in &dry.headers {
        assert_eq!(seen.header(name.as_str()), value.to_str().ok(), "{name}");
    }
    let added = seen.headers.iter().map(|(name, _)| name.as_str());
    let added: Vec<_> = added.filter(|name| !dry.headers.contains_key(*name)).collect();
    assert_eq!(added, ["x-api-key", "accept-encoding", "host", "content-length"]);

    // Everything is checked: the budget, and what may be spent on one call.
    assert!(client.call(generate("b")).dry_run().unwrap_err().is_over_budget());
    assert!(client.call(search("b")).max_cost(4).dry_run().unwrap_err().is_over_max_cost());
    assert_eq!(client.ledger().total().calls, 1);
}

#[tokio::test]
async fn a_call_whose_scope_the_key_lacks_is_not_sent() {
    let sandbox = sandbox().start().await.unwrap();
    let scopes = required_scopes(&[OperationInfo::of::<trenz_api::data::products::Search>()]);
    let client = client(&sandbox).scopes(scopes).build().unwrap();
    client.execute(&search("a")).await.unwrap();
    client.execute(&status("it needs none")).await.unwrap();
    let error: Error = client.execute(&generate("a")).await.unwrap_err();
    assert_eq!(error.missing_scope(), Some(Scope::AiVideoWrite));
    golden("money/missing_scope", &format!("{error}\n"));
    assert_eq!(sandbox.requests().len(), 2);
    assert!(trenz_api::data::products::Search::SCOPE.is_some());
    assert_eq!(required_scopes(operations()).len(), 13);
}
