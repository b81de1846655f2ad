//! Responses that come too early, too often, at a cost or about something else, and what the ledger says of them.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use trenz_sandbox::{EntryKind, Fault, FaultKind, Pace, Sandbox};

use crate::server::{Answer, Server};
use crate::spec::operation;
use crate::wire::{End, Line, length, parts};

const EMBED: &str = "trenz-ai-embedding";
const GENERATE: &str = "trenz-ai-sd-pro-generate";
const SUBMIT: &str = "trenz-video-transcription";

async fn server(fault: impl Into<Fault>) -> Server {
    let builder = Sandbox::builder().rate_limit(None).lenient(true).pace(Pace::Polls(1));
    Server::start(builder.fault(fault)).await
}

/// What was charged and what came back.
fn books(sandbox: &Sandbox) -> (u64, u64) {
    (sandbox.ledger().charged(), sandbox.ledger().refunded())
}

/// Asks for a task over HTTP; what comes may be anything.
async fn poll(server: &Server, task: &str) -> Value {
    let url = format!("{}/open/v1/tasks/{task}", server.sandbox.base_url());
    let sent = server.client.get(url).header("x-api-key", server.sandbox.key());
    Answer::read(sent.send().await.unwrap()).await.unwrap().json()
}

async fn search(server: &Server) -> Answer {
    let url = format!("{}/open/v1/products/search?country=us", server.sandbox.base_url());
    let sent = server.client.get(url).header("x-api-key", server.sandbox.key());
    Answer::read(sent.send().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn an_early_response_leaves_the_body_unread() {
    for (status, id, charged, refunded) in [
        (200, EMBED, operation(EMBED).coin_cost(), 0),
        (500, EMBED, operation(EMBED).coin_cost(), operation(EMBED).coin_cost()),
        // By the default quantity and tier, since the body would say others.
        (200, GENERATE, 650, 0),
    ] {
        let server = server(FaultKind::EarlyResponse(status)).await;
        let (sandbox, operation) = (&server.sandbox, operation(id));
        let mut line = Line::open(sandbox).await;
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: s\r\nx-api-key: {}\r\ncontent-type: application/json\r\n\
             content-length: 4000000\r\n\r\n{{\"prompt\":",
            operation.path,
            sandbox.key()
        );
        line.write(head.as_bytes()).await;
        // The rest of the body is still here when the response is there, and nothing follows it.
        let (head, body) = line.answer().await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{head}");
        operation.judge(status, &body);
        let coins = |coins: i64| u64::try_from(coins).unwrap();
        assert_eq!(books(sandbox), (coins(charged), coins(refunded)), "{id}");
        let told: Value = serde_json::from_slice(&body).unwrap();
        if id == GENERATE {
            assert_eq!(told["usage"]["coin_cost"], charged);
            let task = told["data"]["task_id"].as_str().or(told["data"]["job_id"].as_str());
            assert!(task.unwrap().starts_with("task_"));
        }
        // What still comes is taken, and noted as far as it goes.
        line.write(b"\"a cat\"}").await;
        line.0.shutdown().await.unwrap();
        assert_eq!(line.rest().await, (Vec::new(), End::Closed));
        let whole = "{\"prompt\":\"a cat\"}";
        while sandbox.requests()[0].body.len() < whole.len() {
            tokio::task::yield_now().await;
        }
        assert_eq!(sandbox.requests()[0].body, whole);
        assert_eq!(sandbox.requests()[0].status, Some(status));
    }
}

/// What came with the head is read, so that a small request is not answered wrongly.
#[tokio::test]
async fn an_early_response_to_a_whole_request_is_valid() {
    let server = server(FaultKind::EarlyResponse(200)).await;
    let body = json!({ "prompt": "a cat", "duration": 8, "resolution": "480p" });
    let answer = server.post(GENERATE, body).await;
    assert_eq!(answer.json()["usage"]["coin_cost"], 480);
    assert_eq!(server.refused(EMBED, json!({ "type": 5 })).await, "INVALID_PARAM");
    let found = search(&server).await;
    operation("trenz-products-search").judge(200, &found.body);
    assert_eq!(books(&server.sandbox), (485, 0));
}

#[tokio::test]
async fn an_early_response_checks_key_and_balance() {
    let server = server(FaultKind::EarlyResponse(200)).await;
    let body = json!({ "type": "text", "text": "x" });
    let url = format!("{}{}", server.sandbox.base_url(), operation(EMBED).path);
    let sent = server.client.post(&url).body(body.to_string()).send().await.unwrap();
    assert_eq!(sent.status(), 401);
    server.sandbox.set_balance(0);
    assert_eq!(server.refused(EMBED, body).await, "INSUFFICIENT_BALANCE");
    assert_eq!(books(&server.sandbox), (0, 0));
}

#[tokio::test]
async fn an_extra_response_is_read_by_the_next_request() {
    let server = server("extra-response=2ms,times=1".parse::<Fault>().unwrap()).await;
    let mut line = Line::open(&server.sandbox).await;
    let mut answers = Vec::new();
    line.search(&server.sandbox).await;
    answers.push(line.answer().await.1);
    line.embed(&server.sandbox, usize::MAX).await;
    for _ in 0..2 {
        answers.push(line.answer().await.1);
    }
    assert_eq!(answers[0], answers[1], "the same once more, instead of the second call's");
    operation("trenz-products-search").judge(200, &answers[1]);
    operation(EMBED).judge(200, &answers[2]);
    // Each call was charged once.
    let entries = server.sandbox.ledger().entries().len();
    assert_eq!((entries, server.sandbox.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_response_to_another_request_has_other_ids() {
    let server = server(FaultKind::NoUsage).await;
    let task = server.ask(SUBMIT, json!({ "video_id": "1" })).await["task_id"].clone();
    let task = task.as_str().unwrap();
    server.sandbox.clear_faults();
    server.sandbox.add_fault(FaultKind::ResponseToAnother);
    let told = poll(&server, task).await["data"].clone();
    assert_ne!(told["task_id"], task);
    assert_eq!(told["task_id"].as_str().unwrap().len(), task.len());
    assert_eq!((&told["status"], &told["result"]), (&json!("refunded"), &Value::Null));
    // It is not true of either: nothing came back.
    assert_eq!(books(&server.sandbox).1, 0);

    let body = json!({ "account_id": 4687, "remark": "mine" });
    let told = server.ask("trenz-social-platform-account-update-remark", body).await;
    assert_eq!(told["account"]["id"], 4686);
    // Where a request names nothing, its response is its own.
    let found = search(&server).await;
    operation("trenz-products-search").judge(200, &found.body);
}

#[tokio::test]
async fn a_task_refunded_twice_is_twice_in_the_ledger() {
    let server = server(FaultKind::RefundTwice).await;
    let task = server.ask(SUBMIT, json!({ "video_id": "1" })).await["task_id"].clone();
    for _ in 0..3 {
        let told = poll(&server, task.as_str().unwrap()).await["data"]["status"].clone();
        assert!(told == "refunded" || told == "pending", "{told}");
    }
    let ledger = server.sandbox.ledger();
    let kinds: Vec<EntryKind> = ledger.of(SUBMIT).map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Charge, EntryKind::Refund, EntryKind::Refund]);
    assert_eq!(ledger.refunded(), 2 * ledger.charged());
}

#[tokio::test]
async fn a_cost_in_an_error_is_charged_and_reported() {
    let server = server(Fault::new(FaultKind::CostInError(None)).times(1)).await;
    server.sandbox.add_fault(Fault::new(FaultKind::CostInError(Some(2000))).times(1));
    for coins in [operation(EMBED).coin_cost(), 2000] {
        let before = server.sandbox.balance();
        let answer = server.post(EMBED, json!({ "type": "text", "text": "x" })).await;
        assert_eq!((answer.status, answer.code().as_str()), (429, "RATE_LIMITED"));
        assert_eq!(answer.json()["usage"]["coin_cost"], coins);
        assert_eq!(answer.header("retry-after"), None);
        assert_eq!(before - server.sandbox.balance(), coins);
        assert_eq!(answer.balance(), server.sandbox.balance());
    }
    assert_eq!(books(&server.sandbox).1, 0);
}

#[tokio::test]
async fn a_store_that_responds_early_stores_nothing() {
    for (fault, status) in [
        (FaultKind::EarlyStoreResponse, 200),
        (FaultKind::EarlyResponse(200), 200),
        (FaultKind::EarlyResponse(503), 503),
    ] {
        let server = server(Fault::new(fault).on("upload").times(1)).await;
        let presign = "trenz-social-upload-presigned-url";
        let ticket = server.ask(presign, json!({ "file_name": "a.mp4" })).await;
        let url = ticket["presigned_url"].as_str().unwrap();
        let target = url.replace(&server.sandbox.base_url(), "");
        let mut line = Line::open(&server.sandbox).await;
        let head = format!("PUT {target} HTTP/1.1\r\nhost: s\r\ncontent-length: 4000000\r\n\r\n");
        line.write(head.as_bytes()).await;
        let (head, body) = parts(&line.rest().await.0);
        assert!(head.starts_with(&format!("http/1.1 {status}")) && body.len() == length(&head));
        assert!(server.sandbox.uploads().is_empty());
        let sent = server.client.put(url).body("x").send().await.unwrap();
        assert_eq!((sent.status().as_u16(), server.sandbox.uploads().len()), (200, 1));
    }
    // It is not a fault of any other call.
    let server = server(FaultKind::EarlyStoreResponse).await;
    server.ask(EMBED, json!({ "type": "text", "text": "x" })).await;
    assert!(server.sandbox.fired().is_empty());
}
