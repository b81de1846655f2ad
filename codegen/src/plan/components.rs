//! Names the components: each has its own name wherever it is used.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use super::{NameScope, Path};
use crate::decisions::Decisions;
use crate::model::Api;
use crate::names;
use crate::report::Reporter;

/// The paths of components, by their names in the document.
#[derive(Debug)]
pub(super) struct Components {
    module: Arc<str>,
    names: BTreeMap<String, String>,
    auto_rename: bool,
    scope: NameScope,
}

impl Components {
    /// Names all components of a document.
    pub(super) fn of(
        api: &Api,
        decisions: &Decisions,
        auto_rename: bool,
        reporter: &Reporter,
    ) -> Self {
        let (module, names, scope) =
            (Path::TYPES.into(), BTreeMap::new(), NameScope::new(auto_rename));
        let mut components = Self { module, names, auto_rename, scope };
        let wanted = |name: &str| names::pascal(&names::words(name, decisions), decisions);
        // Existing names come before derived ones.
        let mut all: Vec<_> =
            api.components.iter().map(|(name, schema)| (name, schema, wanted(name))).collect();
        all.sort_by_key(|(name, _, wanted)| *name != wanted);
        for (name, schema, wanted) in all {
            let other = format!("{wanted}Model");
            let reserved = components.scope.reserve(wanted.clone(), &[other]);
            if reserved != wanted {
                let text =
                    format!("`{name}` is named `{reserved}`, because `{wanted}` is reserved");
                reporter.note("components", &schema.pointer, text);
            }
            components.names.insert(name.clone(), reserved);
        }
        components
    }

    /// The path of a component.
    pub(super) fn path(&self, name: &str) -> Path {
        Path::new(&self.module, self.names.get(name).map_or("", String::as_str))
    }

    /// Whether another type should not have this name, because a component has it.
    pub(super) fn conflicts(&self, name: &str) -> bool {
        self.auto_rename && self.names.values().any(|other| other == name)
    }

    /// The names in the module of components.
    pub(super) fn scope(&mut self) -> NameScope {
        mem::replace(&mut self.scope, NameScope::new(false))
    }
}
