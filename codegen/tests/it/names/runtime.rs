//! The hand-written half of the client, as names: parsed from its own sources.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::world::World;
use crate::files::{Files, collect, repository};

/// The world of the runtime, without anything generated.
pub(crate) static RUNTIME: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::default();
    for (path, text) in sources() {
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        world.add(&path, &parsed.items);
    }
    world
});

/// Its files by the paths of their modules.
fn sources() -> Vec<(String, String)> {
    let mut files = Files::new();
    collect(&repository().join("trenz-api/src"), Path::new(""), &mut files);
    files.retain(|path, _| !path.starts_with("generated") && !path.ends_with("tests.rs"));
    files.into_iter().map(|(path, text)| (module(&path), text)).collect()
}

/// `inputs/path.rs` is `inputs::path`.
fn module(path: &Path) -> String {
    let path: PathBuf = match path.file_stem() {
        Some(stem) if stem == "lib" || stem == "mod" => path.with_file_name(""),
        _ => path.with_extension(""),
    };
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("::")
}
