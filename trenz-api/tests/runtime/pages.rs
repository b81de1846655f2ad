//! Counts are hints: only an empty page, one that came before, or the response's own word ends a list.

use serde_json::{Value, json};
use std::collections::HashMap;
use trenz_api::social::{comment_management, tiktok_shop};
use trenz_api::{Client, Items, PageEnd, Paged};

use crate::client;
use crate::server::{Reply, Server};

/// A server of a list of 25 items, that gives ten at most, and says of each page what a test wants said of it.
async fn list(said: impl Fn(i64) -> (Value, Value) + Send + Sync + 'static) -> Server {
    Server::start(move |_, seen| {
        let body = serde_json::from_str::<Value>(&seen.body).unwrap_or_default();
        let query = seen.line.split([' ', '?', '&']).filter_map(|pair| pair.split_once('='));
        let query: HashMap<_, _> = query.collect();
        let asked = |name: &str| {
            let text = query.get(name).copied().or_else(|| body[name].as_str());
            let number = text.map(|text| text.trim_start_matches('p').parse().unwrap());
            number.or_else(|| body[name].as_i64())
        };
        let page = ["cursor", "page_token", "page"].into_iter().find_map(asked);
        let from = asked("offset").unwrap_or((page.unwrap_or(1) - 1) * 10);
        let item = |n: i64| json!({ "id": n.to_string(), "title": n.to_string(), "like_count": n });
        let items: Vec<_> = (from..(from + 10).min(25)).map(item).collect();
        let (mut data, around) = said(from / 10 + 1);
        for name in ["items", "list", "comments", "products"] {
            data[name] = json!(items);
        }
        let mut body = json!({ "data": data, "request_id": "r", "usage": { "coin_cost": 1 } });
        body.as_object_mut().unwrap().extend(around.as_object().unwrap().clone());
        Reply::json(200, body.to_string())
    })
    .await
}

async fn fetched<O: Paged + Unpin>(mut items: Items<'_, O>) -> (usize, Option<PageEnd>)
where
    O::Item: Unpin,
{
    let mut count = 0;
    while let Some(item) = items.next_item().await {
        item.unwrap();
        count += 1;
    }
    (count, items.end())
}

fn products(client: &Client) -> Items<'_, tiktok_shop::Products> {
    client.social().tiktok_shop().products().account_id(1).items()
}

fn comments(client: &Client) -> Items<'_, comment_management::Query> {
    let query = client.social().comment_management().query();
    query.platform_account_id(1).platform_video_id("1").items()
}

const WHOLE: (usize, Option<PageEnd>) = (25, Some(PageEnd::Complete));

/// What a server may say of how much there is, right or wrong, in the data and around it.
fn counts() -> Vec<(Value, Value)> {
    let data = |total: i64| {
        let info =
            json!({ "page": 1, "page_size": 1000, "total_number": total, "total_page": total });
        json!({ "total_count": total, "total": total, "page_info": info })
    };
    let mut said = vec![(json!({}), json!({}))];
    for total in [i64::MIN, -1, 0, 1, 5, 10, 20, 25, 1000, i64::MAX] {
        said.push((data(total), json!({})));
        said.push((data(total), json!({ "page_size": 1000, "total": total, "page": 1 })));
        said.push((json!({}), json!({ "page_size": u64::MAX, "total": 10, "page": u64::MAX })));
    }
    said
}

#[tokio::test]
async fn counts_do_not_end_or_extend_a_list() {
    for (data, around) in counts() {
        let said = (data.clone(), around.clone());
        let server = list(move |_| said.clone()).await;
        let client = client(&server);
        let what = format!("{data} {around}");

        let search =
            client.data().products().search().country(trenz_api::Country::Us).page_size(20);
        assert_eq!(fetched(search.items()).await, WHOLE, "{what}");
        assert_eq!(server.seen().len(), 4, "three pages and an empty one: {what}");
        assert_eq!(fetched(client.ads().landing_pages().list().items()).await, WHOLE, "{what}");
        assert_eq!(server.seen().len(), 8, "{what}");
        let images = client.content().material_search().image_search().query("cat").limit(20);
        assert_eq!(fetched(images.items()).await, WHOLE, "by offset: {what}");
        assert_eq!(server.seen().len(), 12, "{what}");
    }
}

/// Who trusts the counts pays for no page more than they tell of, unless the page itself disproves them.
#[tokio::test]
async fn trust_counts_ends_a_list_by_its_totals() {
    for (total, pages, expected) in [
        (25, 3, WHOLE),
        (20, 2, (20, Some(PageEnd::Complete))),
        (5, 3, WHOLE),
        (0, 4, WHOLE),
        (-1, 4, WHOLE),
        (i64::MAX, 4, WHOLE),
    ] {
        let server = list(move |_| (json!({ "total_count": total }), json!({}))).await;
        let client = client(&server);
        let search =
            client.data().products().search().country(trenz_api::Country::Us).page_size(10);
        assert_eq!(fetched(search.items().trust_counts()).await, expected, "{total}");
        assert_eq!(server.seen().len(), pages, "{total}");
    }
}

#[tokio::test]
async fn has_more_false_ends_a_list() {
    let next = |page: i64| if page < 3 { format!("p{}", page + 1) } else { String::new() };
    // A cursor is all that there is to go by; counts beside it say nothing.
    let server =
        list(move |page| (json!({ "next_page_token": next(page), "total_count": 10 }), json!({})))
            .await;
    assert_eq!(fetched(products(&client(&server))).await, WHOLE);
    assert_eq!(server.seen().len(), 3);

    let said = move |more: fn(i64) -> Value| {
        move |page| (json!({ "next_cursor": next(page), "has_more": more(page) }), json!({}))
    };
    for (more, expected, pages) in [
        ((|page| json!(page < 3)) as fn(i64) -> Value, WHOLE, 3),
        (|_| json!(null), WHOLE, 3),
        (|_| json!(false), (10, Some(PageEnd::Complete)), 1),
        // It says that there is more, and not how to get it: the list is not complete.
        (|_| json!(true), (25, Some(PageEnd::MissingCursor)), 3),
    ] {
        let server = list(said(more)).await;
        assert_eq!(fetched(comments(&client(&server))).await, expected);
        assert_eq!(server.seen().len(), pages);
    }
}

#[tokio::test]
async fn largest_positions_end_a_list() {
    for (page, pages) in [(i64::MAX, 1), (i64::MAX - 1, 2)] {
        // No page is like another one, so that nothing but its number can end the list.
        let server = Server::start(|number, _| {
            Reply::json(200, json!({ "data": { "items": [number] } }).to_string())
        })
        .await;
        let client = client(&server);
        let search = client.data().products().search().country(trenz_api::Country::Us).page(page);
        assert!(search.clone().pages().quote(u64::MAX).total() > 1 << 60);
        assert_eq!(fetched(search.items()).await, (pages, Some(PageEnd::Repeated)), "{page}");
        assert_eq!(server.seen().len(), pages);
    }
}

/// Pages of comments, each as it is written here; the last one comes again and again.
async fn written(pages: &'static [&'static str]) -> Server {
    Server::start(move |number, _| {
        Reply::json(200, format!(r#"{{"data":{}}}"#, pages[number.min(pages.len() - 1)]))
    })
    .await
}

const FULL: &str =
    r#"{"comments":[{"platform_comment_id":"1"}],"has_more":true,"next_cursor":"p2"}"#;

/// An empty page ends a list only if it does not say that there is more.
#[tokio::test]
async fn empty_page_without_more_ends_a_list() {
    let end = |end| Some(end);
    for (pages, count, expected, resumes) in [
        (
            &[
                FULL,
                r#"{"comments":[],"has_more":true,"next_cursor":"p3"}"#,
                r#"{"comments":[{"platform_comment_id":"2"}],"has_more":false}"#,
            ][..],
            (2, 3),
            end(PageEnd::Complete),
            false,
        ),
        (
            &[
                FULL,
                r#"{"comments":[],"next_cursor":"p3"}"#,
                r#"{"comments":[{"platform_comment_id":"2"}]}"#,
            ],
            (2, 3),
            end(PageEnd::Complete),
            false,
        ),
        (&[FULL, r#"{"comments":[],"has_more":true}"#], (1, 2), end(PageEnd::MissingCursor), true),
        (
            &[FULL, r#"{"comments":[],"has_more":true,"next_cursor":"p2"}"#],
            (1, 2),
            end(PageEnd::Repeated),
            false,
        ),
        (
            &[FULL, r#"{"comments":[],"has_more":false,"next_cursor":"p3"}"#],
            (1, 2),
            end(PageEnd::Complete),
            false,
        ),
        (&[FULL, r#"{"comments":[]}"#], (1, 2), end(PageEnd::Complete), false),
    ] {
        let server = written(pages).await;
        let client = client(&server);
        let mut items = comments(&client);
        let mut given = 0;
        while let Some(item) = items.next_item().await {
            item.unwrap();
            given += 1;
        }
        assert_eq!((given, server.seen().len()), count, "{pages:?}");
        assert_eq!(items.end(), expected, "{pages:?}");
        assert_eq!(items.resume().is_some(), resumes, "{pages:?}");
    }
}

/// A server that says for ever that there is more is not asked for ever, and the list can be gone on with.
#[tokio::test]
async fn empty_pages_in_a_row_are_bounded() {
    let server = Server::start(|number, _| {
        let body = json!({ "data": { "comments": [], "has_more": true, "next_cursor": format!("p{number}") } });
        Reply::json(200, body.to_string())
    })
    .await;
    let client = client(&server);
    let mut items = comments(&client);
    assert!(items.next_item().await.is_none());
    assert_eq!(server.seen().len(), 5);
    assert_eq!(items.end(), Some(PageEnd::EmptyPages));
    assert_eq!(items.resume().and_then(|next| next.cursor.clone()).as_deref(), Some("p4"));
}
