//! Work of several calls with a server that puts the key into everything it says: what the work shows of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use trenz_api::{Client, Country, Polling, RetryPolicy};

use crate::secrecy::{SPELLINGS, assert_clean};
use crate::server::{Reply, Seen, Server};
use crate::{KEY, builder, spans};

/// Answers with the key, so spelled, wherever a text may stand, and in the end with errors.
fn answer(port: u16, key: &str, seen: &Seen, times: u32) -> Reply {
    let ok = |data: &str| {
        let headers = [("x-request-id", KEY)];
        let around = format!(
            r#""request_id":"{key}","warnings":["{key}"],"{key}":"{key}","usage":{{"coin_cost":1}}"#
        );
        Reply::new(200, &headers, format!(r#"{{"data":{data},{around}}}"#))
    };
    let error = |status: u16| {
        let members = ["code", "message", "docs_url", "request_id", "more"];
        let members = members.map(|name| format!(r#""{name}":"{key}""#)).join(",");
        Reply::new(status, &[("x-request-id", KEY)], format!("{{{members}}}"))
    };
    let is = |path: &str| seen.line.contains(path);
    let text = |names: &[&str]| {
        let members: Vec<_> = names.iter().map(|name| format!(r#""{name}":"{key}""#)).collect();
        members.join(",")
    };
    if is("/transcription") {
        ok(&format!("{{{}}}", text(&["task_id", "status"])))
    } else if is("/tasks/") {
        match times {
            1 => {
                ok(&format!(r#"{{{},"result":{{"{key}":"{key}"}}}}"#, text(&["task_id", "status"])))
            }
            // A gateway's: the next poll may do better.
            2 => error(502),
            3 => ok(&format!(r#"{{{},"status":"failed"}}"#, text(&["task_id", "error_message"]))),
            _ => error(401),
        }
    } else if is("/presigned-url") {
        let texts = text(&["s3_bucket", "object_key", "cdn_url"]);
        ok(&format!(r#"{{"presigned_url":"http://127.0.0.1:{port}/put/{key}",{texts}}}"#))
    } else if is("PUT ") {
        if times == 1 { Reply::new(403, &[], key) } else { Reply::new(200, &[], "") }
    } else if is("/qrcode/check") {
        if times == 1 { ok(&format!("{{{}}}", text(&["status"]))) } else { error(401) }
    } else if is("/qrcode") {
        ok(&format!("{{{}}}", text(&["scan_qrcode_url", "token"])))
    } else if is("/products/search") && times == 1 {
        ok(&format!(r#"{{"items":[{{"{key}":"{key}"}}]}}"#))
    } else {
        error(400)
    }
}

/// What is shown: everything but data that is asked for by name.
#[derive(Default)]
struct Shown(Mutex<String>);

impl Shown {
    fn add(&self, value: &impl Debug) {
        *self.0.lock().unwrap() += &format!("{value:?} {value:#?}\n");
    }

    fn fail(&self, error: &(impl Error + 'static)) {
        self.add(error);
        let mut error: Option<&dyn Error> = Some(error);
        while let Some(one) = error {
            *self.0.lock().unwrap() += &format!("{one} {one:?}\n");
            error = one.source();
        }
    }
}

async fn tasks(client: &Client, shown: &Arc<Shown>) {
    let moment = Duration::from_millis(1);
    let polling = Polling::new().interval(moment..=moment).max_interval(moment);
    let call = client.content().tools().video_transcription().video_id("1");
    let updates = Arc::clone(shown);
    let task = call.submit().await.unwrap().polling(polling.clone());
    let task = task.on_update(move |update| {
        updates.add(update);
        updates.add(&update.status.as_ref().map(ToString::to_string));
    });
    shown.add(&task);
    shown.add(task.reference());
    let failed = task.clone().await.unwrap_err();
    assert!(failed.is_failed(), "{failed}");
    shown.fail(&failed);
    shown.add(&failed.message());
    let again = client.task(task.into_reference()).polling(polling).await.unwrap_err();
    assert!(again.is_poll_error(), "{again}");
    shown.fail(&again);
}

async fn uploads(client: &Client, shown: &Shown) {
    let error = client.upload(("film.mp4", "film")).max_attempts(1).await.unwrap_err();
    assert!(error.is_refused(), "{error}");
    shown.fail(&error);
    shown.add(&error.said());
    let error = client.publish("x").file(("film.mp4", "film")).to(7).await.unwrap_err();
    assert!(error.progress().uploaded.is_some(), "{error}");
    shown.fail(&error);
    let publishing = client.publish("x").resume(error.into_progress());
    shown.add(&publishing);
}

async fn login(client: &Client, shown: &Arc<Shown>) {
    let moment = Duration::from_millis(1);
    let statuses = Arc::clone(shown);
    let login = client.tiktok_login().await.unwrap();
    let login = login.polling(Polling::new().interval(moment..=moment).max_interval(moment));
    shown.add(&login);
    let error = login.on_status(move |status| statuses.add(&status)).await.unwrap_err();
    assert!(error.api_error().is_some(), "{error}");
    shown.fail(&error);
}

async fn pages(client: &Client, shown: &Shown) {
    let mut pages = client.data().products().search().country(Country::Us).call().pages();
    let page = pages.next_page().await.unwrap().unwrap();
    shown.add(&page);
    shown.add(&page.data.items);
    shown.fail(&page.data.items[0].parse::<i64>().unwrap_err());
    shown.add(&pages);
    shown.fail(&pages.next_page().await.unwrap().unwrap_err());
}

#[tokio::test]
async fn workflows_do_not_print_or_log_the_key() {
    spans::listen();
    for (name, spell) in SPELLINGS {
        let key = spell(KEY);
        let (port, text, times) =
            (Arc::new(OnceLock::new()), key.clone(), Mutex::new(BTreeMap::new()));
        let at = Arc::clone(&port);
        let server = Server::start(move |_, seen| {
            let mut times = times.lock().unwrap();
            let path = seen.line.split(['?', ' ']).nth(1).unwrap_or_default().to_owned();
            let path = if path.starts_with("/put/") { "/put/".to_owned() } else { path };
            let times = times.entry(path).and_modify(|times| *times += 1).or_insert(1);
            answer(*at.get().unwrap(), &text, seen, *times)
        })
        .await;
        port.set(server.port()).unwrap();
        let client = builder(&server).retry_policy(RetryPolicy::default()).build().unwrap();
        spans::told();
        let shown = Arc::new(Shown::default());
        tasks(&client, &shown).await;
        uploads(&client, &shown).await;
        login(&client, &shown).await;
        pages(&client, &shown).await;
        shown.add(&client);
        shown.add(&client.ledger());
        let told = spans::told();
        assert!(told.contains("trenz.task") && told.contains("trenz.login"), "{told}");
        assert_clean(&format!("{name}, in logs"), &key, &told);
        assert_clean(&format!("{name}, shown"), &key, &shown.0.lock().unwrap());
    }
}
