//! The documents that others are made from.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trenz_codegen::{Origin, Source, Sources, generate};

use crate::case::{self, Case};
use crate::dice::Dice;

const DOCUMENT: &str = include_str!("../../../spec/trenz-openapi.json");
const OVERLAY: &str = include_str!("../../../spec/overlay.json");
const DECISIONS: &str = include_str!("../../../spec/decisions.json");

/// Everything that generation reads, as text.
#[derive(Clone, Debug)]
pub struct Seed {
    /// What messages call it.
    pub name: String,
    /// Whose document it is taken for.
    pub origin: Origin,
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
            origin: self.origin,
            document: Source { name: "document.json", text: &self.document },
            overlay: self.overlay.as_deref().map(|text| Source { name: "overlay.json", text }),
            decisions: self
                .decisions
                .as_deref()
                .map(|text| Source { name: "decisions.json", text }),
        }
    }

    /// Writes the texts into a folder, where [`saved`] finds them.
    pub fn save(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join(ORIGIN), format!("{:?}", self.origin)).unwrap();
        let Self { document, overlay, decisions, .. } = self;
        for (name, text) in [
            ("document.json", Some(document)),
            ("overlay.json", overlay.as_ref()),
            ("decisions.json", decisions.as_ref()),
        ] {
            let place = folder.join(name);
            match text {
                Some(text) => fs::write(place, text).unwrap(),
                None => drop(fs::remove_file(place)),
            }
        }
    }
}

/// The vendor's document with what belongs to it.
#[must_use]
pub fn real() -> Seed {
    Seed {
        name: "real".to_owned(),
        origin: Origin::Own,
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

/// A document of one operation, to add to: the smallest of the golden cases.
#[must_use]
pub fn small() -> Value {
    let mut small = case::document(&json!({ "paths": { "/things": { "post": {} } } }));
    small["components"]["schemas"] = json!({});
    small
}

/// The small document with this schema for the response's data.
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

/// A document with the decisions of the golden cases, and without an overlay.
#[must_use]
pub fn alone(name: &str, document: &Value) -> Seed {
    bytes(name, document.to_string().into_bytes())
}

/// The same of a text that may be no document.
#[must_use]
pub fn bytes(name: &str, document: Vec<u8>) -> Seed {
    Seed {
        name: name.to_owned(),
        origin: Origin::Own,
        document,
        overlay: None,
        decisions: Some(case::decisions(None)),
    }
}

/// The same as another vendor's document, about which nothing was decided.
#[must_use]
pub fn foreign(seed: &Seed) -> Seed {
    Seed {
        name: format!("foreign {}", seed.name),
        origin: Origin::Foreign,
        overlay: None,
        decisions: None,
        ..seed.clone()
    }
}

/// The golden cases: those that generate, or those that are refused.
#[must_use]
pub fn golden(generated: bool) -> Vec<Seed> {
    let cases = if generated { Case::generated() } else { Case::refused() };
    let seeds = cases.iter().map(|case| {
        let Sources { origin, document, overlay, decisions } = case.sources();
        let text = |source: Source<'_>| source.text.to_vec();
        Seed {
            name: case.name.clone(),
            origin,
            document: text(document),
            overlay: overlay.map(text),
            decisions: decisions.map(text),
        }
    });
    seeds.collect()
}

/// The golden cases of other vendors.
#[must_use]
pub fn others() -> Vec<Seed> {
    let folders = case::folders("foreign");
    folders.iter().map(|folder| foreign(&saved(folder))).collect()
}

/// Documents that once made generation fail: files that hold a document alone, and folders
/// of a document and what belongs to it.
#[must_use]
pub fn corpus() -> Vec<Seed> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).unwrap();
    let mut places: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    places.sort();
    let seeds = places.iter().map(|place| match fs::read(place) {
        Ok(document) => bytes(&name(place), document),
        Err(_) => saved(place),
    });
    seeds.collect()
}

/// What says whose document stands in a folder; the platform's, if nothing does.
const ORIGIN: &str = "origin.txt";

/// The seed that was saved in a folder.
#[must_use]
pub fn saved(folder: &Path) -> Seed {
    let text = |name: &str| fs::read(folder.join(name)).ok();
    let is_foreign = text(ORIGIN).is_some_and(|origin| origin == b"Foreign");
    Seed {
        name: name(folder),
        origin: if is_foreign { Origin::Foreign } else { Origin::Own },
        document: text("document.json").unwrap(),
        overlay: text("overlay.json"),
        decisions: text("decisions.json"),
    }
}

fn name(place: &Path) -> String {
    place.file_name().unwrap_or_default().to_string_lossy().into_owned()
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
            leave_out(text?, &problem.pointer.text())?;
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

/// Leaves out the entry of a table that a place is in.
fn leave_out(text: &mut Vec<u8>, place: &str) -> Option<()> {
    let mut json: Value = serde_json::from_slice(text).ok()?;
    let mut tokens = place.split('/').skip(1);
    let (table, index) = (tokens.next()?, tokens.next()?);
    let entry = json.get_mut(table)?.as_array_mut()?.get_mut(index.parse::<usize>().ok()?)?;
    *entry = Value::Null;
    *text = json.to_string().into_bytes();
    Some(())
}
