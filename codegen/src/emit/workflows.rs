//! Prints the types that the client's hand-written workflows use. Each workflow is a feature.

use super::file::File;
use super::names::Names;
use crate::plan::Crate;

/// The types of each workflow, under the names that it uses.
pub(super) fn types(krate: &Crate) -> File {
    let mut file = File::new(
        &["The operations and types that the workflows use.".to_owned()],
        Names::default(),
    );
    for workflow in &krate.workflows {
        let name = workflow.name;
        let uses = workflow.types.iter().map(|(alias, path)| {
            let is_same = path.rsplit("::").next() == Some(alias);
            let renamed = if is_same { String::new() } else { format!(" as {alias}") };
            format!("    pub(crate) use crate::{path}{renamed};\n")
        });
        let uses: String = uses.collect();
        file.item(format!("/// What `{name}` uses.\n#[cfg(feature = \"{name}\")]\npub(crate) mod {name} {{\n{uses}}}\n"));
    }
    file
}
