//! Names what stands beside the types that callers build: their builders with all parts.

use std::collections::BTreeSet;

use super::{Crate, Field, Module, Shape, TypeDef};
use crate::names;

/// The builder of a request, or of a struct in one of which something is required.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builder {
    pub(crate) name: String,
    /// The struct that holds the optional inputs until the required ones are there.
    pub(crate) optional: String,
    /// For each required input, the type parameter that says whether it is set.
    pub(crate) states: Vec<String>,
    /// The field that holds the client.
    pub(crate) via: String,
    /// The field that holds what is optional.
    pub(crate) store: String,
}

impl Builder {
    /// The type parameter of the client.
    pub(crate) const VIA: &'static str = "Via";

    fn new(target: &str, fields: &[&Field]) -> Self {
        let required: Vec<&Field> = fields.iter().copied().filter(|field| field.required).collect();
        // The document may have called a required input like a field of the builder.
        let own = |name: &str| {
            let taken = required.iter().any(|field| field.rust == name);
            if taken { format!("{name}_") } else { name.to_owned() }
        };
        let store = own(if required.is_empty() { "value" } else { "optional" });
        let mut states: Vec<String> = Vec::new();
        for field in &required {
            let mut state = names::state(&field.rust);
            while states.contains(&state) {
                state.push('_');
            }
            states.push(state);
        }
        Self {
            name: format!("{target}Builder"),
            optional: format!("{target}Optional"),
            states,
            via: own("via"),
            store,
        }
    }
}

/// Names the builders of the whole crate.
pub(crate) fn builders(krate: &mut Crate) {
    for operation in krate.modules.values_mut().flat_map(|module| &mut module.operations) {
        let fields: Vec<&Field> = operation.inputs.iter().map(|input| &input.field).collect();
        operation.builder = Builder::new(&operation.type_name, &fields);
        operation.types.iter_mut().for_each(of_type);
    }
    krate.shared.iter_mut().chain(&mut krate.components).for_each(of_type);
}

fn of_type(definition: &mut TypeDef) {
    let Shape::InputStruct(fields) = &definition.shape else { return };
    if fields.iter().any(|field| field.required) {
        let fields: Vec<&Field> = fields.iter().collect();
        definition.builder = Some(Builder::new(&definition.path.name, &fields));
    }
}

/// The names that stand in a module.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// Its types.
    defined: BTreeSet<String>,
    /// Type parameters, which stand for the types of their name where they are.
    pub(crate) parameters: BTreeSet<String>,
}

impl Items {
    /// Whether a name stands for something here.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.defined.contains(name) || self.parameters.contains(name)
    }

    /// What a file of an area defines.
    pub(crate) fn of_module(module: &Module) -> Self {
        let mut items = Self::default();
        for operation in &module.operations {
            items.defined.insert(operation.type_name.clone());
            items.builder(&operation.builder);
            items.parameters.insert(Builder::VIA.to_owned());
            operation.types.iter().for_each(|definition| items.definition(definition));
        }
        if let [handle] = module.handles.as_slice() {
            items.defined.insert(handle.clone());
        }
        items
    }

    /// What a file of types defines.
    pub(crate) fn of_types<'t>(types: impl IntoIterator<Item = &'t TypeDef>) -> Self {
        let mut items = Self::default();
        types.into_iter().for_each(|definition| items.definition(definition));
        items
    }

    /// What the file of a group defines: the handles of the group and of its areas.
    pub(crate) fn of_group<'m>(areas: impl IntoIterator<Item = &'m Module>) -> Self {
        let handles = areas.into_iter().flat_map(|area| area.handles.iter().cloned());
        Self { defined: handles.collect(), parameters: BTreeSet::new() }
    }

    fn definition(&mut self, definition: &TypeDef) {
        self.defined.insert(definition.path.name.clone());
        definition.builder.iter().for_each(|builder| self.builder(builder));
    }

    fn builder(&mut self, builder: &Builder) {
        self.defined.extend([builder.name.clone(), builder.optional.clone()]);
        self.parameters.extend(builder.states.iter().cloned());
    }
}
