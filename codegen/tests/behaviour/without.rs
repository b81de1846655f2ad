//! A client of a document that says nothing of coins, wraps one answer in nothing and
//! has no operation of any workflow.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "server.rs"]
mod server;

use server::serve;
use trenz_api::blocking::Block;
use trenz_api::{Client, Country};

#[test]
fn what_nobody_says_is_unknown_and_never_zero() {
    let (url, _asked) = serve(&[
        (200, "x-request-id: h1\r\n", r#"{"items":[{"id":1}],"total_count":1}"#),
        (200, "", r#"{"data":{"items":[]},"request_id":"r2","usage":{"coin_cost":5}}"#),
        (200, "", r#"{"items":7}"#),
    ]);
    let client = Client::builder().api_key("sk_live_x").base_url(url).build().unwrap();
    let bare = client.data().products().search().country(Country::Us).send().block().unwrap();
    assert_eq!((bare.data.items.len(), bare.data.total_count), (1, Some(1)));
    assert_eq!(bare.request_id.as_str(), Some("h1"));
    assert_eq!(bare.usage.coin_cost, None);
    let total = client.ledger().total();
    assert_eq!((total.settled, total.unreported, total.unreported_at_most), (0, 1, 5));

    let wrapped = client.data().videos().search().country(Country::Us).send().block().unwrap();
    assert_eq!((wrapped.request_id.as_str(), wrapped.usage.coin_cost), (Some("r2"), None));
    assert_eq!(wrapped.extra["usage"].get(), r#"{"coin_cost":5}"#);
    assert_eq!(client.ledger().total().unreported, 2);

    let wrong = client.data().products().search().country(Country::Us).send().block().unwrap_err();
    assert_eq!(wrong.path(), Some("items"));
}
