//! Comments: written, found, answered, liked, deleted.

use serde_json::{Value, json};
use trenz_sandbox::Sandbox;

use crate::server::Server;

const QUERY: &str = "trenz-social-comments-query";

fn at(more: &[(&str, Value)]) -> Value {
    let mut body = json!({ "platform_account_id": 4687, "platform_video_id": "v1" });
    for (name, value) in more {
        body[*name] = value.clone();
    }
    body
}

async fn server() -> Server {
    Server::start(Sandbox::builder().rate_limit(None).items(9)).await
}

async fn listed(server: &Server) -> Vec<Value> {
    server.ask(QUERY, at(&[])).await["comments"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_comment_is_written_liked_and_deleted() {
    let server = server().await;
    assert_eq!(listed(&server).await.len(), 9);
    let text = [("text", json!("Which shade is this?"))];
    let made = server.ask("trenz-social-comments-create", at(&text)).await["comment"].clone();
    let id = made["platform_comment_id"].clone();
    let first = listed(&server).await[0].clone();
    assert_eq!(first["platform_comment_id"], id);
    assert_eq!(
        (&first["text"], &first["is_self_comment"]),
        (&json!("Which shade is this?"), &json!(true))
    );
    // Answered.
    let on = |more: &[(&str, Value)]| {
        let mut body = at(more);
        body["platform_comment_id"] = id.clone();
        body
    };
    let reply = on(&[("text", json!("Coral."))]);
    let reply = server.ask("trenz-social-comments-reply", reply).await["reply"].clone();
    let first = listed(&server).await[0].clone();
    assert_eq!((&first["reply_count"], &first["is_owner_replied"]), (&json!(1), &json!(true)));
    let below = on(&[("platform", json!("tiktok"))]);
    let below = server.ask("trenz-social-comments-replies", below).await;
    assert_eq!(below["replies"][0]["platform_comment_id"], reply["platform_comment_id"]);
    let managed = server.ask("trenz-social-comments-managed-replies", on(&[])).await;
    assert_eq!(managed["replies"][0]["text"], "Coral.");
    // Liked, twice over, and no longer.
    for (action, count) in [("like", 1), ("like", 1), ("unlike", 0), ("unlike", 0)] {
        let body = on(&[("action", json!(action))]);
        let liked = server.ask("trenz-social-comments-like", body).await;
        assert_eq!(liked["comment"]["like_count"], count);
        assert_eq!(liked["comment"]["is_liked"], action == "like");
    }
    // Deleted: gone here, and still to be found among the deleted.
    let gone = server.ask("trenz-social-comments-delete", on(&[])).await;
    assert_eq!(gone["comment"]["is_deleted"], true);
    assert_eq!(listed(&server).await.len(), 9);
    let body = json!({ "is_deleted": true });
    let managed = server.ask("trenz-social-comments-managed-list", body).await;
    assert_eq!(managed["comments"][0]["platform_comment_id"], id);
    assert_eq!(managed["total_count"], 1);
    assert_eq!(server.refused("trenz-social-comments-delete", on(&[])).await, "INVALID_PARAM");
}

#[tokio::test]
async fn generated_comments_can_be_edited() {
    let server = server().await;
    let other = listed(&server).await[4].clone();
    let mut body = at(&[("action", json!("like"))]);
    body["platform_comment_id"] = other["platform_comment_id"].clone();
    let liked = server.ask("trenz-social-comments-like", body).await;
    let before = other["like_count"].as_i64().unwrap();
    assert_eq!(liked["comment"]["like_count"], before + 1);
    assert_eq!(listed(&server).await[4]["like_count"], before + 1);
}

#[tokio::test]
async fn missing_comments_and_videos_are_refused() {
    let server = server().await;
    let mut body = at(&[("text", json!("x"))]);
    body["platform_comment_id"] = "nothing".into();
    for (id, body) in [
        ("trenz-social-comments-reply", body.clone()),
        ("trenz-social-comments-create", at(&[("text", json!(" "))])),
        (
            "trenz-social-comments-create",
            at(&[("text", json!("x")), ("platform_account_id", json!(1))]),
        ),
        (QUERY, at(&[("platform_account_id", json!(1))])),
    ] {
        assert_eq!(server.refused(id, body).await, "INVALID_PARAM", "{id}");
    }
    body["action"] = "hate".into();
    assert_eq!(server.refused("trenz-social-comments-like", body).await, "INVALID_PARAM");
    assert_eq!(server.sandbox.ledger().charged(), 0);
}

#[tokio::test]
async fn lists_are_filtered_and_ordered() {
    let server = server().await;
    let sorted = |comments: &Value, name: &str| {
        let all = comments.as_array().unwrap().iter();
        all.map(|comment| comment[name].as_i64().unwrap()).is_sorted()
    };
    let order = [("sort_by", json!("like_count")), ("sort_order", json!("asc"))];
    assert!(sorted(&server.ask(QUERY, at(&order)).await["comments"], "like_count"));
    let order = [("sort_order", json!("asc"))];
    assert!(sorted(&server.ask(QUERY, at(&order)).await["comments"], "published_at"));
    let body = json!({ "platform_account_ids": [5678], "limit": 50 });
    let managed = server.ask("trenz-social-comments-managed-list", body).await;
    let all = managed["comments"].as_array().unwrap();
    assert!(!all.is_empty() && all.iter().all(|comment| comment["platform"] == "tiktok-shop-pc"));
    let body = json!({ "keyword": "no such words" });
    let managed = server.ask("trenz-social-comments-managed-list", body).await;
    assert_eq!(managed["total_count"], 0);
    let synced = server.ask("trenz-social-comments-sync", at(&[])).await;
    assert_eq!((&synced["videos_processed"], &synced["errors"]), (&json!(1), &json!(0)));
}
