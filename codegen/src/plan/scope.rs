//! Reserved names: one owner for each scope in which names must be unique.

use std::collections::BTreeSet;

use crate::names::{self, LENGTH_LIMIT};

/// The names in one scope.
#[derive(Debug)]
pub(crate) struct Scope {
    taken: BTreeSet<String>,
    /// Whether a conflicting name is changed. Where it is not, `check` reports it.
    free: bool,
}

impl Scope {
    pub(crate) fn new(free: bool) -> Self {
        Self { taken: BTreeSet::new(), free }
    }

    /// A scope with reserved names.
    pub(crate) fn with(taken: BTreeSet<String>, free: bool) -> Self {
        Self { taken, free }
    }

    /// Reserves a name, or the first free one of the alternatives; if there is none, the first with
    /// a number.
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

    /// The first valid name, with the first number that makes it unique.
    fn numbered(&self, wanted: &str, others: &[String]) -> String {
        let short = |name: &str| name.chars().take(LENGTH_LIMIT / 4 - 4).collect::<String>();
        let mut all = std::iter::once(wanted).chain(others.iter().map(String::as_str)).map(short);
        let base = all.find(|base| names::is_name(base)).unwrap_or_else(|| "Unnamed".to_owned());
        let gap = if base.starts_with(char::is_uppercase) { "" } else { "_" };
        let base = base.trim_end_matches('_');
        let mut numbers = (2..).map(|number: u64| format!("{base}{gap}{number}"));
        numbers.find(|name| !self.taken.contains(name)).unwrap_or_default()
    }

    /// Whether a conflicting name is changed here.
    pub(crate) fn gives_way(&self, name: &str) -> bool {
        self.free && (self.taken.contains(name) || !names::is_name(name))
    }
}
