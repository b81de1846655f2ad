//! Purchases of work that consists of many calls: each request is bought once, by whichever process does the work.

use trenz_api::{Client, Operation, Paged, Resolution, SpendLedger};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::{Database, client, generate, remark, sandbox, search};

/// A client of another process, for the same work.
async fn restarted(database: &Database, sandbox: &Sandbox) -> (Client, SpendLedger) {
    let ledger = database.open().await;
    let client = client(sandbox, &ledger).build().unwrap().resumable("work-1");
    (client, ledger)
}

/// The items of three pages of one item.
async fn items<O>(mut pages: trenz_api::Pages<'_, O>) -> usize
where
    O: Paged + Operation + Unpin,
{
    let mut items = 0;
    while let Some(page) = pages.next_page().await {
        items += O::items(&page.unwrap().data).len();
    }
    items
}

#[tokio::test]
async fn each_page_of_a_named_list_is_bought_once() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let list = |client: Client| async move {
            let pages = client.call(search("a")).once("list-1").pages().max_pages(3);
            items(pages).await
        };
        for _ in 0..2 {
            let ledger = database.open().await;
            assert_eq!(list(client(&sandbox, &ledger).build().unwrap()).await, 3);
        }
        assert_eq!(sandbox.ledger().charged(), 15);
    }
}

#[tokio::test]
async fn a_restarted_program_is_charged_for_no_request_again() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let mut tasks = Vec::new();
        for _ in 0..2 {
            let (client, _) = restarted(&database, &sandbox).await;
            assert_eq!(items(client.call(search("a")).pages().max_pages(3)).await, 3);
            client.execute(&search("b")).await.unwrap();
            let task = client.call(generate("a video")).submit().await.unwrap();
            tasks.push(task.reference().id().to_owned());
        }
        assert_eq!(tasks[0], tasks[1]);
        assert_eq!(sandbox.ledger().charged(), 3 * 5 + 5 + 650);
        // Within a run, the same request is another purchase, and so it is in the next run.
        for charged in [5, 0] {
            let before = sandbox.ledger().charged();
            let (client, _) = restarted(&database, &sandbox).await;
            client.execute(&search("b")).await.unwrap();
            client.execute(&search("b")).await.unwrap();
            assert_eq!(sandbox.ledger().charged() - before, charged);
        }
        // A name of the call's own is not replaced.
        let (client, ledger) = restarted(&database, &sandbox).await;
        for own in ["another", "work-1/another"] {
            client.call(search("b")).once(own).send().await.unwrap();
        }
        assert_eq!(sandbox.ledger().charged(), 3 * 5 + 5 + 650 + 5 + 5 + 5);
        // What is forgotten is bought again; other names stay.
        ledger.forget_purchases("work-1").await.unwrap();
        for own in ["another", "work-1/another"] {
            client.call(search("b")).once(own).send().await.unwrap();
        }
        assert_eq!(sandbox.ledger().charged(), 3 * 5 + 5 + 650 + 5 + 5 + 5);
        let (client, ledger) = restarted(&database, &sandbox).await;
        client.execute(&search("b")).await.unwrap();
        assert_eq!(sandbox.ledger().charged(), 3 * 5 + 5 + 650 + 5 + 5 + 5 + 5);
        let report = ledger.report(
            trenz_api::GroupBy::Operation,
            std::time::SystemTime::UNIX_EPOCH..std::time::SystemTime::now() + crate::MOMENT,
        );
        assert_eq!(report.await.unwrap().total().settled, sandbox.ledger().charged());
    }
}

#[tokio::test]
async fn what_may_have_been_charged_is_read_again_and_never_written_again() {
    for database in Database::all() {
        let fault = || Fault::new(FaultKind::CloseAfterCharging).times(1);
        let sandbox = sandbox().fault(fault()).start().await.unwrap();
        let (client, ledger) = restarted(&database, &sandbox).await;
        client.execute(&search("a")).await.unwrap_err();
        // Both runs read it a second time, which is one purchase.
        for _ in 0..2 {
            let (client, _) = restarted(&database, &sandbox).await;
            client.execute(&search("a")).await.unwrap();
        }
        assert_eq!(sandbox.requests().len(), 2);
        assert_eq!(ledger.at_risk().await.unwrap().len(), 1);
        // After a failure that is known not to have been charged, the same name is used.
        sandbox.add_fault(Fault::new(FaultKind::ServerError(500)).times(1));
        client.execute(&search("b")).await.unwrap_err();
        for _ in 0..2 {
            restarted(&database, &sandbox).await.0.execute(&search("b")).await.unwrap();
        }
        assert_eq!(sandbox.requests().len(), 4);
        sandbox.add_fault(fault());
        client.execute(&remark("a")).await.unwrap_err();
        // Nor once the work is called done.
        ledger.forget_purchases("work-1").await.unwrap();
        let (client, ledger) = restarted(&database, &sandbox).await;
        let refused = client.execute(&remark("a")).await.unwrap_err();
        let Some(trenz_api::OnceRefusal::AtRisk(id)) = refused.once_refusal() else {
            panic!("{refused:?}")
        };
        assert_eq!(sandbox.requests().len(), 5);
        ledger.resolve(*id, Resolution::NotCharged).await.unwrap();
        let (client, _) = restarted(&database, &sandbox).await;
        client.execute(&remark("a")).await.unwrap();
        assert_eq!(sandbox.requests().len(), 6);
    }
}

#[tokio::test]
async fn a_resumable_client_needs_a_ledger() {
    let sandbox = sandbox().start().await.unwrap();
    let client = Client::builder().api_key(crate::KEY).base_url(sandbox.base_url());
    let client = client.build().unwrap().resumable("work-1");
    let refused = client.execute(&search("a")).await.unwrap_err();
    assert!(
        matches!(refused.once_refusal(), Some(trenz_api::OnceRefusal::Unusable(_))),
        "{refused:?}"
    );
    assert_eq!(sandbox.requests().len(), 0);
}
