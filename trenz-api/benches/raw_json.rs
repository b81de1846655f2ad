//! What decoding a page costs: of objects that the document leaves open, as raw JSON and as parsed maps, and of objects
//! that it describes, by this crate's types and by types with serde's derived code.
//!
//! `cargo bench -p trenz-api --bench raw_json` prints time, or memory, of both, and their ratio.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and may stop where it is"
)]

use peak_alloc::PeakAlloc;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::hint::black_box;
use std::time::{Duration, Instant};
use trenz_api::Json;
use trenz_api::social::video_management::PlatformVideosData;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
}

/// What a program wants of an item, in the end.
#[derive(Deserialize)]
struct Product {
    title: String,
    gmv_7d: f64,
}

fn main() {
    let text = page();
    println!("a page of 20 products, {} bytes", text.len());
    let (raw, map) = (measure::<Json>(&text), measure::<Map<String, Value>>(&text));
    let micros = |time: Duration| time.as_nanos() as f64 / 1e3;
    let open = ["raw", "map"];
    report("decode", open, [micros(raw.time), micros(map.time)], "us");
    report("hold", open, [raw.bytes as f64 / 1e3, map.bytes as f64 / 1e3], "kB");

    let raw = fastest(|| {
        let page: Page<Json> = serde_json::from_str(&text).unwrap();
        let products: Vec<Product> = page.items.iter().map(|item| item.parse().unwrap()).collect();
        check(&products);
    });
    let map = fastest(|| {
        let page: Page<Map<String, Value>> = serde_json::from_str(&text).unwrap();
        let parse = |item| serde_json::from_value(Value::Object(item)).unwrap();
        let products: Vec<Product> = page.items.into_iter().map(parse).collect();
        check(&products);
    });
    report("decode and parse", open, [micros(raw), micros(map)], "us");

    let text = typed_page();
    println!("a page of 20 videos, which the document describes, {} bytes", text.len());
    let ours = fastest(|| {
        let page: PlatformVideosData = serde_json::from_str(black_box(&text)).unwrap();
        assert_eq!(black_box(page).videos.len(), 20);
    });
    let derived = fastest(|| {
        let page: Derived = serde_json::from_str(black_box(&text)).unwrap();
        assert_eq!(black_box(page).videos.len(), 20);
    });
    report("decode", ["this crate", "derived"], [micros(ours), micros(derived)], "us");
}

/// The same types with serde's derived code.
#[derive(Deserialize)]
#[expect(dead_code, reason = "decoding is measured")]
struct Derived {
    last_synced_at: Option<i64>,
    limit: Option<i64>,
    page: Option<i64>,
    total_count: Option<i64>,
    videos: Vec<Video>,
}

#[derive(Deserialize)]
#[expect(
    dead_code,
    clippy::struct_field_names,
    reason = "decoding is measured; the document's names"
)]
struct Video {
    cover_url: Option<String>,
    duration: Option<f64>,
    media_type: Option<String>,
    metrics: Option<Metrics>,
    metrics_updated_at: Option<i64>,
    platform: Option<String>,
    platform_url: Option<String>,
    platform_video_id: Option<String>,
    publication_id: Option<i64>,
    published_at: Option<i64>,
    video_id: Option<i64>,
    video_title: Option<String>,
}

#[derive(Deserialize)]
#[expect(
    dead_code,
    clippy::struct_field_names,
    reason = "decoding is measured; the document's names"
)]
struct Metrics {
    comment_count: Option<i64>,
    like_count: Option<i64>,
    play_count: Option<i64>,
    share_count: Option<i64>,
}

fn typed_page() -> String {
    let video = |index: i64| {
        serde_json::json!({
            "cover_url": "https://cdn.example.com/a/b/c.jpg", "duration": 12.5, "media_type": "video",
            "metrics": {"comment_count": index, "like_count": 10, "play_count": 1000, "share_count": 1},
            "metrics_updated_at": 1_700_000_000, "platform": "tiktok",
            "platform_url": "https://www.example.com/@a/video/1", "platform_video_id": "7300000000000000000",
            "publication_id": index, "published_at": 1_700_000_000, "video_id": index,
            "video_title": format!("Lipstick, long lasting, shade {index}"),
        })
    };
    let videos: Vec<Value> = (0..20).map(video).collect();
    serde_json::json!({
        "last_synced_at": 1_700_000_000, "limit": 20, "page": 1, "total_count": 20, "videos": videos
    })
    .to_string()
}

struct Cost {
    time: Duration,
    bytes: usize,
}

fn measure<T: DeserializeOwned>(text: &str) -> Cost {
    let before = MEMORY.current_usage();
    let page: Page<T> = serde_json::from_str(text).unwrap();
    let bytes = MEMORY.current_usage() - before;
    assert_eq!(page.items.len(), 20);
    let time = fastest(|| {
        black_box(serde_json::from_str::<Page<T>>(black_box(text)).unwrap());
    });
    Cost { time, bytes }
}

/// The fastest of many runs: whatever else the machine does can only make a run slower.
fn fastest(run: impl Fn()) -> Duration {
    let once = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..2000).map(|_| once()).min().unwrap_or_default()
}

fn check(products: &[Product]) {
    assert!(products.iter().all(|product| product.title.len() > 5 && product.gmv_7d > 0.0));
}

fn report(what: &str, [ours, other]: [&str; 2], [cost, of_other]: [f64; 2], unit: &str) {
    let ratio = of_other / cost;
    println!("{what}: {ours} {cost:.1} {unit}, {other} {of_other:.1} {unit}, ratio {ratio:.1}");
}

/// A page like those the searches answer with: 40 members an item, some of them nested.
fn page() -> String {
    let item = |index: usize| {
        let mut item = Map::new();
        item.insert("title".into(), format!("Lipstick, long lasting, shade {index}").into());
        item.insert("gmv_7d".into(), (12_345.67 + index as f64).into());
        item.insert("images".into(), vec!["https://cdn.example.com/a/b/c.jpg"; 5].into());
        let trend: Vec<Value> = (0..7)
            .map(|day| serde_json::json!({ "date": day, "sold": day * 17, "gmv": 1.5 }))
            .collect();
        item.insert("trend".into(), trend.into());
        for number in 0..18 {
            item.insert(format!("metric_{number}"), (number * 1_000_003).into());
            item.insert(format!("label_{number}"), format!("value {number}").into());
        }
        Value::Object(item)
    };
    serde_json::json!({ "items": (0..20).map(item).collect::<Vec<_>>() }).to_string()
}
