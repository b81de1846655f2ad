//! What becomes of responses.

use crate::server::{Reply, Server};
use crate::texts::assert_text;
use crate::{KEY, builder, client, search};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use trenz_api::{
    BillingMode, Content, Error, Inputs, Json, Method, Operation, Outcome, Replay, Response, Scope,
    data::products::SearchData,
};

async fn answer(reply: Reply) -> Result<Response<SearchData>, Error> {
    client(&Server::always(reply).await).execute(&search()).await
}

#[tokio::test]
async fn envelope_fields_are_decoded() {
    let body = r#"{"data":{"items":[{"id":12345678901234567890123,"b":1,"a":2}],"total_count":1,"new":true},
        "request_id":"req_1","usage":{"coin_cost":5,"remaining_balance":95},"page":2,"page_size":20,"total":41,
        "warnings":["slow"],"new":[]}"#;
    let response =
        answer(Reply::new(200, &[("x-request-id", "other"), ("x-a", "b")], body)).await.unwrap();
    assert_eq!(response.data.total_count, Some(1));
    assert_eq!(response.data.items[0].get(), r#"{"id":12345678901234567890123,"b":1,"a":2}"#);
    assert_eq!(response.request_id.to_string(), "req_1");
    assert_eq!((response.usage.coin_cost, response.usage.remaining_balance), (Some(5), Some(95)));
    assert_eq!((response.page, response.page_size, response.total), (Some(2), Some(20), Some(41)));
    assert_eq!(response.warnings, ["slow"]);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-a"], "b");
}

#[tokio::test]
async fn missing_fields_decode_to_empty_or_unknown() {
    for body in
        [r#"{"data":{}}"#, r#"{"data":null,"usage":7}"#, r#"{"data":{"items":null},"page":"x"}"#]
    {
        let response = answer(Reply::json(200, body)).await.unwrap();
        assert_eq!(response.data, SearchData::default(), "{body}");
        assert_eq!(response.request_id.as_str(), None, "{body}");
        assert_eq!(response.request_id.to_string(), "unknown", "{body}");
        assert_eq!(response.usage, trenz_api::Usage::default(), "{body}");
    }
    for body in
        [r#"{"data":{}}"#, r#"{"data":{},"request_id":""}"#, r#"{"data":{},"request_id":[]}"#]
    {
        let response = answer(Reply::new(201, &[("x-request-id", "req_h")], body)).await.unwrap();
        assert_eq!(response.request_id.as_str(), Some("req_h"), "{body}");
        assert_eq!(response.status(), 201);
    }
}

#[tokio::test]
async fn undecodable_response_keeps_its_body() {
    let headers = [("x-request-id", "req_1")];
    for (body, path, place) in [
        (
            r#"{"data":{"items":[1],"total_count":"many"}}"#,
            "data.total_count",
            " at `data.total_count`",
        ),
        (r#"{"data":{"items":7}}"#, "data.items", " at `data.items`"),
        (r#"{"data":"none"}"#, "data", " at `data`"),
        ("", "", ""),
        ("<html>", "", ""),
        ("[]", "", ""),
        (r#"{"data":{"items":[1,"#, "", ""),
    ] {
        let error = answer(Reply::new(200, &headers, body)).await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error}");
        assert_eq!(error.status().unwrap(), 200);
        assert_eq!(error.request_id(), Some("req_1"));
        assert_eq!(error.path(), Some(path), "{body}");
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert_eq!(error.outcome(), Outcome::Accepted);
        assert_eq!(
            error.to_string(),
            format!(
                "trenz-products-search was accepted and charged, but its response does not have the expected shape{place} \
                 (HTTP 200, request req_1)"
            )
        );
        assert!(std::error::Error::source(&error).is_some());
    }
    let body = r#"{"data":{"items":7},"usage":{"coin_cost":5}}"#;
    let error = answer(Reply::json(200, body)).await.unwrap_err();
    assert_eq!(error.usage().coin_cost, Some(5), "what it has cost is known all the same");
}

/// An HTTP success whose body reports a failure is neither an empty list nor a task that was never started.
#[tokio::test]
async fn missing_data_is_an_error_where_the_document_requires_it() {
    for (body, code, message, said) in [
        (
            r#"{"code":"FORBIDDEN","message":"Not yours.","request_id":"r"}"#,
            Some("FORBIDDEN"),
            Some("Not yours."),
            " FORBIDDEN: Not yours.",
        ),
        (r#"{"error":{"message":"No."},"request_id":"r"}"#, None, Some("No."), ": No."),
        (r#"{"request_id":"r"}"#, None, None, ""),
        (r#"{"request_id":"r","usage":{"coin_cost":5}}"#, None, None, ""),
    ] {
        let server = Server::always(Reply::json(200, body)).await;
        let client = client(&server);
        let error = client.execute(&search()).await.unwrap_err();
        assert!(error.is_decode() && !error.is_api() && !error.is_forbidden(), "{body}");
        assert_eq!((error.outcome(), error.path()), (Outcome::Accepted, Some("data")), "{body}");
        assert_eq!(error.code().map(trenz_api::ErrorCode::as_str), code, "{body}");
        assert_eq!((error.message(), error.body()), (message, Some(body.as_bytes())), "{body}");
        assert_eq!(
            error.to_string(),
            format!(
                "trenz-products-search was accepted and charged, but its response does not have the expected shape at \
                 `data`{said} (HTTP 200, request r)"
            )
        );
        let tally = client.ledger().operations["trenz-products-search"];
        let paid = body.contains("usage");
        assert_eq!((tally.settled, tally.unreported_at_most), if paid { (5, 0) } else { (0, 5) });
        server.only();

        let mut pages = client.data().products().search().country(trenz_api::Country::Us).pages();
        assert!(pages.next_page().await.unwrap().unwrap_err().is_decode());
        assert_eq!(pages.end(), Some(trenz_api::PageEnd::Error));
        assert!(pages.resume().is_some(), "{body}");

        let comment = client.social().comment_management().create();
        let comment = comment.platform_account_id(1).platform_video_id("1").text("Hello");
        assert!(comment.send().await.unwrap_err().is_decode(), "{body}");
    }
    let optional = asked(Loose, Reply::json(200, "{}")).await.unwrap();
    assert_eq!(optional.data.total_count, None);
}

#[tokio::test]
async fn operation_without_content_accepts_any_body() {
    for (status, body) in
        [(200, ""), (204, ""), (200, "<html>"), (200, "[]"), (200, "{}"), (200, "nul")]
    {
        let server = Server::always(Reply::new(status, &[], body)).await;
        client(&server)
            .social()
            .account_management()
            .platform_account_disconnect()
            .account_id(7)
            .send()
            .await
            .unwrap();
    }
    let body = r#"{"data":{"unexpected":[]},"request_id":"r","usage":{"coin_cost":1}}"#;
    let server = Server::always(Reply::json(200, body)).await;
    let response = client(&server)
        .social()
        .account_management()
        .platform_account_disconnect()
        .account_id(7)
        .send()
        .await
        .unwrap();
    assert_eq!(response.request_id.as_str(), Some("r"));
    assert_eq!(response.usage.coin_cost, Some(1));
    let server = Server::always(Reply::json(200, body).cut(100)).await;
    client(&server)
        .social()
        .account_management()
        .platform_account_disconnect()
        .account_id(7)
        .send()
        .await
        .unwrap();
}

fn gzip(text: &[u8]) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    Reply::new(200, &[("content-encoding", "gzip")], encoder.finish().unwrap())
}

fn chunked(text: &[u8]) -> Reply {
    let mut bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for chunk in text.chunks(300) {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    Reply::raw(bytes)
}

#[tokio::test]
async fn bodies_beyond_max_response_bytes_are_not_read() {
    let sized = |size: usize| {
        let (before, behind) = (r#"{"data":{"items":[""#, r#""]}}"#);
        format!("{before}{}{behind}", "a".repeat(size - before.len() - behind.len())).into_bytes()
    };
    for (name, reply) in [
        ("plain", (|body: &[u8]| Reply::json(200, body)) as fn(&[u8]) -> Reply),
        ("chunked", chunked),
        ("gzip", gzip),
    ] {
        let fits = Server::always(reply(&sized(1000))).await;
        builder(&fits).max_response_bytes(1000).build().unwrap().execute(&search()).await.unwrap();
        for size in [1001, 1_000_000] {
            let server = Server::always(reply(&sized(size))).await;
            let error = builder(&server)
                .max_response_bytes(1000)
                .build()
                .unwrap()
                .execute(&search())
                .await
                .unwrap_err();
            assert!(error.is_too_large(), "{name} {size}: {error}");
            assert_eq!(error.outcome(), Outcome::Accepted);
            assert_eq!(
                error.body().unwrap().len(),
                1000,
                "{name}: what was read is kept, and no more"
            );
            assert_text("answers/too large", &error);
        }
        // Of an error response the status counts, however long it is.
        let server = Server::always(Reply::new(500, &[], sized(5000))).await;
        let error = builder(&server)
            .max_response_bytes(1000)
            .build()
            .unwrap()
            .execute(&search())
            .await
            .unwrap_err();
        assert!(error.is_api() && error.is_server_error());
        assert_eq!(error.body().unwrap().len(), 1000);
    }
}

#[tokio::test]
async fn response_with_too_many_values_keeps_its_body() {
    let body = |empty: usize| {
        let items = vec!["{}"; empty].join(",");
        format!(r#"{{"data":{{"items":[{items}]}},"request_id":"r","usage":{{"coin_cost":5}}}}"#)
    };
    // Of the data: the list as a member of the object, and each of its elements, which are empty.
    for (empty, limit, fits) in [(10, 21, true), (10, 20, false), (100_000, 20, false)] {
        let server = Server::always(Reply::json(200, body(empty))).await;
        let client = builder(&server).max_response_values(limit).build().unwrap();
        let answer = client.execute(&search()).await;
        assert_eq!(answer.is_ok(), fits, "{empty} {limit}");
        let Err(error) = answer else { continue };
        assert!(error.is_too_large() && !error.is_decode(), "{error}");
        assert_eq!((error.outcome(), error.usage().coin_cost), (Outcome::Accepted, Some(5)));
        assert_eq!((error.request_id(), error.body()), (Some("r"), Some(body(empty).as_bytes())));
        assert_eq!(
            error.to_string(),
            "trenz-products-search was accepted and charged, but its response has more values than the limit of 20 \
             (HTTP 200, request r)"
        );
        let tally = &client.ledger().operations["trenz-products-search"];
        assert_eq!((tally.settled, tally.at_risk, tally.unreported_at_most), (5, 0, 0));
    }
    // By default, as many as there are 128 bytes in the largest response, and 10,000.
    for (bytes, values) in [(1 << 20, 10_000), (1 << 22, 1 << 15)] {
        for (empty, fits) in [(values / 2 - 1, true), (values / 2, false)] {
            let server = Server::always(Reply::json(200, body(empty))).await;
            let client = builder(&server).max_response_bytes(bytes).build().unwrap();
            assert_eq!(client.execute(&search()).await.is_ok(), fits, "{bytes} {empty}");
        }
    }
}

#[tokio::test]
async fn response_depth_limit_is_max_response_depth() {
    const DEPTH: usize = trenz_api::ClientBuilder::MAX_RESPONSE_DEPTH;
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(asked(Deep, Reply::json(200, nested(DEPTH))).await.is_ok());
    let error = asked(Deep, Reply::json(200, nested(DEPTH + 1))).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    for depth in [DEPTH + 1, 100_000] {
        let raw = asked(Raw, Reply::json(200, nested(depth))).await.unwrap();
        assert_eq!(raw.data.get().len(), 2 * depth, "what is left open is kept");
        assert!(raw.data.parse::<serde_json::Value>().unwrap_err().is_decode());
    }
}

/// Where a response was decoded.
#[derive(Debug)]
struct Place(std::thread::ThreadId);

impl<'de> serde::Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(from)?;
        Ok(Self(std::thread::current().id()))
    }
}

/// The test's runtime has one thread, on which the timers run.
#[tokio::test]
async fn a_large_response_is_decoded_away_from_timers() {
    let here = std::thread::current().id();
    for (kilobytes, is_here) in [(1, true), (500, true), (2000, false)] {
        let text = format!("[\"{}\"]", "a".repeat(kilobytes * 1024));
        let place = asked(Somewhere, Reply::json(200, text)).await.unwrap().data;
        assert_eq!(place.0 == here, is_here, "{kilobytes} KiB");
    }
}

#[test]
fn any_response_is_decoded_or_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pieces = prop_oneof![
        any::<Vec<u8>>(),
        "[\\[\\]{}\",:0-9a-z ]{0,40}".prop_map(String::into_bytes),
        (
            "(data|usage|page|warnings|request_id|code|message)",
            "(null|7|\"x\"|\\[\\{\\}\\]|\\{\"items\":\\[1,null\\]\\})"
        )
            .prop_map(|(name, value)| format!("{{\"{name}\":{value}}}").into_bytes()),
    ];
    let next = Arc::new(Mutex::new(Reply::raw("")));
    let reply = Arc::clone(&next);
    let server = runtime.block_on(Server::start(move |_, _| reply.lock().unwrap().clone()));
    let client = client(&server);
    proptest!(ProptestConfig::with_cases(500), |(body in pieces, status in 200_u16..600)| {
        *next.lock().unwrap() = Reply::json(status, &body);
        match runtime.block_on(client.execute(&search())) {
            Ok(response) => drop(format!("{response:?}")),
            Err(error) => {
                let said = format!("{error} {error:?}");
                prop_assert!(!error.to_string().contains('\n') && !said.contains(KEY));
                prop_assert!(error.is_api() || error.is_decode() || [204, 205, 304].contains(&status), "{}", said);
            }
        }
    });
}

/// Operations of a caller's own, with responses of other kinds than the document's.
macro_rules! operations {
    ($($name:ident: $answer:ty = $content:expr, $accept:literal;)*) => {$(
        struct $name;

        impl Operation for $name {
            type Output = $answer;
            const ID: &'static str = stringify!($name);
            const SUMMARY: &'static str = "";
            const METHOD: Method = Method::Get;
            const PATH: &'static str = "/answer";
            const GROUP: &'static str = "";
            const AREA: &'static str = "";
            const RUST_PATH: &'static str = "";
            const COIN_COST: u64 = 1;
            const SCOPE: Option<Scope> = None;
            const REPLAY: Replay = Replay::FreeRead;
            const BILLING_MODE: BillingMode = BillingMode::PerCall;
            const CONTENT: Content = $content;
            const ACCEPT: &'static str = $accept;

            fn encode(&self, _: &mut Inputs) {}
        }
    )*};
}

operations! {
    Picture: Bytes = Content::Bytes, "image/png";
    Note: String = Content::Text, "text/plain";
    MaybePicture: Option<Bytes> = Content::Optional(&Content::Bytes), "image/png";
    MaybeNote: Option<String> = Content::Optional(&Content::Text), "text/plain";
    MaybeData: Option<SearchData> = Content::Optional(&Content::Json), "application/json";
    MaybeBare: Option<Vec<i64>> = Content::Optional(&Content::Bare), "application/json";
    Deep: serde_json::Value = Content::Bare, "application/json";
    Somewhere: Place = Content::Bare, "application/json";
    Raw: Json = Content::Bare, "application/json, application/problem+json";
    Loose: SearchData = Content::OptionalData, "application/json";
}

async fn asked<O: Operation>(operation: O, reply: Reply) -> Result<Response<O::Output>, Error> {
    let server = Server::always(reply).await;
    let answer = client(&server).execute(&operation).await;
    assert_eq!(server.only().all("accept"), [O::ACCEPT]);
    answer
}

#[tokio::test]
async fn bytes_and_text_are_returned_unchanged() {
    let headers = [("x-request-id", "req_1")];
    let bytes = b"\x89PNG\r\n\0\xff{\"data\":1}";
    let picture = asked(Picture, Reply::new(200, &headers, bytes)).await.unwrap();
    assert_eq!(picture.data, &bytes[..]);
    assert_eq!(picture.request_id.as_str(), Some("req_1"));
    assert_eq!(picture.usage, trenz_api::Usage::default(), "nothing says what it has cost");
    let note = asked(Note, Reply::new(200, &[], "é\n")).await.unwrap();
    assert_eq!(note.data, "é\n");
    assert_eq!(asked(Note, Reply::new(200, &[], "")).await.unwrap().data, "");
    assert_eq!(asked(Picture, Reply::new(204, &[], "")).await.unwrap().data, "");

    let latin = asked(Note, Reply::new(200, &headers, b"\xe9")).await.unwrap_err();
    assert!(latin.is_decode());
    assert_eq!(latin.body(), Some(&b"\xe9"[..]), "what was paid for is kept");
    assert_eq!((latin.outcome(), latin.request_id()), (Outcome::Accepted, Some("req_1")));
    let cut = asked(Picture, Reply::new(200, &headers, bytes).cut(60)).await.unwrap_err();
    assert!(!cut.is_decode(), "half a picture is none: {cut}");
    let refused = asked(Picture, Reply::json(404, r#"{"code":"NOT_FOUND"}"#)).await.unwrap_err();
    assert_eq!(refused.code().map(trenz_api::ErrorCode::as_str), Some("NOT_FOUND"));
}

#[tokio::test]
async fn optional_content_is_none_for_an_empty_body() {
    let nothing = || Reply::new(204, &[], "");
    assert_eq!(asked(MaybePicture, nothing()).await.unwrap().data, None);
    assert_eq!(asked(MaybeNote, nothing()).await.unwrap().data, None);
    assert_eq!(asked(MaybeData, nothing()).await.unwrap().data, None);
    assert_eq!(asked(MaybeBare, nothing()).await.unwrap().data, None);

    let some = |body: &str| Reply::new(200, &[], body);
    assert_eq!(asked(MaybePicture, some("a")).await.unwrap().data.unwrap(), "a");
    assert_eq!(asked(MaybeNote, some("a")).await.unwrap().data.unwrap(), "a");
    let body = r#"{"data":{"total_count":1},"usage":{"coin_cost":5},"request_id":"r"}"#;
    let data = asked(MaybeData, some(body)).await.unwrap();
    assert_eq!(data.data.unwrap().total_count, Some(1));
    assert_eq!(data.usage.coin_cost, Some(5));
    assert_eq!(asked(MaybeBare, some("[1,2]")).await.unwrap().data.unwrap(), [1, 2]);
    for wrong in ["<html>", r#"{"data":7}"#] {
        assert!(asked(MaybeData, some(wrong)).await.unwrap_err().is_decode(), "{wrong}");
        assert!(asked(MaybeBare, some(wrong)).await.unwrap_err().is_decode(), "{wrong}");
    }
}

#[tokio::test]
async fn raw_json_is_kept_whole() {
    let body = r#"{"data":{"a":1.50},"b":[12345678901234567890]}"#;
    assert_eq!(asked(Raw, Reply::json(202, body)).await.unwrap().data.get(), body);
    assert_eq!(asked(Raw, Reply::new(204, &[], "")).await.unwrap().data.get(), "null");
    assert!(asked(Raw, Reply::new(200, &[], "<html>")).await.unwrap_err().is_decode());
}
