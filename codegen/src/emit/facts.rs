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
    let Facts { base_url, key, needs_key, words } = &krate.facts;
    let (url, doc) = base_url.as_ref().map_or(
        (NOWHERE, "The document names no server that a key may be sent to: set a base URL."),
        |url| (url.as_str(), "The base URL of the API."),
    );
    let url = docs::literal(url);
    file.item(format!("/// {doc}\npub(crate) const DEFAULT_BASE_URL: &str = {url};\n"));
    let doc =
        if key.is_some() { "The place of the key in requests." } else { "No request has a key." };
    let [option, place] = [names::OPTION, names::KEY_PLACE].map(|name| file.names.known(name));
    let key = match key {
        None => file.names.known(names::NONE),
        Some(key) => {
            let some = file.names.known(names::SOME);
            let key = match key {
                Key::Header { name, prefix } => {
                    let [name, prefix] = [name, prefix].map(|text| docs::literal(text));
                    format!("{place}::Header {{ name: {name}, prefix: {prefix} }}")
                }
                Key::Query(name) => format!("{place}::Query({})", docs::literal(name)),
                Key::Cookie(name) => format!("{place}::Cookie({})", docs::literal(name)),
            };
            format!("{some}({key})")
        }
    };
    file.item(format!("/// {doc}\npub(crate) const KEY: {option}<{place}> = {key};\n"));
    file.item(format!(
        "/// Whether every operation needs the key.\n\
         pub(crate) const KEY_IS_REQUIRED: bool = {needs_key};\n"
    ));
    for (meaning, words) in words {
        let (what, name) = (meaning.description(), meaning.constant());
        let words: Vec<_> = words.iter().map(|word| docs::literal(word)).collect();
        let words = words.join(", ");
        file.item(format!("/// The {what}.\npub(crate) const {name}: &[&str] = &[{words}];\n"));
    }
    let info = file.names.known(names::OPERATION_INFO);
    let operations = krate
        .operations()
        .map(|operation| format!("    {info}::of::<super::{}>(),\n", operation.rust_path));
    let operations: String = operations.collect();
    file.item(format!(
        "/// Every operation, by module and then in document order.\n\
         pub(crate) const OPERATIONS: &[{info}] = &[\n{operations}];\n"
    ));
    file
}
