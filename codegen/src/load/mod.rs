//! From texts to a corrected OpenAPI document of which nothing was lost.

mod dropped;
mod files;
mod json;
mod malformed;
mod overlay;
mod references;
mod shape;
mod version;

use openapiv3::OpenAPI;
use serde_json::Value;

pub(crate) use self::dropped::pointer;
pub(crate) use self::json::json;
pub(crate) use self::shape::{Holds, visit};
use crate::Source;
use crate::report::{Pointer, Report, Reporter};

/// The members of a path that are operations.
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The document as the other stages see it.
#[derive(Debug)]
pub(crate) struct Document {
    /// What was given, corrected by the overlay. Pointers in reports point into it.
    pub(crate) value: Value,
    /// The same, parsed. It says nothing that `value` does not say, and loses nothing.
    pub(crate) api: OpenAPI,
}

/// Reads the document's text and corrects it by the overlay.
pub(crate) fn read(
    document: &Source<'_>,
    overlay: Option<&Source<'_>>,
    reporter: &mut Reporter,
) -> Result<Value, Report> {
    let corrections = overlay.and_then(|overlay| {
        reporter.reading(overlay.name);
        Some((overlay.name, json(overlay, reporter)?))
    });
    reporter.reading(document.name);
    let value = json(document, reporter);
    if let Some(value) = &value {
        version::version(value, reporter);
    }
    reporter.gate(0)?;
    let mut value = value.unwrap_or_default();

    if let Some((name, overlay)) = corrections {
        reporter.reading(name);
        overlay::apply(&overlay, &mut value, reporter);
        reporter.stage()?;
    }
    reporter.reading(document.name);
    Ok(value)
}

/// Understands a document as OpenAPI.
pub(crate) fn openapi(value: &Value, reporter: &mut Reporter) -> Result<Document, Report> {
    reporter.knows(operations(value));
    let before = reporter.problems().len();
    files::operations(value, reporter);
    if !reporter.is_lenient() {
        reporter.gate(before)?;
    }
    let mut value = references::bundle(value, &shape::DOCUMENT, reporter);
    let absent = shape::check(&value, reporter);
    for pointer in absent {
        remove(&mut value, &pointer);
    }
    if reporter.is_lenient() && malformed::leave_out(&mut value, &reporter.problems()[before..]) {
        // What is left is in shape.
    } else {
        reporter.gate(before)?;
    }
    let before = reporter.problems().len();
    let Some(api) = dropped::parse(&value, reporter) else {
        reporter.gate(before)?;
        return Ok(Document { api: OpenAPI::default(), value });
    };
    reporter.stage()?;
    Ok(Document { value, api })
}

/// Every operation that has an id, with its place.
fn operations(document: &Value) -> Vec<(Pointer, String)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let place = Pointer::root().join("paths").join(path);
        let methods = item.as_object().into_iter().flatten();
        methods.filter_map(move |(method, operation)| {
            Some((place.join(method), operation.get("operationId")?.as_str()?.to_owned()))
        })
    });
    operations.collect()
}

/// Takes a member out of its object.
pub(crate) fn remove(document: &mut Value, pointer: &Pointer) {
    let Some(name) = pointer.tokens().next_back() else { return };
    let owner = pointer.as_str().rsplit_once('/').map_or("", |(owner, _)| owner);
    if let Some(Value::Object(members)) = document.pointer_mut(owner) {
        members.shift_remove(&name);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DOCUMENT: &[u8] = include_bytes!("../../../spec/trenz-openapi.json");
    const OVERLAY: &[u8] = include_bytes!("../../../spec/overlay.json");

    fn run(document: &[u8], overlay: Option<&[u8]>) -> Result<(Document, Vec<String>), String> {
        let mut reporter = Reporter::default();
        let document = Source { name: "doc.json", text: document };
        let overlay = overlay.map(|text| Source { name: "overlay.json", text });
        let document = read(&document, overlay.as_ref(), &mut reporter)
            .and_then(|value| openapi(&value, &mut reporter))
            .map_err(|report| report.to_string())?;
        let notes = reporter.into_notes();
        Ok((document, notes.iter().map(|note| note.pointer.to_string()).collect()))
    }

    fn with_schema(schema: &Value) -> Vec<u8> {
        let document = json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "paths": {},
            "components": { "schemas": { "A": schema } },
        });
        document.to_string().into_bytes()
    }

    #[test]
    fn the_two_defects_of_the_vendors_document_are_corrected() {
        let (document, notes) = run(DOCUMENT, Some(OVERLAY)).unwrap();
        let body = "requestBody/content/application~1json/schema/properties/image/required";
        assert_eq!(
            notes,
            [
                "/paths/~1open~1v1~1creatives~1search/get/parameters/1".to_owned(),
                format!("/paths/~1open~1v1~1ai~1videos~1wan26~1generate/post/{body}"),
            ]
        );
        let search = &document.value["paths"]["/open/v1/creatives/search"]["get"];
        let countries: Vec<&Value> = search["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|parameter| parameter["name"] == "country")
            .collect();
        assert_eq!(countries.len(), 1);
        assert_eq!(countries[0]["required"], true);
        assert_eq!(document.api.operations().count(), 87);
    }

    #[test]
    fn without_the_overlay_the_document_is_refused() {
        let report = run(DOCUMENT, None).unwrap_err();
        assert!(report.contains("/image/required (trenz-ai-wan26-generate)"), "{report}");
        assert!(report.contains("1 problem"), "{report}");
    }

    #[test]
    fn problems_name_the_text_they_are_in() {
        let report = run(b"{", Some(b"[")).unwrap_err();
        assert!(report.contains("doc.json#\n") && report.contains("overlay.json#\n"), "{report}");
        let report = run(&with_schema(&json!({})), Some(b"{}")).unwrap_err();
        assert!(report.contains("overlay.json#/info\n"), "{report}");
        assert!(!report.contains("doc.json"), "{report}");
    }

    #[test]
    fn deep_documents_are_read_or_refused_but_do_not_overflow_the_stack() {
        let nested = |depth: usize, innermost: Value| {
            let wrap = |schema, _| json!({ "type": "array", "items": schema });
            with_schema(&(0..depth).fold(innermost, wrap))
        };
        run(&nested(21, json!({ "type": "string" })), None).unwrap();
        // A mistake at the bottom costs no more than one at the top.
        let report = run(&nested(21, json!({ "type": 1 })), None).unwrap_err();
        assert!(
            report.contains("/items/items/type\n") && report.contains("\n1 problem"),
            "{report}"
        );
        let report = run(&nested(120, json!({})), None).unwrap_err();
        assert!(report.contains("24 objects deep") && report.contains("\n1 problem"), "{report}");
    }

    #[test]
    fn callbacks_are_refused_however_deep() {
        let nested = |depth: usize| {
            let wrap = |path, _| {
                let callbacks = json!({ "c": { "{$url}": path } });
                json!({ "get": { "responses": {}, "callbacks": callbacks } })
            };
            let path = (0..depth).fold(json!({}), wrap);
            let mut document: Value = serde_json::from_slice(&with_schema(&json!({}))).unwrap();
            document["paths"]["/a"] = path;
            document.to_string().into_bytes()
        };
        for depth in [1, 24] {
            let report = run(&nested(depth), None).unwrap_err();
            assert!(report.contains("#/paths/~1a/get/callbacks\n"), "{report}");
            assert!(report.contains("\n1 problem"), "{report}");
        }
    }
}
