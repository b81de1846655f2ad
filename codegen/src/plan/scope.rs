//! Which names are taken where: one owner for each place in which no two names may be alike.

use std::collections::BTreeSet;

use crate::names::{self, LENGTH_LIMIT};

/// The names of one place.
#[derive(Debug)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
    /// Whether a name that is taken gives way to another. Where it does not, `check` reports it.
    free: bool,
}

impl Scope {
    pub(crate) fn new(free: bool) -> Self {
        Self { taken: BTreeSet::new(), free }
    }

    /// The names of a place in which some are taken.
    pub(crate) fn with(taken: BTreeSet<String>, free: bool) -> Self {
        Self { taken, free }
    }

    /// Takes a name, or the first of the others that can be had; of all that cannot, the
    /// first with a number.
    pub(crate) fn take(&mut self, wanted: String, others: &[String]) -> String {
        if !self.free {
            self.taken.insert(wanted.clone());
            return wanted;
        }
        let can_be_had = |name: &&String| names::is_name(name) && !self.taken.contains(*name);
        let mut all = std::iter::once(&wanted).chain(others);
        let name = all.find(can_be_had).cloned().unwrap_or_else(|| self.numbered(&wanted, others));
        self.taken.insert(name.clone());
        name
    }

    /// The first name that is one, with the first number that makes it another.
    fn numbered(&self, wanted: &str, others: &[String]) -> String {
        let short = |name: &str| name.chars().take(LENGTH_LIMIT / 4 - 4).collect::<String>();
        let mut all = std::iter::once(wanted).chain(others.iter().map(String::as_str)).map(short);
        let base = all.find(|base| names::is_name(base)).unwrap_or_else(|| "Unnamed".to_owned());
        let gap = if base.starts_with(char::is_uppercase) { "" } else { "_" };
        let base = base.trim_end_matches('_');
        let mut numbers = (2..).map(|number: u64| format!("{base}{gap}{number}"));
        numbers.find(|name| !self.taken.contains(name)).unwrap_or_default()
    }

    /// Whether what wants this name gives way to what has it.
    pub(crate) fn gives_way(&self, name: &str) -> bool {
        self.free && (self.taken.contains(name) || !names::is_name(name))
    }
}
