//! What a leniency has done, once for each kind of thing: documents repeat themselves.

use indexmap::IndexMap;

use crate::report::{Pointer, Reporter};

/// Notes with the first of their places and how many there are.
#[derive(Default)]
pub(super) struct Said(IndexMap<(&'static str, String), (Pointer, usize)>);

impl Said {
    /// Says something of a place.
    pub(super) fn say(&mut self, rule: &'static str, at: &Pointer, text: impl Into<String>) {
        self.0.entry((rule, text.into())).or_insert_with(|| (at.clone(), 0)).1 += 1;
    }

    /// Hands everything over as notes.
    pub(super) fn note(self, reporter: &mut Reporter) {
        for ((rule, text), (first, count)) in self.0 {
            reporter.note_of(rule, &first, text, count);
        }
    }
}
