//! Social accounts: connected by QR code, listed, remarked, disconnected.

use std::time::Duration;

use serde_json::{Value, json};
use trenz_sandbox::{FaultKind, Sandbox};

use crate::server::Server;

const LIST: &str = "trenz-social-accounts-list";
const SHOW: &str = "trenz-social-tiktok-qrcode";
const CHECK: &str = "trenz-social-tiktok-qrcode-check";
const DETAIL: &str = "trenz-social-platform-account-detail";

async fn check(server: &Server, token: &Value) -> Value {
    server.ask(CHECK, json!({ "connector": "trenz", "token": token })).await
}

#[tokio::test]
async fn an_account_is_connected_listed_and_disconnected() {
    let server = Server::unlimited().await;
    assert_eq!(server.ask(LIST, json!({})).await["total"], 3);
    let body = json!({ "connector": "trenz", "state": "csrf-1" });
    let token = server.ask(SHOW, body).await["token"].clone();
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(check(&server, &token).await);
    }
    let words: Vec<&Value> = told.iter().map(|told| &told["status"]).collect();
    assert_eq!(words, ["new", "scanned", "confirmed", "utilised"]);
    assert!(told[1].get("account").is_none());
    assert_eq!(told[2]["state"], "csrf-1");
    let id = told[2]["account"]["id"].clone();
    let accounts = server.ask(LIST, json!({})).await;
    assert_eq!(accounts["accounts"][3]["id"], id);
    let body = json!({ "account_id": id, "remark": "our shop" });
    server.ask("trenz-social-platform-account-update-remark", body).await;
    let detail = server.ask(DETAIL, json!({ "account_id": id })).await;
    assert_eq!(detail["account"]["remark"], "our shop");
    assert_eq!(detail["account"]["username"], told[2]["account"]["username"]);
    let body = json!({ "account_id": id });
    assert_eq!(
        server.ask("trenz-social-platform-account-disconnect", body.clone()).await,
        Value::Null
    );
    assert_eq!(server.ask(LIST, json!({})).await["total"], 3);
    assert_eq!(server.refused(DETAIL, body.clone()).await, "INVALID_PARAM");
    let again = server.refused("trenz-social-platform-account-disconnect", body).await;
    assert_eq!(again, "INVALID_PARAM");
}

#[tokio::test]
async fn codes_expire_by_fault_and_by_time() {
    let server = Server::start(
        Sandbox::builder()
            .manual_clock()
            .fault("qr-expires,times=1".parse::<trenz_sandbox::Fault>().unwrap()),
    )
    .await;
    assert_eq!(server.sandbox.fired(), []);
    let show = async || server.ask(SHOW, json!({ "connector": "trenz" })).await["token"].clone();
    let (doomed, ignored) = (show().await, show().await);
    assert_eq!(server.sandbox.fired()[0].kind, FaultKind::QrExpires);
    assert_eq!(check(&server, &doomed).await["status"], "new");
    assert_eq!(check(&server, &doomed).await["status"], "expired");
    assert!(server.sandbox.advance(Duration::from_secs(301)));
    assert_eq!(check(&server, &ignored).await["status"], "expired");
    let body = json!({ "connector": "trenz", "token": "nothing" });
    assert_eq!(server.refused(CHECK, body).await, "INVALID_PARAM");
}

#[tokio::test]
async fn accounts_are_filtered() {
    let server = Server::unlimited().await;
    let total = async |body: Value| server.ask(LIST, body).await["total"].clone();
    assert_eq!(total(json!({ "platform": "youtube" })).await, 1);
    assert_eq!(total(json!({ "platform": "" })).await, 3);
    assert_eq!(total(json!({ "keyword": "nobody at all" })).await, 0);
    assert!(server.sandbox.expire_account(4687));
    assert_eq!(total(json!({ "status": "active" })).await, 2);
    let body = json!({ "account_id": 4687 });
    let refreshed = server.ask("trenz-social-platform-token-refresh", body).await;
    assert_eq!(refreshed["account"]["status"], "active");
    assert_eq!(total(json!({ "status": "active" })).await, 3);
    assert!(!server.sandbox.expire_account(1));
    // A body is not needed here.
    let url = format!("{}/open/v1/social/accounts/list", server.sandbox.base_url());
    let sent = server.client.post(url).header("x-api-key", server.sandbox.key());
    assert_eq!(sent.send().await.unwrap().status(), 200);
    let page = server.ask(LIST, json!({ "page": 2, "page_size": 2 })).await;
    assert_eq!(page["accounts"].as_array().unwrap().len(), 1);
}
