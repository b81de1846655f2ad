//! Many tasks at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use trenz_api::{Polling, Task, wait_all};
use trenz_sandbox::{Fault, FaultKind, Pace, RetryAfter, Sandbox};

use crate::fast_clock::with_fast_clock;
use crate::server::{Server, hasty};

const TRANSCRIPTION: &str = "trenz-video-transcription";
const STATUS: &str = "task-status";

async fn submit(server: &Server, count: usize) -> Vec<Task> {
    let mut tasks = Vec::new();
    for _ in 0..count {
        let tools = server.content().tools();
        tasks.push(tools.video_transcription().video_id("1").submit().await.unwrap());
    }
    tasks
}

#[tokio::test]
async fn tasks_end_independently() {
    let server = Server::quick().await;
    server.sandbox.add_fault(Fault::new(FaultKind::TaskFails).on(TRANSCRIPTION).after(3).times(2));
    let tasks = submit(&server, 12).await;
    // One is ahead of the others by a poll, and so the first at its end.
    let ahead = tasks[7].id().to_owned();
    for _ in 0..2 {
        tasks[7].status().await.unwrap();
    }
    let ids: Vec<String> = tasks.iter().map(|task| task.id().to_owned()).collect();
    let mut all = wait_all(tasks).polling(hasty()).polls_per_minute(60_000).in_flight(3);
    assert_eq!(all.waiting().count(), 12);
    let mut ended = Vec::new();
    while let Some(end) = all.next_finished().await {
        ended.push(match end {
            Ok(done) => (done.reference.id().to_owned(), done.result.is_some()),
            Err(error) => (error.reference().id().to_owned(), !error.is_failed()),
        });
        assert_eq!(all.waiting().count(), 12 - ended.len());
    }
    assert_eq!(ended[0].0, ahead);
    let failed: Vec<&String> = ended.iter().filter(|(_, fine)| !fine).map(|(id, _)| id).collect();
    assert_eq!(failed.len(), 2);
    assert!(failed.contains(&&ids[3]) && failed.contains(&&ids[4]));
    assert_eq!(server.spent(), 10_000);
    assert!(all.next_finished().await.is_none());
    assert!(wait_all(Vec::new()).all().await.is_empty());
}

#[tokio::test]
async fn dropped_waits_can_be_resumed() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(20))).await;
    let tasks = submit(&server, 20).await;
    let mut all = wait_all(tasks.clone()).polling(hasty()).polls_per_minute(600_000);
    let some = tokio::time::timeout(Duration::from_millis(40), all.next_finished()).await;
    let waiting: Vec<_> = all.waiting().cloned().collect();
    assert_eq!(waiting.len(), if some.is_ok() { 19 } else { 20 }, "those in flight count too");
    drop(all);
    let resumed = waiting.into_iter().map(|reference| server.task(reference));
    let ends = wait_all(resumed).polling(hasty()).polls_per_minute(600_000).all().await;
    assert!(ends.len() >= 19 && ends.iter().all(Result::is_ok));
    assert_eq!((server.calls(TRANSCRIPTION), server.spent()), (20, 20_000));
}

#[tokio::test]
async fn each_task_has_its_deadline() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(9999))).await;
    let tasks = submit(&server, 5).await;
    let late = hasty().deadline(Duration::from_millis(100));
    let ends = wait_all(tasks).polling(late).all().await;
    assert_eq!(ends.len(), 5);
    assert!(ends.iter().all(|end| end.as_ref().is_err_and(trenz_api::TaskError::is_deadline)));
}

/// A thousand tasks that take five minutes, at a server that allows 200 requests in a minute.
#[tokio::test(start_paused = true)]
async fn a_thousand_tasks_stay_within_the_rate_limit() {
    let builder = Sandbox::builder().manual_clock().rate_limit(None).balance(1_000_000);
    let server = Server::start(builder.pace(Pace::Time(Duration::from_secs(300)))).await;
    let tasks = with_fast_clock(&server.sandbox, submit(&server, 1000)).await;
    server.sandbox.set_rate_limit(Some(200));
    let ends =
        with_fast_clock(&server.sandbox, wait_all(tasks).polling(Polling::new().seed(5)).all())
            .await;
    assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 1000);
    let polls = server.sandbox.requests_to(STATUS);
    assert!(polls.iter().all(|poll| poll.status == Some(200)), "none was refused");
    assert!(polls.len() < 2500, "{}", polls.len());
}

/// It is the key that has asked too often. So a 429 to one client's poll holds those of another one back as well, which
/// has the same key and a pace of its own.
#[tokio::test(start_paused = true)]
async fn a_429_delays_the_polls_of_other_clients() {
    let builder = Sandbox::builder().manual_clock().rate_limit(None);
    let server = Server::start(builder.pace(Pace::Time(Duration::from_secs(150)))).await;
    let another = server.another();
    let ours = with_fast_clock(&server.sandbox, submit(&server, 2)).await;
    let theirs = with_fast_clock(&server.sandbox, submit(&server, 10)).await.into_iter();
    let theirs = theirs.map(|task| another.task(task.into_reference()));
    let limited = FaultKind::RateLimited(RetryAfter::Seconds(60));
    server.sandbox.add_fault(Fault::new(limited).on(STATUS).after(10).times(1));

    let (began, heard) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let tasks = ours.into_iter().chain(theirs).map(|task| {
        let heard = Arc::clone(&heard);
        task.on_update(move |update| {
            heard.lock().unwrap().push((began.elapsed(), update.trouble.is_some()));
        })
    });
    // More at once than there are tasks, so that those that one client holds back do not hold back the others.
    let all = wait_all(tasks).in_flight(50).polls_per_minute(20);
    let ends = with_fast_clock(&server.sandbox, all.all()).await;
    assert!(ends.iter().all(Result::is_ok));

    let heard = heard.lock().unwrap();
    let (when, _) = heard.iter().find(|(_, refused)| *refused).unwrap();
    let pause = *when + Duration::from_millis(1)..*when + Duration::from_secs(59);
    let meanwhile = heard.iter().filter(|(at, _)| pause.contains(at)).count();
    assert!(meanwhile < 8, "{meanwhile} polls were answered, and few were under way");
}
