//! In which order the folders of the client stand: nothing imports what stands above it, no two
//! files of a folder import each other, and every import names the file that it takes from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::files::repository;
use crate::tidy::rust_files;

/// The folders of the client, from the top down. What is generated stands beside them.
const FOLDERS: [&str; 8] =
    ["workflow", "client", "transport", "error", "operation", "money", "wire", "base"];

/// Imports that run up, each with its cause.
const UP: [(&str, &str, &str); 2] = [
    ("client::request", "workflow::pages", "A macro's text: it is expanded in generated code."),
    ("client::request", "workflow::tasks", "A macro's text: it is expanded in generated code."),
];

/// A module by the names on the way to it; the root's is empty.
type Module = Vec<String>;

/// The modules of a crate, each with what its paths lead to.
type Imports = BTreeMap<Module, BTreeSet<Module>>;

#[test]
fn client_folders_import_lower_folders_only() {
    let mut faults = Vec::new();
    let mut used = 0;
    for (from, to) in edges(&imports(&repository().join("trenz-api/src"), "generated")) {
        let place = |module: &Module| {
            FOLDERS.iter().position(|folder| module.first().is_some_and(|first| first == folder))
        };
        let is_generated = to.first().is_some_and(|first| first == "generated");
        let [above, below] = [&from, &to].map(|module| module.join("::"));
        match (place(&from), place(&to)) {
            (Some(higher), Some(lower)) if higher <= lower => {}
            (Some(_), None) if is_generated => {}
            (None, _) => assert!(from.is_empty(), "{above} stands in no folder"),
            _ if UP.iter().any(|(from, to, _)| (*from, *to) == (&above, &below)) => used += 1,
            (Some(_), Some(_)) => faults.push(format!("{above} imports {below}, which is above")),
            (Some(_), None) => faults.push(format!("{above} imports through the root")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(used, UP.len(), "an import that no longer runs up has no exemption");
}

#[test]
fn client_files_have_no_import_cycle() {
    let mut imports = imports(&repository().join("trenz-api/src"), "generated");
    for (from, to) in &mut imports {
        to.retain(|to| !UP.iter().any(|up| (up.0, up.1) == (&from.join("::"), &to.join("::"))));
    }
    let circles = circles_of(&imports);
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn generator_files_have_no_import_cycle() {
    let of = |source: &str| circles(&repository().join(source), "");
    assert_eq!(of("codegen/src"), [""; 0]);
    assert_eq!(of("xtask/src"), [""; 0]);
}

#[test]
fn import_cycles_are_found_in_any_form_of_path() {
    let source = "use crate::{a::{self, B}, c::d};\nuse super::e;\nm!($crate::f::g);";
    let found = paths(source, &["x".to_owned(), "y".to_owned()]);
    let found: Vec<_> = found.iter().map(|path| path.join("::")).collect();
    assert_eq!(found, ["a", "a::B", "c::d", "x::e", "f::g"]);
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
    let imports = |edges: &[(&str, &str)]| {
        let mut imports = Imports::new();
        for (from, to) in edges {
            imports.entry(module(from)).or_default().insert(module(to));
        }
        imports
    };
    assert_eq!(circles_of(&imports(&[("a", "b"), ("a::c", "b"), ("b", "a::c")])), ["a, b"]);
    assert_eq!(
        circles_of(&imports(&[("a::b", "a::c"), ("a::c::x", "a::d"), ("a::d", "a::b::y")])),
        ["a::b, a::c, a::d"]
    );
    // A file and the files below it are one.
    assert!(circles_of(&imports(&[("a", "a::b"), ("a::b", "a"), ("a", "c")])).is_empty());
}

/// The files of each folder of a crate that import each other, each with what stands below it.
pub(crate) fn circles(source: &Path, without: &str) -> Vec<String> {
    circles_of(&imports(source, without))
}

fn circles_of(imports: &Imports) -> Vec<String> {
    let mut folders: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (from, to) in edges(imports) {
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) {
            let folder = folders.entry(from[..shared].to_vec()).or_default();
            folder.entry(a.clone()).or_default().insert(b.clone());
        }
    }
    let mut circles = Vec::new();
    for (folder, imports) in folders {
        let mut left: BTreeSet<&String> = imports.keys().collect();
        while let Some(file) = left.pop_first() {
            let mut circle = vec![file];
            circle.extend(
                left.iter().copied().filter(|other| {
                    reaches(&imports, file, other) && reaches(&imports, other, file)
                }),
            );
            left.retain(|other| !circle.contains(other));
            if circle.len() > 1 {
                let names = circle.iter().map(|name| {
                    folder.iter().chain([*name]).cloned().collect::<Vec<_>>().join("::")
                });
                circles.push(names.collect::<Vec<_>>().join(", "));
            }
        }
    }
    circles
}

fn reaches(imports: &BTreeMap<String, BTreeSet<String>>, from: &String, to: &String) -> bool {
    let (mut seen, mut todo) = (BTreeSet::new(), vec![from]);
    while let Some(file) = todo.pop() {
        if seen.insert(file) {
            todo.extend(imports.get(file).into_iter().flatten());
        }
    }
    from != to && seen.contains(to)
}

fn edges(imports: &Imports) -> impl Iterator<Item = (Module, Module)> {
    imports.iter().flat_map(|(from, to)| to.iter().map(|to| (from.clone(), to.clone())))
}

/// What the files of a crate import of each other, but for its tests and one folder.
fn imports(source: &Path, without: &str) -> Imports {
    let mut texts = BTreeMap::new();
    for file in rust_files(source) {
        let path = file.strip_prefix(source).unwrap().with_extension("");
        let mut module: Module =
            path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        module.pop_if(|last| ["lib", "mod"].contains(&last.as_str()));
        if !module.iter().any(|part| part == "tests") {
            texts.insert(module, fs::read_to_string(file).unwrap());
        }
    }
    let modules: BTreeSet<Module> = texts.keys().cloned().collect();
    texts.retain(|module, _| module.first().is_none_or(|first| first != without));
    let imports = texts.into_iter().map(|(module, text)| {
        // Tests stand last in their file.
        let text = text.split("\n#[cfg(test)]\n").next().unwrap();
        let to = paths(text, &module).into_iter().map(|path| {
            let lengths = (0..=path.len()).rev();
            let files = lengths.map(|length| path[..length].to_vec());
            files.into_iter().find(|path| modules.contains(path)).unwrap_or_default()
        });
        let to = to.filter(|to| *to != module).collect();
        (module, to)
    });
    imports.collect()
}

/// The paths of a file that begin with `crate` or `super`, from the root on.
fn paths(text: &str, module: &[String]) -> Vec<Module> {
    let mut found = Vec::new();
    scan(text.parse().unwrap(), module, &mut found);
    found
}

fn scan(stream: TokenStream, module: &[String], found: &mut Vec<Module>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => scan(group.stream(), module, found),
            TokenTree::Ident(ident) if ident == "crate" => {
                branch(&tokens[at + 1..], Module::new(), found);
            }
            // Of `super::super`, the second is met by itself.
            TokenTree::Ident(ident) if ident == "super" => {
                let above = module.len().saturating_sub(1);
                branch(&tokens[at + 1..], module[..above].to_vec(), found);
            }
            _ => {}
        }
    }
}

/// Follows a path, and each branch of it where it has several.
fn branch(tokens: &[TokenTree], mut path: Module, found: &mut Vec<Module>) {
    let is_colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let mut rest = tokens;
    while is_colon(rest.first()) && is_colon(rest.get(1)) {
        match rest.get(2) {
            Some(TokenTree::Ident(ident)) if ident == "self" => break,
            Some(TokenTree::Ident(ident)) => path.push(ident.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
                for part in inside.split(is_comma).filter(|part| !part.is_empty()) {
                    let colons: TokenStream = "::".parse().unwrap();
                    let part: Vec<_> = colons.into_iter().chain(part.iter().cloned()).collect();
                    branch(&part, path.clone(), found);
                }
                return;
            }
            _ => break,
        }
        rest = &rest[3..];
    }
    if !path.is_empty() {
        found.push(path);
    }
}
