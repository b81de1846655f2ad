//! Looks the plan over before anything is printed: two names that meet, names that
//! Rust or the runtime has taken, and inputs that cannot be sent.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, Location};
use crate::plan::{Crate, Field, Module, Operation, Shape, Type, TypeDef};
use crate::report::{Pointer, Reporter};

/// Names that generated modules import or that Rust's prelude gives them.
const TAKEN: [&str; 52] = [
    "BillingMode",
    "BTreeMap",
    "Box",
    "Call",
    "Client",
    "Clone",
    "Content",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Detached",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "Extend",
    "From",
    "Future",
    "Hash",
    "Inputs",
    "Items",
    "Into",
    "IntoIterator",
    "Iterator",
    "Json",
    "Method",
    "None",
    "Ok",
    "Option",
    "Ord",
    "Outlook",
    "Paged",
    "Pages",
    "Position",
    "PartialEq",
    "PartialOrd",
    "Pricing",
    "PricingMode",
    "Replay",
    "Response",
    "Result",
    "Scope",
    "Send",
    "Serialize",
    "Some",
    "Sort",
    "Submits",
    "Task",
    "String",
    "Unset",
    "Vec",
];

/// Methods of every builder, which no setter may be called.
const BUILDER_METHODS: [&str; 8] =
    ["build", "call", "clone", "items", "new", "pages", "send", "submit"];

/// The variant that holds values an open enum does not know.
const UNKNOWN: &str = "Unrecognized";

const RENAME: &str = "rename one in the tables `operations`, `types` or `members` of \
                      spec/decisions.json";

/// Reports extensions that no convention has read.
pub(crate) fn extensions(api: &Api, reporter: &mut Reporter) {
    for pointer in api.extensions.0.keys() {
        let name = pointer.as_str().rsplit('/').next().unwrap_or_default();
        reporter.problem(
            pointer,
            format!("nothing reads the extension `{name}`"),
            "teach a convention in codegen/src/trenz what it means, or remove it in the overlay",
        );
    }
}

/// Reports everything that keeps the plan from being a crate.
pub(crate) fn plan(krate: &Crate, reporter: &mut Reporter) {
    let mut check = Check { reporter, operation: None };
    check.types(krate.shared.iter(), "the crate's root");
    check.types(krate.components.iter(), "types");
    for (stem, definition) in &krate.declared {
        check.definition(definition, stem);
    }
    let imported = krate.shared.iter().chain(&krate.components);
    let shared: BTreeSet<_> = imported.map(|def| def.name.as_str()).collect();
    for (path, module) in &krate.modules {
        check.module(&path.join("::"), module, &shared);
    }
    check.handles(krate);
    check.recursion(krate);
}

struct Check<'a> {
    reporter: &'a mut Reporter,
    operation: Option<String>,
}

impl Check<'_> {
    fn problem(&mut self, pointer: &Pointer, cause: String, remedy: &str) {
        match &self.operation {
            Some(id) => self.reporter.operation_problem(pointer, id, cause, remedy),
            None => self.reporter.problem(pointer, cause, remedy),
        }
    }

    /// Reports every name that stands for two things.
    fn unique<'n>(
        &mut self,
        names: impl IntoIterator<Item = (&'n str, &'n Pointer, String)>,
        place: &str,
    ) {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (name, pointer, what) in names {
            if let Some(first) = seen.get(name) {
                let cause = format!("{what} and {first} are both called `{name}` in {place}");
                self.problem(pointer, cause, RENAME);
            } else {
                seen.insert(name, what);
            }
        }
    }

    fn taken(&mut self, name: &str, pointer: &Pointer, what: &str) {
        if TAKEN.contains(&name) {
            let cause = format!("{what} would be called `{name}`, which hides Rust's own");
            self.problem(pointer, cause, RENAME);
        }
    }

    fn module(&mut self, path: &str, module: &Module, shared: &BTreeSet<&str>) {
        let methods = module.operations.iter().map(|operation| {
            let what = format!("the operation `{}`", operation.id);
            (operation.method_name.as_str(), &operation.pointer, what)
        });
        self.unique(methods, path);
        let mut names: Vec<(String, &Pointer, String)> = Vec::new();
        for operation in &module.operations {
            let what = format!("the request of `{}`", operation.id);
            names.push((operation.type_name.clone(), &operation.pointer, what));
            let what = format!("the builder of `{}`", operation.id);
            names.push((format!("{}Builder", operation.type_name), &operation.pointer, what));
            for def in &operation.types {
                let what = format!("the schema at {}", def.pointer);
                names.push((def.name.clone(), &def.pointer, what));
                if matches!(&def.shape, Shape::InputStruct(fields) if fields.iter().any(|f| f.required))
                {
                    let what = format!("the builder of the schema at {}", def.pointer);
                    names.push((format!("{}Builder", def.name), &def.pointer, what));
                }
            }
        }
        for (name, pointer, what) in &names {
            self.taken(name, pointer, what);
            if shared.contains(name.as_str()) {
                let cause = format!("{what} is called like the type `{name}`, which it uses");
                self.problem(pointer, cause, RENAME);
            }
        }
        let all = names.iter().map(|(name, pointer, what)| (name.as_str(), *pointer, what.clone()));
        self.unique(all, path);
        for operation in &module.operations {
            self.operation = Some(operation.id.clone());
            self.operation(operation);
            self.operation = None;
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let fields: Vec<&Field> = operation.inputs.iter().map(|input| &input.field).collect();
        self.fields(&fields, &operation.rust_path, true);
        for input in &operation.inputs {
            if input.location == Location::Header {
                let cause =
                    format!("the header parameter `{}` is not supported yet", input.field.wire);
                self.problem(&input.field.pointer, cause, "remove it in the overlay");
            }
        }
        for definition in &operation.types {
            self.definition(definition, &operation.rust_path);
        }
    }

    fn types<'t>(&mut self, types: impl Iterator<Item = &'t TypeDef>, place: &str) {
        let types: Vec<_> = types.collect();
        let names = types
            .iter()
            .map(|def| (def.name.as_str(), &def.pointer, format!("the schema at {}", def.pointer)));
        self.unique(names, place);
        for definition in types {
            self.taken(&definition.name, &definition.pointer, "the schema");
            self.definition(definition, place);
        }
    }

    fn definition(&mut self, definition: &TypeDef, place: &str) {
        let path = format!("{} ({place})", definition.name);
        match &definition.shape {
            Shape::InputStruct(fields) => {
                let fields: Vec<_> = fields.iter().collect();
                self.nested_bounds(&fields);
                self.fields(&fields, &path, true);
            }
            Shape::AnswerStruct(fields) => {
                let fields: Vec<_> = fields.iter().collect();
                self.fields(&fields, &path, false);
            }
            Shape::OpenEnum { variants, .. } | Shape::ClosedEnum { variants } => {
                let pointer = Pointer::root();
                let unknown = [(UNKNOWN, &pointer, "the value nobody knows".to_owned())];
                let names = variants.iter().map(|variant| {
                    let what = format!("`{}`", variant.wire);
                    (variant.rust.as_str(), &definition.pointer, what)
                });
                self.unique(unknown.into_iter().chain(names), &path);
                let wires = variants.iter().map(|variant| {
                    (variant.wire.as_str(), &definition.pointer, "the value".to_owned())
                });
                self.unique(wires, &path);
            }
            Shape::IntegerEnum { variants } => {
                let pointer = Pointer::root();
                let unknown = [(UNKNOWN, &pointer, "the value nobody knows".to_owned())];
                let names = variants.iter().map(|variant| {
                    let what = format!("`{}`", variant.wire);
                    (variant.rust.as_str(), &definition.pointer, what)
                });
                self.unique(unknown.into_iter().chain(names), &path);
            }
        }
    }

    fn fields(&mut self, fields: &[&Field], place: &str, built: bool) {
        let names = fields
            .iter()
            .map(|field| (field.rust.as_str(), &field.pointer, format!("`{}`", field.wire)));
        self.unique(names, place);
        for field in fields {
            if built && BUILDER_METHODS.contains(&field.rust.as_str()) {
                let cause = format!(
                    "the setter of `{}` would hide the builder's own `{}`",
                    field.wire, field.rust,
                );
                self.problem(&field.pointer, cause, RENAME);
            }
        }
    }

    /// Bounds are checked on inputs themselves, not inside of them.
    fn nested_bounds(&mut self, fields: &[&Field]) {
        for field in fields.iter().filter(|field| !field.bounds.is_empty()) {
            let cause = format!("a bound on the nested `{}` is not supported yet", field.wire);
            self.problem(&field.pointer, cause, "remove the bound in the overlay");
        }
    }

    /// Two menu entries that lead to the same place, or a handle named like a type.
    fn handles(&mut self, krate: &Crate) {
        let mut seen: BTreeMap<String, &[String]> = BTreeMap::new();
        for module in krate.modules.values() {
            let Some(operation) = module.operations.first() else { continue };
            for depth in 1..=module.handles.len() {
                let path = module.handles[..depth].join("::");
                let titles = &module.titles[..depth];
                let first = seen.entry(path.clone()).or_insert(titles);
                if *first != titles {
                    let cause =
                        format!("the menu entries {titles:?} and {first:?} are both `{path}`");
                    self.problem(
                        &operation.pointer.join("tags"),
                        cause,
                        "rename a tag in the overlay",
                    );
                }
            }
        }
    }

    /// A struct that requires itself can never be built.
    fn recursion(&mut self, krate: &Crate) {
        let required: BTreeMap<&str, Vec<&str>> =
            krate.components.iter().map(|def| (def.name.as_str(), required_parts(def))).collect();
        for def in &krate.components {
            let mut todo = required.get(def.name.as_str()).cloned().unwrap_or_default();
            let mut seen = BTreeSet::new();
            while let Some(name) = todo.pop() {
                if name == def.name {
                    let cause = format!("`{name}` requires another `{name}` inside, without end");
                    self.problem(&def.pointer, cause, "make the part optional in the overlay");
                    break;
                }
                if seen.insert(name) {
                    todo.extend(required.get(name).into_iter().flatten());
                }
            }
        }
    }
}

/// The types that a struct cannot be without.
fn required_parts(definition: &TypeDef) -> Vec<&str> {
    let (Shape::InputStruct(fields) | Shape::AnswerStruct(fields)) = &definition.shape else {
        return Vec::new();
    };
    let required = fields.iter().filter(|field| field.required);
    required
        .filter_map(|field| match &field.ty {
            Type::Named(name) => Some(name.as_str()),
            Type::Boxed(inner) => match &**inner {
                Type::Named(name) => Some(name.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
