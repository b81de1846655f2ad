//! The control endpoint.

use serde_json::{Value, json};
use trenz_sandbox::{FaultKind, Key, Sandbox};

use crate::server::Server;

async fn control(server: &Server, method: &str, path: &str, body: &'static str) -> (u16, Value) {
    let url = format!("{}/_sandbox{path}", server.sandbox.base_url());
    let sent = server.client.request(method.parse().unwrap(), url).body(body);
    let answer = sent.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

async fn search(server: &Server) -> Value {
    let path = "/open/v1/products/search?country=us";
    server.get("trenz-products-search", path).await.json()
}

#[tokio::test]
async fn faults_are_added_and_removed_at_run_time() {
    let server = Server::unlimited().await;
    let faults = "no-usage,times=1\nserver-error=503,on=trenz-products-search,after=1\n";
    let (status, said) = control(&server, "POST", "/faults", faults).await;
    assert_eq!((status, said["armed"].as_array().unwrap().len()), (200, 2));
    assert_eq!(search(&server).await["code"], Value::Null);
    assert_eq!(search(&server).await["code"], "BACKEND_UNAVAILABLE");
    let (_, said) = control(&server, "GET", "/faults", "").await;
    assert_eq!(said["fired"][1]["kind"], "server-error=503");
    assert_eq!(said["armed"], json!(["server-error=503,on=trenz-products-search"]));
    control(&server, "DELETE", "/faults", "").await;
    assert_eq!(search(&server).await["code"], Value::Null);
    let (status, said) = control(&server, "POST", "/faults", "nulls\nexplode").await;
    assert_eq!(status, 400);
    assert!(said.as_str().unwrap().contains("close-in-body"));
    assert_eq!(control(&server, "GET", "/faults", "").await.1["armed"], json!([]));
    assert_eq!(server.sandbox.fired()[0].kind, FaultKind::NoUsage);
}

#[tokio::test]
async fn the_state_is_shown_and_changed() {
    let key = "sk_live_sandbox_control";
    let builder = Sandbox::builder().manual_clock().key(Key::new(key));
    let server = Server::start(builder).await;
    search(&server).await;
    let (_, state) = control(&server, "GET", "", "").await;
    assert_eq!((&state["charged"], &state["balance"]), (&json!(5), &json!(999_995)));
    assert_eq!((&state["requests"], &state["items"]), (&json!(1), &json!(137)));
    let (_, ledger) = control(&server, "GET", "/ledger", "").await;
    let (_, requests) = control(&server, "GET", "/requests", "").await;
    assert_eq!(ledger[0]["request_id"], requests[0]["request_id"]);
    for (path, body) in [
        ("/balance", "4"),
        ("/rate-limit", "3"),
        ("/items", "-7"),
        ("/clock", "60000"),
        ("/vocabulary", "prose"),
        ("/keys/sk_live_sandbox_control/suspended", ""),
        ("/accounts/4687/expire", ""),
    ] {
        let (status, said) = control(&server, "POST", path, body).await;
        assert_eq!(status, 200, "{path}: {said}");
    }
    assert_eq!(search(&server).await["code"], "AUTH_KEY_SUSPENDED");
    control(&server, "POST", "/keys/sk_live_sandbox_control/active", "").await;
    assert_eq!(search(&server).await["code"], "INSUFFICIENT_BALANCE");
    let (_, after) = control(&server, "POST", "/rate-limit", "none").await;
    assert_eq!((&after["items"], &after["balance"]), (&json!(130), &json!(4)));
    assert_eq!(after["now"].as_u64().unwrap() - state["now"].as_u64().unwrap(), 60_000);
    assert_eq!(after["opening_balance"], 9, "opening − charged + refunded stays the balance");
}

#[tokio::test]
async fn unknown_control_requests_are_refused() {
    let server = Server::unlimited().await;
    for (method, path, body) in [
        ("GET", "/nothing", ""),
        ("PUT", "", ""),
        ("POST", "/balance", "lots"),
        ("POST", "/clock", "5"),
        ("POST", "/keys/sk_live_sandbox_nobody/active", ""),
        ("POST", "/keys/x/gone", ""),
        ("POST", "/accounts/1/expire", ""),
        ("POST", "/vocabulary", "other"),
    ] {
        assert_eq!(control(&server, method, path, body).await.0, 400, "{method} {path}");
    }
    assert!(server.sandbox.requests().is_empty(), "control is not the API");
}
