//! How much generated code an edit of the document touches, and how much there is of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};
use trenz_codegen::{Generated, Origin, Source, Sources, generate};

use crate::files::{read, repository};

const SD_PRO: &str = "/open/v1/ai/sd-pro/video/generation";

/// What generates of the project's document after an edit of the operation at a path.
fn edited(path: &str, edit: impl Fn(&mut Value)) -> Generated {
    let [document, overlay, decisions] = ["trenz-openapi", "overlay", "decisions"]
        .map(|name| read(&repository().join(format!("spec/{name}.json"))));
    let mut document: Value = serde_json::from_str(&document).unwrap();
    edit(&mut document["paths"][path]["post"]);
    let document = document.to_string();
    generate(&Sources {
        origin: Origin::Own,
        document: Source { name: "document.json", text: document.as_bytes() },
        overlay: Some(Source { name: "overlay.json", text: overlay.as_bytes() }),
        decisions: Some(Source { name: "decisions.json", text: decisions.as_bytes() }),
    })
    .unwrap_or_else(|report| panic!("{report}"))
}

fn add_input(operation: &mut Value, is_required: bool) {
    let schema = &mut operation["requestBody"]["content"]["application/json"]["schema"];
    schema["properties"]["zoom"] = json!({ "type": "integer", "minimum": 1 });
    if is_required {
        schema["required"].as_array_mut().unwrap().push(json!("zoom"));
    }
}

/// The lines that came and went, by file, and in how many places.
fn diff(old: &Generated, new: &Generated) -> (BTreeMap<String, Vec<String>>, usize) {
    let index = |generated: &Generated| ("OPERATIONS.md".to_owned(), generated.index.clone());
    let [old, new] = [old, new].map(|one| {
        one.files.clone().into_iter().chain([index(one)]).collect::<BTreeMap<String, String>>()
    });
    let (mut lines, mut places) = (BTreeMap::<String, Vec<String>>::new(), 0);
    for (name, text) in &new {
        let diff = TextDiff::from_lines(old[name].as_str(), text.as_str());
        let mut was_changed = false;
        for change in diff.iter_all_changes() {
            let is_changed = change.tag() != ChangeTag::Equal;
            places += usize::from(is_changed && !was_changed);
            was_changed = is_changed;
            if is_changed {
                let line = format!("{}{}", change.tag(), change.value().trim());
                lines.entry(name.clone()).or_default().push(line);
            }
        }
    }
    (lines, places)
}

#[test]
fn an_added_input_adds_three_lines() {
    let old = edited(SD_PRO, |_| ());
    for (is_required, field) in [
        (false, "+#[optional(value)] pub zoom: Option<i64>,"),
        (true, "+#[required(value, ZoomState)] pub zoom: i64,"),
    ] {
        let (lines, places) =
            diff(&old, &edited(SD_PRO, |operation| add_input(operation, is_required)));
        let expected = [
            "+/// At least 1.".to_owned(),
            field.to_owned(),
            "+to.body(\"zoom\", &self.zoom).at_least(1);".to_owned(),
        ];
        let expected = [("content/ai_video.rs".to_owned(), expected.to_vec())];
        // The example sets what is required as well.
        let is_code = |line: &&String| !line.starts_with("+/// ") || line.ends_with("At least 1.");
        let lines: BTreeMap<_, Vec<_>> = lines
            .into_iter()
            .map(|(name, lines)| (name, lines.iter().filter(is_code).cloned().collect()))
            .collect();
        assert_eq!(lines, expected.into(), "required: {is_required}");
        assert_eq!(places, if is_required { 3 } else { 2 }, "required: {is_required}");
    }
}

#[test]
fn a_changed_price_changes_one_constant_and_its_documentation() {
    let old = edited(SD_PRO, |_| ());
    let new =
        edited("/open/v1/ai/videos/clone", |operation| operation["x-coin-cost"] = json!(1001));
    let (lines, _) = diff(&old, &new);
    let came = |file: &str| -> Vec<&str> {
        let came = lines[file].iter().filter_map(|line| line.strip_prefix('+'));
        came.collect()
    };
    let area = came("content/ai_video.rs");
    let [docs, constant] = area.as_slice() else { panic!("{area:#?}") };
    assert_eq!(*docs, r#"#[price = "1001 coins, charged when the task is accepted"]"#);
    assert_eq!(*constant, "const COIN_COST: u64 = 1001;");
    assert_eq!(came("content/mod.rs").len(), 1);
    assert_eq!(came("OPERATIONS.md").len(), 1);
    assert_eq!(lines.len(), 3, "{:?}", lines.keys());
}

#[test]
fn an_operation_takes_at_most_125_lines_beside_its_example() {
    let generated = edited(SD_PRO, |_| ());
    let mut in_example = false;
    let lines = generated.files.values().flat_map(|text| text.lines()).filter(|line| {
        let fence = line.trim_start().strip_prefix("/// ```");
        let was_in_example = in_example;
        in_example = match fence {
            Some("no_run") => true,
            Some("") => false,
            _ => in_example,
        };
        !was_in_example && !in_example
    });
    let count = lines.count();
    assert!(count <= 125 * 87, "{count} lines, {} for each operation", count / 87);
}
