//! What is unambiguous in a response is decoded, and an item that is unreadable does not cost the page it came on.

use crate::server::{Reply, Server};
use crate::{KEY, client};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use trenz_api::social::comment_management;
use trenz_api::{
    BillingMode, Client, Inputs, Items, Method, Operation, Outcome, PageEnd, Replay, Scope,
};

fn comments(client: &Client) -> Items<'_, comment_management::Query> {
    let query = client.social().comment_management().query();
    query.platform_account_id(1).platform_video_id("1").items()
}

/// What a page with this item comes to: its id, its text and its likes.
async fn read(item: &str) -> Option<(String, String, i64)> {
    let body = format!(r#"{{"data":{{"comments":[{item}]}},"usage":{{"coin_cost":5}}}}"#);
    let server = Server::always(Reply::json(200, body)).await;
    let client = client(&server);
    let item = comments(&client).next_item().await.unwrap().ok()?;
    Some((
        item.platform_comment_id.unwrap_or_default(),
        item.text.unwrap_or_default(),
        item.like_count.unwrap_or_default(),
    ))
}

#[tokio::test]
async fn unambiguous_values_are_decoded() {
    let seven = || Some(("7".to_owned(), String::new(), 0));
    let likes = |likes| Some((String::new(), String::new(), likes));
    let text = |text: &str| Some((String::new(), text.to_owned(), 0));
    for (item, expected) in [
        (r#"{"text":"cut \ud83d"}"#, text("cut \u{fffd}")),
        (r#"{"text":"\ude00\ud83d\ude00"}"#, text("\u{fffd}\u{1f600}")),
        ("{\"text\":\"two\nlines\"}", text("two\nlines")),
        (r#"{"like_count":3.0}"#, likes(3)),
        (r#"{"like_count":3e2}"#, likes(300)),
        (r#"{"like_count":"3"}"#, likes(3)),
        (r#"{"like_count":"3.0"}"#, likes(3)),
        (r#"{"platform_comment_id":7}"#, seven()),
        (r#"{"platform_comment_id":"7"}"#, seven()),
        (
            r#"{"platform_comment_id":184467440737095516160,"like_count":"2","text":"\udead"}"#,
            Some(("184467440737095516160".to_owned(), "\u{fffd}".to_owned(), 2)),
        ),
        // These may mean anything.
        (r#"{"like_count":3.5}"#, None),
        (r#"{"like_count":""}"#, None),
        (r#"{"like_count":"03"}"#, None),
        (r#"{"like_count":"many"}"#, None),
        (r#"{"like_count":true}"#, None),
        (r#"{"platform_comment_id":["7"]}"#, None),
        (r#"{"text":false}"#, None),
    ] {
        assert_eq!(read(item).await, expected, "{item}");
    }
}

#[tokio::test]
async fn byte_order_marks_and_invalid_text_are_decoded_leniently() {
    let data = |text: &[u8]| [br#"{"data":{"comments":[{"text":""#, text, br#""}]}}"#].concat();
    for (body, text) in [
        ([&b"\xef\xbb\xbf"[..], &data(b"a")].concat(), "a"),
        (data(b"caf\xc3"), "caf\u{fffd}"),
        (br#"{"data":{"comments":[{"text":"a","k\ud83d":1}]},"\udead":1}"#.to_vec(), "a"),
    ] {
        let server = Server::always(Reply::json(200, body)).await;
        let client = client(&server);
        let item = comments(&client).next_item().await.unwrap().unwrap();
        assert_eq!(item.text.as_deref(), Some(text));
    }
    let server =
        Server::always(Reply::json(200, r#"{"data":{"items":[{"t":"cut \ud83d"}]}}"#)).await;
    let found = client(&server).execute(&crate::search()).await.unwrap();
    let item: serde_json::Value = found.data.items[0].parse().unwrap();
    assert_eq!(item["t"], "cut \u{fffd}", "what is left open is kept as it came, and parsed so");
    assert_eq!(found.data.items[0].get(), r#"{"t":"cut \ud83d"}"#);
}

/// An operation as it is generated where the document has integers above those of `i64`.
struct Ids(u64);

impl Operation for Ids {
    type Output = BTreeMap<String, Vec<u64>>;
    const ID: &'static str = "ids";
    const SUMMARY: &'static str = "";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/ids/{id}";
    const GROUP: &'static str = "";
    const AREA: &'static str = "";
    const RUST_PATH: &'static str = "";
    const COIN_COST: u64 = 0;
    const SCOPE: Option<Scope> = None;
    const REPLAY: Replay = Replay::FreeRead;
    const BILLING_MODE: BillingMode = BillingMode::Free;

    fn encode(&self, to: &mut Inputs) {
        to.json_body();
        to.path("id", &self.0).at_most(u64::MAX);
        to.query("after", &[self.0]);
        to.header("X-Id", &self.0);
        to.body("id", &self.0).at_least(1);
    }
}

#[tokio::test]
async fn large_integers_keep_all_their_digits() {
    const MOST: &str = "18446744073709551615";
    for (id, expected) in [
        (MOST, Some(u64::MAX)),
        ("\"18446744073709551615\"", Some(u64::MAX)),
        ("9223372036854775808", Some(1 << 63)),
        ("7.0", Some(7)),
        ("18446744073709551616", None),
        ("1.8446744073709552e19", None),
        ("-1", None),
    ] {
        let body = format!(r#"{{"data":{{"ids":[1,{id}]}},"request_id":"r"}}"#);
        let server = Server::always(Reply::json(200, body)).await;
        let found = client(&server).execute(&Ids(u64::MAX)).await;
        let found = found.ok().and_then(|found| found.data["ids"].get(1).copied());
        assert_eq!(found, expected, "{id}");
        let seen = server.only();
        assert_eq!(seen.line, format!("POST /ids/{MOST}?after={MOST} HTTP/1.1"));
        assert_eq!(seen.all("x-id"), [MOST]);
        assert_eq!(seen.body, format!(r#"{{"id":{MOST}}}"#));
    }
}

const PAGES: [&str; 3] = [
    r#"{"comments":[{"platform_comment_id":"1"},{"platform_comment_id":[]} , {"platform_comment_id":"3"}],"next_cursor":"p2"}"#,
    r#"{"comments":[{"text":{}},{"like_count":"many","text":"x"}],"next_cursor":"p3"}"#,
    r#"{"comments":[{"platform_comment_id":"4"},7]}"#,
];

async fn pages() -> Server {
    Server::start(|number, _| {
        let body = PAGES[number.min(2)];
        Reply::json(200, format!(r#"{{"data":{body},"request_id":"r","usage":{{"coin_cost":5}}}}"#))
    })
    .await
}

#[tokio::test]
async fn unreadable_item_is_an_error_at_its_index() {
    let server = pages().await;
    let client = client(&server);
    let mut items = comments(&client);
    let mut given = Vec::new();
    while let Some(item) = items.next_item().await {
        given.push(item.map(|item| item.platform_comment_id).map_err(|error| {
            assert!(error.is_decode() && error.attempts().is_empty(), "{error}");
            assert_eq!((error.outcome(), error.request_id()), (Outcome::Accepted, Some("r")));
            let body = String::from_utf8(error.body().unwrap().to_vec()).unwrap();
            (error.path().unwrap().to_owned(), body)
        }));
    }
    let id = |id: &str| Ok(Some(id.to_owned()));
    let error = |path: &str, body: &str| Err((path.to_owned(), body.to_owned()));
    assert_eq!(
        given,
        [
            id("1"),
            error("data.comments[1].platform_comment_id", r#"{"platform_comment_id":[]}"#),
            id("3"),
            error("data.comments[0].text", r#"{"text":{}}"#),
            error("data.comments[1].like_count", r#"{"like_count":"many","text":"x"}"#),
            id("4"),
            error("data.comments[1]", "7"),
        ]
    );
    assert_eq!((items.end(), server.seen().len()), (Some(PageEnd::Complete), 3));
    assert_eq!(client.ledger().total().settled, 15, "each page is paid for once");
}

#[tokio::test]
async fn pages_keep_unreadable_items() {
    let server = pages().await;
    let client = client(&server);
    let query = client.social().comment_management().query();
    let mut pages = query.platform_account_id(1).platform_video_id("1").pages();
    let page = pages.next_page().await.unwrap().unwrap();
    let [item] = &page.unreadable[..] else { panic!("{page:?}") };
    assert_eq!((item.index(), item.json().get()), (1, r#"{"platform_comment_id":[]}"#));
    assert_eq!(item.path(), "data.comments[1].platform_comment_id");
    assert!(
        item.to_string().starts_with("`data.comments[1].platform_comment_id`: invalid type"),
        "{item}"
    );
}

/// A call of its own gives what is readable as well, but for a list of which nothing is.
#[tokio::test]
async fn a_single_response_keeps_its_readable_items() {
    let server = pages().await;
    let client = client(&server);
    let query = || {
        let query = client.social().comment_management().query();
        query.platform_account_id(1).platform_video_id("1")
    };
    let found = query().send().await.unwrap();
    let ids = found.data.comments.iter().map(|item| item.platform_comment_id.as_deref());
    assert_eq!(ids.collect::<Vec<_>>(), [Some("1"), Some("3")]);
    let [item] = &found.unreadable[..] else { panic!("{found:?}") };
    assert_eq!((item.index(), item.json().get()), (1, r#"{"platform_comment_id":[]}"#));
    assert_eq!(found.usage.coin_cost, Some(5));

    let error = query().send().await.unwrap_err();
    assert_eq!(error.path(), Some("data.comments[0].text"));
    assert!(error.is_decode() && error.body().unwrap().starts_with(b"{\"data\""), "{error}");

    let found = client.execute(query().call().operation()).await.unwrap();
    assert_eq!((found.data.comments.len(), found.unreadable[0].json().get()), (1, "7"));
    assert_eq!(client.ledger().total().settled, 15);
}

/// A response of this shape.
struct Shape<T>(PhantomData<fn() -> T>);

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
struct Group {
    name: Option<String>,
    rows: Vec<Vec<Group>>,
    vector: Vec<f64>,
    groups: Vec<Group>,
}

impl<T: DeserializeOwned + Send + 'static> Operation for Shape<T> {
    type Output = T;
    const ID: &'static str = "shape";
    const SUMMARY: &'static str = "";
    const METHOD: Method = Method::Get;
    const PATH: &'static str = "/shape";
    const GROUP: &'static str = "";
    const AREA: &'static str = "";
    const RUST_PATH: &'static str = "";
    const COIN_COST: u64 = 5;
    const SCOPE: Option<Scope> = None;
    const REPLAY: Replay = Replay::PaidRead;
    const BILLING_MODE: BillingMode = BillingMode::PerCall;

    fn encode(&self, _: &mut Inputs) {}
}

/// The paths and the JSON of the items that data has lost, or where it cannot be decoded.
async fn lost<T: DeserializeOwned + Send + 'static>(
    data: &str,
) -> Result<Vec<(String, String)>, String> {
    let body = format!(r#"{{"data":{data},"request_id":"r","usage":{{"coin_cost":5}}}}"#);
    let server = Server::always(Reply::json(200, body)).await;
    let found = client(&server).execute(&Shape::<T>(PhantomData)).await;
    let found = found.map_err(|error| error.path().unwrap().to_owned())?;
    let lost = found.unreadable.iter();
    Ok(lost.map(|item| (item.path().to_owned(), item.json().get().to_owned())).collect())
}

#[tokio::test]
async fn only_lists_of_objects_lose_items() {
    let items = |items: &[(&str, &str)]| {
        Ok(items.iter().map(|(path, json)| ((*path).to_owned(), (*json).to_owned())).collect())
    };
    let bad = r#"{"name":{}}"#;
    for (data, expected) in [
        (r#"[{"name":"a"},{"name":{}},{},8]"#, items(&[("data[1].name", bad), ("data[3]", "8")])),
        // The whole item, as on a page.
        (
            r#"[{},{"groups":[{"name":[]},{}]}]"#,
            items(&[("data[1].groups[0].name", r#"{"groups":[{"name":[]},{}]}"#)]),
        ),
        ("[7]", Err("data[0]".to_owned())),
        (r#"[{"name":{}}]"#, Err("data[0].name".to_owned())),
        ("{}", Err("data".to_owned())),
    ] {
        assert_eq!(lost::<Vec<Group>>(data).await, expected, "{data}");
    }
    for (data, expected) in [
        (
            r#"{"groups":[{},{"name":{}}],"rows":[[{"name":{}},{}]]}"#,
            items(&[("data.groups[1].name", bad), ("data.rows[0][0].name", bad)]),
        ),
        (r#"{"groups":[{"name":{}}],"rows":[]}"#, Err("data.groups[0].name".to_owned())),
        // A number means something by its place.
        (r#"{"vector":[1,"NaN",3]}"#, Err("data.vector[1]".to_owned())),
    ] {
        assert_eq!(lost::<Group>(data).await, expected, "{data}");
    }
}

#[tokio::test]
async fn unreadable_items_do_not_show_the_key() {
    let body = format!(r#"{{"data":{{"comments":[{{"text":["{KEY}"]}}]}}}}"#);
    let server = Server::always(Reply::json(200, body)).await;
    let client = client(&server);
    let error = comments(&client).next_item().await.unwrap().unwrap_err();
    let shown =
        format!("{error} {error:?} {error:#?} {:?}", error.body().map(String::from_utf8_lossy));
    assert!(!shown.contains(KEY), "{shown}");
}
