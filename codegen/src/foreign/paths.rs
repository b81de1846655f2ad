//! Paths that are a reference to another path of the document.

use serde_json::Value;

use super::Said;
use crate::report::Pointer;

/// Writes them out, so that each of their operations is one of its own.
pub(super) fn tidy(document: &mut Value, said: &mut Said) {
    let place = Pointer::root().join("paths");
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let written: Vec<(String, Value)> = paths
        .filter_map(|(path, item)| {
            let target = item.get("$ref")?.as_str()?.strip_prefix('#')?;
            let target = percent_encoding::percent_decode_str(target).decode_utf8().ok()?;
            let found = document.pointer(&target).filter(|found| found.get("$ref").is_none())?;
            Some((path.clone(), found.clone()))
        })
        .collect();
    for (path, _) in &written {
        said.say(
            "paths",
            &place.join(path),
            "the path is a reference to another one, and written out",
        );
    }
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        paths.extend(written);
    }
}
