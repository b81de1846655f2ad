//! The documents that others are made from.

use serde_json::{Value, json};
use trenz_codegen::{Origin, Source, Sources, generate};

use crate::case::Case;
use crate::dice::Dice;

const DOCUMENT: &str = include_str!("../../../spec/trenz-openapi.json");
const OVERLAY: &str = include_str!("../../../spec/overlay.json");
const DECISIONS: &str = include_str!("../../../spec/decisions.json");

/// Everything that generation reads, as text.
#[derive(Clone, Debug)]
pub struct Seed {
    /// What messages call it.
    pub name: String,
    /// The document.
    pub document: Vec<u8>,
    /// Its corrections.
    pub overlay: Option<Vec<u8>>,
    /// What was decided about it.
    pub decisions: Option<Vec<u8>>,
}

impl Seed {
    /// The same as generation takes it.
    #[must_use]
    pub fn sources(&self) -> Sources<'_> {
        Sources {
            origin: Origin::Trenz,
            document: Source { name: "document.json", text: &self.document },
            overlay: self.overlay.as_deref().map(|text| Source { name: "overlay.json", text }),
            decisions: self
                .decisions
                .as_deref()
                .map(|text| Source { name: "decisions.json", text }),
        }
    }
}

/// The vendor's document with what belongs to it.
#[must_use]
pub fn real() -> Seed {
    Seed {
        name: "real".to_owned(),
        document: DOCUMENT.into(),
        overlay: Some(OVERLAY.into()),
        decisions: Some(DECISIONS.into()),
    }
}

/// The vendor's document and its decisions, as JSON.
#[must_use]
pub fn real_json() -> [Value; 2] {
    [DOCUMENT, DECISIONS].map(|text| serde_json::from_str(text).unwrap())
}

/// A document of one operation, to add to.
#[must_use]
pub fn small() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Things",
            "version": "1",
            "description":
                "| HTTP | Code | Description |\n| --- | --- | --- |\n| 400 | BAD_REQUEST | Malformed |",
        },
        "servers": [{ "url": "https://things.example" }],
        "x-tagGroups": [{ "name": "Shop", "tags": ["Shop/Things"] }],
        "components": {
            "schemas": {},
            "securitySchemes": { "Key": { "type": "apiKey", "in": "header", "name": "X-API-Key" } },
        },
        "paths": { "/things": { "post": {
            "operationId": "trenz-things-make",
            "tags": ["Shop/Things"],
            "responses": { "200": { "description": "", "content": { "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["data", "request_id"],
                    "properties": { "data": { "type": "object" }, "request_id": { "type": "string" } },
                },
            } } } },
            "x-coin-cost": 1,
            "x-billing-mode": "per_call",
            "x-scope": "trenz.things.read",
        } } },
    })
}

/// The small document with this schema for the answer's data.
#[must_use]
pub fn answering(schema: &Value) -> Value {
    let mut document = small();
    document["paths"]["/things"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        ["properties"]["data"] = schema.clone();
    document
}

/// The small document with this schema for its request's body.
#[must_use]
pub fn taking(schema: &Value) -> Value {
    let mut document = small();
    document["paths"]["/things"]["post"]["requestBody"] =
        json!({ "content": { "application/json": { "schema": schema } } });
    document
}

/// A document without overlay and decisions.
#[must_use]
pub fn alone(name: &str, document: &Value) -> Seed {
    Seed {
        name: name.to_owned(),
        document: document.to_string().into_bytes(),
        overlay: None,
        decisions: None,
    }
}

/// The golden cases: those that generate, or those that are refused.
#[must_use]
pub fn golden(generated: bool) -> Vec<Seed> {
    let cases = if generated { Case::generated() } else { Case::refused() };
    let seeds = cases.iter().map(|case| {
        let Sources { document, overlay, decisions, .. } = case.sources();
        let text = |source: Source<'_>| source.text.to_vec();
        Seed {
            name: case.name.clone(),
            document: text(document),
            overlay: overlay.map(text),
            decisions: decisions.map(text),
        }
    });
    seeds.collect()
}

/// A few operations of the real document, with the decisions that still hold for them.
pub fn slice(dice: &mut dyn Dice) -> Seed {
    let [mut document, _] = real_json();
    let count = 1 + dice.below(4);
    let paths = document["paths"].as_object_mut().unwrap();
    while paths.len() > count {
        let index = dice.below(paths.len());
        let path = paths.keys().nth(index).unwrap().clone();
        paths.shift_remove(&path);
    }
    let seed = Seed { document: document.to_string().into_bytes(), ..real() };
    settled(&seed).unwrap_or(seed)
}

/// The seed without what its overlay and its decisions say of something else; nothing if
/// other problems stand in the way.
#[must_use]
pub fn settled(seed: &Seed) -> Option<Seed> {
    let mut seed = seed.clone();
    // What is left out may be what another entry stood on.
    for _ in 0..8 {
        let Err(report) = generate(&seed.sources()) else { return Some(seed) };
        for problem in report.problems() {
            let text = match problem.source.as_str() {
                "overlay.json" => seed.overlay.as_mut(),
                "decisions.json" => seed.decisions.as_mut(),
                _ => None,
            };
            let owner = problem.pointer.as_str().rsplit_once('/').map(|(owner, _)| owner);
            leave_out(text?, owner?, problem.pointer.as_str())?;
        }
        for text in [&mut seed.overlay, &mut seed.decisions].into_iter().flatten() {
            let mut json: Value = serde_json::from_slice(text).ok()?;
            for list in json.as_object_mut()?.values_mut() {
                if let Some(entries) = list.as_array_mut() {
                    entries.retain(|entry| !entry.is_null());
                }
            }
            *text = json.to_string().into_bytes();
        }
        let no_action = seed.overlay.as_ref().is_some_and(|text| {
            serde_json::from_slice::<Value>(text).is_ok_and(|json| json["actions"] == json!([]))
        });
        if no_action {
            seed.overlay = None;
        }
    }
    None
}

fn leave_out(text: &mut Vec<u8>, owner: &str, place: &str) -> Option<()> {
    let mut json: Value = serde_json::from_slice(text).ok()?;
    json.pointer(owner)?.as_array()?;
    *json.pointer_mut(place)? = Value::Null;
    *text = json.to_string().into_bytes();
    Some(())
}
