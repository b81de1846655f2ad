//! From a file to publications on several accounts.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use trenz_api::{PublishProgress, PublishStep, Publishing, Target};
use trenz_sandbox::{Fault, FaultKind, Pace, Sandbox};

use crate::expected::golden;
use crate::server::{Server, hasty};

const PRESIGN: &str = "trenz-social-upload-presigned-url";
const CHECK: &str = "trenz-social-video-check-info";
const PUBLISH: &str = "trenz-social-publish-upload";
const SESSION: &str = "trenz-social-publish-session";

fn publishing(server: &Server) -> Publishing {
    server.publish("My Video").file(("film.mp4", vec![1; 200_000])).to(4687)
}

fn later(days: u64) -> SystemTime {
    SystemTime::now() + Duration::from_secs(days * 24 * 60 * 60)
}

#[tokio::test]
async fn one_call_uploads_checks_publishes_and_waits() {
    let server = Server::quick().await;
    let publishing = publishing(&server)
        .description("with a lipstick")
        .to(Target::account(5678).title("Tomorrow").tags(["a", "b"]).at(later(1)))
        .require_platforms(["tiktok"]);
    assert_eq!(publishing.quote().total(), 1 + 1 + 10);
    let job = publishing.start().await.unwrap();
    assert!(job.progress().verdicts.as_ref().unwrap().accepts("tiktok").unwrap());
    let published = job.polling(hasty()).await.unwrap();
    assert_eq!(published.status.as_deref(), Some("completed"));
    assert!(published.is_complete() && published.failed().count() == 0);
    let [now, tomorrow] = published.publications.as_slice() else { panic!("two accounts") };
    assert_eq!((now.account, tomorrow.account), (Some(4687), Some(5678)));
    assert!(now.is_published() && now.url.is_some() && now.video_id.is_some());
    assert!(tomorrow.is_scheduled() && tomorrow.url.is_none());
    assert_eq!(published.progress.coins_spent, Some(server.spent()));

    let body = server.sandbox.requests_to(PUBLISH)[0].json();
    assert_eq!(body["video_title"], "My Video");
    assert_eq!(body["publications"][0]["title"], "My Video");
    assert_eq!(body["publications"][1]["title"], "Tomorrow");
    assert!(body["publications"][0].get("scheduled_at").is_none());
    let ahead = body["publications"][1]["scheduled_at"].as_i64().unwrap() - server.sandbox.now();
    assert!((86_300..=86_400).contains(&ahead), "{ahead}");
    assert_eq!(body["file_size"], 200_000);
    assert!(body.get("dry_run").is_none());
}

#[tokio::test]
async fn a_dry_run_publishes_nothing() {
    let server = Server::quick().await;
    let job = publishing(&server).dry_run().start().await.unwrap();
    let published = job.polling(hasty()).await.unwrap();
    assert_eq!(server.sandbox.requests_to(PUBLISH)[0].json()["dry_run"], true);
    let [dry] = published.publications.as_slice() else { panic!("one account") };
    assert!(dry.is_published() && dry.stage.as_deref() == Some("dry_run") && dry.url.is_none());
}

#[tokio::test]
async fn each_account_has_its_own_outcome() {
    let server = Server::quick().await;
    assert!(server.sandbox.expire_account(6789));
    server.sandbox.add_fault(Fault::new(FaultKind::PublicationFails).on(PUBLISH).times(1));
    let job = publishing(&server).to(6789).to(5678).start().await.unwrap();
    let published = job.polling(hasty()).await.unwrap();
    assert!(!published.is_complete());
    assert_eq!(published.progress.skipped_accounts, ["6789"]);
    let failed: Vec<_> = published.failed().map(|one| one.account).collect();
    assert_eq!(failed, [Some(4687)]);
    assert_eq!(published.publications.len(), 2);
    // The order is right, by what the video's details say.
    let detail = server.social().video_management().detail().video_id(published.video_id.unwrap());
    let detail = detail.send().await.unwrap().data.publications;
    let named = detail.iter().map(|one| (one.id, one.platform_account_id));
    assert!(named.eq(published.publications.iter().map(|one| (one.id, one.account))));
    assert!(
        published.publications[1].account == Some(5678) && published.publications[1].is_published()
    );
    assert_eq!(published.progress.coins_spent, Some(server.spent() - 1), "but for the details");
}

#[tokio::test]
async fn invalid_publications_cost_nothing() {
    let server = Server::quick().await;
    let near = SystemTime::now() + Duration::from_secs(4 * 60 + 58);
    for at in [SystemTime::UNIX_EPOCH, SystemTime::now(), near, later(91)] {
        let error = publishing(&server).to(Target::account(5678).at(at)).await.unwrap_err();
        assert!(error.is_time() && error.step() == PublishStep::Plan);
        assert!(error.to_string().contains("account 5678"), "{error}");
    }
    for publishing in [server.publish("x").file(("a.mp4", "x")), server.publish("x").to(4687)] {
        assert_eq!(publishing.await.unwrap_err().step(), PublishStep::Plan);
    }
    let error = server.publish("x").file("/nowhere/a.mp4").to(4687).await.unwrap_err();
    assert!(error.step() == PublishStep::Upload && error.upload_error().unwrap().is_missing());
    assert_eq!(error.progress().coins_spent, Some(0));
    assert!(server.sandbox.requests().is_empty());
    for at in [later(89), SystemTime::now() + Duration::from_secs(5 * 60 + 30)] {
        assert!(publishing(&server).to(Target::account(5678).at(at)).start().await.is_ok());
    }
}

#[tokio::test]
async fn a_video_that_no_platform_accepts_is_not_published() {
    let server = Server::quick().await;
    let picture = || server.publish("A picture").file(("a.png", "a picture")).to(4687);
    let error = picture().await.unwrap_err();
    assert!(error.is_unsuitable() && error.step() == PublishStep::Check);
    golden("work/publish_unsuitable", &format!("{error}\n"));
    let verdicts = error.progress().verdicts.as_ref().unwrap();
    let (platform, verdict) = verdicts.iter().next().unwrap();
    assert_eq!(verdicts.accepts(platform), Some(false));
    assert_eq!(verdict.errors[0].reason.as_deref(), Some("the file is not a video"));
    assert_eq!((server.calls(PUBLISH), server.spent()), (0, 2));
    // The caller may know better.
    assert!(picture().unchecked().resume(error.into_progress()).start().await.is_ok());
    assert_eq!((server.calls(CHECK), server.spent()), (1, 12));
}

/// Whatever fails, what was paid before is not paid again.
#[tokio::test]
async fn every_failed_step_can_be_resumed() {
    for (fault, operation, step) in [
        (FaultKind::QuotaExceeded, PRESIGN, PublishStep::Upload),
        (FaultKind::Redirect(None), "upload", PublishStep::Upload),
        (FaultKind::QuotaExceeded, CHECK, PublishStep::Check),
        (FaultKind::QuotaExceeded, PUBLISH, PublishStep::Publish),
        (FaultKind::CloseBeforeReading, PUBLISH, PublishStep::Publish),
        (FaultKind::QuotaExceeded, SESSION, PublishStep::Wait),
    ] {
        let server = Server::quick().await;
        let what = format!("{fault:?} at {operation}");
        let unknown = fault == FaultKind::CloseBeforeReading;
        server.sandbox.add_fault(Fault::new(fault).on(operation));
        let error = async { publishing(&server).start().await?.polling(hasty()).await };
        let error = error.await.unwrap_err();
        server.sandbox.clear_faults();
        assert_eq!(error.step(), step, "{what}");
        let kept = serde_json::to_string(error.progress()).unwrap();
        assert!(!kept.contains(server.sandbox.key()));
        let spent = error.progress().coins_spent;
        assert!(unknown || spent == Some(server.spent()), "{what}: {spent:?}");
        assert_eq!(error.progress().may_be_published, unknown, "{what}");

        let progress: PublishProgress = serde_json::from_str(&kept).unwrap();
        let other = server.another();
        let again = || {
            other.publish("My Video").file(("film.mp4", "film")).to(4687).resume(progress.clone())
        };
        let mut job = again().start().await;
        if unknown {
            let refused = job.unwrap_err();
            golden("work/publish_unknown", &format!("{refused}\n"));
            job = again().allow_republish().start().await;
        }
        let published = job.unwrap().polling(hasty()).await.unwrap();
        assert!(published.is_complete(), "{what}");
        assert!(unknown || published.progress.coins_spent == Some(server.spent()), "{what}");
        let presigned = if operation == "upload" { 2 } else { 1 };
        let asked = server.sandbox.requests_to(PRESIGN);
        let fine = asked.iter().filter(|seen| seen.status == Some(200)).count();
        assert_eq!(fine, presigned, "{what}");
        let sessions = server.sandbox.requests_to(PUBLISH);
        assert_eq!(sessions.iter().filter(|seen| seen.status == Some(200)).count(), 1, "{what}");
    }
}

/// No response came, but the session runs: nothing is published twice without the caller's word.
#[tokio::test]
async fn a_possibly_published_video_is_not_published_again() {
    for fault in [FaultKind::CloseAfterCharging, FaultKind::CloseInBody, FaultKind::InvalidJson] {
        let server = Server::quick().await;
        server.sandbox.add_fault(Fault::new(fault.clone()).on(PUBLISH).times(1));
        let error = publishing(&server).start().await.unwrap_err();
        assert!(error.progress().may_be_published, "{fault:?}");
        assert_eq!(error.progress().coins_spent, None, "{fault:?}: nobody knows");
        let error = publishing(&server).resume(error.into_progress()).start().await.unwrap_err();
        assert_eq!(error.step(), PublishStep::Plan);
        assert_eq!(server.calls(PUBLISH), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn transient_poll_errors_are_retried() {
    let faults = [FaultKind::CloseInBody, FaultKind::StallHeaders(None), FaultKind::Gateway(502)];
    for fault in faults.into_iter().chain([FaultKind::ServerError(500)]) {
        let server = Server::quick().await;
        let job = publishing(&server).start().await.unwrap();
        server.sandbox.add_fault(Fault::new(fault.clone()).on(SESSION).times(2));
        let polling = hasty().timeout(Duration::from_millis(200));
        let published = job.polling(polling).await.unwrap();
        assert!(published.is_complete(), "{fault:?}");
        assert_eq!(server.calls(PUBLISH), 1);
        if let FaultKind::ServerError(_) = fault {
            assert_eq!(published.progress.coins_spent, Some(server.spent()));
        } else {
            assert_eq!(published.progress.coins_spent, None);
        }
    }
}

/// Each response is paid for, so those that never make sense are not asked for until the deadline.
#[tokio::test]
async fn undecodable_polls_end_the_wait() {
    let server = Server::quick().await;
    let job = publishing(&server).start().await.unwrap().polling(hasty());
    server.sandbox.add_fault(Fault::new(FaultKind::InvalidJson).on(SESSION));
    let error = job.clone().wait().await.unwrap_err();
    assert!(error.api_error().unwrap().is_decode() && error.step() == PublishStep::Wait);
    assert_eq!((server.calls(SESSION), server.spent()), (5, 17));
    server.sandbox.clear_faults();

    // Dropped in the middle of a poll: the session goes on.
    server.sandbox.add_fault(Fault::new(FaultKind::StallHeaders(None)).on(SESSION).times(1));
    let dropped = tokio::time::timeout(Duration::from_millis(300), job.clone().wait());
    assert!(dropped.await.is_err());
    assert!(job.wait().await.unwrap().is_complete());
    assert_eq!(server.calls(PUBLISH), 1);
}

#[tokio::test]
async fn a_deadline_and_another_process() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(30))).await;
    let job = publishing(&server).start().await.unwrap();
    let token = job.token().to_owned();
    let late = hasty().deadline(Duration::from_millis(60));
    let error = job.polling(late).wait().await.unwrap_err();
    assert!(error.is_deadline() && error.step() == PublishStep::Wait);
    assert_eq!(error.progress().session_token.as_deref(), Some(token.as_str()));
    let other = server.another();
    assert!(other.publish_job(token).polling(hasty()).await.unwrap().is_complete());
    assert_eq!(server.calls(PUBLISH), 1);
}

#[tokio::test]
async fn a_publication_can_be_cancelled() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(5))).await;
    let job = publishing(&server).start().await.unwrap().polling(hasty());
    job.cancel().await.unwrap();
    let published = job.wait().await.unwrap();
    assert_eq!(published.status.as_deref(), Some("cancelled"));
    assert!(!published.is_complete());

    let job = publishing(&server).to(Target::account(5678).at(later(2))).start().await.unwrap();
    let job = job.polling(hasty());
    let published = job.clone().wait().await.unwrap();
    let scheduled = published.publications.iter().find(|one| one.is_scheduled()).unwrap();
    job.cancel_publication(scheduled.id.unwrap()).await.unwrap();
    let told = job.status().await.unwrap().data;
    assert_eq!(told.publications[1].status.as_deref(), Some("cancelled"));
}

/// Dropped in the middle of each step, as when a program is killed: what was stored is enough to go on, and what may
/// have been published is known to be so.
#[tokio::test]
async fn dropped_at_each_step() {
    for (operation, steps, unknown) in
        [(PRESIGN, 0, false), ("upload", 0, false), (CHECK, 1, false), (PUBLISH, 3, true)]
    {
        let server = Server::quick().await;
        server.sandbox.add_fault(Fault::new(FaultKind::StallHeaders(None)).on(operation).times(1));
        let stored = Arc::new(Mutex::new(Vec::<String>::new()));
        let store = Arc::clone(&stored);
        let start = publishing(&server).on_progress(move |progress| {
            store.lock().unwrap().push(serde_json::to_string(progress).unwrap());
        });
        let dropped = tokio::time::timeout(Duration::from_millis(400), start.start()).await;
        assert!(dropped.is_err(), "{operation}");

        let stored = stored.lock().unwrap().clone();
        assert_eq!(stored.len(), steps, "{operation}");
        let progress: PublishProgress =
            stored.last().map(|last| serde_json::from_str(last).unwrap()).unwrap_or_default();
        assert_eq!(progress.may_be_published, unknown, "{operation}");
        assert_eq!(progress.coins_spent.is_none(), unknown, "{operation}");
        let again = publishing(&server).resume(progress).start().await;
        assert_eq!(again.is_err(), unknown, "{operation}");
        assert_eq!(server.calls(PUBLISH), 1, "{operation}");
    }
}
