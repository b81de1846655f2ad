//! A comparison under construction: its place, and its differences so far.

use std::collections::BTreeSet;

use super::Section::{self, Deprecated, Patch};
use super::{Change, Changes};
use crate::plan::Type;

/// A comparison of one operation, or of the shared types.
pub(super) struct Comparison<'a> {
    pub(super) changes: &'a mut Changes,
    pub(super) operation: Option<String>,
    /// The module of the types: `data::products`.
    pub(super) module: String,
    /// The old and the new name of a renamed request, which renames its types too.
    pub(super) renamed: Option<(String, String)>,
    /// Types that a change has already named.
    pub(super) mentioned: BTreeSet<String>,
    /// What has changed documentation.
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

    /// Adds a difference to a section of the report.
    pub(super) fn add<'t>(
        &mut self,
        section: Section,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        advice: impl Into<Option<&'t str>>,
    ) -> &mut Change {
        let change = Change {
            kind,
            operation: self.operation.clone(),
            place: self.path(place.as_ref()),
            what: what.into(),
            old: None,
            new: None,
            percent: None,
            advice: advice.into().map(str::to_owned),
        };
        self.changes.add(section, change)
    }

    /// Adds a difference without effect on callers' code.
    pub(super) fn patch(
        &mut self,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) {
        self.add(Patch, kind, place, what, None).before(before).after(after);
    }

    /// `data::products::Search`, where `Search` is what the module calls it.
    pub(super) fn path(&self, name: &str) -> String {
        if self.module.is_empty() { name.to_owned() } else { format!("{}::{name}", self.module) }
    }

    /// Reports a new or removed deprecation.
    pub(super) fn deprecation(&mut self, place: &str, what: &str, old: bool, new: bool) {
        match (old, new) {
            (false, true) => {
                let advice =
                    "the compiler warns at each use: see its documentation for a replacement";
                self.add(
                    Deprecated,
                    "deprecated",
                    place,
                    format!("{what} is deprecated now"),
                    advice,
                );
            }
            (true, false) => {
                let what = format!("{what} is not deprecated any more");
                self.add(Patch, "deprecated", place, what, None);
            }
            _ => {}
        }
    }

    /// Records changed documentation.
    pub(super) fn docs(&mut self, what: String) {
        self.docs.push(what);
    }

    /// Records that a change names a type.
    pub(super) fn mention(&mut self, ty: &Type) {
        self.mentioned.extend(ty.named().map(|path| path.name.clone()));
    }

    /// An old name, with the request's rename applied.
    pub(super) fn renamed_path(&self, old: &str) -> String {
        match &self.renamed {
            Some((from, to)) => old.replace(from.as_str(), to),
            None => old.to_owned(),
        }
    }

    /// Reports all changed documentation as one change.
    pub(super) fn finish(mut self, place: &str) {
        if self.docs.is_empty() {
            return;
        }
        let docs = std::mem::take(&mut self.docs);
        let what = format!("documentation of {}", docs.join(", "));
        self.add(Patch, "docs", place, what, None);
    }
}

impl Change {
    /// Sets the old value.
    pub(super) fn before(&mut self, old: impl Into<String>) -> &mut Self {
        self.old = Some(old.into());
        self
    }

    /// Sets the new value.
    pub(super) fn after(&mut self, new: impl Into<String>) -> &mut Self {
        self.new = Some(new.into());
        self
    }
}
