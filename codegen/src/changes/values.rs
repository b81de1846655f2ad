//! Compares the values of two enums.

use super::renames;
use super::types::Comparison;
use crate::plan::Shape;

/// Wire value, Rust name, documentation.
type Value = [String; 3];

/// An enum of whatever kind.
pub(super) struct Variants {
    values: Vec<Value>,
    extras: Vec<&'static str>,
}

/// The values of a type, if it has such.
pub(super) fn of(shape: &Shape) -> Option<Variants> {
    let (values, extras) = match shape {
        Shape::OpenEnum { variants, extras } => (variants, extras.clone()),
        Shape::ClosedEnum { variants } => (variants, Vec::new()),
        Shape::IntegerEnum { variants } => {
            let values = variants
                .iter()
                .map(|variant| [variant.wire.to_string(), variant.rust.clone(), String::new()]);
            let (values, extras) = (values.collect(), Vec::new());
            return Some(Variants { values, extras });
        }
        _ => return None,
    };
    let values = values
        .iter()
        .map(|variant| [variant.wire.clone(), variant.rust.clone(), variant.description.clone()]);
    Some(Variants { values: values.collect(), extras })
}

/// The same value on the other side: the same on the wire, or else one that has lost its
/// own there and is called alike in Rust, which is what callers know it by.
fn counterpart<'v>(
    [wire, rust, _]: &Value,
    peers: &Variants,
    others: &'v Variants,
) -> Option<&'v Value> {
    let on_wire =
        |variants: &Variants, wire: &str| variants.values.iter().any(|[other, ..]| other == wire);
    if on_wire(others, wire) {
        return others.values.iter().find(|[other, ..]| other == wire);
    }
    others.values.iter().find(|[other, name, _]| name == rust && !on_wire(peers, other))
}

/// Compares the values of two enums called `name`.
pub(super) fn compare(name: &str, old: &Variants, new: &Variants, to: &mut Comparison<'_>) {
    let gone: Vec<_> =
        old.values.iter().filter(|value| counterpart(value, old, new).is_none()).cloned().collect();
    let fresh: Vec<_> =
        new.values.iter().filter(|value| counterpart(value, new, old).is_none()).cloned().collect();
    for [wire, rust, _] in &gone {
        let place = format!("{name}::{rust}");
        let advice = "stop naming it; a server may still send it, as a value without a name";
        to.breaking("value-removed", place, "value removed", advice).was(wire);
    }
    for [wire, rust, _] in &fresh {
        let place = format!("{name}::{rust}");
        to.addition("value-added", place, "new value", "nothing; name it to use it").is(wire);
    }
    renames::values(name, &gone, &fresh, to);
    for value in &new.values {
        let [wire, rust, description] = value;
        let Some([sent, before, described]) = counterpart(value, new, old) else { continue };
        if sent != wire {
            let place = format!("{name}::{rust}");
            let what = "value called otherwise on the wire";
            to.invisible("value-wire", place, what, "nothing").was(sent).is(wire);
        }
        if before != rust {
            let place = format!("{name}::{rust}");
            let what = format!("`{wire}` called otherwise in Rust");
            to.breaking("value-renamed", place, what, "use the new name").was(before).is(rust);
        }
        if described != description {
            to.docs(format!("`{wire}`"));
        }
    }
    if old.extras != new.extras {
        let lost = old.extras.iter().any(|extra| !new.extras.contains(extra));
        let what = "other methods";
        let change = if lost {
            to.breaking("methods", name, what, "see its documentation")
        } else {
            to.addition("methods", name, what, "nothing")
        };
        change.was(old.extras.join(", ")).is(new.extras.join(", "));
    }
}
