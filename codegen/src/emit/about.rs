//! What documentation says of a type or a field where the document is silent: whose type it is, and what a value may be.

use std::collections::BTreeMap;

use super::markdown::{self, span};
use super::names::Names;
use crate::plan::{Crate, Field, Operation, Path, Shape, Type, TypeDef};

/// How many values of an enum are listed.
const VALUES: usize = 12;

/// What is known of the types of a crate.
#[derive(Debug)]
pub(super) struct About {
    /// Whose each type is, as a sentence.
    owners: BTreeMap<Path, String>,
    /// The values of each enum, in code spans.
    values: BTreeMap<Path, Vec<String>>,
    /// The example of each operation, by its path.
    examples: BTreeMap<String, Vec<String>>,
}

/// Who has a type.
#[derive(Clone, Copy)]
enum Owner<'o> {
    /// A field of a type, by their names.
    Field(&'o str, &'o str),
    Output(&'o str),
}

impl About {
    /// Looks through all types of the crate, of whose operations these are the examples.
    pub(super) fn of(krate: &Crate, examples: Vec<(String, Vec<String>)>) -> Self {
        let examples = examples.into_iter().collect();
        let mut about = Self { owners: BTreeMap::new(), values: BTreeMap::new(), examples };
        for definition in &krate.components {
            let name = definition.pointer.last().filter(|_| is_component(definition));
            if let Some(name) = name {
                let text = format!("The document's schema {}.", span(&markdown::line(name)));
                about.owners.insert(definition.path.clone(), text);
            }
        }
        for operation in krate.modules.values().flat_map(|module| &module.operations) {
            about.operation(operation);
        }
        for definition in krate.shared.iter().chain(&krate.components) {
            about.definition(definition);
        }
        about
    }

    fn operation(&mut self, operation: &Operation) {
        let name = &operation.type_name;
        for field in operation.inputs.iter().map(|input| &input.field) {
            self.own(&field.ty, Owner::Field(name, &field.wire), false);
        }
        if let Some(output) = &operation.answer {
            self.own(output, Owner::Output(name), false);
        }
        operation.types.iter().for_each(|definition| self.definition(definition));
    }

    fn definition(&mut self, definition: &TypeDef) {
        let name = definition.name();
        match &definition.shape {
            Shape::InputStruct(fields) | Shape::AnswerStruct(fields) => {
                for field in fields {
                    self.own(&field.ty, Owner::Field(name, &field.wire), false);
                }
            }
            Shape::Union { alternatives, .. } => {
                for alternative in alternatives {
                    self.own(&alternative.ty, Owner::Field(name, &alternative.name), false);
                }
            }
            Shape::Newtype(inner) => self.own(inner, Owner::Field(name, ""), false),
            Shape::OpenEnum { variants, .. } | Shape::ClosedEnum { variants } => {
                let values = variants.iter().map(|variant| span(&variant.wire)).collect();
                self.values.insert(definition.path.clone(), values);
            }
            Shape::IntegerEnum { variants } => {
                let values = variants.iter().map(|variant| format!("`{}`", variant.wire));
                self.values.insert(definition.path.clone(), values.collect());
            }
        }
    }

    /// Notes whose a type is, unless it is somebody's already.
    fn own(&mut self, ty: &Type, owner: Owner<'_>, is_one_of_many: bool) {
        match ty {
            Type::Nullable(inner) | Type::OrNull(inner) | Type::Boxed(inner) => {
                self.own(inner, owner, is_one_of_many);
            }
            Type::Wrapped(_, inner) => self.own(inner, owner, is_one_of_many),
            Type::List(inner) | Type::Map(inner) => self.own(inner, owner, true),
            Type::Named(path) => {
                let text = match owner {
                    Owner::Output(name) if is_one_of_many => {
                        format!("An element of the output of [`{name}`].")
                    }
                    Owner::Output(name) => format!("The output of [`{name}`]."),
                    Owner::Field(name, "") if is_one_of_many => {
                        format!("One of the further members of a [`{name}`].")
                    }
                    Owner::Field(name, "") => format!("What a [`{name}`] holds."),
                    Owner::Field(name, wire) if is_one_of_many => {
                        format!("One of {} in [`{name}`].", span(wire))
                    }
                    Owner::Field(name, wire) => format!("The {} of [`{name}`].", span(wire)),
                };
                self.owners.entry(path.clone()).or_insert(text);
            }
            _ => {}
        }
    }

    /// How an operation is called, as lines of Markdown.
    pub(super) fn example(&self, operation: &Operation) -> &[String] {
        self.examples.get(&operation.rust_path).map_or(&[], Vec::as_slice)
    }

    /// Whose the type is.
    pub(super) fn owner(&self, definition: &TypeDef) -> String {
        let known = self.owners.get(&definition.path).cloned();
        let text = known.unwrap_or_else(|| "A type of the API.".to_owned());
        let is_enum = self.values.contains_key(&definition.path);
        match text.strip_prefix("The ").or_else(|| text.strip_prefix("One of ")) {
            Some(of) if is_enum && of.starts_with('`') => {
                format!("Values of {}", of.replacen(" of [`", " in [`", 1))
            }
            _ => text,
        }
    }

    /// What may stand in a field, of which the document says nothing.
    pub(super) fn kind(&self, field: &Field, names: &Names) -> String {
        let kind = match &field.ty {
            Type::OrNull(inner) => format!("{}, or null", self.of_type(inner, names)),
            ty => self.of_type(ty, names),
        };
        let mut letters = kind.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string());
        format!("{}{}.", first.unwrap_or_default(), letters.as_str())
    }

    fn of_type(&self, ty: &Type, names: &Names) -> String {
        match ty {
            Type::Boolean => "`true` or `false`".to_owned(),
            Type::Integer => "an integer".to_owned(),
            Type::Number => "a number".to_owned(),
            Type::String => "a string".to_owned(),
            Type::Json => "any JSON".to_owned(),
            Type::Bytes => "binary data".to_owned(),
            Type::File => "a file".to_owned(),
            Type::Nullable(inner) => format!("{} or null", self.of_type(inner, names)),
            Type::OrNull(inner) | Type::Boxed(inner) => self.of_type(inner, names),
            Type::List(inner) => format!("a list of {}", many(inner, names)),
            Type::Map(inner) => format!("a map of names to {}", many(inner, names)),
            Type::Wrapped(_, inner) => format!("{}, and a direction", self.of_type(inner, names)),
            Type::Named(path) => match self.values.get(path).map(Vec::as_slice) {
                Some([only]) => only.clone(),
                Some([some @ .., last]) if some.len() < VALUES => {
                    format!("{} or {last}", some.join(", "))
                }
                _ => format!("a [`{}`]", names.path(path)),
            },
        }
    }
}

/// What several values of a type are.
fn many(ty: &Type, names: &Names) -> String {
    match ty {
        Type::Boolean => "flags".to_owned(),
        Type::Integer => "integers".to_owned(),
        Type::Number => "numbers".to_owned(),
        Type::String => "strings".to_owned(),
        Type::Json => "JSON values".to_owned(),
        Type::Bytes => "binary data".to_owned(),
        Type::File => "files".to_owned(),
        Type::Nullable(inner) => format!("{} or nulls", many(inner, names)),
        Type::OrNull(inner) | Type::Boxed(inner) | Type::Wrapped(_, inner) => many(inner, names),
        Type::List(inner) => format!("lists of {}", many(inner, names)),
        Type::Map(inner) => format!("maps of names to {}", many(inner, names)),
        Type::Named(path) => format!("[`{}`]", names.path(path)),
    }
}

/// Whether the type is a component itself, and not a part of one.
fn is_component(definition: &TypeDef) -> bool {
    let pointer = definition.pointer.to_string();
    pointer.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
}
