//! The notes of a leniency, one for each kind: documents repeat themselves.

use indexmap::IndexMap;

use crate::report::{Pointer, Reporter};

/// Notes with the first of their places and how many there are.
#[derive(Default)]
pub(super) struct Notes(IndexMap<(&'static str, String), (Pointer, usize)>);

impl Notes {
    /// Adds a note for a place.
    pub(super) fn add(&mut self, rule: &'static str, at: &Pointer, text: impl Into<String>) {
        self.0.entry((rule, text.into())).or_insert_with(|| (at.clone(), 0)).1 += 1;
    }

    /// Records everything as notes.
    pub(super) fn report(self, reporter: &Reporter) {
        for ((rule, text), (first, count)) in self.0 {
            reporter.note_of(rule, &first, text, count);
        }
    }
}
