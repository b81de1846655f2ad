//! What shows who calls: the key, the caller's own headers, and what the base URL has in its query.

use crate::texts::assert_text;
use trenz_api::{Client, ClientBuilder, Country};

use crate::server::{Reply, Seen, Server};
use crate::{KEY, builder, search};

const TOKEN: &str = "Token THE-OTHER-SECRET a=b";

/// What a request of this client is on the wire.
async fn sent(configure: impl FnOnce(ClientBuilder) -> ClientBuilder, query: &str) -> Seen {
    let server = Server::always(Reply::json(200, r#"{"data":{}}"#)).await;
    let url = format!("{}/v1/{query}", server.url());
    let client = configure(Client::builder().base_url(url)).build().unwrap();
    client.execute(&search()).await.unwrap();
    server.only()
}

#[tokio::test]
async fn own_headers_replace_the_clients() {
    let seen = sent(|client| client.header("authorization", TOKEN), "").await;
    assert_eq!(seen.all("authorization"), [TOKEN], "blanks stay");
    assert!(seen.all("x-api-key").is_empty(), "no key is asked for");

    let own = |client: ClientBuilder| {
        client.api_key(KEY).header("X-Api-Key", "a").header("x-api-key", "mine")
    };
    assert_eq!(sent(own, "").await.all("x-api-key"), ["mine"]);

    let seen = sent(
        |client| {
            client
                .api_key(KEY)
                .header("User-Agent", "me")
                .header("Accept", "*/*")
                .header("X-App", "7")
        },
        "",
    )
    .await;
    assert_eq!(seen.all("x-api-key"), [KEY]);
    let [agent, accept, app] = ["user-agent", "accept", "x-app"].map(|name| seen.all(name));
    assert_eq!([agent, accept, app], [["me"], ["*/*"], ["7"]]);
}

#[tokio::test]
async fn the_query_of_the_base_url_goes_with_every_request() {
    let with_key = |client: ClientBuilder| client.api_key(KEY);
    for (query, expected) in [
        ("?code=a%20b%26c&version=2", "code=a%20b%26c&version=2&country=us"),
        ("?version=", "version=&country=us"),
        ("?flag", "flag&country=us"),
        // What a call says itself is not said twice.
        ("?country=xx&version=2", "version=2&country=us"),
        ("?", "country=us"),
        ("", "country=us"),
    ] {
        let line = sent(with_key, query).await.line;
        assert_eq!(line, format!("GET /v1/open/v1/products/search?{expected} HTTP/1.1"), "{query}");
    }
}

/// The server repeats whatever it was sent, in every place.
#[tokio::test]
async fn own_header_values_are_redacted() {
    let server = Server::start(|_, seen| {
        let said = format!("{} {:?}", seen.line, seen.all("authorization")).replace('"', "'");
        let body = format!(r#"{{"code":"{said}","message":"{said}","request_id":"{said}"}}"#);
        Reply::json(400, body)
    })
    .await;
    let url = format!("{}?code=THE-QUERY-SECRET&v=2", server.url());
    let builder = Client::builder().base_url(url).header("Authorization", TOKEN);
    let client = builder.clone().build().unwrap();
    let error = client.execute(&search()).await.unwrap_err();
    let call = client.data().products().search().country(Country::Us).call();
    let run = call.dry_run().unwrap();
    let body = String::from_utf8_lossy(error.body().unwrap());
    let shown = format!(
        "{error} {error:?} {error:#?} {client:?} {client:#?} {builder:?} {run:?} {body} {:?} {:?} {:?}",
        error.message(),
        error.code(),
        error.request_id()
    );
    assert!(shown.contains("v=2") && shown.contains("[redacted]"), "{shown}");
    assert!(server.only().line.contains("THE-QUERY-SECRET"));
    for secret in ["OTHER-SECRET", "QUERY-SECRET"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn own_headers_do_not_go_to_the_object_store() {
    let store = Server::always(Reply::new(200, &[], "")).await;
    let ticket = format!(
        r#"{{"data":{{"presigned_url":"{}/film.mp4?s","s3_bucket":"b","object_key":"k"}}}}"#,
        store.url()
    );
    let api = Server::always(Reply::json(200, ticket)).await;
    let client = builder(&api).header("Authorization", TOKEN).header("X-App", "7").build().unwrap();
    client.upload(("film.mp4", "film")).await.unwrap();
    let put = store.only();
    assert!(put.all("authorization").is_empty() && put.all("x-app").is_empty(), "{put:?}");
}

#[test]
fn own_headers_require_https() {
    let refused = |builder: ClientBuilder| builder.build().err().map(|error| error.to_string());
    let plain = || Client::builder().base_url("http://example.com");
    let in_the_clear = refused(plain().header("Authorization", TOKEN)).unwrap();
    assert_text("credentials/own header to http", in_the_clear);
    assert_text("credentials/no key", refused(Client::builder()).unwrap());
    for (name, value) in
        [("Host", "a"), ("Content-Length", "1"), ("a b", "x"), ("X-A", "a\nTHE-SECRET")]
    {
        let said = refused(Client::builder().header(name, value)).unwrap();
        assert!(said.starts_with(&format!("the header `{name}` ")), "{said}");
        assert!(!said.contains("SECRET"), "{said}");
    }
}
