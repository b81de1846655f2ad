//! A comparison in the making: where it is, and what it has said.

use std::collections::BTreeSet;

use super::Section::{self, Deprecated, Invisible};
use super::{Change, Changes, spell};
use crate::plan::Type;

/// A comparison in the making, of one operation or of the types that all share.
pub(super) struct Comparison<'a> {
    pub(super) changes: &'a mut Changes,
    pub(super) operation: Option<String>,
    /// The module that the types stand in: `data::products`.
    pub(super) module: String,
    /// A request that got another name gave its types another one as well.
    pub(super) renamed: Option<(String, String)>,
    /// Types that a change has named already, so that their coming and going is said.
    pub(super) mentioned: BTreeSet<String>,
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

    /// Adds a difference to a section of the report.
    pub(super) fn add(
        &mut self,
        section: Section,
        kind: &'static str,
        place: impl AsRef<str>,
        what: impl Into<String>,
        advice: &str,
    ) -> &mut Change {
        let change = Change {
            kind,
            operation: self.operation.clone(),
            place: self.path(place.as_ref()),
            what: what.into(),
            old: None,
            new: None,
            percent: None,
            advice: advice.to_owned(),
        };
        self.changes.add(section, change)
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
                self.add(Invisible, "deprecated", place, what, "nothing");
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
        self.add(Invisible, "docs", place, what, "nothing");
    }
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
