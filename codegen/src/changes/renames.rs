//! Recognises likely renames. They are reported and never applied: only the vendor knows.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::comparison::Comparison;
use super::{Changes, Rename, display};
use crate::plan::{Field, Operation, Shape, Types, Variant};

/// How similar two operations must be to count as a rename, in percent.
const SIMILARITY_THRESHOLD: usize = 80;

/// With fewer inputs and response fields than these, similarity is chance.
const TOO_FEW: usize = 3;

/// With more additions and removals than these, they are not renames, and comparing all pairs would
/// take too long.
const TOO_MANY: usize = 250;

/// A removed operation and an added one that are likely a rename.
#[derive(Clone)]
pub(super) struct Pair<'o> {
    pub(super) old: &'o Operation,
    pub(super) new: &'o Operation,
    evidence: String,
    /// The evidence: the same request line, the number of common features, the similarity of names.
    strength: (bool, usize, Reverse<usize>),
}

impl Pair<'_> {
    /// The pair, for the report.
    pub(super) fn to_rename(&self) -> Rename {
        Rename {
            what: "operation",
            place: self.new.rust_path.clone(),
            old: self.old.id.clone(),
            new: self.new.id.clone(),
            evidence: self.evidence.clone(),
        }
    }
}

/// Pairs removed with added operations, each at most once: the strongest first, and none where two
/// are equally strong.
pub(super) fn operations<'o>(
    [gone, fresh]: [&[&'o Operation]; 2],
    types: [&Types<'_>; 2],
) -> Vec<Pair<'o>> {
    if gone.len().max(fresh.len()) > TOO_MANY {
        let places: BTreeMap<_, &Operation> =
            fresh.iter().map(|new| ((&new.method, &new.path), *new)).collect();
        let in_place = gone.iter().filter_map(|old| {
            let new = places.get(&(&old.method, &old.path)).copied()?;
            pair([old, new], types)
        });
        return in_place.collect();
    }
    let pairs = gone.iter().flat_map(|old| fresh.iter().map(move |new| (*old, *new)));
    let mut pairs: Vec<Pair<'_>> = pairs.filter_map(|(old, new)| pair([old, new], types)).collect();
    pairs.sort_by_key(|pair| Reverse(pair.strength));
    let taken = |chosen: &[&Pair<'_>], pair: &Pair<'_>| {
        chosen.iter().any(|other| share_operation(other, pair))
    };
    let mut chosen: Vec<&Pair<'_>> = Vec::new();
    for pair in &pairs {
        let rivals = pairs.iter().filter(|other| other.strength == pair.strength);
        let is_ambiguous =
            rivals.clone().any(|other| share_operation(other, pair) && !std::ptr::eq(other, pair));
        if !is_ambiguous && !taken(&chosen, pair) {
            chosen.push(pair);
        }
    }
    let mut chosen: Vec<Pair<'_>> = chosen.into_iter().cloned().collect();
    chosen.sort_by(|one, other| one.old.id.cmp(&other.old.id));
    chosen
}

/// Whether two pairs have an operation in common.
fn share_operation(one: &Pair<'_>, other: &Pair<'_>) -> bool {
    one.old.id == other.old.id || one.new.id == other.new.id
}

/// Two operations as a pair, if there is enough evidence.
fn pair<'o>([old, new]: [&'o Operation; 2], types: [&Types<'_>; 2]) -> Option<Pair<'o>> {
    let in_place = (&new.method, &new.path) == (&old.method, &old.path);
    let (wanted, found) = (features(old, types[0]), features(new, types[1]));
    let all = wanted.union(&found).count();
    let common = wanted.intersection(&found).count();
    let percent = (100 * common).checked_div(all).unwrap_or(0);
    if !in_place && (percent < SIMILARITY_THRESHOLD || common < TOO_FEW) {
        return None;
    }
    let evidence = if in_place {
        format!("both are `{} {}`", new.method, new.path)
    } else {
        format!("{common} of {all} inputs and response fields are the same")
    };
    Some(Pair {
        old,
        new,
        evidence,
        strength: (in_place, percent, Reverse(distance(&old.id, &new.id))),
    })
}

/// How many letters of the longer name are outside of the common prefix and suffix.
fn distance(one: &str, other: &str) -> usize {
    let alike = |(one, other): &(char, char)| one == other;
    let front = one.chars().zip(other.chars()).take_while(alike).count();
    let back = one.chars().rev().zip(other.chars().rev()).take_while(alike).count();
    one.chars().count().max(other.chars().count()).saturating_sub(front + back)
}

/// Reports a module as likely renamed if all of its operations moved to the same one.
pub(super) fn areas(
    before: &BTreeMap<&str, &Operation>,
    after: &BTreeMap<&str, &Operation>,
    changes: &mut Changes,
) {
    let module = |operation: &Operation| {
        operation.rust_path.rsplit_once("::").map_or(String::new(), |(module, _)| module.to_owned())
    };
    let mut moves: BTreeMap<String, Vec<Option<String>>> = BTreeMap::new();
    for (id, old) in before {
        moves.entry(module(old)).or_default().push(after.get(id).map(|new| module(new)));
    }
    for (old, to) in &moves {
        let kept: Vec<&String> = to.iter().flatten().collect();
        let Some(new) = kept.first().filter(|new| **new != old) else { continue };
        // A single operation may have moved independently.
        if kept.len() < 2 || kept.iter().any(|other| other != new) || moves.contains_key(*new) {
            continue;
        }
        changes.renames.push(Rename {
            what: "module",
            place: (*new).clone(),
            old: old.clone(),
            new: (*new).clone(),
            evidence: format!("all {} operations that remain of it moved there", kept.len()),
        });
    }
}

/// The inputs and outputs of an operation, by the values of their types, because shared types have
/// other names.
fn features(operation: &Operation, types: &Types<'_>) -> BTreeSet<String> {
    let spell = |way: &str, field: &Field| {
        let mut ty = display::rust_type(&field.ty);
        if let Some(definition) = field.ty.named().and_then(|path| types.get(path)) {
            ty = ty.replace(definition.name(), &values_of(&definition.shape));
        }
        format!("{way} {} {ty}", field.wire)
    };
    let inputs = operation.fields().map(|field| spell("takes", field));
    let outputs = operation.types.iter().flat_map(|definition| match &definition.shape {
        Shape::OutputStruct(fields) => fields.as_slice(),
        _ => &[],
    });
    inputs.chain(outputs.map(|field| spell("gives", field))).collect()
}

/// The names of a type's properties, alternatives or values.
fn values_of(shape: &Shape) -> String {
    let names: Vec<String> = match shape {
        Shape::Enum { variants, .. } => variants.iter().map(|one| one.wire.clone()).collect(),
        Shape::Union { alternatives, .. } => {
            alternatives.iter().map(|alternative| alternative.name.clone()).collect()
        }
        shape => shape.fields().iter().map(|field| field.wire.clone()).collect(),
    };
    names.join("|")
}

/// Pairs removed with added fields.
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
            format!("one `{}` was removed and one added", display::rust_type(&old.ty))
        } else {
            "both have the same description".to_owned()
        };
        push(what, to.path(owner), &old.wire, &new.wire, evidence, to);
    }
}

/// Pairs removed with added enum values.
pub(super) fn values(owner: &str, gone: &[&Variant], fresh: &[&Variant], to: &mut Comparison<'_>) {
    let mut spelled: BTreeMap<String, &String> = BTreeMap::new();
    for Variant { wire, .. } in fresh {
        spelled.entry(plain(wire)).or_insert(wire);
    }
    for Variant { wire: old, .. } in gone {
        let (new, evidence) = match (spelled.get(&plain(old)).copied(), gone, fresh) {
            (Some(new), ..) => (new, "the same except for its spelling"),
            (None, [_], [new]) => (&new.wire, "one value was removed and one added"),
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
