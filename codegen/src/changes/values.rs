//! Compares the values of two enums.

use super::Section::{Additions, Breaking};
use super::comparison::Comparison;
use super::counterparts::Counterparts;
use super::renames;
use crate::plan::Variant;

/// The values of an enum, and the macros that give it more methods.
type Values<'a> = (&'a [Variant], &'a [&'static str]);

/// Compares the values of two enums called `name`.
pub(super) fn compare(
    name: &str,
    (old, old_extras): Values<'_>,
    (new, new_extras): Values<'_>,
    to: &mut Comparison<'_>,
) {
    let [before, after] = [old, new].map(|variants| {
        Counterparts::new(variants.iter().map(|one| (one.wire.as_str(), one.rust.as_str(), one)))
    });
    let gone = old.iter().filter(|one| after.counterpart(&one.wire, &one.rust, &before).is_none());
    let gone: Vec<_> = gone.collect();
    let fresh = new.iter().filter(|one| before.counterpart(&one.wire, &one.rust, &after).is_none());
    let fresh: Vec<_> = fresh.collect();
    for Variant { wire, rust, .. } in &gone {
        let place = format!("{name}::{rust}");
        let advice = "remove uses of it; a server may still send it, as an unknown value";
        to.add(Breaking, "value-removed", place, "value removed", advice).before(wire);
    }
    for Variant { wire, rust, .. } in &fresh {
        let place = format!("{name}::{rust}");
        to.add(Additions, "value-added", place, "new value", "it can be used now").after(wire);
    }
    renames::values(name, &gone, &fresh, to);
    for Variant { wire, rust, description } in new {
        let Some(old) = before.counterpart(wire, rust, &after) else { continue };
        let place = format!("{name}::{rust}");
        if old.wire != *wire {
            let what = "value has another wire name";
            to.patch("value-wire", &place, what, &old.wire, wire);
        }
        if old.rust != *rust {
            let what = format!("`{wire}` has another Rust name");
            to.add(Breaking, "value-renamed", &place, what, "use the new name")
                .before(&old.rust)
                .after(rust);
        }
        if old.description != *description {
            to.docs(format!("`{wire}`"));
        }
    }
    let kept = |values: &[Variant], others: &[Variant]| -> Vec<String> {
        let both = values.iter().filter(|one| others.iter().any(|other| other.wire == one.wire));
        both.map(|one| one.wire.clone()).collect()
    };
    let (ours, theirs) = (kept(old, new), kept(new, old));
    if ours != theirs {
        to.patch(
            "values-order",
            name,
            "values in another order",
            ours.join(", "),
            theirs.join(", "),
        );
    }
    if old_extras != new_extras {
        let lost = old_extras.iter().any(|extra| !new_extras.contains(extra));
        let what = "other methods";
        let change = if lost {
            to.add(Breaking, "methods", name, what, "see its documentation")
        } else {
            to.add(Additions, "methods", name, what, None)
        };
        change.before(old_extras.join(", ")).after(new_extras.join(", "));
    }
}
