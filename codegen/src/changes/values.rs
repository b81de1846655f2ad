//! Compares the values of two enums.

use super::Section::{Additions, Breaking, Patch};
use super::comparison::Comparison;
use super::counterparts::Names;
use super::renames;
use crate::plan::Shape;

/// Wire value, Rust name, documentation.
type Value = [String; 3];

/// An enum of whatever kind.
pub(super) struct Variants {
    values: Vec<Value>,
    extras: Vec<&'static str>,
}

/// The values of a type, if it is an enum.
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

fn named(value: &Value) -> (&str, &str, &Value) {
    (&value[0], &value[1], value)
}

/// Compares the values of two enums called `name`.
pub(super) fn compare(name: &str, old: &Variants, new: &Variants, to: &mut Comparison<'_>) {
    let [before, after] = [old, new].map(|variants| Names::new(variants.values.iter().map(named)));
    let gone = old
        .values
        .iter()
        .filter(|[wire, rust, _]| after.counterpart(wire, rust, &before).is_none());
    let gone: Vec<_> = gone.cloned().collect();
    let fresh = new
        .values
        .iter()
        .filter(|[wire, rust, _]| before.counterpart(wire, rust, &after).is_none());
    let fresh: Vec<_> = fresh.cloned().collect();
    for [wire, rust, _] in &gone {
        let place = format!("{name}::{rust}");
        let advice = "remove uses of it; a server may still send it, as an unknown value";
        to.add(Breaking, "value-removed", place, "value removed", advice).was(wire);
    }
    for [wire, rust, _] in &fresh {
        let place = format!("{name}::{rust}");
        to.add(Additions, "value-added", place, "new value", "it can be used now").is(wire);
    }
    renames::values(name, &gone, &fresh, to);
    for value in &new.values {
        let [wire, rust, description] = value;
        let Some([sent, called, described]) = before.counterpart(wire, rust, &after) else {
            continue;
        };
        if sent != wire {
            let place = format!("{name}::{rust}");
            let what = "value has another wire name";
            to.add(Patch, "value-wire", place, what, "nothing").was(sent).is(wire);
        }
        if called != rust {
            let place = format!("{name}::{rust}");
            let what = format!("`{wire}` has another Rust name");
            to.add(Breaking, "value-renamed", place, what, "use the new name").was(called).is(rust);
        }
        if described != description {
            to.docs(format!("`{wire}`"));
        }
    }
    let kept = |values: &[Value], others: &[Value]| -> Vec<String> {
        let both =
            values.iter().filter(|[wire, ..]| others.iter().any(|[other, ..]| other == wire));
        both.map(|[wire, ..]| wire.clone()).collect()
    };
    let (ours, theirs) = (kept(&old.values, &new.values), kept(&new.values, &old.values));
    if ours != theirs {
        to.add(Patch, "values-order", name, "values in another order", "nothing")
            .was(ours.join(", "))
            .is(theirs.join(", "));
    }
    if old.extras != new.extras {
        let lost = old.extras.iter().any(|extra| !new.extras.contains(extra));
        let what = "other methods";
        let change = if lost {
            to.add(Breaking, "methods", name, what, "see its documentation")
        } else {
            to.add(Additions, "methods", name, what, "nothing")
        };
        change.was(old.extras.join(", ")).is(new.extras.join(", "));
    }
}
