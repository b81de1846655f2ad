//! What was accepted a moment ago may not be known yet by the server that is polled: its 404s are waited out, for a time.

use serde_json::{Value, json};
use std::time::Duration;
use trenz_api::{Client, Error, Polling, TaskRef, Uploaded};

use crate::client;
use crate::server::{Reply, Server};

/// A server that does not know what it has accepted, for so many polls.
async fn forgetful(polls: usize) -> Server {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |_, seen| {
        let path = seen.line.split(' ').nth(1).unwrap();
        let is_poll = ["/tasks/", "/qrcode/check", "/publish/session"];
        let data = if !is_poll.iter().any(|part| path.contains(part)) {
            json!({ "task_id": "t1", "session_token": "t1", "scan_qrcode_url": "https://s.test", "token": "t1" })
        } else if asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < polls {
            let body = json!({ "code": "TASK_NOT_FOUND", "message": "no t1", "request_id": "r" });
            return Reply::json(404, body.to_string());
        } else if path.contains("/tasks/") {
            json!({ "task_id": "t1", "status": "completed" })
        } else {
            let session = json!({ "session_token": "t1", "status": "completed" });
            json!({ "session": session, "status": "confirmed" })
        };
        let body: Value = json!({ "data": data, "request_id": "r", "usage": { "coin_cost": 1 } });
        Reply::json(200, body.to_string())
    })
    .await
}

fn hasty() -> Polling {
    let moment = Duration::from_millis(1);
    Polling::new().interval(moment..=moment).max_interval(moment)
}

/// Waits for what this client starts. `Err` says whether a 404 has ended that.
async fn started(work: &str, client: &Client, polling: Polling) -> Result<(), bool> {
    match work {
        "task" => {
            let call = client.content().tools().video_transcription().video_id("1");
            let ended = call.submit().await.unwrap().polling(polling).wait().await;
            ended.map(drop).map_err(|error| error.poll_error().is_some_and(Error::is_not_found))
        }
        "login" => {
            let ended = client.tiktok_login().await.unwrap().polling(polling).await;
            ended.map(drop).map_err(|error| error.api_error().is_some_and(Error::is_not_found))
        }
        _ => {
            let file = json!({ "bucket_name": "b", "object_key": "k", "cdn_url": null, "size": 7,
                "content_type": "video/mp4", "coins_spent": 1 });
            let file: Uploaded = serde_json::from_value(file).unwrap();
            let publishing = client.publish("x").uploaded(file).unchecked().to(4687);
            let ended = publishing.start().await.unwrap().polling(polling).await;
            ended.map(drop).map_err(|error| error.api_error().is_some_and(Error::is_not_found))
        }
    }
}

#[tokio::test]
async fn not_found_is_transient_soon_after_submission() {
    for work in ["task", "login", "publish"] {
        let server = forgetful(7).await;
        assert_eq!(started(work, &client(&server), hasty()).await, Ok(()), "{work}");
        assert_eq!(server.seen().len(), 9, "{work}");

        // No longer than was said, which may be no time at all.
        let server = forgetful(usize::MAX).await;
        let polling = hasty().not_found_grace(Duration::ZERO);
        assert_eq!(started(work, &client(&server), polling).await, Err(true), "{work}");
        assert_eq!(server.seen().len(), 2, "{work}");
    }
}

#[tokio::test]
async fn not_found_is_fatal_long_after_submission() {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let at = |ago: u64| format!("trenz-task:t1?at={}", seconds.as_secs() - ago);
    for (reference, known) in [
        ("trenz-task:t1".to_owned(), false),
        (at(3600), false),
        (at(0), true),
        // By a clock that was wrong.
        (at(0).replace("at=", "at=9"), true),
    ] {
        let server = forgetful(7).await;
        let task = client(&server).task(reference.parse::<TaskRef>().unwrap()).polling(hasty());
        assert_eq!(task.wait().await.is_ok(), known, "{reference}");
        assert_eq!(server.seen().len(), if known { 8 } else { 1 }, "{reference}");
    }
    let server = forgetful(7).await;
    let client = client(&server);
    let code = json!({ "url": "https://s.test", "token": "t1", "state": null, "coins_spent": 1 });
    let code = serde_json::from_value(code).unwrap();
    assert!(client.qr_login(code).polling(hasty()).await.is_err());
    assert!(client.publish_job("t1").polling(hasty()).await.is_err());
    assert_eq!(server.seen().len(), 2);
}
