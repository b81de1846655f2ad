//! Schema keywords with values of a wrong type: `required: true` on a property, `type: any`, `type:
//! [string, "null"]`; and a `style` that is not allowed at its parameter's location.
//!
//! A schema without one of its keywords allows more, never less, so responses can still be decoded;
//! inputs are checked by the server.

use serde_json::Value;

use super::Notes;
use crate::load::visit;

/// Leaves them out.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    visit(document, &mut |object| {
        let is_parameter = object.name() == "a parameter";
        if object.is_reference() || !(is_parameter || object.is_schema()) {
            return;
        }
        let ill: Vec<String> = object
            .members
            .iter()
            .filter(|(name, value)| !value.is_null() && !object.fits(name, value))
            .filter(|(name, _)| !is_parameter || *name == "style")
            .map(|(name, _)| name.clone())
            .collect();
        for name in ill {
            let value = object.members.shift_remove(&name).unwrap_or_default();
            let text = match value {
                Value::Array(_) => format!("`{name}` is a list here and left out"),
                Value::Object(_) => format!("`{name}` is an object here and left out"),
                value => format!("`{name}` is {value} here and left out"),
            };
            notes.add("ill_typed", &object.at(&name), text);
        }
    });
}
