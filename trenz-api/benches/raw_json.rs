//! What it costs to carry the objects that the document leaves open: as raw JSON, and as parsed maps.
//!
//! `cargo bench -p trenz-api --bench raw_json` prints time and memory of both, and their ratio.

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
    report("decode", raw.time.as_nanos() as f64 / 1e3, map.time.as_nanos() as f64 / 1e3, "us");
    report("hold", raw.bytes as f64 / 1e3, map.bytes as f64 / 1e3, "kB");

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
    let micros = |time: Duration| time.as_nanos() as f64 / 1e3;
    report("decode and parse", micros(raw), micros(map), "us");
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

fn report(what: &str, raw: f64, map: f64, unit: &str) {
    println!("{what}: raw {raw:.1} {unit}, map {map:.1} {unit}, ratio {:.1}", map / raw);
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
