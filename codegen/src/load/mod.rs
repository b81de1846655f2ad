//! From texts to a corrected OpenAPI document, without losing anything.

mod extensions;
mod files;
mod json;
mod malformed;
mod overlay;
mod references;
mod structure;
mod version;

use std::collections::HashMap;

use openapiv3::OpenAPI;
use serde::Deserialize;
use serde_json::Value;

pub(crate) use self::json::json;
pub(crate) use self::references::{Broken, References, Target};
use self::structure::Checked;
pub(crate) use self::structure::{KeywordClass, visit};
use crate::model::Extensions;
use crate::report::{Pointer, Report, Reporter, Text};
use crate::sources::Source;

/// The members of a path that are operations, in lower case.
pub const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The document as the other stages see it.
#[derive(Debug)]
pub(crate) struct Document {
    /// The document, corrected by the overlay. Pointers in reports refer to it.
    pub(crate) api: OpenAPI,
    /// What its types do not represent, by place.
    pub(crate) unrepresented: HashMap<Pointer, Value>,
    pub(crate) extensions: Extensions,
    /// The targets of its references.
    pub(crate) references: References,
}

/// Parses the document's text and applies the overlay.
pub(crate) fn read(
    document: &Source<'_>,
    overlay: Option<&Source<'_>>,
    reporter: &Reporter,
) -> Result<Value, Report> {
    let corrections = overlay.and_then(|overlay| json(overlay, Text::Overlay, reporter));
    let value = json(document, Text::Document, reporter);
    if let Some(value) = &value {
        version::version(value, reporter);
    }
    reporter.gate(0)?;
    let mut value = value.unwrap_or_default();

    if let Some(overlay) = corrections {
        overlay::apply(&overlay, &mut value, reporter);
        reporter.end_stage()?;
    }
    Ok(value)
}

/// Parses a document as OpenAPI. With `whole_parts`, a run that
/// continues in spite of problems leaves out invalid paths and
/// components, and not only invalid operations. Returns the parsed JSON as well.
pub(crate) fn openapi(
    mut value: Value,
    whole_parts: bool,
    reporter: &Reporter,
) -> Result<(Document, Value), Report> {
    reporter.set_operations(operations(&value));
    let mut before = reporter.problem_count();
    files::operations(&value, reporter);
    if !reporter.continues() {
        reporter.gate(before)?;
    }
    references::inline_paths(&mut value, reporter);
    let mut checked = structure::check(&value, reporter);
    let malformed = reporter.problem_count();
    let mut references = references::follow(&value, &mut checked, reporter);
    let Checked { absent, unrepresented, .. } = checked;
    for pointer in absent {
        remove(&mut value, &pointer);
    }
    let marks = whole_parts && reporter.is_lenient();
    if marks {
        malformed::mark(&mut value, &mut references, before, reporter);
    }
    let malformed = malformed.min(reporter.problem_count());
    let found = &reporter.problems(before..malformed);
    if !reporter.continues() || !malformed::leave_out(&mut value, found, whole_parts) {
        reporter.gate(before)?;
    }
    loop {
        before = reporter.problem_count();
        if let Some(api) = parse(&value, reporter) {
            reporter.end_stage()?;
            let extensions = extensions::collect(&value);
            return Ok((Document { api, unrepresented, extensions, references }, value));
        }
        if marks {
            malformed::mark(&mut value, &mut references, before, reporter);
        }
        let found = &reporter.problems(before..reporter.problem_count());
        if !reporter.continues() || !malformed::leave_out(&mut value, found, whole_parts) {
            reporter.gate(before)?;
        }
    }
}

/// Parses the document; reports what keeps it from being parsed.
fn parse(document: &Value, reporter: &Reporter) -> Option<OpenAPI> {
    if let Ok(api) = OpenAPI::deserialize(document) {
        return Some(api);
    }
    // The place of the error needs a second parse.
    match serde_path_to_error::deserialize(document) {
        Ok(api) => Some(api),
        Err(error) => {
            let at = pointer(error.path());
            let cause = format!("not OpenAPI 3.0: {}", error.inner());
            reporter.problem(&at, cause, "correct it in the overlay");
            None
        }
    }
}

/// The place of a deserializer's error.
pub(crate) fn pointer(path: &serde_path_to_error::Path) -> Pointer {
    use serde_path_to_error::Segment;
    path.iter().fold(Pointer::root(), |at, segment| match segment {
        Segment::Seq { index } => at.join(*index),
        Segment::Map { key } => at.join(key),
        // These have no place in the document.
        Segment::Enum { .. } | Segment::Unknown => at,
    })
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

/// Takes a member out of its object, or an element out of its list.
pub(crate) fn remove(document: &mut Value, pointer: &Pointer) {
    let (Some(owner), Some(name)) = (pointer.parent(), pointer.last()) else { return };
    let owner = owner.tokens().into_iter().try_fold(document, |value, token| match value {
        Value::Object(members) => members.get_mut(token),
        Value::Array(elements) => token.parse().ok().and_then(|i: usize| elements.get_mut(i)),
        _ => None,
    });
    match owner {
        // Not `remove`, which would move the last member here.
        Some(Value::Object(members)) => drop(members.shift_remove(name)),
        Some(Value::Array(elements)) => {
            if let Some(index) = name.parse().ok().filter(|index: &usize| *index < elements.len()) {
                elements.remove(index);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::expected::{messages, problems_at};
    use crate::sources::{Origin, Sources};

    const DOCUMENT: &[u8] = include_bytes!("../../../spec/trenz-openapi.json");
    const OVERLAY: &[u8] = include_bytes!("../../../spec/overlay.json");

    fn run(
        document: &[u8],
        overlay: Option<&[u8]>,
    ) -> Result<((Document, Value), Vec<String>), Report> {
        let document = Source { name: "doc.json", text: document };
        let overlay = overlay.map(|text| Source { name: "overlay.json", text });
        let sources = Sources { origin: Origin::Own, document, overlay, decisions: None };
        let reporter = Reporter::new(&sources);
        let document = read(&document, overlay.as_ref(), &reporter)
            .and_then(|value| openapi(value, false, &reporter))?;
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
        let ((document, json), notes) = run(DOCUMENT, Some(OVERLAY)).unwrap();
        let body = "requestBody/content/application~1json/schema/properties/image/required";
        assert_eq!(
            notes,
            [
                "/paths/~1open~1v1~1creatives~1search/get/parameters/1".to_owned(),
                format!("/paths/~1open~1v1~1ai~1videos~1wan26~1generate/post/{body}"),
            ]
        );
        let search = &json["paths"]["/open/v1/creatives/search"]["get"];
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
        let operation = "/paths/~1open~1v1~1ai~1videos~1wan26~1generate/post";
        let body = "requestBody/content/application~1json/schema/properties/image/required";
        let place = format!("doc.json#{operation}/{body} (trenz-ai-wan26-generate)");
        messages("own_violation", &problems_at(&report, &[&place]));
    }

    #[test]
    fn problems_name_the_text_they_are_in() {
        let report = run(b"{", Some(b"[")).unwrap_err();
        let _ = problems_at(&report, &["overlay.json#", "doc.json#"]);
        let report = run(&with_schema(&json!({})), Some(b"{}")).unwrap_err();
        let _ =
            problems_at(&report, &["overlay.json#/overlay", "overlay.json#/info", "overlay.json#"]);
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
        let place = format!("doc.json#/components/schemas/A{}/type", "/items".repeat(21));
        let _ = problems_at(&report, &[&place]);
        let report = run(&nested(120, json!({})), None).unwrap_err();
        let place = format!("doc.json#/components/schemas/A{}", "/items".repeat(22));
        messages("depth", &problems_at(&report, &[&place]));
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
            let _ = problems_at(&report, &["doc.json#/paths/~1a/get/callbacks"]);
        }
    }
}
