//! Changes of shapes that the real document does not have: between two small documents.

use super::*;
use crate::case;

/// One schema of a body before and after, and the kinds of change that are said.
type Row = (&'static str, fn() -> [Value; 2], Verdict, &'static [&'static str]);

const ROWS: &[Row] = &[
    (
        "an alternative is added",
        || [union(&["A", "B"]), union(&["A", "B", "C"])],
        Verdict::Minor,
        &["alternative-added Pick::C"],
    ),
    (
        "an alternative is removed",
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
        &["alternative-unrecognised Pick::A", "alternative-unrecognised Pick::B", "tag Pick"],
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
        "a struct of one text gets a second property",
        || {
            let text = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
            let mut two = text.clone();
            two["properties"]["b"] = json!({ "type": "integer" });
            [text, two]
        },
        Verdict::Major,
        &["trait-removed Pick", "input-added Pick.b"],
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
            origin: Origin::Own,
            document: Source { name: "document.json", text },
            overlay: None,
            decisions: None,
        };
        let changes = changes(&sources(&old), &sources(&new)).unwrap();
        let all = changes.breaking.iter().chain(&changes.additions).chain(&changes.patch);
        let all: Vec<String> = all
            .filter(|change| change.place.contains("Pick"))
            .map(|change| format!("{} {}", change.kind, change.place.replace("types::", "")))
            .collect();
        assert_eq!(all, *said, "{name}:\n{changes}");
        assert_eq!(changes.verdict, *verdict, "{name}:\n{changes}");
    }
}

/// An input is known by the part of the request that it travels in, where two parts have one of
/// its name.
#[test]
fn inputs_of_one_name_in_query_and_body_are_two_inputs() {
    let both = json!({
        "openapi": "3.0.3",
        "info": { "title": "Pets", "version": "1" },
        "paths": { "/pets/{id}": { "put": {
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "requestBody": { "content": { "application/json": { "schema": {
                "type": "object", "properties": { "id": { "type": "integer" } },
            } } } },
            "responses": { "204": { "description": "" } },
        } } },
    });
    let mut one = both.clone();
    one["paths"]["/pets/{id}"]["put"].as_object_mut().unwrap().shift_remove("requestBody");
    let [both, one] = [both, one].map(|document| document.to_string().into_bytes());
    for (old, new, said) in [
        (&both, &both, None),
        (&both, &one, Some("field-removed pets::PutPetsByIdCall.id_in_body")),
        (&one, &both, Some("input-added pets::PutPetsByIdCall.id_in_body")),
    ] {
        let [old, new] = [old, new].map(|text| Sources {
            origin: Origin::Foreign,
            document: Source { name: "document.json", text },
            overlay: None,
            decisions: None,
        });
        let changes = changes(&old, &new).unwrap();
        let all = changes.breaking.iter().chain(&changes.additions);
        let all: Vec<String> =
            all.map(|change| format!("{} {}", change.kind, change.place)).collect();
        assert_eq!(all, Vec::from_iter(said), "{changes}");
    }
}
