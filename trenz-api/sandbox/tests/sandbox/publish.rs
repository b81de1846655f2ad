//! Publishing what was uploaded.

use std::time::Duration;

use serde_json::{Value, json};
use trenz_sandbox::{FaultKind, Pace, Sandbox};

use crate::server::Server;

const PUBLISH: &str = "trenz-social-publish-upload";
const SESSION: &str = "trenz-social-publish-session";
const CHECK: &str = "trenz-social-video-check-info";

/// Uploads some bytes; says where they are, under the names that publishing wants.
async fn upload(server: &Server, kind: &str, bytes: &'static str) -> Value {
    let ticket = json!({ "file_name": "a.mp4", "content_type": kind });
    let ticket = server.ask("trenz-social-upload-presigned-url", ticket).await;
    let sent = server.client.put(ticket["presigned_url"].as_str().unwrap());
    let sent = sent.header("content-type", kind).body(bytes).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    json!({ "bucket_name": ticket["s3_bucket"], "bucket_key": ticket["object_key"] })
}

fn request(object: &Value, publications: Value) -> Value {
    let mut body = object.clone();
    body["video_title"] = "My video".into();
    body["publications"] = publications;
    body
}

fn to(account: i64) -> Value {
    json!({ "platform_account_id": account, "title": "Look" })
}

async fn session(server: &Server, token: &Value) -> Value {
    server.ask(SESSION, json!({ "session_token": token })).await
}

#[tokio::test]
async fn a_video_is_uploaded_and_published() {
    let server = Server::unlimited().await;
    let object = upload(&server, "video/mp4", "film").await;
    let check = json!({ "bucket_name": object["bucket_name"], "object_key": object["bucket_key"] });
    let verdict = server.ask(CHECK, check).await;
    assert_eq!(verdict["validation_results"]["tiktok"]["is_valid"], true);
    assert_eq!(verdict["video_metadata"]["file_size"], 4);
    let started = server.ask(PUBLISH, request(&object, json!([to(4687), to(5678)]))).await;
    assert_eq!(started["skipped_accounts"], json!([]));
    let token = &started["session_token"];
    let mut words = Vec::new();
    for _ in 0..3 {
        words.push(session(&server, token).await["session"]["status"].clone());
    }
    assert_eq!(words, ["pending", "processing", "completed"]);
    let done = session(&server, token).await;
    assert_eq!(done["session"]["completed_publications"], 2);
    assert!(done["publications"][1]["platform_url"].is_string());
    let videos = server.ask("trenz-social-videos-list", json!({})).await;
    assert_eq!(videos["videos"][0]["title"], "My video");
    assert_eq!(videos["videos"].as_array().unwrap().len(), 20, "made-up ones follow");
    let id = &videos["videos"][0]["id"];
    let detail = server.ask("trenz-social-video-detail", json!({ "video_id": id })).await;
    assert_eq!(detail["publications"][0]["status"], "published");
    assert_eq!(detail["video"]["file_size"], 4);
}

#[tokio::test]
async fn publishing_needs_an_upload_and_existing_accounts() {
    let server = Server::unlimited().await;
    let object = upload(&server, "video/mp4", "film").await;
    let nothing = json!({ "bucket_name": "b", "bucket_key": "upload/k" });
    for (object, publications, code) in [
        (&nothing, json!([to(4687)]), "INVALID_PARAM"),
        (&json!({}), json!([to(4687)]), "MISSING_PARAM"),
        (&object, json!([to(1)]), "INVALID_PARAM"),
        (&object, json!([]), "INVALID_PARAM"),
        (&object, json!([{ "title": "x" }]), "MISSING_PARAM"),
    ] {
        assert_eq!(server.refused(PUBLISH, request(object, publications)).await, code);
    }
    let check = json!({ "bucket_name": "b", "object_key": "k" });
    assert_eq!(server.refused(CHECK, check).await, "INVALID_PARAM");
    assert_eq!(server.sandbox.ledger().of(PUBLISH).count(), 0);
    let media = json!([{ "bucket_name": object["bucket_name"], "bucket_key": object["bucket_key"],
        "order": 0 }]);
    let body = json!({ "video_title": "x", "publications": [to(4687)], "media_items": media });
    server.ask(PUBLISH, body).await;
}

#[tokio::test]
async fn images_and_empty_files_are_not_videos() {
    let server = Server::unlimited().await;
    for (kind, bytes, field) in [("image/png", "x", "codec_name"), ("video/mp4", "", "file_size")] {
        let object = upload(&server, kind, bytes).await;
        let check =
            json!({ "bucket_name": object["bucket_name"], "object_key": object["bucket_key"] });
        let verdict = &server.ask(CHECK, check).await["validation_results"]["youtube"];
        assert_eq!(verdict["is_valid"], false);
        assert_eq!(verdict["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn accounts_fail_and_are_skipped_independently() {
    let builder = Sandbox::builder().rate_limit(None).pace(Pace::Polls(1));
    let server = Server::start(builder.fault(FaultKind::PublicationFails)).await;
    let object = upload(&server, "video/mp4", "film").await;
    assert!(server.sandbox.expire_account(6789));
    let all = json!([to(4687), to(5678), to(6789)]);
    let started = server.ask(PUBLISH, request(&object, all)).await;
    assert_eq!(started["skipped_accounts"], json!(["6789"]));
    let done = session(&server, &started["session_token"]).await;
    let words: Vec<&Value> =
        done["publications"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(words, ["failed", "published"]);
    assert_eq!(done["session"]["status"], "completed");
    assert_eq!(done["session"]["failed_publications"], 1);
    let started = server.ask(PUBLISH, request(&object, json!([to(4687)]))).await;
    let done = session(&server, &started["session_token"]).await;
    assert_eq!(done["session"]["status"], "failed");
}

#[tokio::test]
async fn publication_times_are_checked() {
    let builder = Sandbox::builder().manual_clock().pace(Pace::Polls(1));
    let server = Server::start(builder).await;
    let object = upload(&server, "video/mp4", "film").await;
    let at = |ahead: i64| {
        let mut one = to(4687);
        one["scheduled_at"] = (server.sandbox.now() + ahead).into();
        request(&object, json!([one]))
    };
    let day = 86_400;
    assert_eq!(server.refused(PUBLISH, at(90 * day + 1)).await, "INVALID_PARAM");
    for (ahead, status) in
        [(-5, "published"), (299, "published"), (300, "scheduled"), (90 * day, "scheduled")]
    {
        let started = server.ask(PUBLISH, at(ahead)).await;
        let told = session(&server, &started["session_token"]).await;
        assert_eq!(told["publications"][0]["status"], status, "{ahead}");
        assert_eq!(told["session"]["status"], "completed");
        assert!(server.sandbox.advance(Duration::from_secs(301)));
        let told = session(&server, &started["session_token"]).await;
        let later = if ahead == 90 * day { "scheduled" } else { "published" };
        assert_eq!(told["publications"][0]["status"], later);
    }
}

#[tokio::test]
async fn publications_are_cancelled_before_they_start() {
    let server = Server::unlimited().await;
    let object = upload(&server, "video/mp4", "film").await;
    let started = server.ask(PUBLISH, request(&object, json!([to(4687), to(5678)]))).await;
    let token = json!({ "session_token": started["session_token"] });
    let told = server.ask(SESSION, token.clone()).await;
    let one = json!({ "publication_id": told["publications"][0]["id"] });
    server.ask("trenz-social-publish-cancel", one).await;
    let told = server.ask(SESSION, token.clone()).await;
    assert_eq!(told["publications"][0]["status"], "cancelled");
    assert_eq!(told["publications"][1]["status"], "processing");
    server.ask("trenz-social-publish-session-cancel", token.clone()).await;
    assert_eq!(server.ask(SESSION, token.clone()).await["session"]["status"], "cancelled");
    // What is over cannot be cancelled, and what never was neither.
    let started = server.ask(PUBLISH, request(&object, json!([to(4687)]))).await;
    for _ in 0..3 {
        session(&server, &started["session_token"]).await;
    }
    let over = session(&server, &started["session_token"]).await["publications"][0]["id"].clone();
    for (id, body) in [
        ("trenz-social-publish-cancel", json!({ "publication_id": over })),
        (
            "trenz-social-publish-session-cancel",
            json!({ "session_token": started["session_token"] }),
        ),
        ("trenz-social-publish-session-cancel", json!({ "session_token": "none" })),
        ("trenz-social-publish-cancel", json!({ "publication_id": 1 })),
        (SESSION, json!({ "session_token": "none" })),
    ] {
        assert_eq!(server.refused(id, body).await, "INVALID_PARAM");
    }
}

#[tokio::test]
async fn a_dry_run_publishes_nothing() {
    let server = Server::start(Sandbox::builder().pace(Pace::Polls(1))).await;
    let object = upload(&server, "video/mp4", "film").await;
    let mut body = request(&object, json!([to(4687)]));
    body["dry_run"] = true.into();
    let started = server.ask(PUBLISH, body).await;
    let told = &session(&server, &started["session_token"]).await["publications"][0];
    assert_eq!(told["stage"], "dry_run");
    assert!(told.get("platform_url").is_none());
}

#[tokio::test]
async fn prechecks_are_stored() {
    let server = Server::start(Sandbox::builder().pace(Pace::Polls(2))).await;
    let body = json!({ "publication_id": 77 });
    let list = "trenz-social-plans-precheck-records";
    assert_eq!(server.ask(list, body.clone()).await["records"], json!([]));
    server.ask("trenz-social-plans-precheck", body.clone()).await;
    assert_eq!(server.ask(list, body.clone()).await["records"][0]["status"], "processing");
    let record = server.ask(list, body).await["records"][0].clone();
    assert_eq!(record["status"], "passed");
    let result: Value = serde_json::from_str(record["result"].as_str().unwrap()).unwrap();
    assert!(result["quality_score"].is_number());
}
