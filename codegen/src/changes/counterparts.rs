//! Finds the same thing on the other side.

use std::collections::BTreeMap;

/// Things that have a name on the wire and one in Rust.
pub(super) struct Names<'t, T> {
    by_wire: BTreeMap<&'t str, &'t T>,
    /// With their names on the wire.
    by_rust: BTreeMap<&'t str, Vec<(&'t str, &'t T)>>,
}

impl<'t, T> Names<'t, T> {
    /// Takes each thing with its name on the wire and its name in Rust.
    pub(super) fn new(things: impl Iterator<Item = (&'t str, &'t str, &'t T)>) -> Self {
        let mut names = Self { by_wire: BTreeMap::new(), by_rust: BTreeMap::new() };
        for (wire, rust, thing) in things {
            names.by_wire.entry(wire).or_insert(thing);
            names.by_rust.entry(rust).or_default().push((wire, thing));
        }
        names
    }

    /// The same thing among these: the one of its name on the wire, or else one that has
    /// lost its own among its `peers` and is called alike in Rust, which is what callers
    /// know it by.
    pub(super) fn counterpart(&self, wire: &str, rust: &str, peers: &Self) -> Option<&'t T> {
        let lost = || {
            let alike = self.by_rust.get(rust)?;
            alike
                .iter()
                .find(|(wire, _)| !peers.by_wire.contains_key(wire))
                .map(|(_, thing)| *thing)
        };
        self.by_wire.get(wire).copied().or_else(lost)
    }
}
