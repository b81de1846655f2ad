//! Bounds inside of an input's parts. The client checks those of the inputs themselves,
//! and the vendor's own document has no others.

use super::Said;
use crate::plan::{Crate, Shape, TypeDef};
use crate::report::Reporter;

/// Leaves them to the server.
pub(super) fn apply(krate: &mut Crate, reporter: &mut Reporter) {
    let mut said = Said::default();
    let operations = krate.modules.values_mut().flat_map(|module| &mut module.operations);
    let types = operations.flat_map(|operation| &mut operation.types);
    for definition in types.chain(&mut krate.components) {
        unchecked(definition, &mut said);
    }
    said.note(reporter);
}

fn unchecked(definition: &mut TypeDef, said: &mut Said) {
    if let Shape::InputStruct(fields) = &mut definition.shape {
        for field in fields.iter_mut().filter(|field| !field.bounds.is_empty()) {
            field.bounds.clear();
            let text = "the bounds of a part of an input are left to the server to check";
            said.say("bounds", &field.pointer, text);
        }
    }
}
