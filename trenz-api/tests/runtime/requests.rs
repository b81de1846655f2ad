//! What goes over the wire.

use crate::server::{Reply, Seen, Server};
use crate::texts::assert_text;
use crate::{KEY, builder, client, search};
use trenz_api::data::products::{Detail, Search, SearchSort};
use trenz_api::social::account_management::PlatformAccountDisconnect;
use trenz_api::{
    AuthScheme, BillingMode, Client, Country, Error, Inputs, Json, Method, Operation, Replay,
    Response, Scope, Violation,
};

async fn server() -> Server {
    Server::always(Reply::json(200, r#"{"data":{},"request_id":"r"}"#)).await
}

#[tokio::test]
async fn inputs_become_path_query_and_body() {
    let server = server().await;
    let client = client(&server);
    let search =
        client.data().products().search().country(Country::Us).keyword("a b&c").min_sold_7d(100.0);
    search.sort(SearchSort::Sold7d.desc()).page_size(20).send().await.unwrap();
    client
        .data()
        .products()
        .detail()
        .country("atlantis")
        .id("a/../b?c#d")
        .include(["reviews", "a&b"])
        .send()
        .await
        .unwrap();
    client
        .social()
        .account_management()
        .platform_account_disconnect()
        .account_id(7)
        .send()
        .await
        .unwrap();

    let seen = server.seen();
    let lines: Vec<&str> = seen.iter().map(|seen| seen.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "GET /open/v1/products/search?keyword=a%20b%26c&min_sold_7d=100&page_size=20&sort=sold_7d%3Adesc&country=us HTTP/1.1",
            "GET /open/v1/products/a%2F..%2Fb%3Fc%23d?country=atlantis&include=reviews,a%26b HTTP/1.1",
            "POST /open/v1/social/platform-accounts/disconnect HTTP/1.1",
        ]
    );
    assert_eq!(seen[0].body, "");
    assert_eq!(seen[0].all("content-type"), [""; 0]);
    assert_eq!(seen[0].all("accept"), ["application/json"]);
    assert_eq!(seen[0].all("accept-encoding"), ["gzip"]);
    assert_eq!(seen[0].all("user-agent"), [concat!("trenz-api/", env!("CARGO_PKG_VERSION"))]);
    assert_eq!(seen[2].body, r#"{"account_id":7}"#);
    assert_eq!(seen[2].all("content-type"), ["application/json"]);
}

#[tokio::test]
async fn key_is_sent_in_exactly_one_header() {
    for (scheme, name, value) in [
        (AuthScheme::ApiKey, "x-api-key", KEY.to_owned()),
        (AuthScheme::Bearer, "authorization", format!("Bearer {KEY}")),
    ] {
        let server = server().await;
        let client = builder(&server).auth_scheme(scheme).build().unwrap();
        client.execute(&search()).await.unwrap();
        let seen = server.only();
        assert_eq!(seen.all(name), [value], "{scheme:?}");
        let credentials = seen.all("x-api-key").len() + seen.all("authorization").len();
        assert_eq!(credentials, 1, "{scheme:?}: never both");
        assert!(!seen.line.contains(KEY));
    }
}

#[tokio::test]
async fn a_request_value_is_kept_serialised_and_sent_later() {
    let request = Search::builder().country(Country::Gb).sort(SearchSort::Gmv7d.asc()).build();
    let kept: Search = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    assert_eq!(kept, request);

    let server = server().await;
    let client = client(&server);
    client.execute(&kept).await.unwrap();
    client.call(kept).send().await.unwrap();
    client
        .data()
        .products()
        .search()
        .country(Country::Gb)
        .sort(SearchSort::Gmv7d.asc())
        .send()
        .await
        .unwrap();
    let seen = server.seen();
    for other in &seen[1..] {
        // Each has its own connection, because it is paid for.
        assert_eq!(seen[0], Seen { connection: seen[0].connection, ..other.clone() });
    }
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn paths_are_appended_to_the_base_url() {
    for (behind, expected) in [
        ("", "GET /open/v1/products/search?country=us HTTP/1.1"),
        ("/", "GET /open/v1/products/search?country=us HTTP/1.1"),
        ("/proxy/trenz/", "GET /proxy/trenz/open/v1/products/search?country=us HTTP/1.1"),
    ] {
        let server = server().await;
        let url = format!("{}{behind}", server.url());
        let client =
            Client::builder().api_key(KEY).base_url(url).user_agent("mine/1").build().unwrap();
        client.execute(&search()).await.unwrap();
        assert_eq!(server.only().line, expected);
        assert_eq!(server.only().all("user-agent"), ["mine/1"]);
    }
}

#[tokio::test]
async fn refused_inputs_are_not_sent() {
    let server = server().await;
    let client = client(&server);
    let search = || client.data().products().search().country(Country::Us);
    let detail = || client.data().products().detail().country(Country::Us);
    let refused = [
        search().page_size(21).page(0).send().await.map(drop).unwrap_err(),
        search().min_sold_7d(f64::INFINITY).send().await.map(drop).unwrap_err(),
        detail().id("..").send().await.map(drop).unwrap_err(),
    ];
    let fields = [vec!["page", "page_size"], vec!["min_sold_7d"], vec!["id"]];
    for (error, fields) in refused.iter().zip(fields) {
        assert!(error.is_invalid_input());
        let found: Vec<_> = error.violations().iter().map(Violation::field).collect();
        assert_eq!(found, fields);
        assert_text(&format!("requests/invalid {}", fields.join(" and ")), error);
        assert_eq!(error.outcome(), trenz_api::Outcome::NotSent);
    }
    let violation = &refused[0].violations()[1];
    assert_eq!(
        (violation.field(), violation.bound(), violation.value()),
        ("page_size", "at most 20", "21")
    );
    assert_eq!(server.seen(), []);

    let generous = builder(&server).check_bounds(false).build().unwrap();
    generous.data().products().search().country(Country::Us).page_size(21).send().await.unwrap();
    assert!(server.only().line.contains("page_size=21"));
}

/// An operation of a caller's own, and one that tries to lead the key to another host.
struct Elsewhere;

impl Operation for Elsewhere {
    type Output = Json;
    const ID: &'static str = "elsewhere";
    const SUMMARY: &'static str = "";
    const METHOD: Method = Method::Delete;
    const PATH: &'static str = ".example.com/";
    const GROUP: &'static str = "";
    const AREA: &'static str = "";
    const RUST_PATH: &'static str = "";
    const COIN_COST: u64 = 0;
    const SCOPE: Option<Scope> = None;
    const REPLAY: Replay = Replay::FreeRead;
    const BILLING_MODE: BillingMode = BillingMode::Free;

    fn encode(&self, _: &mut Inputs) {}
}

#[tokio::test]
async fn path_cannot_change_the_host() {
    let client = Client::builder().api_key(KEY).base_url("http://localhost").build().unwrap();
    let error = client.execute(&Elsewhere).await.unwrap_err();
    assert_eq!(error.outcome(), trenz_api::Outcome::NotSent);
    assert_text("requests/another host", &error);
    assert_text("requests/cause of another host", std::error::Error::source(&error).unwrap());
}

#[test]
fn clients_and_futures_are_send() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    fn sent<T: Send>(_: &T) {}
    fn fits<T>(_: impl Future<Output = Result<Response<T>, Error>> + Send) {}
    fn error<T: Send + Sync + std::error::Error + 'static>() {}
    shared::<Client>();
    error::<Error>();
    let client = Client::new(KEY).unwrap();
    let request = search();
    sent(&client.execute(&request));
    fits(client.call(search()).send());
    fits(client.execute(&PlatformAccountDisconnect::builder().account_id(7).build()));
    // The future keeps nothing of the request.
    let future = client.execute(&search());
    drop(future);
    let _ = Detail::builder();
}
