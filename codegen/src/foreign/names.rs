//! Names of inputs, fields and values for which nobody has decided another where the
//! rules give none, or one that is taken.
//!
//! A name still follows from its own type alone. What cannot be told apart so is left
//! to `check`, which refuses it; but a value of an enum can do without a name.

use std::collections::BTreeSet;

use super::Said;
use super::symbols::spelled;
use crate::check;
use crate::decisions::Decisions;
use crate::model::Location;
use crate::names;
use crate::plan::{Alternative, Crate, Field, Operation, Shape, TypeDef, Variant};
use crate::report::{Pointer, Reporter};

/// Finds other names.
pub(super) fn apply(krate: &mut Crate, decisions: &Decisions, reporter: &mut Reporter) {
    let mut naming = Naming { decisions, said: Said::default() };
    for operation in krate.modules.values_mut().flat_map(|module| &mut module.operations) {
        naming.operation(operation);
    }
    for definition in &mut krate.components {
        naming.definition(definition);
    }
    naming.said.note(reporter);
}

struct Naming<'a> {
    decisions: &'a Decisions,
    said: Said,
}

impl Naming<'_> {
    fn operation(&mut self, operation: &mut Operation) {
        let mut fields: Vec<&mut Field> =
            operation.inputs.iter_mut().map(|input| &mut input.field).collect();
        self.fields(&mut fields, true);
        // What the path and the body both have is two inputs: `id`, and `id_in_body`.
        let mut seen = BTreeSet::new();
        for input in &mut operation.inputs {
            let field = &mut input.field;
            if seen.insert(field.rust.clone()) {
                continue;
            }
            let place = match input.location {
                Location::Path => "path",
                Location::Query | Location::QueryReserved => "query",
                Location::Header => "headers",
                Location::Cookie => "cookies",
                Location::Body | Location::Rest => "body",
            };
            let name = format!("{}_in_{place}", field.rust.trim_end_matches('_'));
            if seen.insert(name.clone()) {
                self.renamed(field, name);
            }
        }
        for definition in &mut operation.types {
            self.definition(definition);
        }
    }

    fn definition(&mut self, definition: &mut TypeDef) {
        match &mut definition.shape {
            Shape::InputStruct(fields) => {
                self.fields(&mut fields.iter_mut().collect::<Vec<_>>(), true);
            }
            Shape::AnswerStruct(fields) => {
                self.fields(&mut fields.iter_mut().collect::<Vec<_>>(), false);
            }
            Shape::OpenEnum { variants, .. } => self.variants(variants, &definition.pointer),
            Shape::Union { alternatives, .. } => self.alternatives(alternatives),
            Shape::ClosedEnum { .. } | Shape::IntegerEnum { .. } | Shape::Newtype(_) => {}
        }
    }

    /// Spells signs out where the names are not good without, and steps aside for the
    /// builder's own methods.
    fn fields(&mut self, fields: &mut [&mut Field], built: bool) {
        let poor = poor(fields.iter().map(|field| field.rust.as_str()));
        for field in fields {
            if poor.contains(&field.rust) {
                let words = names::words(&spelled(&field.wire), self.decisions);
                let name = names::snake(&words);
                if name != field.rust {
                    self.renamed(field, name);
                }
            }
            if built && check::is_setter_taken(&field.rust) {
                let name = format!("{}_", field.rust);
                self.renamed(field, name);
            }
        }
    }

    fn renamed(&mut self, field: &mut Field, name: String) {
        let text = format!("`{}` is called `{name}`", field.wire);
        self.said.say("names", &field.pointer, text);
        field.rust = name;
    }

    /// The same for the alternatives of a union.
    fn alternatives(&mut self, alternatives: &mut [Alternative]) {
        let poor = poor(alternatives.iter().map(|alternative| alternative.rust.as_str()));
        for alternative in alternatives.iter_mut().filter(|one| poor.contains(&one.rust)) {
            let name = names::variant(&spelled(&alternative.name), self.decisions);
            alternative.rust = name.unwrap_or_default();
        }
    }

    /// The same for values; one that finds no name of its own is read and sent like one
    /// that the document does not list.
    fn variants(&mut self, variants: &mut Vec<Variant>, pointer: &Pointer) {
        let poor = poor(variants.iter().map(|variant| variant.rust.as_str()));
        for variant in variants.iter_mut().filter(|variant| poor.contains(&variant.rust)) {
            let name = names::variant(&spelled(&variant.wire), self.decisions);
            variant.rust = name.unwrap_or_default();
        }
        let mut seen = BTreeSet::new();
        variants.retain(|variant| {
            let named = names::is_name(&variant.rust)
                && !check::is_variant_taken(&variant.rust)
                && seen.insert(variant.rust.clone());
            if !named {
                let text = format!("the value `{}` has no name of its own", variant.wire);
                self.said.say("names", pointer, text);
            }
            named
        });
    }
}

/// The names that are none, or that stand for several things.
fn poor<'n>(names: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let poor = names.filter(|name| !seen.insert(*name) || !names::is_name(name));
    poor.map(str::to_owned).collect()
}
