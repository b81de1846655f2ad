//! Reserved names: one owner for each scope in which names must be unique.

use std::collections::BTreeSet;

use crate::names::{self, LENGTH_LIMIT};

/// The names in one scope.
#[derive(Debug)]
pub(crate) struct NameScope {
    names: BTreeSet<String>,
    /// Whether a conflicting name is changed. Where it is not, `check` reports it.
    auto_rename: bool,
}

impl NameScope {
    pub(crate) fn new(auto_rename: bool) -> Self {
        Self { names: BTreeSet::new(), auto_rename }
    }

    /// A scope with reserved names.
    pub(crate) fn with(names: BTreeSet<String>, auto_rename: bool) -> Self {
        Self { names, auto_rename }
    }

    /// Reserves a name, or the first available one of the alternatives; if there is none, the first with
    /// a number.
    pub(crate) fn reserve(&mut self, wanted: String, others: &[String]) -> String {
        if !self.auto_rename {
            self.names.insert(wanted.clone());
            return wanted;
        }
        let is_available = |name: &&String| names::is_name(name) && !self.names.contains(*name);
        let mut all = std::iter::once(&wanted).chain(others);
        let name =
            all.find(is_available).cloned().unwrap_or_else(|| self.numbered(&wanted, others));
        self.names.insert(name.clone());
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
        numbers.find(|name| !self.names.contains(name)).unwrap_or_default()
    }

    /// Whether a conflicting name is changed here.
    pub(crate) fn conflicts(&self, name: &str) -> bool {
        self.auto_rename && (self.names.contains(name) || !names::is_name(name))
    }
}
