//! A client of a document in which everything is spelled otherwise, and a server that
//! speaks so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod server;

use server::serve;
use std::time::Duration;
use trenz_api::blocking::Block;
use trenz_api::{Client, Country, Polling};

fn client(url: &str) -> trenz_api::ClientBuilder {
    Client::builder().api_key("sk_live_x").base_url(url)
}

#[test]
fn responses_ledger_and_budget_use_the_renamed_members() {
    let (url, asked) = serve(&[
        (
            200,
            "",
            r#"{"result":{"items":[{"id":1}],"total_count":1},"trace_id":"t1",
               "bill":{"credits_cost":3,"credits_balance":97},"region":"eu"}"#,
        ),
        (200, "", r#"{"result":{"items":[]},"bill":{"coin_cost":3,"credits_balance":"much"}}"#),
    ]);
    let client = client(&url).coin_budget(12).build().unwrap();
    let search = || client.data().products().search().country(Country::Us);
    let found = search().send().block().unwrap();
    assert_eq!(found.data.items.len(), 1);
    assert_eq!(found.request_id.as_str(), Some("t1"));
    assert_eq!((found.usage.coin_cost, found.usage.remaining_balance), (Some(3), Some(97)));
    assert_eq!(found.extra["region"].get(), r#""eu""#);
    assert!(asked.recv().unwrap().to_lowercase().contains("\r\nx-trenz-key: sk_live_x\r\n"));
    assert_eq!(client.budget().unwrap().left(), 9, "the answer said 3 where the quote was 5");
    assert_eq!(client.ledger().total().settled, 3);
    assert_eq!(client.ledger().balance.unwrap().coins, 97);

    // The old name is not a name any more: what the call cost is unknown, and not nothing.
    let found = search().send().block().unwrap();
    assert_eq!((found.usage.coin_cost, found.usage.remaining_balance), (None, None));
    assert_eq!(found.request_id.as_str(), None);
    let total = client.ledger().total();
    assert_eq!((total.settled, total.unreported, total.unreported_at_most), (3, 1, 5));
    assert_eq!(client.budget().unwrap().left(), 4, "the whole quote stays taken");
    assert!(search().send().block().is_err(), "5 is more than what is left");
}

#[test]
fn tasks_are_polled_and_refunded_with_renamed_members() {
    let (url, asked) = serve(&[
        (200, "", r#"{"result":{"ticket_id":"k1"},"bill":{"credits_cost":100}}"#),
        (200, "", r#"{"result":{"task_id":"k1","status":"queued"}}"#),
        (200, "", r#"{"result":{"task_id":"k1","status":"done","result":{"url":"u"}}}"#),
        (200, "", r#"{"result":{"task_id":"k1","status":"refunded","error_message":"no"}}"#),
    ]);
    let client = client(&url).build().unwrap();
    let video = client.content().ai_video().sora2_generate().prompt("a lighthouse");
    let often = Duration::from_millis(1)..=Duration::from_millis(2);
    let task = video.submit().block().unwrap().polling(Polling::new().interval(often));
    assert_eq!(task.id(), "k1");
    let done = task.wait().block().unwrap();
    assert_eq!((done.status.as_str(), done.result.unwrap().get()), ("done", r#"{"url":"u"}"#));
    let failed = task.wait().block().unwrap_err();
    assert!(failed.is_refunded());
    assert_eq!(client.ledger().total().refunded, 100);
    let heads: Vec<_> = asked.try_iter().collect();
    assert!(heads[1].starts_with("GET /open/v1/tasks/k1 "), "{}", heads[1]);
}

#[test]
fn error_codes_have_the_roles_of_the_decisions() {
    let (url, _asked) = serve(&[
        (429, "", r#"{"code":"CREDITS_EXHAUSTED","message":"m","request_id":"r"}"#),
        (402, "", r#"{"code":"INSUFFICIENT_CREDITS","message":"m","request_id":"r"}"#),
    ]);
    let client = client(&url).build().unwrap();
    let search = || client.data().products().search().country(Country::Us).send().block();
    let error = search().unwrap_err();
    assert!(error.is_quota_exceeded() && !error.is_rate_limited());
    assert_eq!(error.attempts().len(), 1, "waiting does not help, so it is not sent again");
    let error = search().unwrap_err();
    assert!(error.is_insufficient_balance());
    assert_eq!(error.code(), Some(&trenz_api::ErrorCode::InsufficientCredits));
}

#[test]
fn workflows_use_renamed_operations() {
    let (url, asked) = serve(&[(
        200,
        "",
        r#"{"result":{"scan_qrcode_url":"https://q","ticket":"t"},"bill":{"credits_cost":1}}"#,
    )]);
    let login = client(&url).build().unwrap().tiktok_login().block().unwrap();
    assert_eq!(login.url(), "https://q");
    assert!(asked.recv().unwrap().starts_with("POST /open/v1/social/tiktok/qrcode "));
}

#[test]
fn a_response_without_envelope_has_an_unknown_cost() {
    let (url, _asked) = serve(&[(
        200,
        "x-request-id: h1\r\n",
        r#"{"items":[{"id":1}],"total_count":1}"#,
    )]);
    let client = client(&url).coin_budget(12).build().unwrap();
    let bare = client.data().videos().search().country(Country::Us).send().block().unwrap();
    assert_eq!((bare.data.items.len(), bare.data.total_count), (1, Some(1)));
    assert_eq!(bare.request_id.as_str(), Some("h1"));
    assert_eq!((bare.usage.coin_cost, bare.usage.remaining_balance), (None, None));
    let total = client.ledger().total();
    assert_eq!((total.settled, total.unreported, total.unreported_at_most), (0, 1, 5));
    assert_eq!(client.budget().unwrap().left(), 7, "the whole quote stays taken");
}
