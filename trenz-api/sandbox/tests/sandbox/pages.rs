//! The four ways of paging, over lists that stand still and lists that move.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::server::Server;

async fn server() -> Server {
    Server::start(Sandbox::builder().rate_limit(None).items(45)).await
}

fn ids(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|item| item[name].to_string()).collect()
}

/// All of them, once each.
fn all_once(ids: &[String], count: usize) {
    assert_eq!(ids.len(), count);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), count);
}

#[tokio::test]
async fn lists_are_paged_by_page_number() {
    let server = server().await;
    let mut found = Vec::new();
    for (page, count) in [(1, 20), (2, 20), (3, 5), (4, 0)] {
        let path = format!("/open/v1/videos/search?country=us&page={page}");
        let data = server.get("trenz-videos-search", &path).await.json()["data"].clone();
        assert_eq!(data["items"].as_array().unwrap().len(), count);
        assert_eq!(data["total_count"], 45);
        found.extend(ids(&data["items"], "id"));
    }
    all_once(&found, 45);
    // In a body, with page_info.
    let body = json!({ "page": 5, "page_size": 10 });
    let data = server.ask("trenz-ads-list", body).await;
    assert_eq!(data["list"].as_array().unwrap().len(), 5);
    let info = json!({ "page": 5, "page_size": 10, "total_number": 45, "total_page": 5 });
    assert_eq!(data["page_info"], info);
}

#[tokio::test]
async fn sorting_applies_across_pages() {
    let server = server().await;
    let mut views = Vec::new();
    for page in 1..=5 {
        let path =
            format!("/open/v1/videos/search?country=us&sort=views:asc&page_size=9&page={page}");
        let data = server.get("trenz-videos-search", &path).await.json()["data"].clone();
        views.extend(data["items"].as_array().unwrap().iter().map(|item| item["views"].as_u64()));
    }
    assert!(views.len() == 45 && views.is_sorted());
    // Another order shows the same things, the other way round.
    let path = "/open/v1/videos/search?country=us&sort=views:desc";
    let data = server.get("trenz-videos-search", path).await.json()["data"].clone();
    assert_eq!(data["items"][0]["views"].as_u64(), views[44]);
}

#[tokio::test]
async fn lists_are_paged_by_offset() {
    let server = server().await;
    let mut found = Vec::new();
    for offset in [0, 20, 40, 60] {
        let body = json!({ "query": "cat", "offset": offset });
        let data = server.ask("trenz-ai-image-search", body).await;
        assert_eq!(data["total"], 45);
        found.extend(ids(&data["items"], "id"));
    }
    all_once(&found, 45);
    // Pages of another size show the same things.
    let body = json!({ "query": "cat", "offset": 7, "limit": 3 });
    let data = server.ask("trenz-ai-image-search", body).await;
    assert_eq!(ids(&data["items"], "id"), found[7..10]);
}

#[tokio::test]
async fn lists_are_paged_by_cursor() {
    let server = server().await;
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let body = json!({
            "platform_account_id": 4687, "platform_video_id": "v", "limit": 10, "cursor": cursor,
        });
        let data = server.ask("trenz-social-comments-query", body).await;
        found.extend(ids(&data["comments"], "platform_comment_id"));
        assert_eq!(data["total_count"], 45);
        assert_eq!(data["has_more"], found.len() < 45);
        cursor = data["next_cursor"].as_str().unwrap().to_owned();
        if data["has_more"] == false {
            break;
        }
    }
    assert_eq!(cursor, "");
    all_once(&found, 45);
    let body = json!({ "platform_account_id": 4687, "platform_video_id": "v", "cursor": "x" });
    assert_eq!(server.refused("trenz-social-comments-query", body).await, "INVALID_PARAM");
}

#[tokio::test]
async fn lists_are_paged_by_page_token() {
    let server = server().await;
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let body = json!({ "account_id": 5678, "page_size": 20, "page_token": token });
        let data = server.ask("trenz-social-tiktok-shop-products", body).await;
        found.extend(ids(&data["products"], "id"));
        token = data["next_page_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    all_once(&found, 45);
}

#[tokio::test]
async fn shifting_lists_repeat_or_skip_items() {
    let server = server().await;
    let page = async |page: u32| {
        let body = json!({ "query": "cat", "limit": 10, "offset": (page - 1) * 10 });
        ids(&server.ask("trenz-ai-image-search", body).await["items"], "id")
    };
    let before = page(1).await;
    server.sandbox.shift_items(4);
    assert_eq!(page(2).await[..4], before[6..]);
    server.sandbox.shift_items(-4);
    assert_eq!(page(1).await, before);
    server.sandbox.shift_items(-15);
    let data = server.ask("trenz-ai-image-search", json!({ "query": "cat" })).await;
    assert_eq!(data["total"], 30);
    // A cursor stays where it is, whatever is put in front.
    let ask = async |token: &str| {
        let body = json!({ "account_id": 5678, "page_size": 5, "page_token": token });
        server.ask("trenz-social-tiktok-shop-products", body).await
    };
    let first = ask("").await;
    let token = first["next_page_token"].as_str().unwrap();
    let second = ask(token).await;
    server.sandbox.shift_items(3);
    assert_eq!(ask(token).await["products"], second["products"]);
    assert_ne!(ask("").await["products"], first["products"]);
}

#[tokio::test]
async fn repeated_pages_are_sent_by_fault() {
    let server = server().await;
    server.sandbox.add_fault(Fault::new(FaultKind::RepeatPage));
    let mut pages = Vec::new();
    let mut token = String::new();
    for _ in 0..3 {
        let body = json!({ "account_id": 5678, "page_size": 5, "page_token": token });
        let data = server.ask("trenz-social-tiktok-shop-products", body).await;
        token = data["next_page_token"].as_str().unwrap().to_owned();
        pages.push((ids(&data["products"], "id").len(), token.clone()));
    }
    assert!(!token.is_empty());
    assert_eq!(pages[1], pages[2]);
}

#[tokio::test]
async fn page_sizes_out_of_range_are_refused() {
    let server = server().await;
    let limit = |limit: i64| json!({ "query": "cat", "limit": limit });
    for (asked, given) in [(0, 20), (-1, 20), (1, 1), (100, 45), (1_000_000, 45)] {
        let data = server.ask("trenz-ai-image-search", limit(asked)).await;
        assert_eq!(data["items"].as_array().unwrap().len(), given, "{asked}");
    }
    let path = "/open/v1/videos/search?country=us&page=9223372036854775807";
    let data = server.get("trenz-videos-search", path).await.json()["data"].clone();
    assert_eq!(data["items"], json!([]));
}
