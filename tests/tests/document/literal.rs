//! The places where a literal reading of the document goes wrong, each with what the
//! crate makes of it.
//!
//! What goes over the wire is judged for all operations in the `calls` tests; the
//! rest of the table stands here.

use axum::Router;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use trenz_api::SdProResolution;
use trenz_api::async_tasks::TaskStatus;
use trenz_api::content::ai_video::Veo3GenerateDuration;
use trenz_api::data::products::{DetailInclude, SearchSort};
use trenz_api::{AuthScheme, Client, Country};

/// A server that responds to every request with `body` and remembers the requests.
struct Server {
    client: Client,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The target of a request, and its headers.
type Asked = (String, Vec<(String, String)>);

async fn server(body: Value, auth: AuthScheme) -> Server {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = asked.clone();
    let app = Router::new().fallback(move |request: Request| {
        let headers = request.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        seen.lock().unwrap().push((request.uri().to_string(), headers));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = Client::builder()
        .api_key("sk_live_literal")
        .auth_scheme(auth)
        .base_url(format!("http://{address}"))
        .build()
        .unwrap();
    Server { client, asked }
}

impl Server {
    fn last(&self) -> Asked {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it reads better at every call")]
fn envelope(data: Value) -> Value {
    json!({ "data": data, "request_id": "req_1", "usage": { "coin_cost": 5, "remaining_balance": 95 } })
}

#[tokio::test]
async fn the_key_is_sent_once_in_one_header() {
    for (scheme, name, value) in [
        (AuthScheme::ApiKey, "x-api-key", "sk_live_literal"),
        (AuthScheme::Bearer, "authorization", "Bearer sk_live_literal"),
    ] {
        let server = server(envelope(json!({})), scheme).await;
        let call = server.client.async_tasks().status().task_id("t");
        let _ = call.send().await;
        let (_, headers) = server.last();
        let keys: Vec<_> =
            headers.iter().filter(|(_, value)| value.contains("sk_live_literal")).collect();
        assert_eq!(keys, [&(name.to_owned(), value.to_owned())]);
    }
}

#[tokio::test]
async fn sort_and_include_are_encoded() {
    let server = server(envelope(json!({})), AuthScheme::ApiKey).await;
    let products = server.client.data().products();
    for (sort, wire) in [
        (SearchSort::Sold7d.desc(), "sort=sold_7d%3Adesc"),
        (SearchSort::Gmv30d.asc(), "sort=gmv_30d%3Aasc"),
        (SearchSort::from("new_field").desc(), "sort=new_field%3Adesc"),
    ] {
        products.search().country(Country::Us).sort(sort).send().await.unwrap();
        let (url, _) = server.last();
        assert!(url.contains(wire) || url.contains(&wire.replace("%3A", ":")), "{url}");
    }
    let include = [DetailInclude::Creators, DetailInclude::from("next_year")];
    products.detail().id("1").country("us").include(include).send().await.unwrap();
    let (url, _) = server.last();
    assert!(
        url.contains("include=creators,next_year") || url.contains("include=creators%2Cnext_year"),
        "{url}"
    );
    // The duplicate `country` of the creative search is one required enum.
    server.client.data().creatives().search().country(Country::Th).send().await.unwrap();
    assert_eq!(server.last().0, "/open/v1/creatives/search?country=th");
}

#[tokio::test]
async fn an_unset_input_is_not_sent() {
    let server = server(envelope(json!({})), AuthScheme::ApiKey).await;
    server.client.data().products().search().country(Country::Us).send().await.unwrap();
    assert_eq!(server.last().0, "/open/v1/products/search?country=us");
}

#[tokio::test]
async fn responses_decode_in_every_documented_form() {
    // 200 without content: no data, and a body, if one comes, is not an error.
    for body in [Value::Null, envelope(json!({ "surprise": 1 }))] {
        let server = server(body, AuthScheme::ApiKey).await;
        let accounts = server.client.social().account_management();
        let () = accounts.platform_account_disconnect().account_id(1).send().await.unwrap().data;
    }
    // An object without properties keeps what it holds.
    let server_ =
        server(envelope(json!({ "refund": 12_345_678_901_234_567_890_u64 })), AuthScheme::ApiKey)
            .await;
    let publishing = server_.client.social().video_publishing();
    let cancelled = publishing.publish_cancel().publication_id(1).send().await.unwrap();
    assert_eq!(cancelled.data.get(), r#"{"refund":12345678901234567890}"#);
    assert_eq!(cancelled.usage.coin_cost, Some(5));
    // task-status answers without `usage`: unknown, not zero. Both vocabularies are kept.
    for status in ["pending", "running", "completed", "refunded", "success", "failed"] {
        let body = json!({ "data": { "task_id": "t", "status": status }, "request_id": "r" });
        let server = server(body, AuthScheme::ApiKey).await;
        let answer = server.client.async_tasks().status().task_id("t").send().await.unwrap();
        assert_eq!(answer.usage.coin_cost, None);
        assert_eq!(answer.data.status.as_str(), status);
        let named = !matches!(answer.data.status, TaskStatus::Unrecognized(_));
        assert_eq!(named, !["success", "failed"].contains(&status));
    }
    // The component that nothing refers to: page, page_size, total, warnings.
    let mut body = envelope(json!({ "items": [{ "id": 7, "id_str": "7" }], "total_count": 1 }));
    for (name, value) in [
        ("page", json!(2)),
        ("page_size", json!(20)),
        ("total", json!(40)),
        ("warnings", json!(["slow"])),
    ] {
        body[name] = value;
    }
    let server = server(body, AuthScheme::ApiKey).await;
    let found = server.client.data().lives().detail().id("1").country("us").send().await.unwrap();
    assert_eq!((found.page, found.page_size, found.total), (Some(2), Some(20), Some(40)));
    assert_eq!(found.warnings, ["slow"]);
    assert_eq!(found.data.items[0].parse::<Value>().unwrap()["id"], 7);
}

#[tokio::test]
async fn both_spellings_of_a_task_id_decode() {
    let server =
        server(envelope(json!({ "task_id": "t", "job_id": "j" })), AuthScheme::ApiKey).await;
    let content = server.client.content();
    let sora = content.ai_video().sora2_generate().prompt("p").send().await.unwrap();
    assert_eq!(sora.data.job_id.as_deref(), Some("j"));
    let sd = content.ai_video().sd_pro_generate().prompt("p").send().await.unwrap();
    assert_eq!(sd.data.task_id.as_deref(), Some("t"));
}

#[tokio::test]
async fn maps_and_nested_lists_are_typed() {
    let data = json!({ "validation_results": { "tiktok": { "is_valid": false, "errors": [{ "field": "codec", "reason": "vp9" }] } }, "platform_rules": { "tiktok": { "max": 4 } } });
    let server = server(envelope(data), AuthScheme::ApiKey).await;
    let videos = server.client.social().video_management();
    let checked = videos.check_info().bucket_name("b").object_key("k").send().await.unwrap();
    let results = checked.data.validation_results.unwrap();
    assert_eq!(results["tiktok"].is_valid, Some(false));
    assert_eq!(results["tiktok"].errors[0].reason.as_deref(), Some("vp9"));
    let request = trenz_api::content::ai_image::MaterialInpainting::builder()
        .url("https://example.com/v.mp4")
        .boxes([vec![0.0, 0.0, 0.5, 1.0]])
        .build();
    assert_eq!(request.boxes, Some(vec![vec![0.0, 0.0, 0.5, 1.0]]));
}

#[test]
fn names_are_readable() {
    use trenz_api::content::ai_video::CloneVideo;
    use trenz_api::social::analytics::ShopVideosDateRange;
    use trenz_api::social::video_publishing::PublishPrivacy as Privacy;
    use trenz_api::{SdProAspectRatio, Sora2AspectRatio};
    for (name, wire) in [
        (SdProAspectRatio::Ratio9x16.to_string(), "9:16"),
        (Sora2AspectRatio::Portrait.to_string(), "portrait"),
        (SdProResolution::P720.to_string(), "720p"),
        (ShopVideosDateRange::Days7.to_string(), "7d"),
        (Veo3GenerateDuration::Seconds8.to_string(), "8"),
        (Privacy::PublicToEveryone.to_string(), "PUBLIC_TO_EVERYONE"),
        (Privacy::Public.to_string(), "public"),
    ] {
        assert_eq!(name, wire);
    }
    assert_eq!(Veo3GenerateDuration::from(8), Veo3GenerateDuration::Seconds8);
    assert!(matches!(Veo3GenerateDuration::from(9), Veo3GenerateDuration::Unrecognized(_)));
    // The natural name of the operation is `clone`, of the property `type`.
    assert_eq!(<CloneVideo as trenz_api::Operation>::ID, "trenz-video-clone");
    let embedding = trenz_api::content::tools::Embedding::builder().type_("text").build();
    assert_eq!(serde_json::to_value(&embedding).unwrap()["type"], "text");
}

#[tokio::test]
async fn constraints_in_prose_are_not_checked() {
    let server = server(envelope(json!({})), AuthScheme::ApiKey).await;
    // “max 100”, “at least one of …” stand in prose: documentation, not a check.
    let search = server.client.content().material_search().search();
    search.query("cat").limit(500).send().await.unwrap();
    server.client.content().ai_copywriting().product_title().send().await.unwrap();
    // What the schema states is checked, and nothing is sent.
    let before = server.asked.lock().unwrap().len();
    let products = server.client.data().products();
    let error = products.search().country(Country::Us).page_size(21).send().await.unwrap_err();
    assert!(error.to_string().contains("page_size"), "{error}");
    assert_eq!(server.asked.lock().unwrap().len(), before);
}
