//! Checks that the document is OpenAPI 3.0 before it is parsed as such.

use serde_json::Value;

use crate::report::{Pointer, Reporter};

/// Reports a document that is not OpenAPI 3.0.x.
pub(crate) fn version(document: &Value, reporter: &Reporter) {
    let Some(document) = document.as_object() else {
        reporter.problem(
            &Pointer::root(),
            "the document: expected a JSON object",
            "provide an OpenAPI 3.0 document",
        );
        return;
    };
    let at = Pointer::root().join("openapi");
    match document.get("openapi") {
        Some(Value::String(version)) if is_3_0(version) => {}
        Some(short) if *short == "3.0" || short.as_f64() == Some(3.0) => {
            let cause = format!("the version: expected a string such as \"3.0.3\", found {short}");
            reporter.violation(&at, cause, "write it as a string", "it is read as 3.0.x");
        }
        Some(Value::String(version)) if is_3_after_0(version) => reporter.problem(
            &at,
            format!("OpenAPI {version} is not supported: its schemas differ from those of 3.0"),
            "provide the document as OpenAPI 3.0.x, or convert it down, for example with \
             `openapi-down-convert`",
        ),
        Some(Value::String(version)) => reporter.problem(
            &at,
            format!("the version: expected OpenAPI 3.0.x, found `{version}`"),
            "provide an OpenAPI 3.0.x document",
        ),
        Some(other) => reporter.problem(
            &at,
            format!("the version: expected a string such as \"3.0.3\", found {other}"),
            "write the version as a string",
        ),
        None if document.contains_key("swagger") => reporter.problem(
            &Pointer::root().join("swagger"),
            "Swagger 2.0 is not supported",
            "convert it to OpenAPI 3.0 first, for example with `swagger2openapi`",
        ),
        None => reporter.problem(
            &Pointer::root(),
            "the document has no OpenAPI version",
            "provide an OpenAPI document, with a member `openapi` such as \"3.0.3\"",
        ),
    }
}

fn is_3_0(version: &str) -> bool {
    version
        .strip_prefix("3.0.")
        .is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_3_after_0(version: &str) -> bool {
    version.starts_with("3.") && !version.starts_with("3.0")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::Report;
    use crate::report::expected::{messages, problems_at};

    fn check(document: &Value) -> Result<(), Report> {
        let reporter = Reporter::default();
        version(document, &reporter);
        reporter.end_stage()
    }

    #[test]
    fn every_patch_of_3_0_is_accepted() {
        for version in ["3.0.0", "3.0.3", "3.0.12"] {
            assert_eq!(check(&json!({ "openapi": version })), Ok(()));
        }
    }

    #[test]
    fn other_versions_are_refused_with_a_remedy() {
        let documents = [
            (json!({ "openapi": "3.1.0" }), "#/openapi"),
            (json!({ "openapi": "3.2.0" }), "#/openapi"),
            (json!({ "openapi": "3.0" }), "#/openapi"),
            (json!({ "openapi": "3.0.x" }), "#/openapi"),
            (json!({ "openapi": "4.0.0" }), "#/openapi"),
            (json!({ "openapi": 3.0 }), "#/openapi"),
            (json!({ "swagger": "2.0" }), "#/swagger"),
            (json!({ "info": {} }), "#"),
            (json!([]), "#"),
        ];
        let reports = documents
            .map(|(document, place)| problems_at(&check(&document).unwrap_err(), &[place]));
        messages("version", &reports.concat());
    }
}
