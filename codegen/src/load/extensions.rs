//! Finds every `x-` extension, so that none can be dropped unread.

use serde_json::Value;

use crate::model::Extensions;
use crate::report::WalkPointer;

/// Members whose values are data of the API, not parts of the description.
const DATA: [&str; 4] = ["example", "examples", "default", "enum"];

/// Members whose own members have names chosen by the API.
const NAMED: [&str; 3] = ["properties", "schemas", "parameters"];

/// Every extension in the document, in document order.
pub(super) fn collect(json: &Value) -> Extensions {
    let mut found = Extensions::default();
    walk(json, &WalkPointer::root(), false, &mut found);
    found
}

/// `named` says that the members of `value` are named by the API, so that an `x-` prefix means
/// nothing.
fn walk(value: &Value, at: &WalkPointer<'_>, named: bool, found: &mut Extensions) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let place = at.join(name);
                if !named && name.starts_with("x-") {
                    found.insert(place.pointer(), member.clone());
                } else if named || !DATA.contains(&name.as_str()) {
                    walk(member, &place, !named && NAMED.contains(&name.as_str()), found);
                }
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                walk(element, &at.element(index), false, found);
            }
        }
        _ => {}
    }
}
