//! Files by their path, read and written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Texts by their path in a folder.
pub(crate) type Files = BTreeMap<PathBuf, String>;

/// Makes a folder hold these files and no others.
pub(crate) fn sync(folder: &Path, files: &Files) {
    let mut there = Files::new();
    collect(folder, Path::new(""), &mut there);
    for path in there.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path)).unwrap();
    }
    for (path, text) in files.iter().filter(|(path, text)| there.get(*path) != Some(text)) {
        put(&folder.join(path), text);
    }
}

pub(crate) fn collect(folder: &Path, name: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = name.join(path.file_name().unwrap());
        if path.is_dir() {
            collect(&path, &name, files);
        } else {
            files.insert(name, read(&path));
        }
    }
}

pub(crate) fn put(path: &Path, text: &str) {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folder of the project, for any crate in it.
pub(crate) fn repository() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    let mut projects = above.filter(|folder| folder.join("trenz-api").is_dir());
    projects.next().unwrap().to_owned()
}
