//! Compiles what was generated of mutants.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dice::Dice;
use crate::workspace::{Member, check, lay_out};

/// A fair choice among clients that come one after the other.
#[derive(Debug)]
pub struct Sample<T> {
    /// How many are wanted.
    size: usize,
    seen: usize,
    /// Those chosen so far.
    pub chosen: Vec<T>,
}

impl<T> Sample<T> {
    /// An empty choice.
    #[must_use]
    pub fn of(size: usize) -> Self {
        Self { size, seen: 0, chosen: Vec::new() }
    }

    /// Takes one more into account: each of all that came has the same chance to be chosen.
    pub fn offer(&mut self, one: T, dice: &mut dyn Dice) {
        self.seen += 1;
        if self.chosen.len() < self.size {
            self.chosen.push(one);
        } else if let Some(place) = self.chosen.get_mut(dice.below(self.seen)) {
            *place = one;
        }
    }
}

/// Compiles clients, each a crate of one workspace in a folder. An error holds what the
/// compiler said; its lines begin with the name of the crate.
pub fn compile(
    folder: &Path,
    target: &Path,
    clients: impl IntoIterator<Item = (String, BTreeMap<String, String>)>,
) -> Result<(), String> {
    let members = clients.into_iter().map(|(name, files)| (name, Member::from(files)));
    lay_out(folder, members.collect());
    check(folder, target)
}
