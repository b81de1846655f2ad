//! Finds the counterpart of a thing in the other document.

use std::collections::BTreeMap;

/// Things with a wire name and a Rust name.
pub(super) struct Counterparts<'t, T> {
    by_wire: BTreeMap<&'t str, &'t T>,
    /// With their names on the wire.
    by_rust: BTreeMap<&'t str, Vec<(&'t str, &'t T)>>,
}

impl<'t, T> Counterparts<'t, T> {
    /// Collects things with their wire names and Rust names.
    pub(super) fn new(things: impl Iterator<Item = (&'t str, &'t str, &'t T)>) -> Self {
        let mut names = Self { by_wire: BTreeMap::new(), by_rust: BTreeMap::new() };
        for (wire, rust, thing) in things {
            names.by_wire.entry(wire).or_insert(thing);
            names.by_rust.entry(rust).or_default().push((wire, thing));
        }
        names
    }

    /// The counterpart: the one with the same wire name, or else one whose wire name has no
    /// counterpart itself and that has the same Rust name.
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
