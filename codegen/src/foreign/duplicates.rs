//! The same parameter, listed twice and alike. Where the two differ, which one counts is
//! for nobody here to say, and the operation is refused.

use serde_json::Value;

use super::Said;
use crate::report::Pointer;

/// Keeps the first of each.
pub(super) fn tidy(document: &mut Value, said: &mut Said) {
    let whole = document.clone();
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    let place = Pointer::root().join("paths");
    for (path, item) in paths {
        let Value::Object(item) = item else { continue };
        for (keyword, value) in item {
            let at = place.join(path).join(keyword);
            let parameters = match keyword.as_str() {
                "parameters" => Some((at, value)),
                _ => value.get_mut("parameters").map(|list| (at.join("parameters"), list)),
            };
            if let Some((at, Value::Array(parameters))) = parameters {
                once(parameters, &whole, &at, said);
            }
        }
    }
}

fn once(parameters: &mut Vec<Value>, document: &Value, at: &Pointer, said: &mut Said) {
    let mut seen: Vec<Value> = Vec::new();
    let mut index = 0;
    parameters.retain(|parameter| {
        let parameter = resolved(parameter, document);
        let known = seen.contains(parameter);
        if known {
            said.say(
                "duplicates",
                &at.join(index),
                "a parameter is listed twice alike, and read once",
            );
        } else {
            seen.push(parameter.clone());
        }
        index += 1;
        !known
    });
}

fn resolved<'v>(parameter: &'v Value, document: &'v Value) -> &'v Value {
    let reference = parameter.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|reference| reference.strip_prefix('#'));
    target.and_then(|target| document.pointer(target)).unwrap_or(parameter)
}
