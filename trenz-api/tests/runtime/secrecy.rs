//! The key goes to the server and nowhere else.

use crate::server::{Reply, Server};
use crate::{KEY, builder, client, search};
use std::sync::{Mutex, OnceLock};
use trenz_api::social::account_management::PlatformAccountDisconnect;

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

#[tokio::test]
async fn a_server_that_echoes_the_key_does_not_put_it_into_errors() {
    let echo = format!("invalid key {KEY}, {KEY}!");
    let location = format!("https://{KEY}.example.com/{KEY}");
    let headers = [("location", location.as_str()), ("x-request-id", KEY), ("retry-after", KEY)];
    let object =
        format!(r#"{{"code":"{KEY}","message":"{echo}","docs_url":"{KEY}","request_id":"{KEY}"}}"#);
    for reply in [
        Reply::new(401, &headers, &object),
        Reply::new(302, &headers, ""),
        Reply::new(500, &headers, &echo),
        Reply::new(200, &headers, &echo),
        Reply::new(200, &headers, format!(r#"{{"data":"{echo}"}}"#)),
        Reply::new(200, &headers, format!(r#"{{"data":{{"items":"{echo}"}}}}"#)),
    ] {
        let error = client(&Server::always(reply).await).execute(&search()).await.unwrap_err();
        let mut said = format!("{error} {error:?} {:?} {:?}", error.message(), error.docs_url());
        said += &format!("{:?} {:?} {:?}", error.code(), error.request_id(), error.path());
        said += &String::from_utf8_lossy(error.body().unwrap());
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            said += &format!("{error} {error:?}");
            source = error.source();
        }
        assert!(!said.to_lowercase().contains("secret"), "{said}");
    }
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
async fn the_key_is_not_logged_even_when_the_wire_is_asked_for() {
    static LOG: OnceLock<Log> = OnceLock::new();
    log::set_logger(LOG.get_or_init(|| Log(Mutex::default()))).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let server = Server::always(Reply::json(200, r#"{"data":{}}"#)).await;
    let chatty =
        builder(&server).configure_http(|http| http.connection_verbose(true)).build().unwrap();
    chatty.execute(&search()).await.unwrap();
    chatty.execute(&PlatformAccountDisconnect::builder().account_id(7).build()).await.unwrap();
    log::set_max_level(log::LevelFilter::Off);
    let written = LOG.get().unwrap().0.lock().unwrap().clone();
    assert!(written.contains("reqwest"), "nothing was captured");
    assert!(!written.contains("SECRET"), "{written}");
}
