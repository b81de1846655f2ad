//! The things that the data operations find: products, videos, creators, sellers, lives, ads and
//! creatives. The document leaves these objects open, so their fields are ours; they follow the
//! names that its filters and sort fields use.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::inputs::Inputs;
use crate::noise::{Noise, amount, pick, snowflake};
use crate::paging::Window;
use crate::plausible::{day, file, handle, moment, person, sentence, title};
use crate::search_cache::SearchCache;

const CATEGORIES: &[&str] = &["601450", "601152", "700645", "603014", "601739", "600942"];

/// The largest data set that is put in order as a whole.
const ARRANGED: i64 = 2_000;

/// What a data operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Product,
    Video,
    Creator,
    Seller,
    Live,
    Ad,
    Creative,
}

impl Kind {
    /// The kind of thing below a path such as `/open/v1/products/search`.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix("/open/v1/")?.split('/');
        let kind = match segments.next()? {
            "products" => Self::Product,
            "videos" => Self::Video,
            "creators" => Self::Creator,
            "sellers" => Self::Seller,
            "lives" => Self::Live,
            "ads" | "ad-creatives" => Self::Ad,
            "creatives" => Self::Creative,
            _ => return None,
        };
        (["search", "{id}"].contains(&segments.next()?) && segments.next().is_none())
            .then_some(kind)
    }

    /// The one thing that a detail is about.
    pub(crate) fn detail(self, id: &str, inputs: &Inputs, seed: u64) -> Value {
        let mut item = self.item(id, inputs, seed);
        self.include(&mut item, inputs, seed);
        item.into()
    }

    /// The items of a page of a search, as its order (`field:desc`) arranges them.
    pub(crate) fn page(
        self,
        inputs: &Inputs,
        window: &Window,
        order: &str,
        search: Noise,
        seed: u64,
        kept: &SearchCache,
    ) -> Vec<Value> {
        let item = |number| {
            let id = snowflake(&mut search.numbered(number).rng());
            Value::Object(self.item(&id, inputs, seed))
        };
        let Some((field, direction)) = order.split_once(':') else {
            return window.numbers().map(item).collect();
        };
        let arranged = |numbers: std::ops::Range<i64>| {
            let mut items: Vec<Value> = numbers.map(item).collect();
            arrange(&mut items, field, direction == "desc");
            items
        };
        // The order holds across pages, so the whole set is arranged, unless a test made it huge.
        let set = window.set;
        if set.len() > ARRANGED {
            return arranged(window.numbers());
        }
        let name = search.named(order).numbered(set.first).numbered(set.end);
        let items = kept.get(name, || arranged(set.first..set.end));
        let at = |number: i64| usize::try_from(number - set.first).unwrap_or(0);
        items[at(window.from)..at(window.to)].to_vec()
    }

    /// The thing with this id. Without filters it is the same in every response; a filter moves
    /// what it is about into its range.
    fn item(self, id: &str, inputs: &Inputs, seed: u64) -> Map<String, Value> {
        let noise = Noise::new(seed).named("catalogue").named(id);
        let country = inputs.text("country").unwrap_or("us");
        let mut item = Map::new();
        item.insert("id".to_owned(), id.into());
        item.insert("region".to_owned(), country.to_uppercase().into());
        item.insert("currency".to_owned(), "USD".into());
        for (name, value) in self.fields(noise) {
            item.insert(name, value);
        }
        obey(&mut item, inputs, noise);
        item
    }

    fn fields(self, noise: Noise) -> Map<String, Value> {
        let rng = &mut noise.named("fields").rng();
        let category = pick(rng, CATEGORIES);
        let made = match self {
            Self::Product => {
                let (sold, gmv) = (rng.u32(0..3000), amount(rng, 50.0, 90_000.0));
                json!({
                    "title": title(rng), "price": amount(rng, 3.0, 90.0),
                    "rating": amount(rng, 3.2, 5.0), "review_count": rng.u32(3..9000),
                    "daily_sold": sold / 7, "sold_7d": sold, "sold_30d": sold * 4 + rng.u32(0..300),
                    "gmv_7d": gmv, "gmv_30d": amount(rng, gmv * 3.0, gmv * 5.0),
                    "l1_category": category, "seller_id": snowflake(rng), "seller_type": "2",
                    "free_shipping": rng.bool(), "image_url": file(rng, "jpg"),
                    "commission_rate": amount(rng, 0.02, 0.25),
                })
            }
            Self::Video => json!({
                "title": sentence(rng), "views": rng.u32(500..9_000_000),
                "likes": rng.u32(20..400_000), "comments": rng.u32(0..9000),
                "engagement": amount(rng, 0.01, 0.3), "gmv_30d": amount(rng, 0.0, 90_000.0),
                "sold_30d": rng.u32(0..4000), "launch_time": moment(rng),
                "creator_id": snowflake(rng), "duration": amount(rng, 6.0, 90.0),
                "is_commercial": rng.bool(), "cover_url": file(rng, "jpg"), "category": category,
            }),
            Self::Creator => json!({
                "name": person(rng), "handle": handle(rng), "followers": rng.u32(900..5_000_000),
                "follower_growth_7d": rng.u32(0..40_000), "avg_views": rng.u32(300..900_000),
                "engagement": amount(rng, 0.01, 0.3), "gmv_30d": amount(rng, 0.0, 300_000.0),
                "video_gmv_30d": amount(rng, 0.0, 200_000.0), "category_label": "Beauty",
                "has_contact": rng.bool(), "avatar_url": file(rng, "jpg"),
            }),
            Self::Seller => {
                let (sold, gmv) = (rng.u32(0..9000), amount(rng, 10.0, 200_000.0));
                json!({
                    "name": format!("{} Store", title(rng)), "rating": amount(rng, 3.5, 5.0),
                    "product_count": rng.u32(3..2000), "sold_7d": sold,
                    "total_sold": sold * 9 + rng.u32(100..9000), "gmv_7d": gmv,
                    "total_gmv": amount(rng, gmv * 9.0, gmv * 40.0), "seller_type": "2",
                    "category": category, "logo_url": file(rng, "jpg"),
                })
            }
            Self::Live => json!({
                "title": sentence(rng), "streamer": handle(rng), "start_time": moment(rng),
                "audience": rng.u32(20..90_000), "peak_audience": rng.u32(90..190_000),
                "gmv": amount(rng, 0.0, 60_000.0), "sold": rng.u32(0..5000),
                "is_living": rng.bool(), "is_commercial": rng.bool(), "category": category,
                "cover_url": file(rng, "jpg"),
            }),
            Self::Ad => json!({
                "title": sentence(rng), "ad_type": "1", "days": rng.u32(1..120),
                "cost": amount(rng, 20.0, 40_000.0), "gmv": amount(rng, 0.0, 120_000.0),
                "views": rng.u32(500..9_000_000), "engagement": amount(rng, 0.01, 0.3),
                "advertiser_id": snowflake(rng), "first_seen": day(rng), "category": category,
                "video_url": file(rng, "mp4"),
            }),
            Self::Creative => json!({
                "title": sentence(rng), "plays": rng.u32(500..9_000_000),
                "likes": rng.u32(20..400_000), "engagement": amount(rng, 0.01, 0.3),
                "gmv": amount(rng, 0.0, 120_000.0), "gpm": amount(rng, 0.0, 60.0),
                "is_aigc": rng.bool(), "is_sponsored": rng.bool(), "has_product": rng.bool(),
                "category": category, "video_url": file(rng, "mp4"),
            }),
        };
        match made {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// Adds the related things that a detail was asked to include.
    fn include(self, item: &mut Map<String, Value>, inputs: &Inputs, seed: u64) {
        let wanted = inputs.get("include").and_then(Value::as_array).into_iter().flatten();
        for name in wanted.filter_map(Value::as_str) {
            let noise = Noise::new(seed).named("include").named(name);
            let related = match name {
                "videos" => Some(Self::Video),
                "creators" => Some(Self::Creator),
                "products" => Some(Self::Product),
                "similar" => Some(self),
                _ => None,
            };
            let rng = &mut noise.rng();
            let value = match related {
                Some(kind) => (0..3)
                    .map(|_| Value::Object(kind.item(&snowflake(rng), &Inputs::default(), seed)))
                    .collect(),
                None if name == "embedding" => (0..16).map(|_| amount(rng, -1.0, 1.0)).collect(),
                None if name == "reviews" => (0..3)
                    .map(|_| json!({ "rating": rng.u8(1..=5), "text": sentence(rng) }))
                    .collect(),
                None => (0..7)
                    .map(|_| json!({ "date": day(rng), "value": amount(rng, 0.0, 9000.0) }))
                    .collect(),
            };
            item.insert(name.to_owned(), value);
        }
    }
}

/// Moves the fields that filters are about to where the filters want them.
fn obey(item: &mut Map<String, Value>, inputs: &Inputs, noise: Noise) {
    let names: Vec<String> = item.keys().cloned().collect();
    for name in names {
        let low = inputs.number(&format!("min_{name}"));
        let high = inputs.number(&format!("max_{name}"));
        if let (true, Some(value)) = (low.is_some() || high.is_some(), item[&name].as_f64()) {
            let low = low.unwrap_or(0.0_f64.min(high.unwrap_or(0.0)));
            let high = high.unwrap_or(low.abs().mul_add(4.0, low) + 1.0).max(low);
            if value < low || value > high {
                let whole = item[&name].is_u64();
                let moved = amount(&mut noise.named(&name).rng(), low, high).clamp(low, high);
                item.insert(name.clone(), if whole { round(moved, low) } else { moved.into() });
            }
        }
        match inputs.get(&name) {
            Some(wanted @ (Value::Bool(_) | Value::String(_))) if name != "region" => {
                item.insert(name, wanted.clone());
            }
            _ => {}
        }
    }
    if let Some(category) = inputs.text("category") {
        item.insert("category".to_owned(), category.into());
    }
    if let Some(keyword) = inputs.text("keyword").filter(|keyword| !keyword.is_empty()) {
        for name in ["title", "name"] {
            if let Some(text) = item.get(name).and_then(Value::as_str) {
                let text = format!("{keyword} · {text}");
                item.insert(name.to_owned(), text.into());
            }
        }
    }
}

/// An integer near `value` and not below `low`, as long as numbers that large are exact.
fn round(value: f64, low: f64) -> Value {
    let whole = value.floor().max(low.ceil());
    if whole.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
        let whole = whole as i64;
        whole.into()
    } else {
        whole.into()
    }
}

fn arrange(items: &mut [Value], field: &str, descending: bool) {
    items.sort_by(|a, b| {
        let (a, b) = (a[field].as_f64(), b[field].as_f64());
        let order = a.partial_cmp(&b).unwrap_or(Ordering::Equal);
        if descending { order.reverse() } else { order }
    });
}
