//! Changes of shapes that the real document does not have: between two small documents.

use super::*;
use crate::case;

/// One schema of a body before and after, and the kinds of change that are said.
type Row = (&'static str, fn() -> [Value; 2], Verdict, &'static [&'static str]);

const ROWS: &[Row] = &[
    (
        "an alternative comes",
        || [union(&["A", "B"]), union(&["A", "B", "C"])],
        Verdict::Minor,
        &["alternative-added Pick::C"],
    ),
    (
        "an alternative goes",
        || [union(&["A", "B", "C"]), union(&["A", "B"])],
        Verdict::Major,
        &["alternative-removed Pick::C"],
    ),
    (
        "a discriminator goes",
        || {
            let mut without = union(&["A", "B"]);
            without.as_object_mut().unwrap().shift_remove("discriminator");
            [union(&["A", "B"]), without]
        },
        Verdict::Major,
        &["alternative-untold Pick::A", "alternative-untold Pick::B", "tag Pick"],
    ),
    (
        "further members come",
        || {
            let open = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": {} },
                "additionalProperties": { "type": "string" } });
            let mut closed = open.clone();
            closed["additionalProperties"] = json!(false);
            [closed, open]
        },
        Verdict::Minor,
        &["input-added Pick.additional_properties"],
    ),
    (
        "an input may be null",
        || {
            let pick = |nullable| {
                json!({ "type": "object", "properties": {
                "a": { "type": "string", "nullable": nullable }, "b": { "type": "string" },
            } })
            };
            [pick(false), pick(true)]
        },
        Verdict::Major,
        &["type Pick.a"],
    ),
];

fn union(names: &[&str]) -> Value {
    let members =
        names.iter().map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }));
    json!({ "oneOf": members.collect::<Value>(), "discriminator": { "propertyName": "kind" } })
}

/// A document whose one operation takes the schema, as the component `Pick`.
fn small(pick: &Value) -> Vec<u8> {
    let part = json!({ "type": "object", "properties": { "x": { "type": "string" } } });
    let body = json!({ "type": "object", "properties": {
        "pick": { "$ref": "#/components/schemas/Pick" },
        "a": { "$ref": "#/components/schemas/A" },
        "b": { "$ref": "#/components/schemas/B" },
        "c": { "$ref": "#/components/schemas/C" },
    } });
    let patch = json!({
        "components": { "schemas": { "A": part, "B": part, "C": part, "Pick": pick } },
        "paths": { "/things": { "post": { "body": body } } },
    });
    case::document(&patch).to_string().into_bytes()
}

#[test]
fn shapes() {
    for (name, schemas, verdict, said) in ROWS {
        let [old, new] = schemas().map(|schema| small(&schema));
        let sources = |text| Sources {
            origin: Origin::Trenz,
            document: Source { name: "document.json", text },
            overlay: None,
            decisions: None,
        };
        let changes = changes(&sources(&old), &sources(&new)).unwrap();
        let all = changes.breaking.iter().chain(&changes.additions).chain(&changes.invisible);
        let all: Vec<String> = all
            .filter(|change| change.place.contains("Pick"))
            .map(|change| format!("{} {}", change.kind, change.place.replace("types::", "")))
            .collect();
        assert_eq!(all, *said, "{name}:\n{changes}");
        assert_eq!(changes.verdict, *verdict, "{name}:\n{changes}");
    }
}
