//! What the document allows is answered, and the response is what the document says.

use fastrand::Rng;
use serde_json::{Value, json};
use trenz_sandbox::Sandbox;

use crate::generate::{least, valid};
use crate::server::Server;
use crate::spec::{operation, operations};

/// Requests for each operation: 87 × 14 = 1,218.
const ROUNDS: u64 = 14;

/// What a request costs, computed from the document by other code than the sandbox's.
fn price(operation: &crate::spec::Operation, body: Option<&Value>) -> i64 {
    let pricing = &operation.raw["x-pricing"];
    let Some(body) = body.filter(|_| pricing.is_object()) else { return operation.coin_cost() };
    let quantity = body.get("duration").unwrap_or(&pricing["default_quantity"]);
    let tier = body.get("resolution").unwrap_or(&pricing["default_tier"]);
    quantity.as_i64().unwrap() * pricing["unit_price_map"][tier.as_str().unwrap()].as_i64().unwrap()
}

#[tokio::test]
async fn every_valid_request_has_a_valid_response() {
    let builder = Sandbox::builder().rate_limit(None).lenient(true).balance(100_000_000);
    let server = Server::start(builder).await;
    let mut balance = 100_000_000;
    for round in 0..ROUNDS {
        for (number, operation) in (0..).zip(operations()) {
            let mut rng = Rng::with_seed(round * 1000 + number);
            let mut request =
                if round == 0 { least(operation, &mut rng) } else { valid(operation, &mut rng) };
            if operation.body().is_some() && operation.raw["requestBody"]["required"] != true {
                request.body = request.body.filter(|_| rng.bool());
            }
            let answer = server.send(operation, &request).await;
            assert_eq!(answer.status, 200, "{request:?}\n{:?}", answer.json());
            let cost = price(operation, request.body.as_ref());
            balance -= cost;
            assert_eq!(server.sandbox.balance(), balance, "{request:?}");
            let answer = answer.json();
            if operation.raw.pointer("/responses/200/content").is_some() {
                assert_ne!(answer["data"], json!({}), "{}: an empty answer", operation.id);
                if operation.id != "task-status" {
                    let usage = json!({ "coin_cost": cost, "remaining_balance": balance });
                    assert_eq!(answer["usage"], usage, "{}", operation.id);
                }
            }
        }
    }
    assert_eq!(server.sandbox.requests().len() as u64, ROUNDS * operations().len() as u64);
}

/// Without leniency too, as long as nothing is referred to and prose has no say.
#[tokio::test]
async fn requests_without_references_are_valid_in_strict_mode() {
    let server = Server::start(Sandbox::builder().rate_limit(None).balance(100_000_000)).await;
    let prose = ["trenz-ai-product-title", "trenz-ai-product-description", "trenz-ai-embedding"];
    let plain = operations().iter().filter(|operation| {
        let id = operation.id.as_str();
        let refers = id.starts_with("trenz-social") || id == "task-status";
        !refers && !prose.contains(&id) && id != "trenz-ai-image-generate"
    });
    let mut tried = 0;
    for operation in plain {
        for seed in 0..3 {
            let request = valid(operation, &mut Rng::with_seed(seed));
            let answer = server.send(operation, &request).await;
            assert_eq!(answer.status, 200, "{request:?}\n{:?}", answer.json());
            tried += 1;
        }
    }
    assert!(tried >= 3 * 40, "{tried}");
}

#[tokio::test]
async fn equal_seeds_give_equal_responses() {
    let mut answers = Vec::new();
    for seed in [7, 7, 8] {
        let server =
            Server::start(Sandbox::builder().rate_limit(None).lenient(true).seed(seed)).await;
        let mut all = Vec::new();
        for (number, operation) in (0..).zip(operations()) {
            let request = valid(operation, &mut Rng::with_seed(number));
            let mut answer = server.send(operation, &request).await.json();
            // What somebody did now, and tokens, are not made up.
            if !operation.path.contains("/social/") {
                all.push(answer["data"].take());
            }
        }
        answers.push(all);
    }
    assert_eq!(answers[0], answers[1]);
    assert_ne!(answers[0], answers[2]);
}

#[tokio::test]
async fn responses_repeat_inputs_of_the_request() {
    let server = Server::unlimited().await;
    let found = server
        .get(
            "trenz-products-search",
            "/open/v1/products/search?country=th&keyword=lip%20stick&page_size=7&min_price=20\
             &max_price=21.5&free_shipping=true&sort=price:asc&min_sold_7d=100",
        )
        .await
        .json();
    let items = found["data"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 7);
    let prices: Vec<f64> = items.iter().map(|item| item["price"].as_f64().unwrap()).collect();
    assert!(prices.is_sorted() && prices.iter().all(|price| (20.0..=21.5).contains(price)));
    for item in items {
        assert_eq!(item["region"], "TH");
        assert_eq!(item["free_shipping"], true);
        assert!(item["sold_7d"].as_u64().unwrap() >= 100);
        assert!(item["title"].as_str().unwrap().contains("lip stick"));
        assert_eq!(item["id"].as_str().unwrap().len(), 19);
    }
    // A detail is about the thing that the search has found.
    let plain = server.get("trenz-products-search", "/open/v1/products/search?country=th").await;
    let item = &plain.json()["data"]["items"][3];
    let path =
        format!("/open/v1/products/{}?country=th&include=videos", item["id"].as_str().unwrap());
    let detail = &server.get("trenz-products-detail", &path).await.json()["data"]["items"][0];
    assert_eq!(detail["price"], item["price"]);
    assert_eq!(detail["videos"].as_array().unwrap().len(), 3);
    assert!(detail.get("reviews").is_none());

    let body = json!({ "video_id": "7300000000000000001" });
    let submitted = server.ask("trenz-video-transcription", body).await;
    assert_eq!(submitted["video_id"], "7300000000000000001");
    let vector = server.ask("trenz-ai-embedding", json!({ "type": "text", "text": "x" })).await;
    assert_eq!(json!(vector["embedding"].as_array().unwrap().len()), vector["dimensions"]);
}

#[tokio::test]
async fn unknown_inputs_are_ignored_and_reported() {
    let server = Server::unlimited().await;
    let body = json!({ "type": "text", "text": "x", "surprise": 1 });
    let answer = server.post("trenz-ai-embedding", body).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["warnings"], json!(["unknown body member surprise ignored"]));
    let path = "/open/v1/products/search?country=us&colour=red";
    let answer = server.get("trenz-products-search", path).await;
    assert_eq!(answer.json()["warnings"], json!(["unknown query parameter colour ignored"]));
}

#[tokio::test]
async fn submissions_name_their_task_as_documented() {
    let server = Server::unlimited().await;
    let (mut by_task, mut by_job) = (0, 0);
    for (number, operation) in (0..).zip(operations()) {
        if operation.raw["x-billing-mode"] != "async_on_complete" {
            continue;
        }
        let mut request = valid(operation, &mut Rng::with_seed(number));
        if let Some(Value::Object(body)) = &mut request.body {
            body.insert("product_images".to_owned(), json!([]));
        }
        let data = server.send(operation, &request).await.json()["data"].clone();
        by_task += u32::from(data["task_id"].is_string());
        by_job += u32::from(data["job_id"].is_string());
    }
    assert_eq!((by_task, by_job), (10, 8));
    assert_eq!(operation("task-status").coin_cost(), 0);
}
