//! What the good cases generate is Rust that compiles. That the same emitters meet the lints
//! shows in the real client.

use std::collections::BTreeMap;
use std::path::Path;

use crate::case::Case;
use crate::foreign::Foreign;
use crate::reserved_names;
use crate::workspace::{Member, check, lay_out};

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_every_case_compiles_without_a_warning() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    lay_out(&workspace, crates());
    check(&workspace, &workspace.join("target")).unwrap_or_else(|said| panic!("{said}"));
}

/// The generated files of every good case, and what generates of other vendors'
/// documents, by the name of the crate.
fn crates() -> BTreeMap<String, Member> {
    let own = Case::generated().into_iter();
    let own = own.map(|case| (case.name.clone(), case.generate().unwrap().files.into()));
    let foreign = Foreign::all().into_iter().chain(Foreign::kinds());
    let foreign = foreign.filter_map(|case| {
        let client = case.cover().client?;
        Some((format!("foreign_{}", case.name), client.files.into()))
    });
    let names = reserved_names::clients().into_iter();
    let names =
        names.map(|(name, coverage)| (name.to_owned(), coverage.client.unwrap().files.into()));
    own.chain(foreign).chain(names).collect()
}
