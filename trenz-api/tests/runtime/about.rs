//! A response is about what was asked, or it is none.

use serde_json::{Value, json};
use std::time::Duration;
use trenz_api::{Client, Polling, Task, wait_all};

use crate::server::{Reply, Seen, Server};
use crate::{builder, client};

const COST: u64 = 1000;

/// Polls without waiting.
fn hasty() -> Polling {
    let moment = Duration::from_millis(1);
    Polling::new().interval(moment..=moment).max_interval(moment).deadline(Duration::from_secs(60))
}

fn answer(data: &Value) -> Reply {
    let body = json!({ "data": data, "request_id": "r" });
    Reply::json(200, body.to_string())
}

fn submitted(id: &str) -> Reply {
    let usage = json!({ "coin_cost": COST, "remaining_balance": 1 });
    let body = json!({ "data": { "task_id": id }, "request_id": "r", "usage": usage });
    Reply::json(200, body.to_string())
}

async fn submit(client: &Client) -> Task {
    let call = client.content().tools().video_transcription().video_id("1");
    call.submit().await.unwrap().polling(hasty())
}

fn is_poll(seen: &Seen) -> bool {
    seen.line.starts_with("GET /open/v1/tasks/")
}

/// A server of one task, `t1`, whose first polls are answered so, and all others with its end.
async fn tasks(first: Vec<Reply>) -> Server {
    Server::start(move |number, seen| {
        if !is_poll(seen) {
            return submitted("t1");
        }
        let end = json!({ "task_id": "t1", "status": "completed", "result": "mine" });
        first.get(number - 1).cloned().unwrap_or_else(|| answer(&end))
    })
    .await
}

/// Responses that are about another task, or do not say about which.
fn foreign() -> Vec<Value> {
    vec![
        json!({ "task_id": "t2", "status": "completed", "result": "another's" }),
        json!({ "task_id": "t2", "status": "refunded", "error_message": "another's" }),
        json!({ "task_id": "T1", "status": "refunded" }),
        json!({ "task_id": "", "status": "refunded" }),
        json!({ "task_id": null, "status": "refunded" }),
        json!({ "status": "refunded" }),
    ]
}

#[tokio::test]
async fn poll_response_for_another_task_is_ignored() {
    for data in foreign() {
        for many in [false, true] {
            let server = tasks(vec![answer(&data); 2]).await;
            let client = builder(&server).coin_budget(5000).build().unwrap();
            let task = submit(&client).await;
            let wait = async {
                if many {
                    wait_all([task]).polls_per_minute(60_000).next_finished().await.unwrap()
                } else {
                    task.await
                }
            };
            let done = wait.await.unwrap();
            assert_eq!(done.result.unwrap().get(), "\"mine\"", "{data}");
            assert_eq!(client.ledger().total().refunded, 0, "{data}");
            assert_eq!(client.budget().unwrap().spent, COST, "{data}");
            assert_eq!(server.seen().len(), 1 + 3, "{data}");
        }
    }
}

#[tokio::test]
async fn status_of_another_task_is_an_error() {
    for data in foreign() {
        let server = tasks(vec![answer(&data)]).await;
        let client = client(&server);
        let task = submit(&client).await;
        let mut updates = task.updates();
        let update = updates.next_update().await.unwrap().unwrap();
        assert!(update.status.is_none(), "{data}");
        assert!(update.trouble.unwrap().is_decode(), "{data}");
    }
    let server = tasks(vec![answer(&foreign()[0]); 50]).await;
    let client = client(&server);
    let task = submit(&client).await;
    let error = task.status().await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.path(), Some("data.task_id"));
    assert!(error.body().is_some());
    let error = task.await.unwrap_err();
    assert!(error.is_poll_error());
    assert_eq!(server.seen().len(), 1 + 1 + 5, "answers that make no sense are not asked for ever");
}

/// A response too many, left on a connection, is nobody's.
#[tokio::test]
async fn polls_use_unused_connections() {
    let going_on = json!({ "task_id": "t1", "status": "running" });
    let two = answer(&going_on).and(answer(&foreign()[1]));
    let server = tasks(vec![two; 20]).await;
    let client = client(&server);
    let task = submit(&client).await;
    task.clone().await.unwrap();
    task.status().await.unwrap();
    assert_eq!(client.ledger().total().refunded, 0);
    assert_eq!(server.connections_used(), server.seen().len());
    assert_eq!(server.seen().len(), 1 + 21 + 1, "and none was in vain");
}

fn session(token: Option<&str>, status: &str) -> Reply {
    let session = json!({ "session_token": token, "status": status, "video_id": 7 });
    answer(&json!({ "session": session, "publications": [{ "id": 1, "status": "published" }] }))
}

#[tokio::test]
async fn poll_response_for_another_session_is_ignored() {
    let server = Server::start(|number, _| match number {
        0 => session(Some("s2"), "completed"),
        1 => session(Some(""), "failed"),
        2 => session(Some("s1"), "running"),
        _ => session(Some("s1"), "completed"),
    })
    .await;
    let client = client(&server);
    let job = client.publish_job("s1").polling(hasty());
    let published = job.clone().await.unwrap();
    assert_eq!(published.status.as_deref(), Some("completed"));
    assert_eq!((server.seen().len(), server.connections_used()), (4, 4));

    let server = Server::always(session(Some("s2"), "completed")).await;
    let job = crate::client(&server).publish_job("s1");
    let error = job.status().await.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.path(), Some("data.session.session_token"));
    let error = job.polling(hasty()).await.unwrap_err();
    assert!(error.api_error().unwrap().is_decode());
    assert_eq!(server.seen().len(), 1 + 5);
}

/// The document does not promise that a session names itself.
#[tokio::test]
async fn session_response_without_a_token_is_accepted() {
    let server = Server::always(session(None, "completed")).await;
    let job = client(&server).publish_job("s1").polling(hasty());
    assert_eq!(job.await.unwrap().status.as_deref(), Some("completed"));
}
