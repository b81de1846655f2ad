//! Binary data where only text is possible: in JSON, in a query, in a form that is not multipart.
//! Vendors mean a text there, often base64.

use crate::decisions::Decisions;
use crate::model::{Api, BodyForm, Input, Kind, Location, Operation, Schema};
use crate::report::{Pointer, Reporter};

/// Replaces it by text.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let mut places = Vec::new();
    for Operation { inputs, body, response, .. } in &mut api.operations {
        let form = body.as_ref().map(|body| body.form);
        for Input { location, schema, .. } in inputs {
            let takes_bytes = *location == Location::Body
                && matches!(form, Some(BodyForm::Multipart | BodyForm::Bytes | BodyForm::File));
            if !(takes_bytes && matches!(schema.kind, Kind::Binary)) {
                text(schema, &mut places);
            }
        }
        response.schema.iter_mut().for_each(|schema| text(schema, &mut places));
    }
    api.components.values_mut().for_each(|schema| text(schema, &mut places));
    if let Some(first) = places.first() {
        let said = "binary data is not possible here: it is generated as text";
        reporter.note_of("binary", first, said, places.len());
    }
}

fn text(schema: &mut Schema, places: &mut Vec<Pointer>) {
    if matches!(schema.kind, Kind::Binary) {
        places.push(schema.pointer.clone());
        schema.kind = Kind::String;
    }
    schema.inner_mut().into_iter().for_each(|inner| text(inner, places));
}
