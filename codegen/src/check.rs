//! Checks the plan before anything is printed: conflicting names, names that are reserved by Rust
//! or the runtime, and inputs that cannot be sent.

mod minimal_size;
mod modules;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{BodyForm, Location, ResponseForm};
use crate::names;
use crate::plan::{
    self, Crate, Cycles, Field, Input, Module, Operation, Path, Shape, Type, TypeDef,
};
use crate::report::{Pointer, Reporter};
use crate::runtime;

const RENAME: &str = "rename it in the tables `operations`, `types` or `members` of \
                      spec/decisions.json";

/// How many required inputs a builder may have.
const REQUIRED_LIMIT: usize = 64;

/// How many inputs an operation may have. The test call with all of them is one expression, which
/// compilers and printers process recursively.
const INPUT_LIMIT: usize = 500;

/// Reports everything that keeps the plan from compiling.
pub(crate) fn plan(krate: &Crate, reporter: &Reporter) {
    let mut check = Check { reporter, operation: None };
    check.types(krate.shared.iter(), "the crate's root");
    check.root(&krate.shared);
    check.types(krate.components.iter(), "types");
    for (stem, definition) in &krate.declared {
        check.definition(definition, stem);
    }
    for (path, module) in &krate.modules {
        check.module(&path.join("::"), module);
    }
    modules::check(krate, &mut check);
    check.recursion(krate);
    minimal_size::check(krate, &mut check);
}

struct Check<'a> {
    reporter: &'a Reporter,
    operation: Option<String>,
}

impl Check<'_> {
    fn problem(&mut self, pointer: &Pointer, cause: String, remedy: &str) {
        match &self.operation {
            Some(id) => self.reporter.operation_problem(pointer, id, cause, remedy),
            None => self.reporter.problem(pointer, cause, remedy),
        }
    }

    /// Reports every name that is invalid or duplicate.
    fn names<'n>(
        &mut self,
        names: impl IntoIterator<Item = (&'n str, &'n Pointer, String)>,
        place: &str,
    ) {
        self.names_beside(&mut BTreeMap::new(), names, place);
    }

    /// The same, next to existing names; each name comes with what it names.
    fn names_beside<'n>(
        &mut self,
        seen: &mut BTreeMap<String, String>,
        names: impl IntoIterator<Item = (&'n str, &'n Pointer, String)>,
        place: &str,
    ) {
        let (good, bad): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|(name, ..)| names::is_name(name));
        for (name, pointer, what) in bad {
            let (length, most) = (name.len(), names::LENGTH_LIMIT);
            let cause = if name.is_empty() {
                format!("{what} in {place}: no Rust name can be derived")
            } else if length > most {
                format!(
                    "{what} in {place}: expected a name of at most {most} letters, found {length}"
                )
            } else {
                format!("{what} in {place}: `{name}` is not a valid Rust name")
            };
            self.problem(pointer, cause, RENAME);
        }
        self.unique(seen, good, place);
    }

    /// Reports every duplicate text.
    fn unique<'n>(
        &mut self,
        seen: &mut BTreeMap<String, String>,
        texts: impl IntoIterator<Item = (&'n str, &'n Pointer, String)>,
        place: &str,
    ) {
        for (name, pointer, what) in texts {
            if let Some(first) = seen.get(name) {
                let cause =
                    format!("{what} conflicts with {first} in {place}: both are named `{name}`");
                self.problem(pointer, cause, RENAME);
            } else {
                seen.insert(name.to_owned(), what);
            }
        }
    }

    /// Types at the crate's root share it with those of the runtime.
    fn root(&mut self, shared: &[TypeDef]) {
        for definition in shared.iter().filter(|def| runtime::has_type(def.name())) {
            let cause =
                format!("the shared type `{}` shadows a type of the runtime", definition.name());
            self.problem(
                &definition.pointer,
                cause,
                "rename it in the table `shared` of spec/decisions.json",
            );
        }
    }

    fn module(&mut self, path: &str, module: &Module) {
        let helpers = helpers(module);
        let mut seen = BTreeMap::new();
        for operation in &module.operations {
            self.operation = Some(operation.id.clone());
            let request = format!("the request of `{}`", operation.id);
            let request = (operation.type_name.as_str(), &operation.pointer, request);
            let types = operation
                .types
                .iter()
                .map(|def| (def.name(), &def.pointer, format!("the schema at {}", def.pointer)));
            let names: Vec<_> = [request].into_iter().chain(types).collect();
            for (name, pointer, what) in names.iter().filter(|(name, ..)| helpers.contains(*name)) {
                let cause = format!(
                    "{what} conflicts with a builder or a handle in {path}: both are named `{name}`"
                );
                self.problem(pointer, cause, RENAME);
            }
            self.names_beside(&mut seen, names, path);
            self.operation(operation);
            self.operation = None;
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let fields: Vec<&Field> = operation.fields().collect();
        self.required(&fields, &operation.rust_path, &operation.pointer);
        if fields.len() > INPUT_LIMIT {
            let count = fields.len();
            let cause =
                format!("the operation: expected at most {INPUT_LIMIT} inputs, found {count}");
            self.problem(&operation.pointer, cause, "remove some of them in the overlay");
        }
        self.fields(&fields, &operation.rust_path, true);
        let form = operation.body.as_ref().map(|body| body.form);
        let has_place = |input: &Input| {
            let forms = [BodyForm::Multipart, BodyForm::Bytes, BodyForm::File];
            input.location == Location::Body && form.is_some_and(|form| forms.contains(&form))
        };
        let inputs = operation.inputs.iter().filter(|input| !has_place(input));
        self.bytes(inputs.map(|input| &input.field));
        if operation.form == ResponseForm::Json
            && operation.output.as_ref().is_some_and(contains_bytes)
        {
            let cause = "the response: lists and maps of binary data are not supported, because JSON has no binary data";
            let remedy = "describe it as text (`format: byte` if it is base64) in the overlay";
            self.problem(&operation.pointer.join("responses"), cause.to_owned(), remedy);
        }
        for definition in &operation.types {
            self.definition(definition, &operation.rust_path);
        }
    }

    /// Reports binary data where text is needed.
    fn bytes<'f>(&mut self, fields: impl Iterator<Item = &'f Field>) {
        for field in fields.filter(|field| contains_bytes(&field.ty)) {
            let cause = format!("`{}`: binary data is not supported here", field.wire);
            let remedy = "describe it as text (`format: byte` if it is base64), or as a part of \
                          `multipart/form-data`, in the overlay";
            self.problem(&field.pointer, cause, remedy);
        }
    }

    fn types<'t>(&mut self, types: impl Iterator<Item = &'t TypeDef>, place: &str) {
        let types: Vec<_> = types.collect();
        let names = types
            .iter()
            .map(|def| (def.name(), &def.pointer, format!("the schema at {}", def.pointer)));
        self.names(names, place);
        for definition in types {
            self.definition(definition, place);
        }
    }

    fn definition(&mut self, definition: &TypeDef, place: &str) {
        let path = format!("{} ({place})", definition.name());
        match &definition.shape {
            Shape::InputStruct(fields) | Shape::OutputStruct(fields) => {
                let is_built = matches!(definition.shape, Shape::InputStruct(_));
                let fields: Vec<_> = fields.iter().collect();
                self.bytes(fields.iter().copied());
                if is_built {
                    self.required(&fields, &path, &definition.pointer);
                }
                self.fields(&fields, &path, is_built);
            }
            Shape::Enum { variants, .. } => {
                let named = variants.iter().map(|one| (one.rust.as_str(), one.wire.clone()));
                self.variants(named, definition, &path);
                let wires = variants.iter().map(|variant| {
                    (variant.wire.as_str(), &definition.pointer, "the value".to_owned())
                });
                self.unique(&mut BTreeMap::new(), wires, &path);
            }
            Shape::Union { alternatives, .. } => {
                let named = alternatives.iter().map(|one| (one.rust.as_str(), one.name.clone()));
                self.variants(named, definition, &path);
            }
            Shape::Newtype(_) => {}
        }
    }

    /// Reports variants whose names conflict with each other or with the variant for unknown
    /// values. Each comes with its value.
    fn variants<'v>(
        &mut self,
        variants: impl Iterator<Item = (&'v str, String)>,
        definition: &TypeDef,
        path: &str,
    ) {
        let pointer = Pointer::root();
        let unknown = [(plan::UNKNOWN_VARIANT, &pointer, "unknown values".to_owned())];
        let names = variants.map(|(rust, wire)| (rust, &definition.pointer, format!("`{wire}`")));
        self.names(unknown.into_iter().chain(names), path);
    }

    fn fields(&mut self, fields: &[&Field], place: &str, built: bool) {
        let names = fields
            .iter()
            .map(|field| (field.rust.as_str(), &field.pointer, format!("`{}`", field.wire)));
        self.names(names, place);
        for field in fields {
            if built && plan::is_reserved_setter(&field.rust) {
                let cause = format!(
                    "the setter of `{}` would shadow the builder's own `{}`",
                    field.wire, field.rust,
                );
                self.problem(&field.pointer, cause, RENAME);
            }
        }
    }

    /// Each required input is a type parameter that every setter repeats, so the size of builders
    /// grows with the square of their number.
    fn required(&mut self, fields: &[&Field], place: &str, pointer: &Pointer) {
        let count = fields.iter().filter(|field| field.required).count();
        if count > REQUIRED_LIMIT {
            let cause = format!(
                "{place}: expected at most {REQUIRED_LIMIT} required inputs, found {count}, because \
                 each of them is a type parameter"
            );
            self.problem(pointer, cause, "make some of them optional in the overlay");
        }
    }

    /// Reports structs that require themselves, and so can never be built.
    fn recursion(&mut self, krate: &Crate) {
        let edges = krate
            .components
            .iter()
            .flat_map(|def| required_parts(def).into_iter().map(|part| (&def.path, part)));
        let cycles = Cycles::new(edges);
        for def in &krate.components {
            let name = def.name();
            if required_parts(def).into_iter().any(|part| cycles.contain(&def.path, part)) {
                let cause =
                    format!("`{name}`: the required properties form a cycle, so no value exists");
                self.problem(
                    &def.pointer,
                    cause,
                    "make a property of the cycle optional in the overlay",
                );
            }
        }
    }
}

/// The types next to those of the document that callers see: builders and a handle.
fn helpers(module: &Module) -> BTreeSet<&str> {
    let types = module.operations.iter().flat_map(|operation| &operation.types);
    let builders = types.filter_map(|definition| definition.builder.as_ref());
    let requests = module.operations.iter().map(|operation| &operation.builder);
    let names = builders.chain(requests).map(|builder| builder.name.as_str());
    names.chain(module.own_handle().map(String::as_str)).collect()
}

fn contains_bytes(ty: &Type) -> bool {
    matches!(ty.innermost(), Type::Bytes | Type::File)
}

/// The types of a struct's required fields.
fn required_parts(definition: &TypeDef) -> Vec<&Path> {
    let required = definition.shape.fields().iter().filter(|field| field.required);
    let parts = required.map(|field| match &field.ty {
        Type::Boxed(inner) => inner.path(),
        ty => ty.path(),
    });
    parts.flatten().collect()
}
