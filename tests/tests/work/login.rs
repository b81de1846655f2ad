//! Connecting an account by a QR code.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use trenz_api::{QrCode, QrLogin};
use trenz_sandbox::{Fault, FaultKind, Pace, Sandbox};

use crate::expected::golden;
use crate::fast_clock::with_fast_clock;
use crate::server::{Server, hasty};

const SHOW: &str = "trenz-social-tiktok-qrcode";
const CHECK: &str = "trenz-social-tiktok-qrcode-check";

async fn show(server: &Server) -> QrLogin {
    server.tiktok_login().await.unwrap().polling(hasty())
}

#[tokio::test]
async fn a_login_is_shown_scanned_and_confirmed() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(4))).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let login = server.tiktok_login_with_state(Some("mine".to_owned())).await.unwrap();
    assert!(login.url().starts_with("https://"));
    let drawn = login.terminal();
    assert!(drawn.lines().count() > 10 && drawn.contains('█') && !drawn.contains("https"));
    let login = login.polling(hasty()).on_status(move |status| {
        told.lock().unwrap().push(status.to_owned());
    });
    let connected = login.await.unwrap();
    assert_eq!(*heard.lock().unwrap(), ["new", "scanned", "confirmed"]);
    assert_eq!(connected.coins_spent, Some(server.spent()));
    assert_eq!(server.spent(), 1 + 4);

    let account = connected.account.unwrap().id.unwrap();
    let mut accounts = server.social().account_management().list().items();
    let mut ids = Vec::new();
    while let Some(account) = accounts.next_item().await {
        ids.extend(account.unwrap().id);
    }
    assert!(ids.contains(&account));
}

#[tokio::test]
async fn an_expired_code_ends_the_login() {
    let server = Server::quick().await;
    server.sandbox.add_fault(Fault::new(FaultKind::QrExpires).times(1));
    let error = show(&server).await.await.unwrap_err();
    assert!(error.is_expired() && !error.is_deadline());
    golden("work/login_expired", &format!("{error}\n"));
    assert_eq!(error.coins_spent(), Some(server.spent()));
}

#[tokio::test]
async fn a_deadline_and_another_process() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(40))).await;
    let error = show(&server).await.deadline(Duration::from_millis(40)).await.unwrap_err();
    assert!(error.is_deadline());
    let kept = serde_json::to_string(&error.into_code()).unwrap();
    let code: QrCode = serde_json::from_str(&kept).unwrap();
    assert!(!format!("{code:?}").contains("scan"));
    let connected = server.another().qr_login(code).polling(hasty()).await.unwrap();
    assert!(connected.account.is_some());
    assert_eq!(connected.coins_spent, Some(server.spent()));
}

#[tokio::test]
async fn transient_poll_errors_are_retried_and_others_end_the_login() {
    for fault in [FaultKind::Gateway(502), FaultKind::InvalidJson, FaultKind::StallBody(None)] {
        let server = Server::quick().await;
        let polling = hasty().timeout(Duration::from_millis(150));
        let login = show(&server).await.polling(polling);
        server.sandbox.add_fault(Fault::new(fault.clone()).on(CHECK).times(1));
        assert!(login.await.unwrap().account.is_some(), "{fault:?}");
    }
    // Each response is paid for, so those that never make sense are not asked for until the deadline.
    let server = Server::quick().await;
    let login = show(&server).await;
    server.sandbox.add_fault(Fault::new(FaultKind::InvalidJson).on(CHECK));
    assert!(login.await.unwrap_err().api_error().unwrap().is_decode());
    assert_eq!((server.calls(CHECK), server.spent()), (5, 6));

    let server = Server::quick().await;
    let login = show(&server).await;
    server.sandbox.add_fault(Fault::new(FaultKind::QuotaExceeded).on(CHECK));
    let error = login.await.unwrap_err();
    assert!(error.api_error().unwrap().is_quota_exceeded());
    assert_eq!(error.coins_spent(), Some(server.spent()));
}

/// The confirmation is told once. If that response is lost, the account is connected all the same.
#[tokio::test]
async fn a_lost_confirmation_is_found_by_polling() {
    let server = Server::start(Sandbox::builder().rate_limit(None).pace(Pace::Polls(3))).await;
    let login = show(&server).await;
    server.sandbox.add_fault(Fault::new(FaultKind::CloseAfterCharging).on(CHECK).after(2).times(1));
    let connected = login.await.unwrap();
    assert!(connected.account.is_none() && connected.coins_spent.is_none());
    assert_eq!(server.calls(CHECK), 4);
}

/// Dropped while the code is asked for, and while it is asked after: it can still be scanned, and asked after again.
#[tokio::test]
async fn dropped_at_each_step() {
    let server = Server::quick().await;
    let stall = |operation| Fault::new(FaultKind::StallHeaders(None)).on(operation).times(1);
    let patience = Duration::from_millis(300);
    server.sandbox.add_fault(stall(SHOW));
    assert!(tokio::time::timeout(patience, server.tiktok_login()).await.is_err());
    let tally = server.ledger().operations[SHOW];
    assert_eq!((tally.settled, tally.at_risk), (0, 1));

    let login = show(&server).await;
    let code = login.code().clone();
    server.sandbox.add_fault(stall(CHECK));
    assert!(tokio::time::timeout(patience, login.wait()).await.is_err());
    assert_eq!(server.ledger().operations[CHECK].at_risk, 1);
    assert!(server.qr_login(code).polling(hasty()).await.unwrap().account.is_some());
    assert_eq!(server.calls(SHOW), 2, "each that was asked for, once");
}

/// Each poll costs, so nobody pays for more than the deadline allows.
#[tokio::test(start_paused = true)]
async fn an_unscanned_code_costs_at_most_its_limit() {
    let builder = Sandbox::builder().manual_clock().pace(Pace::Time(Duration::from_secs(99_999)));
    let server = Server::start(builder).await;
    let login = with_fast_clock(&server.sandbox, server.tiktok_login()).await.unwrap();
    let error = with_fast_clock(&server.sandbox, login.wait()).await.unwrap_err();
    assert!(error.is_deadline() || error.is_expired());
    assert!((60..150).contains(&server.spent()), "{}", server.spent());
}
