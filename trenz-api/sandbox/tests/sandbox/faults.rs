//! Each fault, as it shows on the wire and in the ledger.

use std::io::Read;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use trenz_sandbox::{EntryKind, Fault, FaultKind, Pace, RetryAfter, Sandbox};

use crate::server::{Answer, Server};
use crate::spec::operation;
use crate::wire::{End, Line, length, parts};

const SEARCH: &str = "trenz-products-search";
const EMBED: &str = "trenz-ai-embedding";

async fn sandbox(fault: impl Into<Fault>) -> Sandbox {
    Sandbox::builder().fault(fault).rate_limit(None).start().await.unwrap()
}

async fn server(fault: impl Into<Fault>) -> Server {
    Server::start(Sandbox::builder().fault(fault).rate_limit(None)).await
}

/// Searches over HTTP; what comes may be anything.
async fn search(server: &Server) -> Answer {
    let url = format!("{}/open/v1/products/search?country=us", server.sandbox.base_url());
    let sent = server.client.get(url).header("x-api-key", server.sandbox.key());
    Answer::read(sent.send().await.unwrap()).await.unwrap()
}

/// The coins that the search took, net.
fn paid(sandbox: &Sandbox) -> i64 {
    sandbox.ledger().opening() - sandbox.balance()
}

#[tokio::test]
async fn close_before_reading_resets_without_a_charge() {
    let sandbox = sandbox(Fault::new(FaultKind::CloseBeforeReading).on(EMBED).times(1)).await;
    let mut line = Line::open(&sandbox).await;
    // A call before it on the same connection is served; so only the second is left unread.
    line.search(&sandbox).await;
    assert!(line.answer().await.0.starts_with("http/1.1 200"));
    line.embed(&sandbox, usize::MAX).await;
    let (bytes, end) = line.rest().await;
    assert!(bytes.is_empty());
    assert_eq!(end, End::Reset, "unread bytes make the kernel reset a connection");
    assert!(sandbox.requests_to(EMBED).is_empty());
    assert_eq!(sandbox.ledger().of(EMBED).count(), 0);
    assert_eq!(sandbox.fired().len(), 1);
    // It was armed for one time.
    let mut line = Line::open(&sandbox).await;
    line.embed(&sandbox, usize::MAX).await;
    assert!(line.answer().await.0.starts_with("http/1.1 200"));
}

#[tokio::test]
async fn close_while_reading_closes_within_the_request() {
    let sandbox = sandbox(FaultKind::CloseWhileReading).await;
    let mut line = Line::open(&sandbox).await;
    // The head and a part of the body: the response cannot be about the whole.
    line.embed(&sandbox, 5).await;
    assert!(line.rest().await.0.is_empty());
    assert!(sandbox.requests().is_empty());
    assert_eq!(paid(&sandbox), 0);
}

#[tokio::test]
async fn close_after_charging_charges_without_a_response() {
    let sandbox = sandbox(FaultKind::CloseAfterCharging).await;
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    assert_eq!(line.rest().await, (Vec::new(), End::Closed));
    let seen = &sandbox.requests()[0];
    assert_eq!(seen.status, None);
    let ledger = sandbox.ledger();
    assert_eq!(ledger.entries()[0].request_id, seen.request_id);
    assert_eq!((ledger.charged(), ledger.refunded()), (5, 0));
}

#[tokio::test]
async fn close_after_charging_processes_the_request() {
    let id = "trenz-social-comments-create";
    let server = server(Fault::new(FaultKind::CloseAfterCharging).on(id).times(1)).await;
    let body = json!({ "platform_account_id": 4687, "platform_video_id": "v", "text": "twice?" });
    let operation = operation(id);
    let url = format!("{}{}", server.sandbox.base_url(), operation.path);
    let sent = server.client.post(url).header("content-type", "application/json");
    let sent = sent.header("x-api-key", server.sandbox.key()).body(body.to_string());
    assert!(sent.send().await.is_err());
    let body = json!({ "platform_account_id": 4687, "platform_video_id": "v", "limit": 1 });
    let found = server.ask("trenz-social-comments-query", body).await;
    assert_eq!(found["comments"][0]["text"], "twice?");
}

#[tokio::test]
async fn close_in_body_truncates_the_body() {
    let sandbox = sandbox(FaultKind::CloseInBody).await;
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let (bytes, end) = line.rest().await;
    let (head, body) = parts(&bytes);
    assert_eq!(end, End::Closed);
    assert!(!body.is_empty() && body.len() < length(&head));
    assert_eq!(paid(&sandbox), 5);
}

#[tokio::test]
async fn stalled_headers_are_delayed_or_never_sent() {
    let sandbox = sandbox(Fault::new(FaultKind::StallHeaders(None)).times(1)).await;
    sandbox.add_fault(FaultKind::StallHeaders(Some(Duration::from_millis(20))));
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    while sandbox.fired().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(paid(&sandbox), 5);
    assert_eq!(line.moment().await, b"");
    drop(line);
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let (head, body) = parts(&line.rest().await.0);
    assert_eq!(body.len(), length(&head));
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
}

#[tokio::test]
async fn a_stalled_body_is_delayed_or_never_completed() {
    let sandbox = sandbox(Fault::new(FaultKind::StallBody(None)).times(1)).await;
    sandbox.add_fault(FaultKind::StallBody(Some(Duration::from_millis(20))));
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let head = line.head().await;
    let first = line.0.read_u8().await.unwrap();
    let more = line.moment().await;
    assert!(first == b'{' && more.len() + 1 < length(&head));
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let (head, body) = parts(&line.rest().await.0);
    assert_eq!(body.len(), length(&head));
}

#[tokio::test]
async fn drip_sends_the_response_in_single_bytes() {
    let sandbox = sandbox(FaultKind::Drip(Duration::from_millis(1))).await;
    let mut line = Line::open(&sandbox).await;
    line.embed(&sandbox, usize::MAX).await;
    let mut reads = Vec::new();
    let mut room = [0; 4096];
    loop {
        match line.0.read(&mut room).await.unwrap() {
            0 => break,
            read => reads.push(room[..read].to_vec()),
        }
    }
    assert!(reads.len() > 20, "{} reads", reads.len());
    let (head, body) = parts(&reads.concat());
    assert_eq!(body.len(), length(&head));
}

#[tokio::test]
async fn a_wrong_length_is_too_large_or_too_small() {
    let long = sandbox(FaultKind::LengthTooLong).await;
    let mut line = Line::open(&long).await;
    line.search(&long).await;
    let (head, body) = parts(&line.rest().await.0);
    assert_eq!(length(&head), body.len() + 64);
    assert!(serde_json::from_slice::<Value>(&body).is_ok());

    let short = sandbox(FaultKind::LengthTooShort).await;
    let mut line = Line::open(&short).await;
    line.search(&short).await;
    let (_, body) = line.answer().await;
    assert!(serde_json::from_slice::<Value>(&body).is_err());
    // The rest follows unasked, on a connection that stays open.
    let mut rest = [0; 10];
    line.0.read_exact(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"}"));
}

#[tokio::test]
async fn invalid_bodies_are_valid_http() {
    let server = server(Fault::new(FaultKind::InvalidJson).times(1)).await;
    for fault in [FaultKind::EmptyResponse, FaultKind::BrokenGzip] {
        server.sandbox.add_fault(Fault::new(fault).times(1));
    }
    let cut = search(&server).await;
    assert_eq!(cut.status, 200);
    assert!(serde_json::from_slice::<Value>(&cut.body).is_err());
    let empty = search(&server).await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    // A client that unpacks by itself would fail here, so this one asks by hand.
    let mut line = Line::open(&server.sandbox).await;
    line.search(&server.sandbox).await;
    let (head, body) = line.answer().await;
    assert!(head.contains("content-encoding: gzip\r\n"));
    assert!(GzDecoder::new(&*body).read_to_end(&mut Vec::new()).is_err());
    assert_eq!(paid(&server.sandbox), 15);
}

#[tokio::test]
async fn enormous_bodies_have_the_requested_size() {
    let sandbox = sandbox(Fault::new(FaultKind::Enormous(3 << 20)).times(1)).await;
    sandbox.add_fault(FaultKind::GzipBomb(3 << 20));
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let (bytes, end) = line.rest().await;
    let (head, body) = parts(&bytes);
    assert_eq!(end, End::Closed);
    assert!(head.contains("transfer-encoding: chunked\r\n") && body.len() > 3 << 20);
    assert!(body.ends_with(b"\r\n0\r\n\r\n"));
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let (head, packed) = line.answer().await;
    assert!(head.contains("content-encoding: gzip\r\n") && packed.len() < 64 << 10);
    let mut body = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut body).unwrap();
    assert!(body.len() > 3 << 20);
    assert!(serde_json::from_slice::<Value>(&body).is_ok());
}

#[tokio::test]
async fn gateway_errors_are_html_and_refunded() {
    for status in [502, 503, 504] {
        let server = server(FaultKind::Gateway(status)).await;
        let answer = search(&server).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("content-type"), Some("text/html"));
        assert!(answer.body.starts_with(b"<html>"));
        let kinds: Vec<EntryKind> =
            server.sandbox.ledger().entries().iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [EntryKind::Charge, EntryKind::Refund]);
    }
}

#[tokio::test]
async fn server_errors_are_api_errors_and_refunded() {
    let codes = [
        (500, "INTERNAL_ERROR"),
        (502, "BACKEND_ERROR"),
        (503, "BACKEND_UNAVAILABLE"),
        (504, "BACKEND_TIMEOUT"),
    ];
    for (status, code) in codes {
        let server = server(FaultKind::ServerError(status)).await;
        let answer = search(&server).await;
        operation(SEARCH).judge(answer.status, &answer.body);
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert_eq!(server.sandbox.ledger().charged(), 5);
        assert_eq!(server.sandbox.ledger().refunded(), 5);
    }
}

#[tokio::test]
async fn redirects_cost_nothing() {
    let server = server(Fault::new(FaultKind::Redirect(None)).times(1)).await;
    server.sandbox.add_fault("redirect=http://127.0.0.1:9".parse::<Fault>().unwrap());
    for base in ["http://elsewhere.sandbox.invalid", "http://127.0.0.1:9"] {
        let answer = search(&server).await;
        let there = format!("{base}/open/v1/products/search");
        assert_eq!((answer.status, answer.header("location")), (307, Some(there.as_str())));
    }
    assert_eq!(paid(&server.sandbox), 0);
}

#[tokio::test]
async fn rate_limit_storms_send_every_form_of_retry_after() {
    let server = Server::unlimited().await;
    for after in ["absent", "7", "date:9", "invalid"] {
        let after: RetryAfter = after.parse().unwrap();
        server.sandbox.add_fault(Fault::new(FaultKind::RateLimited(after)).times(1));
    }
    server.sandbox.add_fault(Fault::new(FaultKind::QuotaExceeded).times(1));
    let mut said = Vec::new();
    for _ in 0..5 {
        let answer = search(&server).await;
        operation(SEARCH).judge(answer.status, &answer.body);
        assert_eq!(answer.status, 429);
        said.push((answer.code(), answer.header("retry-after").map(str::to_owned)));
    }
    assert_eq!(said[0], ("RATE_LIMITED".to_owned(), None));
    assert_eq!(said[1].1.as_deref(), Some("7"));
    assert!(httpdate::parse_http_date(said[2].1.as_deref().unwrap()).is_ok());
    assert!(said[3].1.as_deref().unwrap().parse::<u64>().is_err());
    assert_eq!(said[4], ("QUOTA_EXCEEDED".to_owned(), None));
    assert_eq!(paid(&server.sandbox), 0);
}

#[tokio::test]
async fn responses_of_another_version() {
    let server = Server::unlimited().await;
    let all = [
        FaultKind::UnknownFields,
        FaultKind::Nulls,
        FaultKind::NumbersAsStrings,
        FaultKind::RenamedUsage,
        FaultKind::NoUsage,
    ];
    for kind in all {
        server.sandbox.add_fault(Fault::new(kind).times(1));
    }
    let unknown = search(&server).await.json();
    assert!(unknown["sandbox_unknown"].is_object());
    assert!(unknown["data"]["items"][0]["sandbox_unknown"].is_object());
    let nulls = search(&server).await.json();
    assert_eq!(nulls["data"], json!({ "items": null, "total_count": null }));
    assert!(nulls["usage"].is_null() && nulls["request_id"].is_string());
    let strings = search(&server).await.json();
    assert_eq!(strings["usage"]["coin_cost"], "5");
    assert_eq!(strings["data"]["total_count"], "137");
    let renamed = search(&server).await.json();
    assert_eq!(renamed["usage"], json!({ "credits_cost": 5, "credits_balance": 999_980 }));
    let without = search(&server).await.json();
    assert!(without.get("usage").is_none());
}

#[tokio::test]
async fn unknown_enum_values_are_sent() {
    let builder = Sandbox::builder().pace(Pace::Polls(1));
    let fault = Fault::new(FaultKind::UnknownEnums).on("task-status");
    let server = Server::start(builder.fault(fault)).await;
    let body = json!({ "video_id": "1" });
    let task = server.ask("trenz-video-transcription", body).await["task_id"].clone();
    let path = format!("{}/open/v1/tasks/{}", server.sandbox.base_url(), task.as_str().unwrap());
    let sent = server.client.get(path).header("x-api-key", server.sandbox.key());
    let told = Answer::read(sent.send().await.unwrap()).await.unwrap().json();
    assert_eq!(told["data"]["status"], "sandbox_new_word");
}

#[tokio::test]
async fn faults_follow_operation_count_and_order() {
    let nulls = Fault::new(FaultKind::NoUsage).on("trenz-products-*").after(1).times(2);
    let server = server(nulls).await;
    let mut without = Vec::new();
    for _ in 0..5 {
        let other = server.ask(EMBED, json!({ "type": "text", "text": "x" })).await;
        assert!(other.is_object());
        without.push(search(&server).await.json().get("usage").is_none());
    }
    assert_eq!(without, [false, true, true, false, false]);
    assert!(server.sandbox.fired().iter().all(|fired| fired.operation == SEARCH));
}

#[tokio::test]
async fn probabilities_follow_the_seed() {
    let mut patterns = Vec::new();
    for seed in [3, 3, 4] {
        let fault = Fault::new(FaultKind::NoUsage).probability(0.5);
        let builder = Sandbox::builder().rate_limit(None).seed(seed).fault(fault);
        let server = Server::start(builder).await;
        let mut pattern = Vec::new();
        for _ in 0..64 {
            pattern.push(search(&server).await.json().get("usage").is_none());
        }
        let hit = pattern.iter().filter(|hit| **hit).count();
        assert!((12..=52).contains(&hit), "{hit} of 64");
        patterns.push(pattern);
    }
    assert_eq!(patterns[0], patterns[1]);
    assert_ne!(patterns[0], patterns[2]);
}

#[tokio::test]
async fn idle_connections_are_closed_on_request() {
    let builder = Sandbox::builder().close_idle_after(Duration::from_millis(5));
    let sandbox = builder.start().await.unwrap();
    let mut line = Line::open(&sandbox).await;
    line.search(&sandbox).await;
    let (head, _) = line.answer().await;
    assert!(!head.contains("connection: close"), "nothing warns the client");
    assert_eq!(line.rest().await, (Vec::new(), End::Closed));
    // Without the wish a connection stays: two calls over one.
    let sandbox = Sandbox::start().await.unwrap();
    let mut line = Line::open(&sandbox).await;
    for _ in 0..2 {
        line.search(&sandbox).await;
        assert!(line.answer().await.0.starts_with("http/1.1 200"));
    }
}

#[tokio::test]
async fn bodies_are_compressed_on_request() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut line = Line::open(&sandbox).await;
    let request = format!(
        "GET /open/v1/products/search?country=us HTTP/1.1\r\nhost: sandbox\r\n\
         x-api-key: {}\r\naccept-encoding: gzip\r\n\r\n",
        sandbox.key()
    );
    line.write(request.as_bytes()).await;
    let (head, packed) = line.answer().await;
    assert!(head.contains("content-encoding: gzip\r\n"));
    let mut body = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut body).unwrap();
    operation(SEARCH).judge(200, &body);
}
