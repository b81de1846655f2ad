//! States that are kept outside of the program may come back changed: that costs nothing and breaks nothing.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;
use trenz_api::{Polling, PublishProgress, PublishStep, QrCode, StateError, TaskRef, Uploaded};

use crate::client;
use crate::server::{Reply, Server};

type Change = fn(&mut PublishProgress);

fn uploaded() -> Value {
    json!({
        "bucket_name": "b", "object_key": "k", "cdn_url": null, "size": 7,
        "content_type": "video/mp4", "coins_spent": 1,
    })
}

fn progress() -> Value {
    json!({
        "uploaded": uploaded(), "verdicts": null, "may_be_published": false,
        "session_token": "s1", "accounts": [4687, 5678], "skipped_accounts": [], "coins_spent": 12,
    })
}

fn code() -> Value {
    json!({ "url": "https://scan.test/1", "token": "q1", "state": null, "coins_spent": 1 })
}

fn task() -> Value {
    json!({ "task_id": "t1", "coins_charged": u64::MAX, "submitted_at": u64::MAX })
}

/// The same value with another member, at the end of this path.
fn with(mut value: Value, path: &str, member: Value) -> Value {
    *value.pointer_mut(path).unwrap() = member;
    value
}

fn refused<T: DeserializeOwned>(value: Value) -> String {
    serde_json::from_value::<T>(value).err().unwrap().to_string()
}

#[test]
fn invalid_stored_states_are_not_parsed() {
    assert!(serde_json::from_value::<PublishProgress>(progress()).is_ok());
    assert!(serde_json::from_value::<Uploaded>(uploaded()).is_ok());
    assert!(serde_json::from_value::<QrCode>(code()).is_ok());
    assert!(serde_json::from_value::<TaskRef>(task()).unwrap().submitted_at().is_none());

    let too_many = [1_u64 << 63, u64::MAX];
    for (path, member, error) in [
        ("/session_token", json!(""), StateError::Empty("session_token")),
        ("/session_token", json!(" \n"), StateError::Empty("session_token")),
        ("/accounts", json!([1, 2, 1]), StateError::AccountTwice(1)),
        ("/coins_spent", json!(too_many[0]), StateError::Coins("coins_spent", too_many[0])),
        ("/coins_spent", json!(too_many[1]), StateError::Coins("coins_spent", too_many[1])),
        ("/uploaded/object_key", json!(""), StateError::Empty("object_key")),
    ] {
        let said = refused::<PublishProgress>(with(progress(), path, member));
        assert_eq!(said, error.to_string());
    }
    for (path, member, error) in [
        ("/bucket_name", json!(""), StateError::Empty("bucket_name")),
        ("/object_key", json!(""), StateError::Empty("object_key")),
        ("/size", json!(0), StateError::NoBytes),
        ("/coins_spent", json!(too_many[1]), StateError::Coins("coins_spent", too_many[1])),
    ] {
        assert_eq!(refused::<Uploaded>(with(uploaded(), path, member)), error.to_string());
    }
    for (path, member, error) in [
        ("/url", json!(""), StateError::Empty("url")),
        ("/token", json!(""), StateError::Empty("token")),
        ("/coins_spent", json!(too_many[1]), StateError::Coins("coins_spent", too_many[1])),
    ] {
        assert_eq!(refused::<QrCode>(with(code(), path, member)), error.to_string());
    }
    let said = refused::<TaskRef>(with(task(), "/task_id", json!("")));
    assert_eq!(said, StateError::Empty("task_id").to_string());
    for wrong in [json!(null), json!({ "accounts": ["a"] }), json!({ "coins_spent": -1 })] {
        refused::<PublishProgress>(wrong);
    }
}

#[tokio::test]
async fn invalid_states_made_in_the_program_are_refused_unsent() {
    let server = Server::always(Reply::json(200, r#"{"data":{},"usage":{"coin_cost":1}}"#)).await;
    let client = client(&server);
    let fine = || serde_json::from_value::<PublishProgress>(progress()).unwrap();
    let changes: [(Change, StateError); 4] = [
        (|one| one.session_token = Some(String::new()), StateError::Empty("session_token")),
        (|one| one.accounts = vec![7, 7], StateError::AccountTwice(7)),
        (|one| one.coins_spent = Some(u64::MAX), StateError::Coins("coins_spent", u64::MAX)),
        (|one| one.uploaded.as_mut().unwrap().size = 0, StateError::NoBytes),
    ];
    for (change, expected) in changes {
        let mut progress = fine();
        change(&mut progress);
        let error = client.publish("x").to(4687).resume(progress).start().await.unwrap_err();
        assert_eq!((error.step(), error.state_error()), (PublishStep::Plan, Some(&expected)));
    }
    let job = client.publish_job("");
    assert!(job.status().await.unwrap_err().is_invalid_input());
    assert!(job.cancel().await.unwrap_err().is_invalid_input());
    let error = job.await.unwrap_err();
    assert_eq!(error.state_error(), Some(&StateError::Empty("session_token")));

    let twice = client.publish("x").file(("a.mp4", "a")).to(4687).to(4687);
    let error = twice.await.unwrap_err();
    assert_eq!(error.state_error(), Some(&StateError::AccountTwice(4687)));

    for id in ["", ".", ".."] {
        let task = client.task(TaskRef::of(id));
        assert!(task.status().await.unwrap_err().is_invalid_input(), "{id}");
        let error = task.await.unwrap_err();
        assert!(error.poll_error().unwrap().is_invalid_input(), "{id}");
    }
    assert!(server.seen().is_empty());
}

/// Costs that no account can have leave a work that can be stored, and gone on from.
#[tokio::test]
async fn overflowing_costs_become_unknown_in_stored_states() {
    let moment = Duration::from_millis(1);
    let polling = || Polling::new().interval(moment..=moment).max_interval(moment);
    for cost in [1 << 63, u64::MAX] {
        let server = Server::start(move |number, _| {
            let (session, code) =
                if number % 5 < 4 { ("running", "new") } else { ("completed", "expired") };
            let session = json!({ "session_token": "s1", "status": session });
            let data = json!({ "session": session, "status": code });
            let body = json!({ "data": data, "usage": { "coin_cost": cost } });
            Reply::json(200, body.to_string())
        })
        .await;
        let client = client(&server);
        let published = client.publish_job("s1").polling(polling()).await.unwrap();
        assert_eq!(published.progress.coins_spent, None);
        let kept = serde_json::to_string(&published.progress).unwrap();
        assert_eq!(serde_json::from_str::<PublishProgress>(&kept).unwrap(), published.progress);

        let code: QrCode = serde_json::from_value(code()).unwrap();
        let error = client.qr_login(code).polling(polling()).await.unwrap_err();
        assert_eq!(error.coins_spent(), None);
        let kept = serde_json::to_string(&error.into_code()).unwrap();
        assert!(serde_json::from_str::<QrCode>(&kept).is_ok());
        assert_eq!(client.ledger().total().settled, u64::MAX);
    }
}
