//! Compares the types that operations define, and those that they share.

use std::collections::{BTreeMap, BTreeSet};

use super::Section::{Additions, Breaking};
use super::comparison::Comparison;
use super::fields::{self, Role};
use super::{Changes, unions, values};
use crate::plan::{Crate, EnumKind, Field, Shape, Type, TypeDef};

/// Compares the types that several operations share.
pub(super) fn compare_shared(old: &Crate, new: &Crate, changes: &mut Changes) {
    let declared = |krate: &Crate| -> Vec<TypeDef> {
        krate.declared.iter().map(|(_, definition)| definition.clone()).collect()
    };
    for (module, old, new) in [
        ("", &old.shared, &new.shared),
        ("", &declared(old), &declared(new)),
        ("types", &old.components, &new.components),
    ] {
        let mut to = Comparison::new(changes, None, module);
        compare(old, new, &mut to);
        to.finish(if module.is_empty() { "shared types" } else { "" });
    }
}

/// Compares the types of one module, by name.
pub(super) fn compare(old: &[TypeDef], new: &[TypeDef], to: &mut Comparison<'_>) {
    let before: BTreeMap<String, &TypeDef> =
        old.iter().map(|definition| (to.renamed_path(definition.name()), definition)).collect();
    let after: BTreeMap<&str, &TypeDef> =
        new.iter().map(|definition| (definition.name(), definition)).collect();
    for definition in new {
        if let Some(old) = before.get(definition.name()) {
            self::definition(old, definition, to);
        }
    }
    // Types that came or went with a field have been reported.
    let said = reached(&to.mentioned, old.iter().chain(new));
    for definition in old.iter().filter(|definition| !said.contains(definition.name())) {
        if !after.contains_key(to.renamed_path(definition.name()).as_str()) {
            let place = definition.name().to_owned();
            to.add(Breaking, "type-removed", place, "type removed", "remove uses of it");
        }
    }
    for definition in new.iter().filter(|definition| !said.contains(definition.name())) {
        if !before.contains_key(definition.name()) {
            let place = definition.name().to_owned();
            to.add(Additions, "type-added", place, "new type", None);
        }
    }
}

/// The types that some types contain, themselves included.
fn reached<'t>(
    from: &BTreeSet<String>,
    definitions: impl Iterator<Item = &'t TypeDef>,
) -> BTreeSet<String> {
    let mut by_name: BTreeMap<&str, Vec<&TypeDef>> = BTreeMap::new();
    for definition in definitions {
        by_name.entry(definition.name()).or_default().push(definition);
    }
    let mut reached = BTreeSet::new();
    let mut todo: Vec<&str> = from.iter().map(String::as_str).collect();
    while let Some(name) = todo.pop() {
        if !reached.insert(name.to_owned()) {
            continue;
        }
        for definition in by_name.get(name).into_iter().flatten() {
            let inner = definition.shape.types().into_iter().filter_map(Type::named);
            todo.extend(inner.map(|path| path.name.as_str()));
        }
    }
    reached
}

/// Compares two types of one name.
fn definition(old: &TypeDef, new: &TypeDef, to: &mut Comparison<'_>) {
    match (&old.shape, &new.shape) {
        (Shape::InputStruct(old), Shape::InputStruct(after)) => {
            fields::compare(Role::NestedInput, new.name(), &refs(old), &refs(after), to);
        }
        (Shape::OutputStruct(old), Shape::OutputStruct(after)) => {
            fields::compare(Role::Output, new.name(), &refs(old), &refs(after), to);
        }
        (
            Shape::Union { tag: before, alternatives: old },
            Shape::Union { tag: after, alternatives: fresh },
        ) => {
            unions::compare(new.name(), (before.as_deref(), old), (after.as_deref(), fresh), to);
        }
        (Shape::Newtype(before), Shape::Newtype(after)) if before == after => {}
        (
            Shape::Enum { kind: before, variants: old, extras },
            Shape::Enum { kind: after, variants: fresh, extras: more },
        ) if before == after => values::compare(new.name(), (old, extras), (fresh, more), to),
        (before, after) => {
            let what = "another kind of type";
            to.add(Breaking, "kind", new.name(), what, "see its documentation")
                .before(kind(before))
                .after(kind(after));
        }
    }
    if old.description != new.description {
        to.docs(format!("`{}`", new.name()));
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::InputStruct(_) => "a struct that callers build",
        Shape::OutputStruct(_) => "a struct of responses",
        Shape::Enum { kind: EnumKind::Open, .. } => "an open enum",
        Shape::Enum { kind: EnumKind::OpenInteger, .. } => "an open enum of numbers",
        Shape::Enum { kind: EnumKind::Closed, .. } => "a closed enum",
        Shape::Union { .. } => "an enum of types",
        Shape::Newtype(_) => "a newtype",
    }
}

fn refs(fields: &[Field]) -> Vec<&Field> {
    fields.iter().collect()
}
