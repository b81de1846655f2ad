//! Where the values of a JSON text are, by their paths.

use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::wire::json_path::Step;

/// The lists that a path leads through, the outermost first: the path to each, the index of the element, and the rest.
pub(super) fn lists(path: &[Step]) -> impl Iterator<Item = (&[Step], usize, &[Step])> {
    path.iter().enumerate().filter_map(|(place, step)| match (step, path.split_at(place)) {
        (Step::Index(index), (list, [_, rest @ ..])) => Some((list, *index, rest)),
        _ => None,
    })
}

/// The range of the value at a path in a JSON text.
pub(super) fn find(text: &str, path: &[Step]) -> Option<Range<usize>> {
    let mut value = serde_json::from_str::<&RawValue>(text).ok()?.get();
    for step in path {
        value = match step {
            Step::Index(index) => elements(value)?.get(*index)?.get(),
            Step::Member(name) => {
                let members: BTreeMap<Cow<'_, str>, &RawValue> =
                    serde_json::from_str(value).ok()?;
                members.get(name.as_str())?.get()
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

    fn index(index: usize) -> Step {
        Step::Index(index)
    }

    fn member(name: &str) -> Step {
        Step::Member(name.to_owned())
    }

    #[test]
    fn values_are_found_by_their_paths() {
        let text =
            r#" {"a":[1,{"b c":[true, "x"]}],"q\"[0]":{"d":null},"a":[ 2 , {"b c":["y","z"]}]}"#;
        for (path, value) in [
            (vec![member("a"), index(0)], Some("2")),
            (vec![member("a"), index(1), member("b c"), index(1)], Some("\"z\"")),
            (vec![member("q\"[0]"), member("d")], Some("null")),
            (vec![member("a"), index(2)], None),
            (vec![member("b")], None),
            (vec![member("a"), member("b")], None),
        ] {
            assert_eq!(find(text, &path).map(|place| &text[place]), value, "{path:?}");
        }
        assert_eq!(find("7", &[]), Some(0..1));
    }

    #[test]
    fn lists_are_found_on_a_path() {
        let path = [member("a"), index(0), member("b"), index(1), index(2), member("c")];
        let expected =
            [(&path[..1], 0, &path[2..]), (&path[..3], 1, &path[4..]), (&path[..4], 2, &path[5..])];
        assert_eq!(lists(&path).collect::<Vec<_>>(), expected);
        assert_eq!(lists(&[index(4), member("r")]).next(), Some((&[][..], 4, &[member("r")][..])));
        assert_eq!(lists(&[member("a")]).next(), None);
    }
}
