//! Lists that come in pages, in each of the document's four styles.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use trenz_api::ads::leads_reports::IntegratedReportReportType;
use trenz_api::data::products;
use trenz_api::social::analytics::ShopVideosDateRange;
use trenz_api::{Call, Client, Country, PageEnd, Paged, Position};
use trenz_sandbox::{Fault, FaultKind, Sandbox, SandboxBuilder};

use crate::server::Server;

const DOCUMENT: &str = include_str!("../../../spec/trenz-openapi.json");

const ITEMS: usize = 23;
const SIZE: i64 = 5;
const SEARCH: &str = "trenz-products-search";

fn sandbox() -> SandboxBuilder {
    Sandbox::builder().rate_limit(None).items(ITEMS)
}

/// What fetching a whole list came to.
#[derive(Debug)]
struct Fetched {
    id: &'static str,
    by_cursor: bool,
    pages: usize,
    items: Vec<String>,
    cost: u64,
    quote: u64,
    end: Option<PageEnd>,
}

async fn fetch<O>(mut request: O, client: &Client) -> Fetched
where
    O: Paged + Unpin,
    O::Item: Serialize,
{
    let by_cursor = matches!(request.position(), Position::Cursor { .. });
    match request.position() {
        Position::Page { size, .. } | Position::Offset { limit: size, .. } => *size = Some(SIZE),
        Position::Cursor { size, .. } => {
            if let Some(size) = size {
                *size = Some(SIZE);
            }
        }
    }
    let mut pages = client.call(request).pages();
    let (mut count, mut items) = (0, Vec::new());
    while let Some(page) = pages.next_page().await {
        let page = page.unwrap();
        count += 1;
        items.extend(O::items(&page.data).iter().map(|item| serde_json::to_string(item).unwrap()));
    }
    assert!(pages.next_page().await.is_none() && pages.resume().is_none(), "{}", O::ID);
    let quote = pages.quote(count).total();
    let pages_fetched = usize::try_from(count).unwrap();
    let end = pages.end();
    Fetched { id: O::ID, by_cursor, pages: pages_fetched, items, cost: O::COIN_COST, quote, end }
}

type Fetching<'c> = Pin<Box<dyn Future<Output = Fetched> + 'c>>;
type Fetch = for<'c> fn(&'c Client) -> Fetching<'c>;

macro_rules! lists {
    ($(|$client:ident| $builder:expr;)*) => {
        &[$(|$client| Box::pin(fetch($builder.call().operation().clone(), $client))),*]
    };
}

/// Every operation that pages.
const LISTS: &[Fetch] = lists! {
    |client| client.ads().accounts().list();
    |client| client.ads().campaigns().list();
    |client| client.ads().landing_pages().list();
    |client| client.ads().leads_reports().leads_list();
    |client| client
        .ads()
        .leads_reports()
        .integrated_report()
        .account_id("1")
        .dimensions(["ad_id"])
        .report_type(IntegratedReportReportType::Basic);
    |client| client.content().material_search().image_search().query("cat");
    |client| client.content().material_search().search().query("cat");
    |client| client.data().ads().search().country(Country::Us);
    |client| client.data().creatives().search().country(Country::Us);
    |client| client.data().creators().search().country(Country::Us);
    |client| client.data().lives().search().country(Country::Us);
    |client| client.data().products().search().country(Country::Us);
    |client| client.data().sellers().search().country(Country::Us);
    |client| client.data().videos().search().country(Country::Us);
    |client| client.social().account_management().list();
    |client| client.social().analytics().shop_videos().date_range(ShopVideosDateRange::Days7);
    |client| client.social().comment_management().managed_list();
    |client| client
        .social()
        .comment_management()
        .managed_replies()
        .platform_account_id(4687)
        .platform_comment_id("1");
    |client| client
        .social()
        .comment_management()
        .query()
        .platform_account_id(4687)
        .platform_video_id("1");
    |client| client
        .social()
        .comment_management()
        .replies()
        .platform("tiktok")
        .platform_account_id(4687)
        .platform_comment_id("1");
    |client| client.social().creation_tools().music_recently_used();
    |client| client.social().creation_tools().music_search();
    |client| client.social().tiktok_shop().products().account_id(5678);
    |client| client.social().video_management().list();
    |client| client.social().video_management().platform_videos().platform_account_id(4687);
};

/// The operations whose request has a place for the way to the next page, by the document alone.
fn paged_by_the_document() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let paged = operations.filter(|operation| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let members = body["properties"].as_object().into_iter().flat_map(|all| all.keys());
        let names: BTreeSet<&str> = parameters
            .filter_map(|one| one["name"].as_str())
            .chain(members.map(String::as_str))
            .collect();
        let has = |all: &[&str]| all.iter().all(|name| names.contains(name));
        has(&["cursor"])
            || has(&["page_token"])
            || has(&["limit", "offset"])
            || has(&["page", "page_size"])
            || has(&["page", "limit"])
    });
    paged.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_list_is_read_to_its_end() {
    let server = Server::start(sandbox().lenient(true)).await;
    let mut ids = BTreeSet::new();
    let mut whole = 0;
    for list in LISTS {
        let before = server.spent();
        let fetched = list(&server.client).await;
        assert!(ids.insert(fetched.id.to_owned()), "{} is listed twice", fetched.id);
        assert_eq!(fetched.end, Some(PageEnd::Complete), "{}", fetched.id);
        assert_eq!(server.spent() - before, fetched.pages as u64 * fetched.cost);
        assert_eq!(server.spent() - before, fetched.quote);
        assert_eq!(server.calls(fetched.id), fetched.pages, "{}", fetched.id);
        let unique: BTreeSet<&String> = fetched.items.iter().collect();
        assert_eq!(unique.len(), fetched.items.len(), "{}", fetched.id);
        let least = fetched.items.len().div_ceil(usize::try_from(SIZE).unwrap());
        // Without a cursor, an empty page proves the end of a list.
        let needed = if fetched.by_cursor { least.max(1) } else { least + 1 };
        assert_eq!(fetched.pages, needed, "{}: no page more than needed", fetched.id);
        whole += usize::from(fetched.items.len() == ITEMS);
    }
    assert_eq!(ids, paged_by_the_document());
    assert!(whole > 15, "{whole}");
}

fn search(client: &Client, size: i64) -> Call<'_, products::Search> {
    client.data().products().search().country(Country::Us).page_size(size).call()
}

#[tokio::test]
async fn item_streams_respect_their_limit() {
    let server = Server::start(sandbox()).await;
    for (pages, items, given, fetched, end) in [
        (None, None, 23, 6, PageEnd::Complete),
        (Some(2), None, 10, 2, PageEnd::Limit),
        (None, Some(7), 7, 2, PageEnd::Limit),
        (Some(1), Some(7), 5, 1, PageEnd::Limit),
        (Some(0), None, 0, 0, PageEnd::Limit),
        (None, Some(0), 0, 0, PageEnd::Limit),
        (Some(9), Some(99), 23, 6, PageEnd::Complete),
    ] {
        let before = server.calls(SEARCH);
        let mut list = search(&server, SIZE).items();
        if let Some(pages) = pages {
            list = list.max_pages(pages);
        }
        if let Some(items) = items {
            list = list.max_items(items);
        }
        let mut count = 0;
        while let Some(item) = list.next_item().await {
            item.unwrap();
            count += 1;
        }
        assert_eq!((count, list.end()), (given, Some(end)), "{pages:?} {items:?}");
        assert_eq!(server.calls(SEARCH) - before, fetched, "{pages:?} {items:?}");
    }
}

#[tokio::test]
async fn pages_are_fetched_on_demand() {
    let server = Server::start(sandbox()).await;
    let mut list = search(&server, SIZE).items();
    assert_eq!(server.spent(), 0);
    for _ in 0..5 {
        list.next_item().await.unwrap().unwrap();
    }
    assert_eq!(server.calls(SEARCH), 1, "the fifth is the last of the first page");
    list.next_item().await.unwrap().unwrap();
    assert_eq!(server.calls(SEARCH), 2);
}

#[tokio::test]
async fn pages_have_the_largest_documented_size() {
    let server = Server::start(sandbox()).await;
    let call = server.data().products().search().country(Country::Us);
    assert!(call.items().next_item().await.unwrap().is_ok());
    let most = products::Search::MAX_PAGE_SIZE.unwrap();
    assert!(server.sandbox.requests()[0].query.contains(&format!("page_size={most}")));
}

/// The first error ends the stream after what came before, and the same page can be had again.
#[tokio::test]
async fn an_error_ends_a_list_that_can_be_resumed() {
    let server = Server::start(sandbox()).await;
    server.sandbox.add_fault(Fault::new(FaultKind::CloseInBody).on(SEARCH).after(2).times(1));
    let mut list = search(&server, SIZE).items();
    let mut before = 0;
    let error = loop {
        match list.next_item().await.unwrap() {
            Ok(_) => before += 1,
            Err(error) => break error,
        }
    };
    assert!(error.is_interrupted());
    assert_eq!((before, list.end()), (10, Some(PageEnd::Error)));
    assert!(list.next_item().await.is_none());

    // Kept as JSON, and taken up by another process.
    let kept = serde_json::to_string(list.resume().unwrap()).unwrap();
    let request: products::Search = serde_json::from_str(&kept).unwrap();
    assert_eq!(request.page, Some(3));
    let other = server.another();
    let mut rest = other.call(request).items();
    let mut after = 0;
    while let Some(item) = rest.next_item().await {
        item.unwrap();
        after += 1;
    }
    assert_eq!(before + after, ITEMS);
}

#[tokio::test]
async fn a_limited_list_can_be_resumed_from_its_cursor() {
    let server = Server::start(sandbox()).await;
    let products = || server.social().tiktok_shop().products().account_id(5678).page_size(10);
    let mut pages = products().pages().max_pages(1);
    let first = pages.next_page().await.unwrap().unwrap().data.products.len();
    assert!(pages.next_page().await.is_none());
    let mut rest = server.call(pages.resume().unwrap().clone()).items();
    let mut count = first;
    while let Some(item) = rest.next_item().await {
        item.unwrap();
        count += 1;
    }
    assert_eq!((count, server.calls("trenz-social-tiktok-shop-products")), (ITEMS, 3));
}

/// A list that leads back to its beginning ends, whatever its style: each page costs.
#[tokio::test]
async fn a_repeated_cursor_ends_the_list() {
    let server = Server::start(sandbox().lenient(true)).await;
    for list in LISTS {
        server.sandbox.add_fault(Fault::new(FaultKind::RepeatPage).on("trenz-*"));
        let fetched = list(&server.client).await;
        if fetched.items.len() < 5 {
            continue;
        }
        assert_eq!(fetched.end, Some(PageEnd::Repeated), "{}", fetched.id);
        assert_eq!((fetched.pages, server.calls(fetched.id)), (1, 2), "{}", fetched.id);
    }
}

#[tokio::test]
async fn an_empty_list_is_one_page() {
    let server = Server::start(sandbox().items(0)).await;
    assert!(search(&server, SIZE).items().next_item().await.is_none());
    assert_eq!(server.spent(), 5);
    let mut pages = search(&server, SIZE).pages();
    assert!(pages.next_page().await.unwrap().unwrap().data.items.is_empty());
    assert!(pages.next_page().await.is_none());
    assert_eq!(pages.end(), Some(PageEnd::Complete));
}

/// A server that gives fewer items than it was asked for has more pages, not fewer items.
#[tokio::test]
async fn a_page_size_reduced_by_the_server_loses_no_items() {
    let server = Server::start(sandbox().items(230)).await;
    // The sandbox gives a hundred at most, and the schema knows no bound.
    let list = server.social().creation_tools().music_search().limit(1000);
    let mut items = list.items();
    let mut count = 0;
    while let Some(item) = items.next_item().await {
        item.unwrap();
        count += 1;
    }
    assert_eq!(count, 230);
}

#[tokio::test]
async fn a_dropped_future_keeps_its_page() {
    let server = Server::start(sandbox().latency(Duration::from_millis(60))).await;
    let mut pages = search(&server, SIZE).pages();
    for _ in 0..2 {
        let next = tokio::time::timeout(Duration::from_millis(10), pages.next_page());
        assert!(next.await.is_err());
    }
    assert_eq!(pages.next_page().await.unwrap().unwrap().data.items.len(), 5);
    assert_eq!((server.calls(SEARCH), server.spent()), (1, 5), "paid once");
}

/// A budget ends a list with the page that it cannot pay for; with more coins it resumes from there.
#[tokio::test]
async fn a_list_ended_by_its_budget_can_be_resumed() {
    let server = Server::start(sandbox()).await;
    let poor = server.with_budget(12);
    let mut items = search(&poor, SIZE).items();
    assert_eq!(items.quote(2).total(), 10);
    let (mut before, mut after) = (0, 0);
    let error = loop {
        match items.next_item().await.unwrap() {
            Ok(_) => before += 1,
            Err(error) => break error,
        }
    };
    assert!(error.is_over_budget());
    assert_eq!((before, items.end()), (10, Some(PageEnd::Error)));
    assert_eq!((server.spent(), poor.budget().unwrap().left()), (10, 2));
    let mut rest = server.call(items.resume().unwrap().clone()).items();
    while let Some(item) = rest.next_item().await {
        item.unwrap();
        after += 1;
    }
    assert_eq!((before + after, server.spent()), (ITEMS, 30));
}

/// An empty page ends a list unless it leads on to a page that has not been.
#[tokio::test]
async fn an_empty_page_ends_a_list_unless_more_are_announced() {
    let server = Server::start(sandbox().items(0)).await;
    server.sandbox.add_fault(Fault::new(FaultKind::RepeatPage));
    let products = server.social().tiktok_shop().products().account_id(5678);
    let mut pages = products.pages();
    let page = pages.next_page().await.unwrap().unwrap().data;
    assert!(page.products.is_empty() && page.next_page_token.is_some_and(|next| !next.is_empty()));
    assert!(pages.next_page().await.unwrap().unwrap().data.products.is_empty());
    assert!(pages.next_page().await.is_none());
    assert_eq!((pages.end(), server.spent()), (Some(PageEnd::Repeated), 2));

    // A list that has become shorter meanwhile.
    let server = Server::start(sandbox()).await;
    let mut pages = search(&server, SIZE).pages();
    pages.next_page().await.unwrap().unwrap();
    server.sandbox.shift_items(-20);
    assert!(pages.next_page().await.unwrap().unwrap().data.items.is_empty());
    assert!(pages.next_page().await.is_none());
    assert_eq!((pages.end(), server.calls(SEARCH)), (Some(PageEnd::Complete), 2));
}

/// Dropped with a page on its way: what was given is given, what may have been charged is at risk, and the request for
/// the page is there to be retried.
#[tokio::test]
async fn a_list_dropped_while_fetching_a_page() {
    let server = Server::start(sandbox()).await;
    let mut pages = search(&server, SIZE).pages();
    pages.next_page().await.unwrap().unwrap();
    server.sandbox.add_fault(Fault::new(FaultKind::StallHeaders(None)).on(SEARCH).times(1));
    let next = tokio::time::timeout(Duration::from_millis(300), pages.next_page());
    assert!(next.await.is_err());
    let request = pages.resume().unwrap().clone();
    drop(pages);
    let tally = server.ledger().operations[SEARCH];
    assert_eq!((tally.settled, tally.at_risk, tally.failures), (5, 5, 1));
    let again = server.execute(&request).await.unwrap();
    assert_eq!((request.page, again.data.items.len()), (Some(2), 5));
}
