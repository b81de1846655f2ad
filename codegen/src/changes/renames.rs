//! Recognises what looks like one thing under a new name. It is said and never applied:
//! only the vendor knows.

use std::collections::{BTreeMap, BTreeSet};

use super::types::Comparison;
use super::{Changes, Rename, spell};
use crate::plan::{Field, Operation, Shape};

/// From how alike on two operations are taken for one, in percent.
const ALIKE: usize = 80;

/// Fewer inputs and answer fields than these are alike by chance.
const TOO_FEW: usize = 3;

/// Where more than these went and came, something else has happened than renames; and each
/// has to be held against each.
const TOO_MANY: usize = 250;

/// Pairs operations that went with operations that came.
pub(super) fn operations(gone: &[&Operation], fresh: &[&Operation], changes: &mut Changes) {
    let mut places = BTreeMap::new();
    for new in fresh {
        places.entry((&new.method, &new.path)).or_insert(new);
    }
    let few = gone.len().max(fresh.len()) <= TOO_MANY;
    let features: Vec<_> = fresh.iter().filter(|_| few).map(|new| (*new, features(new))).collect();
    for old in gone {
        let moved = places.get(&(&old.method, &old.path)).copied();
        let found = moved.map_or_else(
            || alike(old, &features),
            |new| Some((*new, format!("both are `{} {}`", new.method, new.path))),
        );
        if let Some((new, evidence)) = found {
            changes.renames.push(Rename {
                what: "operation",
                place: new.rust_path.clone(),
                old: old.id.clone(),
                new: new.id.clone(),
                evidence,
            });
        }
    }
}

/// The operation that has most in common, if it has enough and no other has as much.
fn alike<'o>(
    old: &Operation,
    fresh: &[(&'o Operation, BTreeSet<String>)],
) -> Option<(&'o Operation, String)> {
    if fresh.is_empty() {
        return None;
    }
    let wanted = features(old);
    let mut ranked: Vec<_> = fresh
        .iter()
        .map(|(new, found)| {
            let all = wanted.union(found).count();
            let common = wanted.intersection(found).count();
            ((100 * common).checked_div(all).unwrap_or(0), common, all, *new)
        })
        .collect();
    ranked.sort_by_key(|(alike, ..)| std::cmp::Reverse(*alike));
    let (percent, common, all, new) = *ranked.first()?;
    let next = ranked.get(1).map_or(0, |(alike, ..)| *alike);
    let clear = percent >= ALIKE && percent > next && common >= TOO_FEW;
    let evidence = format!("{common} of {all} inputs and answer fields are the same");
    clear.then_some((new, evidence))
}

/// What an operation takes and gives, without the names that follow from its own.
fn features(operation: &Operation) -> BTreeSet<String> {
    let spell = |way: &str, field: &Field| {
        format!("{way} {} {}", field.wire, spell::ty(&field.ty).replace(&operation.type_name, ""))
    };
    let inputs = operation.inputs.iter().map(|input| spell("takes", &input.field));
    let answers = operation.types.iter().flat_map(|definition| match &definition.shape {
        Shape::AnswerStruct(fields) => fields.as_slice(),
        _ => &[],
    });
    inputs.chain(answers.map(|field| spell("gives", field))).collect()
}

/// Pairs fields that went with fields that came.
pub(super) fn fields(
    what: &'static str,
    owner: &str,
    gone: &[&Field],
    fresh: &[&Field],
    to: &mut Comparison<'_>,
) {
    let same = |old: &Field, new: &Field| {
        (old.ty == new.ty && old.required == new.required)
            || (!old.description.is_empty() && old.description == new.description)
    };
    if gone.len().max(fresh.len()) > TOO_MANY {
        return;
    }
    for old in gone {
        let candidates: Vec<_> = fresh.iter().filter(|new| same(old, new)).collect();
        let [new] = candidates.as_slice() else { continue };
        if gone.iter().filter(|other| same(other, new)).count() > 1 {
            continue;
        }
        let evidence = if old.ty == new.ty {
            format!("one `{}` went and one came", spell::ty(&old.ty))
        } else {
            "both are described alike".to_owned()
        };
        push(what, to.path(owner), &old.wire, &new.wire, evidence, to);
    }
}

/// Pairs values of an enum that went with values that came.
pub(super) fn values(
    owner: &str,
    gone: &[[String; 3]],
    fresh: &[[String; 3]],
    to: &mut Comparison<'_>,
) {
    let mut spelled: BTreeMap<String, &String> = BTreeMap::new();
    for [new, ..] in fresh {
        spelled.entry(plain(new)).or_insert(new);
    }
    for [old, ..] in gone {
        let (new, evidence) = match (spelled.get(&plain(old)).copied(), gone, fresh) {
            (Some(new), ..) => (new, "the same but for its spelling"),
            (None, [_], [[new, ..]]) => (new, "one value went and one came"),
            _ => continue,
        };
        push("value", to.path(owner), old, new, evidence.to_owned(), to);
    }
}

fn plain(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn push(
    what: &'static str,
    place: String,
    old: &str,
    new: &str,
    evidence: String,
    to: &mut Comparison<'_>,
) {
    let (old, new) = (old.to_owned(), new.to_owned());
    to.changes.renames.push(Rename { what, place, old, new, evidence });
}
