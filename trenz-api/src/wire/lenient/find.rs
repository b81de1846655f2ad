//! Where the values of a JSON text are, by paths as in `json_path`.

use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// A step of a path.
enum Step<'p> {
    Index(usize),
    Member(Cow<'p, str>),
}

/// The first step of a path, and the rest of it.
fn step(path: &str) -> Option<(Step<'_>, &str)> {
    let Some(inside) = path.strip_prefix('[') else {
        let path = path.strip_prefix('.').unwrap_or(path);
        let (name, rest) = path.split_at(path.find(['.', '[']).unwrap_or(path.len()));
        return Some((Step::Member(name.into()), rest));
    };
    if inside.starts_with('"') {
        let mut names = serde_json::Deserializer::from_str(inside).into_iter::<String>();
        let name = names.next()?.ok()?;
        return Some((
            Step::Member(name.into()),
            inside.get(names.byte_offset()..)?.strip_prefix(']')?,
        ));
    }
    let (index, rest) = inside.split_once(']')?;
    Some((Step::Index(index.parse().ok()?), rest))
}

/// The lists that a path leads through, the outermost first: the path to each, the index of the element, and the rest.
pub(super) fn lists(path: &str) -> impl Iterator<Item = (&str, usize, &str)> {
    let mut left = path;
    std::iter::from_fn(move || {
        while !left.is_empty() {
            let (taken, rest) = step(left)?;
            let before = path.get(..path.len().checked_sub(left.len())?)?;
            left = rest;
            if let Step::Index(index) = taken {
                return Some((before, index, rest));
            }
        }
        None
    })
}

/// The range of the value at a path in a JSON text.
pub(super) fn find(text: &str, path: &str) -> Option<Range<usize>> {
    let (mut value, mut path) = (serde_json::from_str::<&RawValue>(text).ok()?.get(), path);
    while !path.is_empty() {
        let (taken, rest) = step(path)?;
        path = rest;
        value = match taken {
            Step::Index(index) => elements(value)?.get(index)?.get(),
            Step::Member(name) => {
                let members: BTreeMap<Cow<'_, str>, &RawValue> =
                    serde_json::from_str(value).ok()?;
                members.get(&name)?.get()
            }
        };
    }
    let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(start..start.checked_add(value.len())?)
}

/// The elements of a list.
pub(super) fn elements(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_paths() {
        let text =
            r#" {"a":[1,{"b c":[true, "x"]}],"q\"[0]":{"d":null},"a":[ 2 , {"b c":["y","z"]}]}"#;
        for (path, value) in [
            ("a[0]", Some("2")),
            (r#"a[1]["b c"][1]"#, Some("\"z\"")),
            (r#"["q\"[0]"].d"#, Some("null")),
            ("a[2]", None),
            ("b", None),
            ("a.b", None),
        ] {
            assert_eq!(find(text, path).map(|place| &text[place]), value, "{path}");
        }
        assert_eq!(find("7", ""), Some(0..1));
    }

    #[test]
    fn lists_are_found_on_a_path() {
        for (path, expected) in [
            ("a.b", &[][..]),
            ("[4].r", &[("", 4, ".r")]),
            (
                r#"a["b[0]"].c[1].d[2]"#,
                &[(r#"a["b[0]"].c"#, 1, ".d[2]"), (r#"a["b[0]"].c[1].d"#, 2, "")],
            ),
            ("a[0][7]", &[("a", 0, "[7]"), ("a[0]", 7, "")]),
        ] {
            assert_eq!(lists(path).collect::<Vec<_>>(), expected, "{path}");
        }
    }
}
