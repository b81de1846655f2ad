//! Who may call, what, and how often.

use std::time::Duration;

use serde_json::json;
use trenz_sandbox::{Key, KeyStatus, Sandbox};

use crate::generate::valid;
use crate::server::{Answer, Server};
use crate::spec::{operation, operations};

const SEARCH: &str = "trenz-products-search";
const PATH: &str = "/open/v1/products/search?country=us";
const KEY: &str = "sk_live_sandbox_keys";

/// Sends a search with these headers, and has the response judged.
async fn with(server: &Server, headers: &[(&str, &str)]) -> Answer {
    let url = format!("{}{PATH}", server.sandbox.base_url());
    let mut sent = server.client.get(url);
    for (name, value) in headers {
        sent = sent.header(*name, *value);
    }
    let answer = Answer::read(sent.send().await.unwrap()).await.unwrap();
    operation(SEARCH).judge(answer.status, &answer.body);
    answer
}

#[tokio::test]
async fn exactly_one_credential_is_accepted() {
    let server = Server::start(Sandbox::builder().key(Key::new(KEY))).await;
    let bearer = format!("Bearer {KEY}");
    let lower = format!("bearer {KEY}");
    let (k, b) = (("x-api-key", KEY), ("authorization", bearer.as_str()));
    for (headers, status, code) in [
        (vec![k], 200, ""),
        (vec![b], 200, ""),
        (vec![("authorization", lower.as_str())], 200, ""),
        (vec![], 401, "AUTH_MISSING_KEY"),
        (vec![("x-api-key", "")], 401, "AUTH_MISSING_KEY"),
        (vec![("x-api-key", "sk_live_sandbox_other")], 401, "AUTH_INVALID_KEY"),
        (vec![("authorization", KEY)], 401, "AUTH_INVALID_KEY"),
        (vec![("authorization", "Basic eDp5")], 401, "AUTH_INVALID_KEY"),
        (vec![("x-api-key", bearer.as_str())], 401, "AUTH_INVALID_KEY"),
        (vec![k, b], 400, "BAD_REQUEST"),
        (vec![k, k], 400, "BAD_REQUEST"),
        (vec![b, b], 400, "BAD_REQUEST"),
    ] {
        let answer = with(&server, &headers).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{headers:?}");
    }
    assert_eq!(server.sandbox.ledger().charged(), 15);
}

#[tokio::test]
async fn keys_are_suspended_and_reactivated() {
    let builder = Sandbox::builder()
        .key(Key::new(KEY))
        .key(Key::new("sk_live_sandbox_gone").status(KeyStatus::Revoked));
    let server = Server::start(builder).await;
    let gone = with(&server, &[("x-api-key", "sk_live_sandbox_gone")]).await;
    assert_eq!(gone.code(), "AUTH_KEY_REVOKED");
    for (standing, code) in [
        (KeyStatus::Suspended, "AUTH_KEY_SUSPENDED"),
        (KeyStatus::Revoked, "AUTH_KEY_REVOKED"),
        (KeyStatus::Active, ""),
    ] {
        assert!(server.sandbox.set_key_status(KEY, standing));
        assert_eq!(with(&server, &[("x-api-key", KEY)]).await.code(), code);
    }
    assert!(!server.sandbox.set_key_status("sk_live_sandbox_nobody", KeyStatus::Active));
}

#[tokio::test]
async fn every_operation_needs_its_scope() {
    let bare = Key::new(KEY).scopes(Vec::<String>::new());
    let server = Server::start(Sandbox::builder().rate_limit(None).lenient(true).key(bare)).await;
    for (number, operation) in (0..).zip(operations()) {
        let request = valid(operation, &mut fastrand::Rng::with_seed(number));
        let scope = operation.raw["x-scope"].as_str();
        let answer = server.send(operation, &request).await;
        let code = if scope.is_some() { "FORBIDDEN_SCOPE" } else { "" };
        assert_eq!(answer.code(), code, "{}", operation.id);
        if let Some(scope) = scope {
            assert!(answer.json()["message"].as_str().unwrap().contains(scope));
            server.sandbox.add_key(Key::new(KEY).scopes([scope]));
            assert_eq!(server.send(operation, &request).await.status, 200, "{}", operation.id);
            server.sandbox.add_key(Key::new(KEY).scopes(Vec::<String>::new()));
        }
    }
}

#[tokio::test]
async fn the_rate_limit_is_two_hundred_a_minute() {
    let server = Server::start(Sandbox::builder().manual_clock()).await;
    let key = [("x-api-key", server.sandbox.key().to_owned())];
    let key = [(key[0].0, key[0].1.as_str())];
    for _ in 0..150 {
        assert_eq!(with(&server, &key).await.status, 200);
    }
    assert!(server.sandbox.advance(Duration::from_secs(20)));
    for _ in 0..50 {
        assert_eq!(with(&server, &key).await.status, 200);
    }
    let refused = with(&server, &key).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
    assert_eq!(refused.header("retry-after"), Some("40"));
    // Coming back when told helps, and not before: the 150 of a minute ago are over then.
    assert!(server.sandbox.advance(Duration::from_secs(39)));
    assert_eq!(with(&server, &key).await.header("retry-after"), Some("1"));
    assert!(server.sandbox.advance(Duration::from_secs(1)));
    for _ in 0..150 {
        assert_eq!(with(&server, &key).await.status, 200);
    }
    assert_eq!(with(&server, &key).await.header("retry-after"), Some("20"));
    assert_eq!(server.sandbox.ledger().charged(), 5 * 350);
    server.sandbox.set_rate_limit(None);
    assert_eq!(with(&server, &key).await.status, 200);
}

#[tokio::test]
async fn each_key_has_its_own_rate_limit() {
    let other = "sk_live_sandbox_other";
    let builder = Sandbox::builder().rate_limit(Some(1)).manual_clock();
    let server = Server::start(builder.key(Key::new(KEY)).key(Key::new(other))).await;
    assert_eq!(with(&server, &[("x-api-key", KEY)]).await.status, 200);
    assert_eq!(with(&server, &[("x-api-key", KEY)]).await.code(), "RATE_LIMITED");
    assert_eq!(with(&server, &[("x-api-key", other)]).await.status, 200);
}

#[tokio::test]
async fn a_quota_counts_successes_and_does_not_recover() {
    let server = Server::start(Sandbox::builder().manual_clock().key(Key::new(KEY).quota(2))).await;
    let embed = || server.post("trenz-ai-embedding", json!({ "type": "text", "text": "x" }));
    assert_eq!(embed().await.status, 200);
    assert_eq!(server.refused("trenz-ai-embedding", json!({})).await, "MISSING_PARAM");
    assert_eq!(embed().await.status, 200);
    for _ in 0..2 {
        let refused = embed().await;
        assert_eq!((refused.status, refused.code().as_str()), (429, "QUOTA_EXCEEDED"));
        assert_eq!(refused.header("retry-after"), None);
        assert!(server.sandbox.advance(Duration::from_secs(3600)));
    }
    assert_eq!(server.sandbox.ledger().charged(), 200);
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused() {
    for key in ["", "sk live", "sk_live_sandbox_é"] {
        assert!(Sandbox::builder().key(Key::new(key)).start().await.is_err());
    }
}
