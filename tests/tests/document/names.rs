//! The crate's root holds names written by hand and names that were generated; a
//! hand-written one would silently hide a generated one of the same name.

use std::collections::BTreeSet;

/// The names that the `pub use` and `pub mod` lines of a file put into its module.
fn exported(file: &str) -> BTreeSet<String> {
    let path = format!("{}/../trenz-api/src/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let statements = text.split(';').map(str::trim).filter_map(|statement| {
        let line = statement.lines().map(str::trim).skip_while(|line| !line.starts_with("pub "));
        let statement: String = line.collect();
        statement.strip_prefix("pub use ").or(statement.strip_prefix("pub mod ")).map(str::to_owned)
    });
    let mut names = BTreeSet::new();
    for statement in statements {
        let list = statement.rsplit("::").next().unwrap().trim_matches(['{', '}']);
        names.extend(list.split(',').map(|name| name.trim().to_owned()));
    }
    names.remove("*");
    names.remove("");
    names
}

#[test]
fn no_name_at_the_root_is_both_written_and_generated() {
    let by_hand = exported("lib.rs");
    let mut generated = exported("generated/mod.rs");
    let shared = include_str!("../../../trenz-api/src/generated/shared.rs");
    let types = shared.lines().map(str::trim);
    generated.extend(types.filter_map(|line| {
        let rest = line.strip_prefix("pub enum ").or(line.strip_prefix("pub struct "))?;
        Some(rest.split([' ', '{', '<']).next()?.to_owned())
    }));
    for name in ["Client", "Operation", "Response"] {
        assert!(by_hand.contains(name), "{by_hand:?}");
    }
    for name in ["data", "social", "Scope", "ErrorCode", "Country", "MediaUrl"] {
        assert!(generated.contains(name), "{generated:?}");
    }
    let both: Vec<_> = by_hand.intersection(&generated).collect();
    assert!(both.is_empty(), "{both:?}");
}
