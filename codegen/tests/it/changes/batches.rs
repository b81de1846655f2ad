//! Which edits can be tried together: those that touch different places of the document.

use super::*;

/// Edits that are built at once.
pub(super) type Batch = Vec<&'static Edit>;

/// Every edit of these that generates, in as few batches as simply can be; those that come
/// first are the largest.
pub(super) fn of(edits: impl Iterator<Item = &'static Edit>) -> Vec<Batch> {
    let real: Value = serde_json::from_slice(DOCUMENT).unwrap();
    let mut batches: Vec<(Batch, Vec<String>)> = Vec::new();
    for edit in edits {
        let mut edited = real.clone();
        (edit.apply)(&mut edited);
        let mut places = Vec::new();
        differences(&real, &edited, "", &mut places);
        let free = batches.iter_mut().find(|(_, taken)| {
            !places.iter().any(|place| taken.iter().any(|other| meet(place, other)))
        });
        match free {
            Some((batch, taken)) => {
                batch.push(edit);
                taken.append(&mut places);
            }
            None => batches.push((vec![edit], places)),
        }
    }
    batches.into_iter().map(|(batch, _)| batch).collect()
}

/// The places that differ, each as a JSON pointer; of a list, the whole.
fn differences(old: &Value, new: &Value, within: &str, places: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) => {
            for name in before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)))
            {
                let at = format!("{within}/{}", name.replace('~', "~0").replace('/', "~1"));
                match (before.get(name), after.get(name)) {
                    // They say something of what stands beside them, which others may edit.
                    (old, new) if old != new && ["operationId", "required"].contains(&&**name) => {
                        places.push(within.to_owned());
                    }
                    (Some(old), Some(new)) => differences(old, new, &at, places),
                    _ => places.push(at),
                }
            }
        }
        _ if old != new => places.push(within.to_owned()),
        _ => {}
    }
}

/// Whether one place is the other, or within it.
fn meet(one: &str, other: &str) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    within(one, other) || within(other, one)
}

#[test]
fn edits_of_one_place_are_tried_apart() {
    for (one, other, expected) in [
        ("/a/b", "/a/b", true),
        ("/a/b", "/a", true),
        ("/a", "/a/b", true),
        ("/a/b", "/a/bc", false),
        ("/a/b", "/a/c", false),
    ] {
        assert_eq!(meet(one, other), expected, "{one} {other}");
    }
    let batches = of(generating());
    for batch in &batches {
        document(&batch.iter().map(|edit| edit.apply).collect::<Vec<_>>());
    }
    assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), generating().count());
    assert!(batches.len() < generating().count() / 3, "{} batches are many", batches.len());
}
