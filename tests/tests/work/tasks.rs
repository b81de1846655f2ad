//! Tasks, from their submission to their end.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_core::Stream;
use serde_json::Value;
use tokio::time::Instant;
use trenz_api::{
    BillingMode, Charged, Country, Outcome, Polling, RetryPolicy, Task, TaskRef, operations,
    wait_all,
};
use trenz_sandbox::{Fault, FaultKind, KeyStatus, Pace, RetryAfter, Sandbox, Vocabulary};

use crate::expected::golden;
use crate::fast_clock::with_fast_clock;
use crate::server::{Server, hasty};
use crate::submissions::SUBMISSIONS;

const TRANSCRIPTION: &str = "trenz-video-transcription";
const STATUS: &str = "task-status";

async fn submit(server: &Server) -> Task {
    let tools = server.content().tools();
    tools.video_transcription().video_id("1").submit().await.unwrap().polling(hasty())
}

#[tokio::test]
async fn every_task_operation_completes() {
    let server = Server::quick().await;
    let mut ids: Vec<&str> = Vec::new();
    let mut coins = 0;
    for (id, submit) in SUBMISSIONS {
        let before = server.spent();
        let task = submit(&server.client).await.unwrap().polling(hasty());
        let kept = task.reference().clone();
        assert_eq!(kept.operation_id(), Some(*id));
        assert_eq!(kept.request_id(), Some(server.sandbox.requests_to(id)[0].request_id.as_str()));
        assert_eq!(kept.coins_charged(), Some(server.spent() - before));
        assert_eq!(kept.coins_quoted(), kept.coins_charged(), "{id}");
        assert!(kept.submitted_at().is_some());
        coins += kept.coins_charged().unwrap();
        let done = task.wait().await.unwrap();
        assert_eq!(done.reference, kept);
        assert_eq!(done.status.as_str(), "completed");
        let result: serde_json::Map<String, Value> = done.decode().unwrap();
        assert!(!result.is_empty(), "{id}");
        assert_eq!(server.calls(id), 1, "submitted once");
        ids.push(id);
    }
    let mut told: Vec<&str> = operations()
        .iter()
        .filter(|operation| operation.billing_mode == BillingMode::AsyncOnComplete)
        .map(|operation| operation.id)
        .collect();
    ids.sort_unstable();
    told.sort_unstable();
    assert_eq!(ids, told);
    assert_eq!(coins, server.spent());
}

#[tokio::test]
async fn both_vocabularies_end_a_task() {
    for (vocabulary, good, bad) in
        [(Vocabulary::Schema, "completed", "refunded"), (Vocabulary::Prose, "success", "failed")]
    {
        let server = Server::start(Sandbox::builder().vocabulary(vocabulary)).await;
        server.sandbox.add_fault(Fault::new(FaultKind::TaskFails).on(TRANSCRIPTION).times(1));
        let (failing, fine) = (submit(&server).await, submit(&server).await);

        let error = failing.wait().await.unwrap_err();
        assert!(error.is_failed() && !error.is_deadline() && !error.is_poll_error());
        assert_eq!(error.is_refunded(), bad == "refunded", "only what the API says");
        assert_eq!(error.status().unwrap().as_str(), bad);
        assert_eq!(error.message(), Some("a fault of the sandbox: the task fails"));
        assert_eq!(error.reference(), failing.reference());
        let message = error.to_string().replace(failing.id(), "TASK");
        golden(&format!("work/task_{bad}"), &format!("{message}\n"));

        assert_eq!((&fine).await.unwrap().status.as_str(), good);
        assert_eq!(fine.await.unwrap().status.as_str(), good, "a result can be had again");
    }
}

/// What is given back is in the ledger once, however many wait for it, and can be spent again.
#[tokio::test]
async fn a_refund_returns_to_ledger_and_budget() {
    for (vocabulary, back) in [(Vocabulary::Schema, 1000), (Vocabulary::Prose, 0)] {
        let server = Server::start(Sandbox::builder().vocabulary(vocabulary)).await;
        server.sandbox.add_fault(Fault::new(FaultKind::TaskFails).on(TRANSCRIPTION).times(1));
        let poor = server.with_budget(1000);
        let call = poor.content().tools().video_transcription().video_id("1");
        let task = call.clone().submit().await.unwrap().polling(hasty());
        let error = task.wait().await.unwrap_err();
        assert_eq!(error.coins_refunded(), (back > 0).then_some(back));
        // The error says what the ledger said by then, and that is what it still says however often one waits.
        let told = error.ledger().unwrap().operations[TRANSCRIPTION];
        assert!(task.clone().wait().await.is_err());
        let reference = task.reference().clone();
        assert!(poor.task(reference).polling(hasty()).wait().await.is_err());
        let tally = poor.ledger().operations[TRANSCRIPTION];
        assert_eq!(told, tally);
        // Of a task that is `failed` the API does not say that its coins came back, so it is not believed.
        assert_eq!((tally.settled, tally.refunded), (1000, back));
        assert_eq!(poor.budget().unwrap().left(), back);
        assert_eq!(call.submit().await.is_ok(), back > 0);
    }
}

#[tokio::test]
async fn an_unknown_status_is_polled_until_the_deadline() {
    let server = Server::quick().await;
    server.sandbox.add_fault(Fault::new(FaultKind::UnknownEnums).on(STATUS));
    let task = submit(&server).await;
    let error = task.clone().deadline(Duration::from_millis(300)).wait().await.unwrap_err();
    assert!(error.is_deadline() && server.calls(STATUS) > 5);
    assert!(error.status().is_some_and(|status| status.as_str() != "completed"));
    assert!(error.to_string().contains(task.id()), "{error}");
    let kept = error.into_reference();
    assert_eq!(&kept, task.reference());

    server.sandbox.clear_faults();
    assert!(server.task(kept).polling(hasty()).wait().await.is_ok());
    assert_eq!(server.calls(TRANSCRIPTION), 1);
}

/// Every fault that a poll can meet in passing, twice in a row.
#[tokio::test]
async fn a_paid_result_survives_failed_polls() {
    let short = Duration::from_millis(150);
    for fault in [
        FaultKind::CloseBeforeReading,
        FaultKind::CloseWhileReading,
        FaultKind::CloseAfterCharging,
        FaultKind::CloseInBody,
        FaultKind::StallHeaders(None),
        FaultKind::StallBody(None),
        FaultKind::LengthTooLong,
        FaultKind::LengthTooShort,
        FaultKind::InvalidJson,
        FaultKind::EmptyResponse,
        FaultKind::BrokenGzip,
        FaultKind::Redirect(None),
        FaultKind::Gateway(502),
        FaultKind::Gateway(503),
        FaultKind::Gateway(504),
        FaultKind::ServerError(500),
        FaultKind::RateLimited(RetryAfter::Absent),
        FaultKind::RateLimited(RetryAfter::Seconds(0)),
        FaultKind::RateLimited(RetryAfter::Date(0)),
        FaultKind::RateLimited(RetryAfter::Invalid),
        FaultKind::UnknownFields,
        FaultKind::UnknownEnums,
        FaultKind::Nulls,
        FaultKind::RenamedUsage,
        FaultKind::NoUsage,
    ] {
        let server = Server::quick().await;
        let what = format!("{fault:?}");
        let task = submit(&server).await.polling(hasty().timeout(short));
        server.sandbox.add_fault(Fault::new(fault).on(STATUS).times(2));
        let done = task.wait().await.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert!(done.result.is_some(), "{what}");
        assert_eq!(server.calls(TRANSCRIPTION), 1, "{what}");
        assert_eq!(server.spent(), 1000, "{what}");
    }
}

#[tokio::test]
async fn permanent_poll_errors_end_the_wait_and_keep_the_reference() {
    let server = Server::quick().await;
    let task = submit(&server).await;

    server.sandbox.add_fault(Fault::new(FaultKind::InvalidJson).on(STATUS));
    let error = task.wait().await.unwrap_err();
    assert!(error.is_poll_error() && error.poll_error().unwrap().is_decode());
    assert_eq!(server.calls(STATUS), 5, "an answer that never makes sense is not asked for ever");
    server.sandbox.clear_faults();

    server.sandbox.add_fault(Fault::new(FaultKind::QuotaExceeded).on(STATUS).times(1));
    let error = task.wait().await.unwrap_err();
    assert!(error.poll_error().unwrap().is_quota_exceeded());

    assert!(server.sandbox.set_key_status(server.sandbox.key(), KeyStatus::Suspended));
    let error = task.wait().await.unwrap_err();
    assert!(error.is_poll_error() && error.poll_error().unwrap().is_unauthorized());
    let message = error.to_string().replace(task.id(), "TASK");
    golden("work/task_poll_error", &format!("{message}\n"));
    assert!(server.sandbox.set_key_status(server.sandbox.key(), KeyStatus::Active));

    let error = server.task(TaskRef::of("task_nobody")).wait().await.unwrap_err();
    assert!(error.poll_error().unwrap().is_not_found());

    assert!(server.task(error.into_reference()).wait().await.is_err());
    assert!(task.wait().await.is_ok(), "the task itself was never touched");
    assert_eq!(server.calls(TRANSCRIPTION), 1);
}

#[tokio::test]
async fn another_process_resumes_a_task() {
    let server = Server::quick().await;
    let kept = submit(&server).await.into_reference();
    assert!(!kept.to_string().contains(server.sandbox.key()));
    for text in [kept.to_string(), serde_json::to_string(&kept).unwrap()] {
        let parsed: TaskRef = text.parse().unwrap_or_else(|_| serde_json::from_str(&text).unwrap());
        assert_eq!(parsed, kept);
        let done = server.another().task(parsed).polling(hasty()).wait().await.unwrap();
        assert_eq!(done.reference, kept);
    }
    assert_eq!((server.calls(TRANSCRIPTION), server.spent()), (1, 1000));
}

#[tokio::test]
async fn dropping_a_task_stops_its_polls_only() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(30))).await;
    let task = submit(&server).await;
    // At different moments of the wait: between polls, and in the middle of one.
    for patience in [0, 1, 2, 3, 5, 8, 13] {
        let wait = tokio::time::timeout(Duration::from_millis(patience), task.wait());
        assert!(wait.await.is_err(), "thirty polls take longer");
    }
    let mut updates = task.updates();
    assert!(updates.next_update().await.unwrap().is_ok());
    drop(updates);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let asked = server.calls(STATUS);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.calls(STATUS), asked, "nobody asks any more");
    assert!(task.wait().await.is_ok());
    assert_eq!((server.calls(TRANSCRIPTION), server.spent()), (1, 1000));
}

#[tokio::test]
async fn updates_report_each_poll() {
    let server = Server::start(Sandbox::builder().pace(Pace::Polls(4))).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let task = submit(&server).await.on_update(move |update| {
        let status = update.status.as_ref().map(|status| status.as_str().to_owned());
        told.lock().unwrap().push((status.unwrap_or_default(), update.changed));
    });
    server.sandbox.add_fault(Fault::new(FaultKind::Gateway(502)).on(STATUS).after(2).times(1));
    let mut updates = task.updates();
    let mut streamed = Vec::new();
    while let Some(update) = updates.next_update().await {
        let update = update.unwrap();
        assert_eq!(update.polls as usize, streamed.len() + 1);
        assert_eq!(update.trouble.is_some(), streamed.len() == 2, "the third poll failed");
        streamed.push((update.status.unwrap().as_str().to_owned(), update.changed));
    }
    let told = [
        ("pending", true),
        ("running", true),
        ("running", false),
        ("running", false),
        ("completed", true),
    ];
    let told: Vec<_> = told.map(|(status, changed)| (status.to_owned(), changed)).into();
    assert_eq!(streamed, told);
    assert_eq!(*heard.lock().unwrap(), told);
    assert!(updates.done().unwrap().result.is_some());
    assert!(updates.next_update().await.is_none());
    assert_eq!(updates.into_done().unwrap().reference, *task.reference());

    server.sandbox.add_fault(Fault::new(FaultKind::TaskFails).times(1));
    let mut updates = submit(&server).await.updates();
    let mut last = updates.next_update().await.unwrap();
    while let Some(update) = updates.next_update().await {
        last = update;
    }
    assert!(last.unwrap_err().is_failed() && updates.into_done().is_none());
}

/// A task is the stream of its updates, and can be awaited after them.
#[tokio::test]
async fn a_task_is_a_stream() {
    let server = Server::quick().await;
    let mut task = submit(&server).await;
    let mut statuses = Vec::new();
    while let Some(update) = poll_fn(|context| Pin::new(&mut task).poll_next(context)).await {
        statuses.push(update.unwrap().status.unwrap().as_str().to_owned());
    }
    assert_eq!(statuses, ["pending", "running", "completed"]);
    let again = poll_fn(|context| Pin::new(&mut task).poll_next(context)).await;
    assert!(again.is_none(), "it has ended");
    assert!(task.await.unwrap().result.is_some());
}

/// Dropped once the request has left: the coins are at risk, since nobody knows the task's id.
#[tokio::test]
async fn a_submission_that_is_dropped_is_at_risk() {
    let server = Server::quick().await;
    let call = || server.content().tools().video_transcription().video_id("1");
    drop(call().submit());
    assert_eq!(server.ledger().total().calls, 0, "a future that was never polled does nothing");

    server.sandbox.add_fault(Fault::new(FaultKind::StallHeaders(None)).on(TRANSCRIPTION));
    let submitting = tokio::time::timeout(Duration::from_millis(300), call().submit());
    assert!(submitting.await.is_err());
    let tally = server.ledger().operations[TRANSCRIPTION];
    assert_eq!((tally.settled, tally.at_risk, tally.failures), (0, 1000, 1));
    assert_eq!((server.calls(TRANSCRIPTION), server.spent()), (1, 1000));
}

#[tokio::test]
async fn a_submission_without_an_id_keeps_its_response() {
    let server = Server::quick().await;
    server.sandbox.add_fault(Fault::new(FaultKind::NoTaskId).times(1));
    let call = server.content().tools().video_transcription().video_id("77").submit();
    let error = call.await.unwrap_err();
    assert!(error.is_decode() && error.usage().coin_cost == Some(1000));
    assert_eq!((error.charged(), error.attempts().len()), (Charged::Yes, 1));
    // The whole response as it came: its id may have got another name, and a thousand coins were paid for it.
    let body: Value = serde_json::from_slice(error.body().unwrap()).unwrap();
    assert_eq!(body["data"]["video_id"], "77");
    assert_eq!(body["request_id"], error.request_id().unwrap());
    assert_eq!(body["usage"]["coin_cost"], 1000);
    assert_eq!(server.calls(TRANSCRIPTION), 1);
    assert_eq!(server.ledger().total().failures, 1);
}

/// The moments at which a task is asked, on the sandbox's clock.
async fn moments(sandbox: &Sandbox, task: Task) -> Vec<f64> {
    let began = Instant::now();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let task = task.on_update(move |_| told.lock().unwrap().push(began.elapsed().as_secs_f64()));
    with_fast_clock(sandbox, task.wait()).await.unwrap();
    let heard = heard.lock().unwrap();
    heard.clone()
}

#[tokio::test(start_paused = true)]
async fn the_poll_interval_grows() {
    let builder = Sandbox::builder().manual_clock();
    let server = Server::start(builder.pace(Pace::Time(Duration::from_secs(400)))).await;
    let task =
        with_fast_clock(&server.sandbox, submit(&server)).await.polling(Polling::new().seed(3));
    let moments = moments(&server.sandbox, task).await;
    let gaps: Vec<(f64, f64)> =
        [0.0].iter().chain(&moments).zip(&moments).map(|(from, to)| (*from, to - from)).collect();
    for (from, gap) in &gaps {
        let slower = (from / 60.0).clamp(1.0, 6.0);
        // The time that flies has steps, and a response takes some of them.
        assert!(*gap > 3.0 * slower - 0.5 && *gap < 5.0 * slower + 5.0, "{gaps:?}");
    }
    assert!(moments.len() > 25 && moments.len() < 60, "{}", moments.len());
}

#[tokio::test(start_paused = true)]
async fn polls_honour_retry_after() {
    let builder = Sandbox::builder().manual_clock().pace(Pace::Polls(2));
    let server = Server::start(builder).await;
    let limited = FaultKind::RateLimited(RetryAfter::Seconds(77));
    let task = with_fast_clock(&server.sandbox, submit(&server)).await.polling(Polling::new());
    server.sandbox.add_fault(Fault::new(limited).on(STATUS).times(1));
    let moments = moments(&server.sandbox, task).await;
    assert!(moments[0] < 10.0 && moments[1] - moments[0] >= 77.0, "{moments:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stalled_poll_ends_at_the_deadline() {
    let builder = Sandbox::builder().manual_clock().pace(Pace::Polls(2));
    let server = Server::start(builder).await;
    let task = with_fast_clock(&server.sandbox, submit(&server)).await.polling(Polling::new());
    server.sandbox.add_fault(Fault::new(FaultKind::StallHeaders(None)).on(STATUS));
    let began = Instant::now();
    let task = task.deadline(Duration::from_secs(100));
    let error = with_fast_clock(&server.sandbox, task.wait()).await.unwrap_err();
    assert!(error.is_deadline() && error.poll_error().unwrap().is_timeout());
    let waited = began.elapsed().as_secs();
    assert!((100..103).contains(&waited), "{waited}");
}

/// A call that was told to come back in an hour holds all others back that long, polls too, but not their deadlines.
#[tokio::test(start_paused = true)]
async fn a_delayed_poll_ends_at_the_deadline() {
    let server = Server::start(Sandbox::builder().manual_clock().pace(Pace::Polls(2))).await;
    let task = with_fast_clock(&server.sandbox, submit(&server)).await.polling(Polling::new());
    let limited = FaultKind::RateLimited(RetryAfter::Seconds(3600));
    server.sandbox.add_fault(Fault::new(limited).on("trenz-*").times(1));
    let policy = RetryPolicy::never().max_retry_after(Duration::from_secs(7200));
    let other = server.data().products().search().country(Country::Us).call().retry_policy(policy);
    assert!(with_fast_clock(&server.sandbox, other.send()).await.unwrap_err().is_rate_limited());

    let task = task.deadline(Duration::from_secs(100));
    for many in [false, true] {
        let began = Instant::now();
        let task = task.clone();
        let waiting = async {
            if many { wait_all([task]).next_finished().await.unwrap() } else { task.wait().await }
        };
        let error = with_fast_clock(&server.sandbox, waiting).await.unwrap_err();
        let poll = error.poll_error().unwrap();
        assert!(error.is_deadline() && poll.is_timeout() && poll.outcome() == Outcome::NotSent);
        let waited = began.elapsed().as_secs();
        assert!((100..103).contains(&waited), "{waited}");
    }
    assert_eq!(server.calls(STATUS), 0);
}
