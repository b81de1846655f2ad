//! Prints what the runtime needs to know about the whole document.

use super::docs;
use super::file::File;
use super::names::{self, Names};
use crate::facts::{Facts, Key};
use crate::plan::Crate;

/// A reserved host name, so that a client without a base URL reaches no host.
const NOWHERE: &str = "https://the-document-names-no-server.invalid";

/// The file of facts and the list of all operations.
pub(super) fn file(krate: &Crate) -> File {
    let mut file = File::new(&["Facts of the whole document.".to_owned()], Names::default());
    let Facts { base_url, key, words } = &krate.facts;
    let (url, doc) = base_url.as_ref().map_or(
        (NOWHERE, "The document names no server that a key may be sent to: set a base URL."),
        |url| (url.as_str(), "The base URL of the API."),
    );
    let url = docs::literal(url);
    file.item(format!("/// {doc}\npub(crate) const DEFAULT_BASE_URL: &str = {url};\n"));
    let doc = if key.is_some() { "The header with the key." } else { "No call has a key." };
    let option = file.names.known(names::OPTION);
    let (header, prefix) = match key {
        Some(Key { header, prefix }) => {
            let some = file.names.known(names::SOME);
            (format!("{some}({})", docs::literal(header)), prefix.as_str())
        }
        None => (file.names.known(names::NONE), ""),
    };
    file.item(format!("/// {doc}\npub(crate) const KEY_HEADER: {option}<&str> = {header};\n"));
    let prefix = docs::literal(prefix);
    file.item(format!(
        "/// The prefix of the key in its header.\n\
         pub(crate) const KEY_PREFIX: &str = {prefix};\n"
    ));
    for (meaning, words) in words {
        let (what, name) = (meaning.what(), meaning.constant());
        let words: Vec<_> = words.iter().map(|word| docs::literal(word)).collect();
        let words = words.join(", ");
        file.item(format!("/// The {what}.\npub(crate) const {name}: &[&str] = &[{words}];\n"));
    }
    let info = file.names.known(names::OPERATION_INFO);
    let operations = krate.modules.values().flat_map(|module| &module.operations);
    let operations = operations
        .map(|operation| format!("    {info}::of::<super::{}>(),\n", operation.rust_path));
    let operations: String = operations.collect();
    file.item(format!(
        "/// Every operation, by module and then in document order.\n\
         pub(crate) const OPERATIONS: &[{info}] = &[\n{operations}];\n"
    ));
    file
}
