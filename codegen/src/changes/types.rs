//! Compares the types that operations define, and those that they share.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::{self, Role};
use super::{Change, Changes, spell, unions, values};
use crate::plan::{Crate, Shape, Type, TypeDef};

/// A comparison in the making, of one operation or of the types that all share.
pub(super) struct Comparison<'a> {
    pub(super) changes: &'a mut Changes,
    pub(super) operation: Option<String>,
    /// The module that the types stand in: `data::products`.
    pub(super) module: String,
    /// A request that got another name gave its types another one as well.
    pub(super) renamed: Option<(String, String)>,
    /// Types that a change has named already, so that their coming and going is said.
    mentioned: BTreeSet<String>,
    /// What has another documentation.
    docs: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(changes: &'a mut Changes, operation: Option<&str>, module: &str) -> Self {
        Self {
            changes,
            operation: operation.map(str::to_owned),
            module: module.to_owned(),
            renamed: None,
            mentioned: BTreeSet::new(),
            docs: Vec::new(),
        }
    }

    pub(super) fn breaking(
        &mut self,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        advice: &str,
    ) -> &mut Change {
        let change = self.change(kind, place.as_ref(), what.into(), advice);
        push(&mut self.changes.breaking, change)
    }

    pub(super) fn addition(
        &mut self,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        advice: &str,
    ) -> &mut Change {
        let change = self.change(kind, place.as_ref(), what.into(), advice);
        push(&mut self.changes.additions, change)
    }

    pub(super) fn invisible(
        &mut self,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        advice: &str,
    ) -> &mut Change {
        let change = self.change(kind, place.as_ref(), what.into(), advice);
        push(&mut self.changes.invisible, change)
    }

    pub(super) fn money(
        &mut self,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        advice: &str,
    ) -> &mut Change {
        let change = self.change(kind, place.as_ref(), what.into(), advice);
        push(&mut self.changes.money, change)
    }

    fn change(&self, kind: &'static str, place: &str, what: String, advice: &str) -> Change {
        Change {
            kind,
            operation: self.operation.clone(),
            place: self.path(place),
            what,
            old: None,
            new: None,
            percent: None,
            advice: advice.to_owned(),
        }
    }

    /// `data::products::Search`, where `Search` is what the module calls it.
    pub(super) fn path(&self, name: &str) -> String {
        if self.module.is_empty() { name.to_owned() } else { format!("{}::{name}", self.module) }
    }

    /// What the document begins or ceases to warn of.
    pub(super) fn deprecation(&mut self, place: &str, what: &str, old: bool, new: bool) {
        match (old, new) {
            (false, true) => {
                let advice =
                    "the compiler warns where it is used: see what its documentation names instead";
                self.addition("deprecated", place, format!("{what} is deprecated now"), advice);
            }
            (true, false) => {
                let what = format!("{what} is not deprecated any more");
                self.invisible("deprecated", place, what, "nothing");
            }
            _ => {}
        }
    }

    /// Notes that something has another documentation.
    pub(super) fn docs(&mut self, what: String) {
        self.docs.push(what);
    }

    /// Notes that a change is about a type.
    pub(super) fn mention(&mut self, ty: &Type) {
        self.mentioned.extend(spell::names(ty).map(str::to_owned));
    }

    /// What an old name would be, had its request had its new name from the start.
    pub(super) fn mapped(&self, old: &str) -> String {
        match &self.renamed {
            Some((from, to)) => old.replace(from.as_str(), to),
            None => old.to_owned(),
        }
    }

    /// Says what has another documentation, as one change.
    pub(super) fn finish(mut self, place: &str) {
        if self.docs.is_empty() {
            return;
        }
        let docs = std::mem::take(&mut self.docs);
        let what = format!("documentation of {}", docs.join(", "));
        self.invisible("docs", place, what, "nothing");
    }
}

fn push(list: &mut Vec<Change>, change: Change) -> &mut Change {
    list.push(change);
    let index = list.len() - 1;
    &mut list[index]
}

impl Change {
    /// Adds how it was.
    pub(super) fn was(&mut self, old: impl Into<String>) -> &mut Self {
        self.old = Some(old.into());
        self
    }

    /// Adds how it is.
    pub(super) fn is(&mut self, new: impl Into<String>) -> &mut Self {
        self.new = Some(new.into());
        self
    }
}

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
        old.iter().map(|definition| (to.mapped(definition.name()), definition)).collect();
    let after: BTreeMap<&str, &TypeDef> =
        new.iter().map(|definition| (definition.name(), definition)).collect();
    for definition in new {
        if let Some(old) = before.get(definition.name()) {
            self::definition(old, definition, to);
        }
    }
    // What came or went with a field has been said.
    let said = reached(&to.mentioned, old.iter().chain(new));
    for definition in old.iter().filter(|definition| !said.contains(definition.name())) {
        if !after.contains_key(to.mapped(definition.name()).as_str()) {
            let place = definition.name().to_owned();
            to.breaking("type-removed", place, "type removed", "stop naming it");
        }
    }
    for definition in new.iter().filter(|definition| !said.contains(definition.name())) {
        if !before.contains_key(definition.name()) {
            let place = definition.name().to_owned();
            to.addition("type-added", place, "new type", "nothing");
        }
    }
}

/// The types that some types are made of, themselves included.
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
            match &definition.shape {
                Shape::InputStruct(fields) | Shape::AnswerStruct(fields) => {
                    todo.extend(fields.iter().filter_map(|field| spell::names(&field.ty)));
                }
                Shape::Union { alternatives, .. } => {
                    todo.extend(alternatives.iter().filter_map(|one| spell::names(&one.ty)));
                }
                Shape::Newtype(ty) => todo.extend(spell::names(ty)),
                _ => {}
            }
        }
    }
    reached
}

/// Compares two types of one name.
fn definition(old: &TypeDef, new: &TypeDef, to: &mut Comparison<'_>) {
    match (&old.shape, &new.shape) {
        (Shape::InputStruct(old), Shape::InputStruct(after)) => {
            fields::compare(
                Role::Part,
                new.name(),
                &old.iter().collect::<Vec<_>>(),
                &after.iter().collect::<Vec<_>>(),
                to,
            );
        }
        (Shape::AnswerStruct(old), Shape::AnswerStruct(after)) => {
            fields::compare(
                Role::Answer,
                new.name(),
                &old.iter().collect::<Vec<_>>(),
                &after.iter().collect::<Vec<_>>(),
                to,
            );
        }
        (
            Shape::Union { tag: before, alternatives: old },
            Shape::Union { tag: after, alternatives: fresh },
        ) => {
            unions::compare(new.name(), (before.as_deref(), old), (after.as_deref(), fresh), to);
        }
        (Shape::Newtype(before), Shape::Newtype(after)) if before == after => {}
        (before, after) => match (values::of(before), values::of(after)) {
            (Some(before), Some(after)) if kind(&old.shape) == kind(&new.shape) => {
                values::compare(new.name(), &before, &after, to);
            }
            _ => {
                let what = "another kind of type";
                to.breaking("kind", new.name(), what, "see its documentation")
                    .was(kind(before))
                    .is(kind(after));
            }
        },
    }
    if old.description != new.description {
        to.docs(format!("`{}`", new.name()));
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::InputStruct(_) => "a struct that callers build",
        Shape::AnswerStruct(_) => "a struct of answers",
        Shape::OpenEnum { .. } => "an open enum",
        Shape::IntegerEnum { .. } => "an open enum of numbers",
        Shape::ClosedEnum { .. } => "a closed enum",
        Shape::Union { .. } => "an enum of types",
        Shape::Newtype(_) => "a type of its own around another",
    }
}
