//! The key goes to the server and nowhere else.

use crate::server::{Reply, Server};
use crate::{KEY, builder, client, search};
use std::sync::{Arc, Mutex, OnceLock};
use trenz_api::data::products::SearchData;
use trenz_api::social::account_management::PlatformAccountDisconnect;
use trenz_api::{Client, Error, ErrorCode, Response};

#[test]
fn the_key_is_not_printed() {
    let builder = trenz_api::Client::builder().api_key(KEY);
    let client = builder.clone().build().unwrap();
    let call = client.call(search());
    let unfinished = client.data().products().search();
    let printed = format!("{builder:#?} {client:#?} {call:#?} {unfinished:#?} {:?}", client.data());
    assert!(printed.contains("[redacted]"));
    assert!(!printed.contains("SECRET"), "{printed}");
}

/// A server that says what it is told to say next, and a client of it.
struct Echo {
    next: Arc<Mutex<Reply>>,
    client: Client,
}

impl Echo {
    async fn start() -> Self {
        let next = Arc::new(Mutex::new(Reply::raw("")));
        let reply = Arc::clone(&next);
        let server = Server::start(move |_, _| reply.lock().unwrap().clone()).await;
        Self { next, client: client(&server) }
    }

    async fn answer(&self, reply: Reply) -> Result<Response<SearchData>, Error> {
        *self.next.lock().unwrap() = reply;
        self.client.execute(&search()).await
    }
}

pub(crate) type Spelled = (&'static str, fn(&str) -> String);

fn each_byte(text: &str, encode: impl Fn(u8) -> String) -> String {
    text.bytes().map(encode).collect()
}

/// How a server may spell the key in a JSON string. That many more are found is for the redactor's own tests.
pub(crate) const SPELLINGS: &[Spelled] = &[
    ("as it is", str::to_owned),
    ("upper case", str::to_uppercase),
    ("escaped", |key| each_byte(key, |byte| format!("\\u{byte:04x}"))),
    ("escaped in part", |key| key.replace('_', "\\u005F").replace('S', "\\u0053")),
    ("escaped twice", |key| key.replace('_', "\\\\u005f")),
    ("percent", |key| each_byte(key, |byte| format!("%{byte:02x}"))),
    ("entities", |key| key.replace('-', "&#45;").replace('_', "&lowbar;")),
    ("lines", |key| key.replace('_', "\\n_")),
    ("Base64", |_| "QmVhcmVyIHNrX2xpdmVfVEhFLVNFQ1JFVC1LRVk=".to_owned()),
];

/// Everything of an error that can be printed.
fn printed(error: &Error) -> String {
    let mut said =
        format!("{error} {error:?} {error:#?} {:?} {:?}", error.message(), error.docs_url());
    said += &format!("{:?} {:?} {:?}", error.code(), error.request_id(), error.path());
    said += &format!("{:?} {:?}", error.code().map(ErrorCode::as_str), error.attempts());
    said += &String::from_utf8_lossy(error.body().unwrap_or_default());
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        said += &format!("{error} {error:?}");
        source = error.source();
    }
    said
}

/// Nothing that is left of it, spelled as it was or read as it is meant, is the key.
pub(crate) fn assert_clean(place: &str, spelled: &str, said: &str) {
    let plain = serde_json::from_str::<String>(&format!("\"{spelled}\"")).unwrap();
    let debug = format!("{plain:?}").trim_matches('"').to_owned();
    for form in [spelled, &plain, &debug, KEY, "SECRET", "c0VDUkVU", "VNFQ1JF"] {
        assert!(!said.to_lowercase().contains(&form.to_lowercase()), "{place}: {form} in {said}");
    }
}

#[tokio::test]
async fn no_spelling_of_the_key_is_in_any_part_of_an_error() {
    let echo = Echo::start().await;
    for (name, spell) in SPELLINGS {
        let key = spell(KEY);
        let said = format!("invalid key {key}, {key}!");
        let headers = [("x-request-id", KEY), ("retry-after", KEY)];
        let member = |name: &str| format!(r#"{{"code":"X","{name}":"{said}"}}"#);
        for (place, reply) in [
            ("code", Reply::new(401, &[], format!(r#"{{"code":"{key}"}}"#))),
            ("message", Reply::new(401, &[], member("message"))),
            ("docs_url", Reply::new(401, &[], member("docs_url"))),
            ("request_id", Reply::new(401, &[], member("request_id"))),
            ("headers of an error", Reply::new(500, &headers, "")),
            ("text of an error", Reply::new(500, &headers, &said)),
            ("text", Reply::new(200, &headers, &said)),
            ("data", Reply::new(200, &headers, format!(r#"{{"data":"{said}"}}"#))),
            ("a list", Reply::new(200, &[], format!(r#"{{"data":{{"items":"{said}"}}}}"#))),
            ("a number", Reply::new(200, &[], format!(r#"{{"data":{{"total_count":"{key}"}}}}"#))),
            (
                "request_id of an answer",
                Reply::new(200, &[], format!(r#"{{"data":7,"request_id":"{key}"}}"#)),
            ),
        ] {
            let error = echo.answer(reply).await.unwrap_err();
            assert_clean(&format!("{name} in {place}"), &key, &printed(&error));
        }
    }
}

#[tokio::test]
async fn no_spelling_of_the_key_is_in_the_host_of_a_redirect() {
    let echo = Echo::start().await;
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
    for host in [
        KEY.to_owned(),
        KEY.to_lowercase(),
        each_byte(KEY, |byte| format!("%{byte:02X}")),
        each_byte(&KEY.chars().map(wide).collect::<String>(), |byte| format!("%{byte:02X}")),
        KEY.replace(['_', '-'], "."),
        format!("{KEY}%C3%A9"),
        "QmVhcmVyIHNrX2xpdmVfVEhFLVNFQ1JFVC1LRVk".to_owned(),
    ] {
        for location in [
            format!("https://{host}/"),
            format!("//a.{host}.example.com/{KEY}"),
            format!("/{host}"),
        ] {
            let reply = Reply::new(302, &[("location", &location)], "");
            let error = echo.answer(reply).await.unwrap_err();
            assert_eq!(error.status().unwrap(), 302);
            assert_clean("the host of a redirect", &host, &printed(&error));
        }
    }
}

/// Where the body ends in the middle of the key, what came of it is not shown.
#[tokio::test]
async fn body_cut_inside_the_key_is_redacted() {
    let echo = Echo::start().await;
    for (status, body) in [(200, r#"{"data":""#), (401, r#"{"code":"X","message":""#), (502, "")] {
        for spelled in [KEY.to_owned(), each_byte(KEY, |byte| format!("\\u{byte:04x}"))] {
            for left in [spelled.len() / 2, spelled.len() - 1] {
                let body = format!("{body}{}", &spelled[..left]);
                for length in [body.len(), 9999] {
                    let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n\r\n");
                    let error = echo.answer(Reply::raw(head + &body)).await.unwrap_err();
                    let said = printed(&error);
                    assert!(said.contains("[redacted]"), "{said}");
                    assert!(
                        !said.contains("THE-") && !said.contains("u005f"),
                        "{left} of {spelled}: {said}"
                    );
                }
            }
        }
    }
}

/// Of a response, everything but the data that was asked for is a text for people.
#[tokio::test]
async fn no_spelling_of_the_key_is_in_the_debug_print_of_an_answer() {
    let echo = Echo::start().await;
    for (name, spell) in SPELLINGS {
        let key = spell(KEY);
        let body = format!(
            r#"{{"data":{{"items":[{{"{key}":["{key}"]}}]}},"request_id":"{key}","{key}":"{key}","new":{{"{key}":1}},
                "warnings":["{key}",{{"{key}":7}}]}}"#
        );
        let answer = echo.answer(Reply::new(200, &[("x", KEY)], body)).await.unwrap();
        let item = &answer.data.items[0];
        let mut said = format!("{answer:?} {answer:#?} {:?} {item:?}", answer.request_id);
        said += &format!(
            "{} {:?} {:?}",
            answer.request_id,
            answer.request_id.as_str(),
            answer.warnings
        );
        said += &format!("{:?}", answer.extra["new"]);
        let unfit = item.parse::<std::collections::BTreeMap<String, i64>>().unwrap_err();
        said += &printed(&unfit);
        let unfit =
            answer.clone().map(|data| data.items).data[0].parse::<Vec<String>>().unwrap_err();
        said += &printed(&unfit);
        assert_clean(name, &key, &said);
        // Asked for, it is there.
        assert!(item.get().contains(&key), "{name}");
    }
}

/// What a server says in megabytes and lines is printed on one line of bounded length.
#[tokio::test]
async fn server_texts_are_printed_on_one_line_of_bounded_length() {
    let echo = Echo::start().await;
    let long = "\\n\\u2028 x".repeat(300_000);
    for reply in [
        Reply::new(
            401,
            &[],
            format!(
                r#"{{"code":"{long}","message":"{long}","docs_url":"{long}","request_id":"{long}"}}"#
            ),
        ),
        Reply::new(200, &[], format!(r#"{{"data":"{long}","request_id":"{long}"}}"#)),
        Reply::new(
            200,
            &[],
            format!(r#"{{"data":{{"items":[{{"{long}":7}}],"total_count":{{"{long}":7}}}}}}"#),
        ),
    ] {
        let error = echo.answer(reply).await.unwrap_err();
        // For people, each line has a subject of its own.
        let people = format!("{error:?}");
        assert!(people.len() < 20_000 && people.lines().count() < 8, "{people:.2000}");
        let mut said = vec![error.to_string(), format!("{:?}", error.code())];
        let accessors = [error.message(), error.docs_url(), error.request_id(), error.path()];
        said.extend(accessors.into_iter().flatten().map(str::to_owned));
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            said.extend([error.to_string(), format!("{error:?}")]);
            source = error.source();
        }
        for said in said {
            assert!(said.len() < 20_000 && said.lines().count() <= 1, "{} {said:.200}", said.len());
        }
    }
    let body = format!(
        r#"{{"data":{{"items":["{long}", {{"a":
            "{long}"}}]}},"warnings":["{long}"],"request_id":"{long}","{long}":"{long}"}}"#
    );
    let answer = echo.answer(Reply::new(200, &[], body)).await.unwrap();
    for said in [
        format!("{answer:?}"),
        format!("{:?}", answer.data.items[1]),
        answer.request_id.to_string(),
    ] {
        assert!(said.len() < 70_000 && said.lines().count() == 1, "{} {said:.200}", said.len());
    }
    assert!(answer.warnings[0].len() < 70_000);
}

/// Everything that any crate writes to `log`, at any level.
struct Log(Mutex<String>);

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        *self.0.lock().unwrap() += &format!("{} {}\n", record.target(), record.args());
    }

    fn flush(&self) {}
}

#[tokio::test]
async fn key_is_not_logged_with_wire_logging_on() {
    static LOG: OnceLock<Log> = OnceLock::new();
    log::set_logger(LOG.get_or_init(|| Log(Mutex::default()))).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = Server::always(Reply::json(200, r#"{"data":{}}"#)).await;
    let chatty =
        builder(&server).configure_http(|http| http.connection_verbose(true)).build().unwrap();
    chatty.execute(&search()).await.unwrap();
    let location = format!("https://{KEY}.example.com/{KEY}");
    let headers = [("location", location.as_str()), ("x-request-id", KEY)];
    let echo = Server::always(Reply::new(302, &headers, KEY)).await;
    client(&echo).execute(&search()).await.unwrap_err();
    chatty.execute(&PlatformAccountDisconnect::builder().account_id(7).build()).await.unwrap();
    // Whichever place it takes.
    let own =
        trenz_api::Client::builder().base_url(format!("{}?code=THE-SECRET-CODE", server.url()));
    let own = own
        .header("Authorization", "Token THE-SECRET")
        .configure_http(|http| http.connection_verbose(true));
    own.build().unwrap().execute(&search()).await.unwrap();
    log::set_max_level(log::LevelFilter::Off);
    let written = LOG.get().unwrap().0.lock().unwrap().clone();
    assert!(written.contains("reqwest"), "nothing was captured");
    assert!(!written.contains("SECRET"), "{written}");
}
