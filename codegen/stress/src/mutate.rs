//! Changes documents in ways that keep most of what makes them documents.

use serde_json::{Map, Value, json};

use crate::dice::Dice;
use crate::hostile;

/// Makes `count` changes, each somewhere in the document. `donors` give pieces.
pub fn mutate(document: &mut Value, donors: &[Value], count: usize, dice: &mut dyn Dice) {
    for _ in 0..count {
        let places = places(document);
        let place = &places[dice.below(places.len())];
        change(document, place, donors, dice);
    }
}

/// The way to a value: names, or indexes as text.
pub(crate) type Place = Vec<String>;

/// Every place of a document. What names of a document's own lead to counts as much as
/// its keywords, so that schemas are found more often than descriptions.
pub(crate) fn places(document: &Value) -> Vec<Place> {
    fn walk(value: &Value, here: &mut Place, places: &mut Vec<Place>) {
        places.push(here.clone());
        let mut below = |name: String, value: &Value| {
            here.push(name);
            walk(value, here, places);
            here.pop();
        };
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| below(name.clone(), member));
            }
            Value::Array(elements) => elements
                .iter()
                .enumerate()
                .for_each(|(index, element)| below(index.to_string(), element)),
            _ => {}
        }
    }
    let mut places = Vec::new();
    walk(document, &mut Place::new(), &mut places);
    places
}

/// What stands at a place.
pub(crate) fn at<'v>(document: &'v mut Value, place: &[String]) -> Option<&'v mut Value> {
    place.iter().try_fold(document, |value, token| match value {
        Value::Object(members) => members.get_mut(token),
        Value::Array(elements) => elements.get_mut(token.parse::<usize>().ok()?),
        _ => None,
    })
}

fn change(document: &mut Value, place: &Place, donors: &[Value], dice: &mut dyn Dice) {
    let Some((last, owner)) = place.split_last() else { return };
    let kind = dice.below(14);
    let mut source = None;
    if matches!(kind, 8..=10) {
        source = piece(document, last, donors, dice);
    }
    if kind == 11 {
        return swap(document, place, dice);
    }
    let names = component_names(document);
    let Some(owner) = at(document, owner) else { return };
    match (kind, owner) {
        (0, Value::Object(members)) => {
            members.shift_remove(last);
        }
        (0, Value::Array(elements)) => {
            last.parse().map(|index: usize| elements.remove(index)).ok();
        }
        (1, Value::Object(members)) => {
            let copy = members[last].clone();
            let name = another_name(last, dice);
            members.insert(name, copy);
        }
        (1, Value::Array(elements)) => {
            let copy = elements[dice.below(elements.len())].clone();
            elements.push(copy);
        }
        (2, Value::Object(members)) => rename(members, last, &another_name(last, dice)),
        (_, owner) => {
            let Some(value) = at(owner, std::slice::from_ref(last)) else { return };
            match kind {
                3 => *value = scalar(dice),
                4 if value.is_string() => *value = json!(hostile_text(dice)),
                4 | 5 => keyword(value, dice),
                6 => nest(value, dice),
                7 if !names.is_empty() => {
                    let name = &names[dice.below(names.len())];
                    *value = json!({ "$ref": format!("#/components/schemas/{name}") });
                }
                8..=10 => {
                    if let Some(source) = source {
                        *value = source;
                    }
                }
                12 => number(value, dice),
                _ => schema_at(value, dice),
            }
        }
    }
}

/// Something that stands under the same name elsewhere.
fn piece(document: &Value, name: &str, donors: &[Value], dice: &mut dyn Dice) -> Option<Value> {
    let from = dice.below(donors.len() + 1);
    let donor = donors.get(from).unwrap_or(document);
    let places = places(donor);
    let alike: Vec<_> =
        places.iter().filter(|place| place.last().is_some_and(|l| l == name)).collect();
    let pool: Vec<&Place> = if alike.is_empty() { places.iter().collect() } else { alike };
    let place = pool[dice.below(pool.len())];
    at(&mut donor.clone(), place).cloned()
}

fn swap(document: &mut Value, place: &Place, dice: &mut dyn Dice) {
    let places = places(document);
    let other = &places[dice.below(places.len())];
    if place.starts_with(other) || other.starts_with(place) {
        return;
    }
    let Some(left) = at(document, place).map(Value::take) else { return };
    let Some(right) = at(document, other).map(|value| std::mem::replace(value, left)) else {
        return;
    };
    if let Some(value) = at(document, place) {
        *value = right;
    }
}

fn component_names(document: &Value) -> Vec<String> {
    let schemas = document["components"]["schemas"].as_object();
    schemas.into_iter().flat_map(Map::keys).cloned().collect()
}

fn rename(members: &mut Map<String, Value>, old: &str, new: &str) {
    let renamed = std::mem::take(members)
        .into_iter()
        .map(|(name, value)| if name == old { (new.to_owned(), value) } else { (name, value) });
    *members = renamed.collect();
}

pub(crate) fn hostile_text(dice: &mut dyn Dice) -> String {
    match dice.below(hostile::TEXTS.len() + 1) {
        0 => hostile::long(dice.one_in(2)),
        index => hostile::TEXTS[index - 1].to_owned(),
    }
}

fn another_name(name: &str, dice: &mut dyn Dice) -> String {
    const NAMES: [&str; 24] = [
        "type", "Type", "self", "Self", "new", "build", "data", "items", "client", "id", "ID",
        "i_d", "String", "Option", "value", "Value", "unknown", "page", "sort", "include", "x-new",
        "task_id", "200", "default",
    ];
    match dice.below(7) {
        0 => format!("{name}2"),
        1 => format!("{name}s"),
        2 => name.to_uppercase(),
        3 => name.replace('_', "-"),
        4 => hostile_text(dice),
        _ => NAMES[dice.below(NAMES.len())].to_owned(),
    }
}

pub(crate) fn scalar(dice: &mut dyn Dice) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!(-0.0),
        json!([]),
        json!({}),
        json!([null, 1, "a"]),
        json!("string"),
        json!("object"),
        json!("array"),
        json!("integer"),
        json!({ "a": { "b": [1, 2] } }),
        json!("/things/{id}"),
        json!("2xx"),
    ];
    values[dice.below(values.len())].clone()
}

/// Moves a number to where rounding and overflow live; makes one of anything else.
fn number(value: &mut Value, dice: &mut dyn Dice) {
    let numbers = [
        json!(0),
        json!(1),
        json!(-1),
        json!(i32::MAX),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(0.1),
        json!(1e18),
        json!(1e-300),
        json!(9_007_199_254_740_993_i64),
        json!(4_294_967_296_i64),
    ];
    *value = numbers[dice.below(numbers.len())].clone();
}

/// Adds a keyword, with a value that it may well have.
fn keyword(value: &mut Value, dice: &mut dyn Dice) {
    let text = hostile_text(dice);
    let keywords = [
        ("nullable", json!(true)),
        ("readOnly", json!(true)),
        ("writeOnly", json!(true)),
        ("deprecated", json!(true)),
        ("required", json!(true)),
        ("required", json!(["id", "name"])),
        ("description", json!(text)),
        ("title", json!(text)),
        ("summary", json!(text)),
        ("default", json!(text)),
        ("default", json!(5)),
        ("example", json!({ "a": [text] })),
        ("enum", json!(["a", text, "A"])),
        ("enum", json!([1, 2, -3])),
        ("enum", json!([true, false])),
        ("enum", json!([0.5, 1.5])),
        ("enum", json!([null, "a"])),
        ("type", json!("string")),
        ("type", json!("integer")),
        ("type", json!("number")),
        ("type", json!("boolean")),
        ("type", json!("array")),
        ("type", json!("object")),
        ("format", json!("int32")),
        ("format", json!("date-time")),
        ("format", json!("binary")),
        ("format", json!("uuid")),
        ("minimum", json!(1)),
        ("maximum", json!(1.5)),
        ("maxLength", json!(3)),
        ("minLength", json!(2)),
        ("pattern", json!(text)),
        ("multipleOf", json!(2)),
        ("uniqueItems", json!(true)),
        ("items", json!({ "type": "string" })),
        ("items", json!({})),
        ("properties", json!({ "id": { "type": "string" }, "kind": { "type": "string" } })),
        ("additionalProperties", json!(true)),
        ("additionalProperties", json!(false)),
        ("additionalProperties", json!({ "type": "integer" })),
        ("allOf", json!([{ "type": "object", "properties": { "a": { "type": "string" } } }])),
        ("oneOf", json!([{ "type": "string" }, { "type": "integer" }])),
        ("anyOf", json!([{ "type": "object", "properties": { "b": {} } }])),
        ("not", json!({ "type": "string" })),
        ("discriminator", json!({ "propertyName": "kind" })),
        ("explode", json!(false)),
        ("style", json!("deepObject")),
        ("style", json!("pipeDelimited")),
        ("in", json!("query")),
        ("in", json!("header")),
        ("in", json!("cookie")),
        ("content", json!({ "application/json": { "schema": { "type": "object" } } })),
        ("content", json!({ "multipart/form-data": { "schema": { "type": "object" } } })),
        ("content", json!({ "text/plain": { "schema": { "type": "string" } } })),
        ("headers", json!({ "X-Rate": { "schema": { "type": "integer" } } })),
        ("security", json!([])),
        ("servers", json!([{ "url": "https://other.example/{v}" }])),
        ("externalDocs", json!({ "url": "https://docs.example" })),
        ("operationId", json!(text)),
        ("x-coin-cost", json!(3)),
        ("x-billing-mode", json!("per_call")),
        ("x-unknown", json!(text)),
    ];
    let (name, new) = keywords[dice.below(keywords.len())].clone();
    match value {
        Value::Object(members) => {
            members.insert(name.to_owned(), new);
        }
        Value::Array(elements) => elements.push(new),
        other => *other = new,
    }
}

/// Puts a value inside of another, as a schema if it looks like one.
fn nest(value: &mut Value, dice: &mut dyn Dice) {
    let depth = [1, 1, 2, 5, 20][dice.below(5)];
    let kind = dice.below(8);
    for _ in 0..depth {
        let inner = value.take();
        *value = match kind {
            0 => json!({ "type": "array", "items": inner }),
            1 => json!({ "type": "object", "properties": { "inner": inner } }),
            2 => {
                json!({ "type": "object", "required": ["inner"], "properties": { "inner": inner } })
            }
            3 => json!({ "type": "object", "additionalProperties": inner }),
            4 => json!({ "allOf": [inner] }),
            5 => json!({ "oneOf": [inner, { "type": "string" }] }),
            6 => json!([inner]),
            _ => json!({ "schema": inner }),
        };
    }
}

/// A schema of a random shape.
fn schema_at(value: &mut Value, dice: &mut dyn Dice) {
    *value = schema(dice, 3);
}

pub(crate) fn schema(dice: &mut dyn Dice, depth: usize) -> Value {
    let kinds = if depth == 0 { 6 } else { 11 };
    let text = hostile_text(dice);
    match dice.below(kinds) {
        0 => json!({ "type": "string", "description": text }),
        1 => json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }),
        2 => json!({ "type": "number" }),
        3 => json!({ "type": "boolean", "default": true }),
        4 => json!({ "type": "string", "enum": ["asc", "desc", text] }),
        5 => json!({ "type": "integer", "enum": [5, 10, 15] }),
        6 => json!({ "type": "array", "items": schema(dice, depth - 1) }),
        7 => json!({ "type": "object", "additionalProperties": schema(dice, depth - 1) }),
        8 => json!({ "allOf": [schema(dice, depth - 1), schema(dice, depth - 1)] }),
        _ => {
            let mut properties = Map::new();
            for _ in 0..=dice.below(4) {
                properties.insert(another_name("field", dice), schema(dice, depth - 1));
            }
            let required: Vec<_> = properties.keys().filter(|_| dice.one_in(2)).cloned().collect();
            let mut object = json!({ "type": "object", "properties": properties });
            if !required.is_empty() {
                object["required"] = json!(required);
            }
            object
        }
    }
}
