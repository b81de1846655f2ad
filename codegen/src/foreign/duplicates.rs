//! Identical duplicates of a parameter. If they differ, the operation is refused.

use serde_json::Value;

use super::Notes;
use crate::report::Pointer;

/// Keeps the first of each.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    for (at, duplicates) in duplicates(document) {
        let Some(Value::Array(parameters)) = document.pointer_mut(&at.text()) else { continue };
        for index in &duplicates {
            let text = "a parameter is listed twice; the duplicate is left out";
            notes.add("duplicates", &at.join(*index), text);
        }
        for index in duplicates.into_iter().rev() {
            parameters.remove(index);
        }
    }
}

/// The lists of parameters with duplicates, with the indices of those.
fn duplicates(document: &Value) -> Vec<(Pointer, Vec<usize>)> {
    let place = Pointer::root().join("paths");
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut found = Vec::new();
    for (path, item) in paths {
        for (keyword, value) in item.as_object().into_iter().flatten() {
            let (parameters, is_own) = match keyword.as_str() {
                "parameters" => (Some(value), true),
                _ => (value.get("parameters"), false),
            };
            let Some(Value::Array(parameters)) = parameters else { continue };
            let parameters: Vec<&Value> =
                parameters.iter().map(|parameter| resolved(parameter, document)).collect();
            let indices =
                (0..parameters.len()).filter(|at| parameters[..*at].contains(&parameters[*at]));
            let indices: Vec<usize> = indices.collect();
            if !indices.is_empty() {
                let at = place.join(path).join(keyword);
                found.push((if is_own { at } else { at.join("parameters") }, indices));
            }
        }
    }
    found
}

fn resolved<'v>(parameter: &'v Value, document: &'v Value) -> &'v Value {
    let reference = parameter.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|reference| reference.strip_prefix('#'));
    target.and_then(|target| document.pointer(target)).unwrap_or(parameter)
}
