//! Values that look right for a field, from its name, its type and its description.

use fastrand::Rng;
use serde_json::{Value, json};

use crate::noise::{amount, hex, pick, snowflake, uuid};

/// The moment that made-up timestamps lie before: 2026-01-15, in Unix seconds. A fixed one keeps
/// equal seeds equal.
pub(crate) const THEN: i64 = 1_768_435_200;

/// The host of generated links. It is reserved and has no server.
pub(crate) const CDN: &str = "https://cdn.sandbox.invalid";

const NOUNS: &[&str] = &[
    "Lipstick",
    "Hoodie",
    "Desk Lamp",
    "Yoga Mat",
    "Phone Case",
    "Water Bottle",
    "Face Serum",
    "Travel Bag",
    "Air Fryer",
    "Pet Brush",
    "Earbuds",
    "Notebook",
];
const ADJECTIVES: &[&str] = &[
    "Velvet",
    "Portable",
    "Everyday",
    "Matte",
    "Foldable",
    "Vitamin C",
    "Wireless",
    "Organic",
    "Quick-Dry",
    "Classic",
];
const NAMES: &[&str] =
    &["Mia", "Noah", "Linh", "Arthit", "Sofia", "Hana", "Diego", "Putri", "Emma", "Luca"];
const SENTENCES: &[&str] = &[
    "Soft on the skin and easy to blend.",
    "Does it come in another colour?",
    "Arrived within three days, well packed.",
    "A close-up of the product on a wooden table in morning light.",
    "The hook comes in the first two seconds.",
    "Worth every cent, I have ordered it twice.",
];

/// A product's name.
pub(crate) fn title(rng: &mut Rng) -> String {
    format!("{} {}", pick(rng, ADJECTIVES), pick(rng, NOUNS))
}

/// A person's display name.
pub(crate) fn person(rng: &mut Rng) -> String {
    format!("{} {}.", pick(rng, NAMES), rng.uppercase())
}

/// A handle.
pub(crate) fn handle(rng: &mut Rng) -> String {
    format!("{}_{}", pick(rng, NAMES).to_lowercase(), rng.u16(10..9999))
}

/// A plausible sentence.
pub(crate) fn sentence(rng: &mut Rng) -> String {
    pick(rng, SENTENCES).to_owned()
}

/// A file on the made-up delivery network.
pub(crate) fn file(rng: &mut Rng, extension: &str) -> String {
    format!("{CDN}/{}.{extension}", hex(rng, 16))
}

/// A day, as `YYYY-MM-DD`.
pub(crate) fn day(rng: &mut Rng) -> String {
    format!("2025-{:02}-{:02}", rng.u8(1..=12), rng.u8(1..=28))
}

/// A moment within the 90 days before [`THEN`], in Unix seconds.
pub(crate) fn moment(rng: &mut Rng) -> i64 {
    THEN - rng.i64(0..90 * 86_400)
}

/// A text for a field.
pub(crate) fn text(name: &str, prose: &str, rng: &mut Rng) -> String {
    if let Some(word) = listed(prose, rng) {
        return word;
    }
    if name.ends_with("url") || name.ends_with("link") || name == "redirect_uri" {
        let video = ["video_url", "preview_url", "presigned_url"].contains(&name);
        return file(rng, if video { "mp4" } else { "jpg" });
    }
    if name.ends_with("_token") || name == "token" || name.ends_with("ticket") {
        return uuid(rng);
    }
    if name == "id" || name.ends_with("_id") {
        return snowflake(rng);
    }
    if name.ends_with("date") {
        return day(rng);
    }
    if name.ends_with("_time") {
        return format!("{} {:02}:{:02}:00", day(rng), rng.u8(..24), rng.u8(..60));
    }
    worded(name, rng)
}

fn worded(name: &str, rng: &mut Rng) -> String {
    match name {
        "currency" | "gmv_currency" | "price_currency" => "USD".to_owned(),
        "region" | "country_code" | "country" | "sale_regions" => {
            pick(rng, &["US", "TH", "VN", "GB"]).to_owned()
        }
        "language" => "en".to_owned(),
        "platform" | "platforms" => "tiktok".to_owned(),
        "status" | "primary_status" => "active".to_owned(),
        "operation_status" => pick(rng, &["ENABLE", "DISABLE"]).to_owned(),
        "amount" => format!("{:.2}", amount(rng, 3.0, 80.0)),
        "username" => handle(rng),
        "author" | "artist" | "display_name" => person(rng),
        "advertiser_name" | "shop_name" | "brand_name" => format!("{} Studio", pick(rng, NAMES)),
        "ai_intent" => pick(rng, &["purchase", "support", "feedback", "general"]).to_owned(),
        "ai_priority" => pick(rng, &["high", "medium", "low"]).to_owned(),
        "media_type" | "content_type" => "video".to_owned(),
        "aspect_ratio" => "9:16".to_owned(),
        "codec_name" => "h264".to_owned(),
        "model" => "sandbox-1".to_owned(),
        "code" => hex(rng, 12),
        "state" => hex(rng, 8),
        "unit" => pick(rng, &["USD", "percent", "count"]).to_owned(),
        "stage" => "published".to_owned(),
        "file_name" => format!("{}.mp4", hex(rng, 8)),
        "genres" | "genre" => pick(rng, &["Pop", "Electronic", "Hip-Hop"]).to_owned(),
        "scopes" => pick(rng, &["user.info.basic", "video.publish", "video.list"]).to_owned(),
        _ if has_any(name, &["title", "name", "label"]) => title(rng),
        _ if has_any(name, &["text", "desc", "comment", "issue", "suggestion", "message"]) => {
            sentence(rng)
        }
        _ => title(rng).to_lowercase().replace(' ', "-"),
    }
}

/// One of the words of a description such as "Account status: active / expired / revoked".
fn listed(prose: &str, rng: &mut Rng) -> Option<String> {
    let list = prose.rsplit_once(": ").map_or(prose, |(_, list)| list);
    let words: Vec<&str> = list.split('/').map(str::trim).collect();
    let plain = |word: &&str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
    };
    (words.len() > 1 && words.iter().all(plain)).then(|| pick(rng, &words).to_owned())
}

/// An integer for a field.
pub(crate) fn integer(name: &str, rng: &mut Rng) -> i64 {
    match name {
        "width" => 1080,
        "height" => 1920,
        "progress_percentage" => 100,
        "duration" => rng.i64(8..180),
        "order" | "rank_position" => rng.i64(1..100),
        "timestamp_ms" => THEN * 1000 + rng.i64(0..1000),
        "bit_rate" => rng.i64(800_000..6_000_000),
        "file_size" => rng.i64(1_000_000..90_000_000),
        "code" => 0,
        _ if name.ends_with("expires_at") => THEN + 4 * 365 * 86_400,
        _ if name.ends_with("_at") || name.ends_with("_time") => moment(rng),
        _ if name == "id" || name.ends_with("_id") => rng.i64(1000..999_999),
        _ if has_any(name, &["growth", "errors", "failed"]) => rng.i64(0..50),
        _ if has_any(name, &["views", "plays", "followers"]) => rng.i64(1000..2_000_000),
        _ => rng.i64(1..20_000),
    }
}

/// A number for a field.
pub(crate) fn number(name: &str, prose: &str, rng: &mut Rng) -> f64 {
    match name {
        "score" => amount(rng, 55.0, 99.0),
        "frame_rate" => 30.0,
        _ if name == "duration" || name.ends_with("_time") => amount(rng, 5.0, 180.0),
        _ if prose.contains("(%)") => amount(rng, 0.5, 12.0),
        _ if has_any(name, &["rate", "embedding"]) => amount(rng, 0.0, 1.0),
        _ if name.contains("price") => amount(rng, 3.0, 80.0),
        _ => amount(rng, 10.0, 50_000.0),
    }
}

/// A truth for a field: what describes a normal thing.
pub(crate) fn flag(name: &str, rng: &mut Rng) -> bool {
    match name {
        "is_deleted" | "is_hidden" => false,
        "success" | "is_valid" => true,
        _ => rng.bool(),
    }
}

/// An object that the document leaves open.
pub(crate) fn open_object(name: &str, rng: &mut Rng) -> Value {
    match name {
        "metrics" | "total_metrics" | "stats" | "data_items" => json!({
            "spend": amount(rng, 10.0, 900.0),
            "impressions": rng.u32(1000..900_000),
            "clicks": rng.u32(10..9000),
            "conversion": rng.u32(0..300),
        }),
        "dimensions" => json!({ "stat_time_day": day(rng), "ad_id": snowflake(rng) }),
        "form_data" => json!({ "name": person(rng), "phone": "+1 202 555 0143" }),
        "platform_rules" => json!({
            "max_duration_seconds": 600, "max_file_size": 4_294_967_296_i64,
            "codecs": ["h264", "h265"], "aspect_ratios": ["9:16", "1:1", "16:9"],
        }),
        _ => json!({ "id": snowflake(rng), "name": title(rng) }),
    }
}

fn has_any(name: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| name.contains(part))
}
