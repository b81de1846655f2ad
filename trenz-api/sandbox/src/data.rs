//! Responses made from an operation's schema, from what the sandbox knows, and from the request.

use serde_json::{Map, Value, json};

use crate::catalogue;
use crate::inputs::Inputs;
use crate::noise::{Noise, pick};
use crate::operation::Operation;
use crate::paging::Window;
use crate::plausible;
use crate::schema::kind;
use crate::search_cache::SearchCache;

/// The inputs that choose a page or an order: they change which items are shown, not what those
/// are.
const VIEW: &[&str] = &[
    "page",
    "page_size",
    "limit",
    "offset",
    "cursor",
    "page_token",
    "sort",
    "sort_by",
    "sort_order",
    "sort_field",
    "order_field",
    "order_type",
];

/// Makes the `data` of one response.
#[derive(Clone, Copy)]
pub(crate) struct ResponseData<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) inputs: &'a Inputs,
    /// The page that is asked for, where the operation has pages.
    pub(crate) window: Option<&'a Window>,
    pub(crate) seed: u64,
    pub(crate) shelf: &'a SearchCache,
}

impl ResponseData<'_> {
    /// The `data` of the response. What is `known` is said as it is, wherever the schema has a
    /// place for it; a known `null` leaves its field out; the rest is made up.
    pub(crate) fn data(&self, known: &Value) -> Value {
        let Some(schema) = self.operation.data() else { return known.clone() };
        let noise = self.noise();
        let mut known = match catalogue::Kind::of(&self.operation.path) {
            Some(kind) => self.found(kind, noise),
            None => known.clone(),
        };
        self.say_page(&mut known);
        let mut data = self.value(schema, "data", noise, Some(&known), 0);
        agree(&mut data);
        if data.as_object().is_some_and(Map::is_empty) {
            // The document leaves the object open; so does it what stands in it.
            data = known;
        }
        data
    }

    fn found(&self, kind: catalogue::Kind, noise: Noise) -> Value {
        let items = match (self.inputs.text("id"), self.window) {
            (Some(id), _) => vec![kind.detail(id, self.inputs, self.seed)],
            (None, Some(window)) => {
                let usual = || self.operation.input("sort")?["default"].as_str();
                let order = self.inputs.text("sort").or_else(usual).unwrap_or_default();
                kind.page(self.inputs, window, order, noise, self.seed, self.shelf)
            }
            (None, None) => Vec::new(),
        };
        json!({ "total_count": items.len(), "items": items })
    }

    fn noise(&self) -> Noise {
        let mut noise = Noise::new(self.seed).named(&self.operation.id);
        for (name, value) in self.inputs.all() {
            if !VIEW.contains(&name.as_str()) {
                noise = noise.named(name).named(&value.to_string());
            }
        }
        noise
    }

    /// Adds what the response says about its page to what is known.
    fn say_page(&self, known: &mut Value) {
        let (Some(window), Some(schema)) = (self.window, self.operation.data()) else { return };
        if !known.is_object() {
            *known = Value::Object(Map::new());
        }
        let Some(members) = known.as_object_mut() else { return };
        for (name, word) in &window.words {
            if schema["properties"].get(name).is_some() {
                members.insert(name.clone(), word.clone());
            }
        }
        members.entry("page_info").or_insert_with(|| Value::Object(window.words.clone()));
    }

    fn value(
        &self,
        schema: &Value,
        name: &str,
        noise: Noise,
        known: Option<&Value>,
        depth: usize,
    ) -> Value {
        match kind(schema) {
            "object" => self.object(schema, name, noise, known, depth),
            "array" => self.array(schema, name, noise, known, depth),
            _ => match (known, self.inputs.get(name)) {
                // What is known is said even where the document has no word for it.
                (Some(known), _) if has_kind(schema, known) => known.clone(),
                (_, Some(echo)) if suits(schema, echo) => echo.clone(),
                _ => scalar(schema, name, noise),
            },
        }
    }

    fn object(
        &self,
        schema: &Value,
        name: &str,
        noise: Noise,
        known: Option<&Value>,
        depth: usize,
    ) -> Value {
        let mut object = Map::new();
        let properties = schema["properties"].as_object();
        for (name, schema) in properties.into_iter().flatten() {
            let known = known.and_then(|known| known.get(name));
            if known != Some(&Value::Null) {
                let made = self.value(schema, name, noise.named(name), known, depth + 1);
                object.insert(name.clone(), made);
            }
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object())
        {
            match known.and_then(Value::as_object) {
                Some(entries) => {
                    for (key, known) in entries {
                        let made =
                            self.value(values, name, noise.named(key), Some(known), depth + 1);
                        object.insert(key.clone(), made);
                    }
                }
                None => {
                    for key in ["tiktok", "youtube", "instagram"] {
                        let made = self.value(values, name, noise.named(key), None, depth + 1);
                        object.insert(key.to_owned(), made);
                    }
                }
            }
        }
        if properties.is_none_or(Map::is_empty) && object.is_empty() {
            return match known {
                Some(known) if known.is_object() => known.clone(),
                _ if depth == 0 => Value::Object(object),
                _ => plausible::open_object(name, &mut noise.rng()),
            };
        }
        Value::Object(object)
    }

    fn array(
        &self,
        schema: &Value,
        name: &str,
        noise: Noise,
        known: Option<&Value>,
        depth: usize,
    ) -> Value {
        let items = &schema["items"];
        let one = |index: i64, known: Option<&Value>| {
            self.value(items, name, noise.numbered(index), known, depth + 1)
        };
        let paged = self.operation.paging.as_ref().is_some_and(|paging| paging.list == name);
        let window = self.window.filter(|_| depth == 1 && paged);
        if let Some(known) = known.and_then(Value::as_array) {
            let first = window.map_or(0, |window| window.from);
            return (first..).zip(known).map(|(number, known)| one(number, Some(known))).collect();
        }
        let numbers = match window {
            Some(window) => window.numbers(),
            _ if name == "embedding" => 0..16,
            _ if name == "post_activity" => 0..14,
            _ if name == "errors" => 0..0,
            _ => 0..3,
        };
        numbers.map(|index| one(index, None)).collect()
    }
}

/// Whether a value has the type of a schema.
fn has_kind(schema: &Value, value: &Value) -> bool {
    match kind(schema) {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "" => true,
        _ => false,
    }
}

/// Whether a value has the type of a schema, and is one of its words.
fn suits(schema: &Value, value: &Value) -> bool {
    let words = schema["enum"].as_array();
    has_kind(schema, value) && words.is_none_or(|words| words.contains(value))
}

fn scalar(schema: &Value, name: &str, noise: Noise) -> Value {
    let rng = &mut noise.rng();
    if let Some(words) = schema["enum"].as_array().filter(|words| !words.is_empty()) {
        let words: Vec<&Value> = words.iter().collect();
        return pick(rng, &words).clone();
    }
    let prose = schema["description"].as_str().unwrap_or_default();
    let low = schema["minimum"].as_f64().unwrap_or(f64::NEG_INFINITY);
    let high = schema["maximum"].as_f64().unwrap_or(f64::INFINITY);
    match kind(schema) {
        "string" => {
            let text = plausible::text(name, prose, rng);
            let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok());
            text.chars().take(most.unwrap_or(usize::MAX)).collect::<String>().into()
        }
        "integer" => {
            let made = plausible::integer(name, rng);
            let low = schema["minimum"].as_i64().unwrap_or(i64::MIN);
            let high = schema["maximum"].as_i64().unwrap_or(i64::MAX);
            made.max(low).min(high).into()
        }
        "number" => plausible::number(name, prose, rng).max(low).min(high).into(),
        "boolean" => plausible::flag(name, rng).into(),
        _ => plausible::open_object(name, rng),
    }
}

/// Makes fields that speak of one another agree.
fn agree(data: &mut Value) {
    if let Some(length) = data["embedding"].as_array().map(Vec::len) {
        data["dimensions"] = length.into();
    }
}
