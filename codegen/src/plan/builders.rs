//! Names the builders of the types that callers build.

use std::collections::BTreeSet;

use super::{Crate, Field, Module, NameScope, Shape, TypeDef};
use crate::names;

/// The builder of a request, or of a struct with required parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Builder {
    pub(crate) name: String,
    /// For each required input, the type parameter for its state.
    pub(crate) states: Vec<String>,
}

impl Builder {
    /// The type parameter of the client.
    pub(crate) const VIA: &'static str = "Via";

    fn new(target: &str, fields: &[&Field], scope: &mut NameScope) -> Self {
        let required: Vec<&Field> = fields.iter().copied().filter(|field| field.required).collect();
        let mut states: Vec<String> = Vec::new();
        for field in &required {
            let mut state = names::state(&field.rust);
            while states.contains(&state) {
                state.push('_');
            }
            states.push(state);
        }
        Self { name: scope.reserve(format!("{target}Builder"), &[]), states }
    }
}

/// Whether a setter cannot have this name, because builders have such a method.
pub(crate) fn is_reserved_setter(name: &str) -> bool {
    const METHODS: [&str; 8] =
        ["build", "call", "clone", "items", "new", "pages", "send", "submit"];
    // Structs with further properties have these two methods of serde's.
    METHODS.contains(&name) || ["deserialize", "serialize"].contains(&name)
}

/// Names the builders of the whole crate.
pub(super) fn builders(krate: &mut Crate, auto_rename: bool) {
    for module in krate.modules.values_mut() {
        let mut scope = NameScope::with(Items::of_module(module).defined, auto_rename);
        for operation in &mut module.operations {
            let fields: Vec<&Field> = operation.fields().collect();
            operation.builder = Builder::new(&operation.type_name, &fields, &mut scope);
            operation.types.iter_mut().for_each(|definition| of_type(definition, &mut scope));
        }
    }
    for types in [&mut krate.shared, &mut krate.components] {
        let mut scope = NameScope::with(Items::of_types(&*types).defined, auto_rename);
        for definition in types {
            of_type(definition, &mut scope);
        }
    }
}

fn of_type(definition: &mut TypeDef, scope: &mut NameScope) {
    let Shape::InputStruct(fields) = &definition.shape else { return };
    if fields.iter().any(|field| field.required) {
        let fields: Vec<&Field> = fields.iter().collect();
        definition.builder = Some(Builder::new(&definition.path.name, &fields, scope));
    }
}

/// The names in a module.
#[derive(Debug, Default)]
pub(crate) struct Items {
    /// Its types.
    defined: BTreeSet<String>,
    /// Type parameters, which shadow types of the same name.
    pub(crate) parameters: BTreeSet<String>,
}

impl Items {
    /// Whether a name is defined here.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.defined.contains(name) || self.parameters.contains(name)
    }

    /// The definitions in the file of an area.
    pub(crate) fn of_module(module: &Module) -> Self {
        let mut items = Self::default();
        for operation in &module.operations {
            items.defined.insert(operation.type_name.clone());
            items.builder(&operation.builder);
            items.parameters.insert(Builder::VIA.to_owned());
            operation.types.iter().for_each(|definition| items.definition(definition));
        }
        items.defined.extend(module.own_handle().cloned());
        items
    }

    /// The definitions in a file of types.
    pub(crate) fn of_types<'t>(types: impl IntoIterator<Item = &'t TypeDef>) -> Self {
        let mut items = Self::default();
        types.into_iter().for_each(|definition| items.definition(definition));
        items
    }

    /// The definitions in the file of a group: the handles of the group and of its areas.
    pub(crate) fn of_group<'m>(areas: impl IntoIterator<Item = &'m Module>) -> Self {
        let handles = areas.into_iter().flat_map(|area| area.handles.iter().cloned());
        Self { defined: handles.collect(), parameters: BTreeSet::new() }
    }

    fn definition(&mut self, definition: &TypeDef) {
        self.defined.insert(definition.path.name.clone());
        definition.builder.iter().for_each(|builder| self.builder(builder));
    }

    fn builder(&mut self, builder: &Builder) {
        self.defined.extend(Some(&builder.name).filter(|name| !name.is_empty()).cloned());
        self.parameters.extend(builder.states.iter().cloned());
    }
}
