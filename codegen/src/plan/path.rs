//! Paths: the module and the name of a type.

use std::sync::Arc;

/// A type by its module and its name in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    /// The module below the crate's root, and empty for the root itself: `data::products`.
    pub(crate) module: Arc<str>,
    pub(crate) name: String,
}

impl Path {
    /// The module with the types of components.
    pub(crate) const TYPES: &'static str = "types";

    /// A type of a module.
    pub(crate) fn new(module: &Arc<str>, name: impl Into<String>) -> Self {
        Self { module: Arc::clone(module), name: name.into() }
    }

    /// The path below the crate's root.
    pub(crate) fn below_root(&self) -> String {
        match &*self.module {
            "" => self.name.clone(),
            module => format!("{module}::{}", self.name),
        }
    }
}
