//! Names of inputs, fields and values where the rules give none or a conflicting one, and there are
//! no decisions.
//!
//! A name still follows from its own type alone: of two equal names, the second gets a number. A
//! value of an enum can do without a name.

use std::collections::BTreeSet;

use super::Notes;
use super::symbols::in_words;
use crate::decisions::Decisions;
use crate::model::Location;
use crate::names;
use crate::plan::{self, Alternative, Crate, Field, NameScope, Operation, Shape, TypeDef, Variant};
use crate::report::{Pointer, Reporter};

/// Finds other names.
pub(super) fn apply(krate: &mut Crate, decisions: &Decisions, reporter: &Reporter) {
    let mut naming = Naming { decisions, notes: Notes::default() };
    for operation in krate.operations_mut() {
        naming.operation(operation);
    }
    for definition in &mut krate.components {
        naming.definition(definition);
    }
    naming.notes.report(reporter);
}

struct Naming<'a> {
    decisions: &'a Decisions,
    notes: Notes,
}

impl Naming<'_> {
    fn operation(&mut self, operation: &mut Operation) {
        let inputs = operation.inputs.iter_mut().map(|input| {
            let place = match input.location {
                Location::Path => "path",
                Location::Query | Location::QueryReserved => "query",
                Location::Header => "headers",
                Location::Cookie => "cookies",
                Location::Body | Location::Rest => "body",
            };
            (&mut input.field, Some(place))
        });
        self.fields(inputs.collect(), true);
        for definition in &mut operation.types {
            self.definition(definition);
        }
    }

    fn definition(&mut self, definition: &mut TypeDef) {
        let built = matches!(definition.shape, Shape::InputStruct(_));
        match &mut definition.shape {
            Shape::InputStruct(fields) | Shape::OutputStruct(fields) => {
                self.fields(fields.iter_mut().map(|field| (field, None)).collect(), built);
            }
            Shape::Enum { variants, .. } => self.variants(variants, &definition.pointer),
            Shape::Union { alternatives, .. } => self.alternatives(alternatives),
            Shape::Newtype(_) => {}
        }
    }

    /// Replaces signs by words where names are invalid, and avoids the builder's own methods. An
    /// input that both path and body have becomes two: `id`, and `id_in_body`.
    fn fields(&mut self, fields: Vec<(&mut Field, Option<&str>)>, built: bool) {
        let invalid = invalid(fields.iter().map(|(field, _)| field.rust.as_str()));
        let is_good = |field: &Field| {
            !(invalid.contains(&field.rust) || built && plan::is_reserved_setter(&field.rust))
        };
        let (good, mut others): (Vec<_>, Vec<_>) =
            fields.into_iter().partition(|(field, _)| is_good(field));
        let mut scope =
            NameScope::with(good.into_iter().map(|(field, _)| field.rust.clone()).collect(), true);
        // The field of further properties gives way to every other one.
        others.sort_by_key(|(field, _)| field.rest);
        for (field, place) in others {
            let words = names::words(&in_words(&field.wire), self.decisions);
            let plain = if field.rest { field.rust.clone() } else { names::snake(&words) };
            let base = plain.trim_end_matches('_').to_owned();
            let other = match place {
                _ if field.rest => "further_properties".to_owned(),
                _ if base.is_empty() => "unnamed".to_owned(),
                Some(place) => format!("{base}_in_{place}"),
                None => base,
            };
            let is_reserved = built && plan::is_reserved_setter(&plain);
            let wanted = if is_reserved { format!("{plain}_") } else { plain };
            let other = Some(other).filter(|other| !(built && plan::is_reserved_setter(other)));
            let name = scope.reserve(wanted, other.as_slice());
            if name != field.rust {
                self.renamed(field, name);
            }
        }
    }

    fn renamed(&mut self, field: &mut Field, name: String) {
        let text = format!("`{}` is named `{name}`", field.wire);
        self.notes.add("names", &field.pointer, text);
        field.rust = name;
    }

    /// The same for the alternatives of a union.
    fn alternatives(&mut self, alternatives: &mut [Alternative]) {
        let mut invalid = invalid(alternatives.iter().map(|alternative| alternative.rust.as_str()));
        invalid.insert(plan::UNKNOWN_VARIANT.to_owned());
        let good = alternatives.iter().filter(|one| !invalid.contains(&one.rust));
        let mut names: BTreeSet<String> = good.map(|one| one.rust.clone()).collect();
        names.insert(plan::UNKNOWN_VARIANT.to_owned());
        let mut scope = NameScope::with(names, true);
        for alternative in alternatives.iter_mut().filter(|one| invalid.contains(&one.rust)) {
            let name = names::variant(&in_words(&alternative.name), self.decisions);
            alternative.rust = scope.reserve(name.unwrap_or_default(), &[]);
        }
    }

    /// The same for values; one without a name is treated like a value that the document does not
    /// list.
    fn variants(&mut self, variants: &mut Vec<Variant>, pointer: &Pointer) {
        let invalid = invalid(variants.iter().map(|variant| variant.rust.as_str()));
        for variant in variants.iter_mut().filter(|variant| invalid.contains(&variant.rust)) {
            let name = names::variant(&in_words(&variant.wire), self.decisions);
            variant.rust = name.unwrap_or_default();
        }
        let mut seen = BTreeSet::new();
        variants.retain(|variant| {
            let named = names::is_name(&variant.rust)
                && variant.rust != plan::UNKNOWN_VARIANT
                && seen.insert(variant.rust.clone());
            if !named {
                let text = format!("the value `{}` has no name of its own", variant.wire);
                self.notes.add("names", pointer, text);
            }
            named
        });
    }
}

/// The names that are invalid or duplicates.
fn invalid<'n>(names: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let invalid = names.filter(|name| !seen.insert(*name) || !names::is_name(name));
    invalid.map(str::to_owned).collect()
}
