//! Tasks, from submission to their end.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use trenz_sandbox::{Fault, FaultKind, Key, Pace, Sandbox, Vocabulary};

use crate::generate::valid;
use crate::server::{Answer, Server};
use crate::spec::operations;

const CLONE: &str = "trenz-video-transcription";

async fn submit(server: &Server) -> String {
    let data = server.ask(CLONE, json!({ "video_id": "7300000000000000001" })).await;
    data["task_id"].as_str().unwrap().to_owned()
}

async fn poll(server: &Server, id: &str) -> Value {
    let answer = server.get("task-status", &format!("/open/v1/tasks/{id}")).await;
    assert_eq!(answer.status, 200, "{:?}", answer.json());
    answer.json()["data"].clone()
}

#[tokio::test]
async fn tasks_advance_by_polls() {
    let server = Server::unlimited().await;
    let id = submit(&server).await;
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(poll(&server, &id).await);
    }
    let words: Vec<&str> = told.iter().map(|told| told["status"].as_str().unwrap()).collect();
    assert_eq!(words, ["pending", "running", "completed", "completed"]);
    assert!(told[1].get("result").is_none() && told[1].get("error_message").is_none());
    assert_eq!(told[2]["result"]["video_id"], "7300000000000000001");
    assert!(told[2]["result"]["segments"].as_array().unwrap().len() > 1);
    assert_eq!(told[2], told[3], "a result can be had again");
    assert!(told.iter().all(|told| told["task_id"] == id.as_str()));
}

#[tokio::test]
async fn tasks_advance_by_time() {
    let builder = Sandbox::builder().manual_clock().pace(Pace::Time(Duration::from_secs(10)));
    let server = Server::start(builder).await;
    let id = submit(&server).await;
    for (wait, status) in [(0, "pending"), (4, "pending"), (4, "running"), (2, "completed")] {
        assert!(server.sandbox.advance(Duration::from_secs(wait)));
        assert_eq!(poll(&server, &id).await["status"], status);
    }
}

#[tokio::test]
async fn every_task_operation_has_a_result() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(1))).await;
    let mut kinds = 0;
    let works = operations().iter().filter(|o| o.raw["x-billing-mode"] == "async_on_complete");
    for (number, operation) in (0..).zip(works) {
        let mut request = valid(operation, &mut Rng::with_seed(number));
        if operation.id == "trenz-ai-image-generate" {
            request.body.as_mut().unwrap()["product_images"] = json!([]);
        }
        let data = server.send(operation, &request).await.json()["data"].clone();
        let id = data["task_id"].as_str().or(data["job_id"].as_str()).unwrap();
        let result = poll(&server, id).await["result"].clone();
        let names = ["video_url", "images", "text", "scenes", "summary", "strengths"];
        assert!(names.iter().any(|name| result.get(name).is_some()), "{}", operation.id);
        kinds += 1;
    }
    assert_eq!(kinds, 18);
}

#[tokio::test]
async fn a_failed_task_is_refunded() {
    let server = Server::unlimited().await;
    server.sandbox.add_fault(Fault::new(FaultKind::TaskFails).on(CLONE).times(1));
    let (failing, fine) = (submit(&server).await, submit(&server).await);
    for _ in 0..2 {
        assert!(poll(&server, &failing).await.get("error_message").is_none());
    }
    assert_eq!(server.sandbox.ledger().refunded(), 0);
    let told = poll(&server, &failing).await;
    assert_eq!(told["status"], "refunded");
    assert!(told["error_message"].is_string() && told.get("result").is_none());
    let refunds = || server.sandbox.ledger().refunded();
    assert_eq!(refunds(), 1000);
    poll(&server, &failing).await;
    assert_eq!(refunds(), 1000, "once");
    let seen = server.sandbox.requests_to(CLONE);
    let ledger = server.sandbox.ledger();
    assert_eq!(ledger.of(CLONE).last().unwrap().request_id, seen[0].request_id);
    for _ in 0..3 {
        poll(&server, &fine).await;
    }
    assert_eq!(poll(&server, &fine).await["status"], "completed");
}

#[tokio::test]
async fn a_task_failed_by_time_is_refunded_without_a_poll() {
    let builder = Sandbox::builder().manual_clock().pace(Pace::Time(Duration::from_secs(10)));
    let server = Server::start(builder.fault(FaultKind::TaskFails)).await;
    submit(&server).await;
    assert_eq!(server.sandbox.ledger().refunded(), 0);
    assert!(server.sandbox.advance(Duration::from_secs(10)));
    assert_eq!(server.sandbox.ledger().refunded(), 1000);
}

#[tokio::test]
async fn failed_tasks_are_not_refunded_under_the_billing_page_rule() {
    let builder = Sandbox::builder().pace(Pace::Polls(1)).refund_failed_tasks(false);
    let server = Server::start(builder.fault(FaultKind::TaskFails)).await;
    let id = submit(&server).await;
    assert_eq!(poll(&server, &id).await["status"], "refunded");
    assert_eq!(server.sandbox.ledger().refunded(), 0);
}

#[tokio::test]
async fn the_vocabulary_of_the_prose_is_supported() {
    let builder = Sandbox::builder().pace(Pace::Polls(2)).vocabulary(Vocabulary::Prose);
    let server = Server::start(builder).await;
    server.sandbox.add_fault(Fault::new(FaultKind::TaskFails).after(1));
    let told = async |id: String| {
        let url = format!("{}/open/v1/tasks/{id}", server.sandbox.base_url());
        let mut words = Vec::new();
        for _ in 0..2 {
            let sent = server.client.get(&url).header("x-api-key", server.sandbox.key());
            let answer = Answer::read(sent.send().await.unwrap()).await.unwrap().json();
            words.push(answer["data"]["status"].as_str().unwrap().to_owned());
        }
        words
    };
    assert_eq!(told(submit(&server).await).await, ["running", "success"]);
    assert_eq!(told(submit(&server).await).await, ["running", "failed"]);
    server.sandbox.set_vocabulary(Vocabulary::Schema);
    assert_eq!(told(submit(&server).await).await, ["running", "refunded"]);
}

#[tokio::test]
async fn tasks_are_visible_to_their_key_only() {
    let other = "sk_live_sandbox_other";
    let builder = Sandbox::builder().key(Key::new("sk_live_sandbox_one")).key(Key::new(other));
    let server = Server::start(builder).await;
    let id = submit(&server).await;
    for (id, key) in [("task_nothing", "sk_live_sandbox_one"), (id.as_str(), other)] {
        let url = format!("{}/open/v1/tasks/{id}", server.sandbox.base_url());
        let sent = server.client.get(url).bearer_auth(key).send().await.unwrap();
        let answer = Answer::read(sent).await.unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (404, "TASK_NOT_FOUND"));
    }
}

#[tokio::test]
async fn a_submission_can_lack_its_task_id() {
    let server = Server::unlimited().await;
    server.sandbox.add_fault(FaultKind::NoTaskId);
    let data = server.ask(CLONE, json!({ "video_id": "1" })).await;
    assert!(data.get("task_id").is_none() && data["video_id"] == "1");
}
