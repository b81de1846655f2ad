//! Components whose name Rust or the runtime has taken, and types without a name of
//! their own that would be called like a component.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Said;
use crate::check;
use crate::decisions::Decisions;
use crate::model::{Api, Kind, Schema};
use crate::names;
use crate::report::Reporter;

/// Calls the former otherwise, and keeps the latter clear of the names of components.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let rust = |name: &str| names::pascal(&names::words(name, decisions), decisions);
    let mut said = Said::default();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for (name, schema) in
        api.components.iter().filter(|(name, _)| check::is_type_taken(&rust(name)))
    {
        let other = format!("{name} model");
        let text = format!("`{}` is taken: the schema is called `{}`", rust(name), rust(&other));
        said.say("components", &schema.pointer, text);
        renamed.insert(name.clone(), other);
    }
    said.note(reporter);
    let components: IndexMap<String, Schema> = std::mem::take(&mut api.components);
    api.components = components
        .into_iter()
        .map(|(name, schema)| (renamed.get(&name).cloned().unwrap_or(name), schema))
        .collect();
    let inputs = api.operations.iter_mut().flat_map(|operation| {
        let inputs = operation.inputs.iter_mut().map(|input| &mut input.schema);
        inputs.chain(operation.answer.schema.as_mut())
    });
    for schema in inputs.chain(api.components.values_mut()) {
        rename(schema, &renamed);
    }
    api.reserved = api.components.keys().map(|name| rust(name)).collect();
}

fn rename(schema: &mut Schema, renamed: &BTreeMap<String, String>) {
    match &mut schema.kind {
        Kind::Component(name) => {
            if let Some(other) = renamed.get(name) {
                other.clone_into(name);
            }
        }
        Kind::Object(object) => {
            for field in &mut object.fields {
                rename(&mut field.schema, renamed);
            }
        }
        Kind::Map(inner) | Kind::Array(inner) | Kind::Wrapped(_, inner) => rename(inner, renamed),
        _ => {}
    }
}
