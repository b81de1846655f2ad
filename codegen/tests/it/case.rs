//! A golden case: a folder with the smallest document that shows one thing.
//!
//! `document.json` is a merge patch (RFC 7396) over `golden/base/document.json`, and
//! each of its operations is one over `golden/base/operation.json`; two members of an
//! operation are short for long ways down: `body` is the schema of a required JSON body and
//! `data` that of the response's `data`. A case with a `raw.txt` gives that text instead.
//!
//! The decisions of `golden/base` hold for each case whose own say nothing of a role or
//! of what is left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use trenz_codegen::report::Report;
use trenz_codegen::{Generated, Origin, Source, Sources, generate};

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What one case gives to generation.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    document: Vec<u8>,
    overlay: Option<Vec<u8>>,
    decisions: Option<Vec<u8>>,
}

impl Case {
    /// The cases of `golden/generated`, by name.
    pub(crate) fn generated() -> Vec<Self> {
        folders("generated").iter().map(|folder| Self::read(folder)).collect()
    }

    /// The cases of `golden/refused`, by name.
    pub(crate) fn refused() -> Vec<Self> {
        folders("refused").iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> Self {
        let text = |name: &str| fs::read(folder.join(name)).ok();
        let document = text("raw.txt").unwrap_or_else(|| {
            let patch = json_file(&folder.join("document.json"));
            format!("{:#}", document(&patch)).into_bytes()
        });
        Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            document,
            overlay: text("overlay.json"),
            decisions: Some(decisions(text("decisions.json"))),
        }
    }

    pub(crate) fn generate(&self) -> Result<Generated, Report> {
        generate(&self.sources())
    }

    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources {
            origin: Origin::Own,
            document: Source { name: "document.json", text: &self.document },
            overlay: self.overlay.as_deref().map(|text| Source { name: "overlay.json", text }),
            decisions: self
                .decisions
                .as_deref()
                .map(|text| Source { name: "decisions.json", text }),
        }
    }

    /// The text that a report calls by this name.
    pub(crate) fn source(&self, name: &str) -> Option<&[u8]> {
        match name {
            "document.json" => Some(&self.document),
            "overlay.json" => self.overlay.as_deref(),
            "decisions.json" => self.decisions.as_deref(),
            _ => None,
        }
    }

    /// Everything that comes out, by the name it has in `expected/`.
    pub(crate) fn files(generated: Generated) -> BTreeMap<String, String> {
        let mut files = generated.files;
        files.insert("OPERATIONS.md".to_owned(), generated.index);
        let mut notes = String::new();
        for note in &generated.notes {
            let _ = writeln!(notes, "{note}");
        }
        files.insert("notes.txt".to_owned(), notes);
        files
    }
}

/// The folders of a kind of case, by name.
pub(crate) fn folders(kind: &str) -> Vec<PathBuf> {
    let folders = fs::read_dir(golden().join(kind)).unwrap();
    let mut folders: Vec<_> = folders.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    assert!(!folders.is_empty(), "there is no case in golden/{kind}");
    folders
}

/// The folder of all cases. A crate inside of this one reads them too.
pub(crate) fn golden() -> PathBuf {
    let golden = |folder: &Path| folder.join("tests/golden");
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(golden).find(|golden| golden.is_dir()).unwrap()
}

/// The document that a patch stands for.
pub(crate) fn document(patch: &Value) -> Value {
    let mut patch = patch.clone();
    let mut paths = patch["paths"].take();
    for item in paths.as_object_mut().into_iter().flat_map(|paths| paths.values_mut()) {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                *operation = self::operation(operation);
            }
        }
    }
    let mut document = json_file(&golden().join("base/document.json"));
    patch.as_object_mut().unwrap().shift_remove("paths");
    merge(&mut document, &patch);
    document["paths"] = if paths.is_null() { json!({}) } else { paths };
    document
}

/// The decisions of a case, and those of `golden/base` that it leaves open.
pub(crate) fn decisions(own: Option<Vec<u8>>) -> Vec<u8> {
    let base = json_file(&golden().join("base/decisions.json"));
    let own = own.unwrap_or_else(|| b"{}".to_vec());
    let Ok(Value::Object(mut tables)) = serde_json::from_slice(&own) else { return own };
    for (name, entries) in base.as_object().unwrap() {
        let Some(table) = tables.entry(name.clone()).or_insert_with(|| json!([])).as_array_mut()
        else {
            return own;
        };
        let own = table.clone();
        let is_open = |entry: &&Value| match entry.get("role") {
            Some(role) => own.iter().all(|own| own["role"] != *role),
            None => own.is_empty(),
        };
        table.extend(entries.as_array().unwrap().iter().filter(is_open).cloned());
    }
    format!("{:#}", Value::Object(tables)).into_bytes()
}

fn operation(patch: &Value) -> Value {
    let mut patch = patch.clone();
    let members = patch.as_object_mut().unwrap();
    let (body, data) = (members.shift_remove("body"), members.shift_remove("data"));
    let mut operation = json_file(&golden().join("base/operation.json"));
    if let Some(schema) = body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    if let Some(schema) = data {
        operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"] =
            schema;
    }
    merge(&mut operation, &patch);
    operation
}

/// RFC 7396, but that a member which the patch names keeps the patch's order of new ones.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            target.shift_remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

fn json_file(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
