//! Documentation beyond the document's own: where a type is used, and which values are known.

use std::collections::BTreeMap;

use super::markdown::{self, span};
use crate::names::repeats;
use crate::plan::{Crate, Field, Operation, Path, Shape, Type, TypeDef};

/// How many values of an enum are listed.
const VALUES: usize = 12;

/// What is known about the types of a crate.
#[derive(Debug)]
pub(super) struct TypeDocs {
    /// The owner of each type: as a sentence, and by the wire name that the owner has for it.
    owners: BTreeMap<Path, (String, String)>,
    /// The values of each enum, in code spans.
    values: BTreeMap<Path, Vec<String>>,
    /// The example of each operation, by its path.
    examples: BTreeMap<String, Vec<String>>,
}

impl TypeDocs {
    /// Collects from all types of the crate; `examples` are those of its operations.
    pub(super) fn of(krate: &Crate, examples: Vec<(String, Vec<String>)>) -> Self {
        let examples = examples.into_iter().collect();
        let mut docs = Self { owners: BTreeMap::new(), values: BTreeMap::new(), examples };
        for definition in &krate.components {
            let name = definition.pointer.last().filter(|_| is_component(definition));
            if let Some(name) = name {
                let text = format!("The document's schema {}.", span(&markdown::line(name)));
                docs.owners.insert(definition.path.clone(), (text, String::new()));
            }
        }
        for operation in krate.operations() {
            docs.operation(operation);
        }
        for definition in krate.shared.iter().chain(&krate.components) {
            docs.definition(definition);
        }
        // Shared types have no single owner; the decision describes them.
        for definition in &krate.shared {
            docs.owners.remove(&definition.path);
        }
        docs
    }

    fn operation(&mut self, operation: &Operation) {
        let name = &operation.type_name;
        for field in operation.fields() {
            self.add_field(name, &field.wire, &field.ty);
        }
        if let Some(output) = &operation.output {
            self.add_owner(output, "", name, ["The output of", "An element of the output of"]);
        }
        operation.types.iter().for_each(|definition| self.definition(definition));
    }

    fn definition(&mut self, definition: &TypeDef) {
        let name = definition.name();
        match &definition.shape {
            Shape::InputStruct(fields) | Shape::OutputStruct(fields) => {
                for field in fields {
                    self.add_field(name, &field.wire, &field.ty);
                }
            }
            Shape::Union { alternatives, .. } => {
                for alternative in alternatives {
                    self.add_field(name, &alternative.name, &alternative.ty);
                }
            }
            Shape::Newtype(inner) => self.add_field(name, "", inner),
            Shape::Enum { variants, .. } => {
                let values = variants.iter().map(|variant| span(&variant.wire)).collect();
                self.values.insert(definition.path.clone(), values);
            }
        }
    }

    /// Records the owner of a field's type.
    fn add_field(&mut self, owner: &str, wire: &str, ty: &Type) {
        let wire_name = span(wire);
        let phrases = match wire {
            "" => ["The content of".to_owned(), "A further property of".to_owned()],
            _ => [format!("The {wire_name} of"), format!("An element of {wire_name} in")],
        };
        self.add_owner(ty, wire, owner, phrases.each_ref().map(String::as_str));
    }

    /// Records the owner of a type, unless it has one. The phrases are for the whole, and for one of
    /// its elements.
    fn add_owner(&mut self, ty: &Type, wire: &str, owner: &str, [whole, element]: [&str; 2]) {
        let Some(path) = ty.named() else { return };
        let has_elements = matches!(ty.unwrapped(), Type::List(_) | Type::Map(_));
        let phrase = if has_elements { element } else { whole };
        let text = format!("{phrase} [`{owner}`].");
        self.owners.entry(path.clone()).or_insert((text, wire.to_owned()));
    }

    /// An example of the operation, as lines of Markdown.
    pub(super) fn example(&self, operation: &Operation) -> &[String] {
        self.examples.get(&operation.rust_path).map_or(&[], Vec::as_slice)
    }

    /// The document's description of the type, and its owner.
    pub(super) fn type_docs(&self, definition: &TypeDef) -> Vec<String> {
        let wire = self.owners.get(&definition.path).map_or("", |(_, wire)| wire);
        let is_told = repeats(&definition.description, wire);
        let mut lines =
            if is_told { Vec::new() } else { markdown::rustdoc(&definition.description) };
        match (self.owner(definition), lines.as_mut_slice()) {
            (Some(owner), []) => lines.push(owner),
            (Some(owner), [_]) => {
                lines = vec![format!("{} {owner}", markdown::sentence(&definition.description))];
            }
            (Some(owner), [_, ..]) => lines.extend([String::new(), owner]),
            (None, []) => lines.push("A type of the API.".to_owned()),
            (None, _) => {}
        }
        lines
    }

    /// A sentence about the type's owner.
    fn owner(&self, definition: &TypeDef) -> Option<String> {
        let (text, _) = self.owners.get(&definition.path)?;
        let is_enum = self.values.contains_key(&definition.path);
        Some(match text.strip_prefix("The ").or_else(|| text.strip_prefix("An element of ")) {
            Some(of) if is_enum && of.starts_with('`') => {
                format!("Values of {}", of.replacen(" of [`", " in [`", 1))
            }
            _ => text.clone(),
        })
    }

    /// The known values of a field, unless there are many or the description lists them.
    pub(super) fn known_values(&self, field: &Field) -> Option<String> {
        let is_keyed = matches!(field.ty, Type::Map(_) | Type::Wrapped(..));
        let path = field.ty.named().filter(|_| !is_keyed)?;
        let values = self.values.get(path).filter(|values| values.len() <= VALUES)?;
        let words = field.description.split(|c: char| !is_value_char(c));
        let words: Vec<&str> = words.map(|word| word.trim_matches(['.', ':', '-'])).collect();
        let is_said = |value: &String| {
            let value = value.trim_matches('`');
            words.contains(&value) || value.contains(' ') && field.description.contains(value)
        };
        let plural = if values.len() == 1 { "" } else { "s" };
        let is_worth_it = !values.is_empty() && !values.iter().all(is_said);
        is_worth_it.then(|| format!("known value{plural}: {}", values.join(", ")))
    }
}

/// Whether a value may have the character, so that what is before and after it is one word.
fn is_value_char(c: char) -> bool {
    c.is_alphanumeric() || "_-:.".contains(c)
}

/// Whether the type is itself a component, and not a part of one.
fn is_component(definition: &TypeDef) -> bool {
    let pointer = definition.pointer.to_string();
    pointer.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'))
}
