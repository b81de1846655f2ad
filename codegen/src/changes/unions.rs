//! Compares the alternatives of two enums of types.

use super::Section::{Additions, Breaking, Patch};
use super::comparison::Comparison;
use super::spell;
use crate::model::Told;
use crate::plan::Alternative;

/// The discriminator and the alternatives.
type Side<'a> = (Option<&'a str>, &'a [Alternative]);

/// Compares two enums of types called `name`.
pub(super) fn compare(
    name: &str,
    (old_tag, old): Side<'_>,
    (new_tag, new): Side<'_>,
    to: &mut Comparison<'_>,
) {
    let find = |alternatives: &[Alternative], rust: &str| {
        alternatives.iter().find(|alternative| alternative.rust == rust).cloned()
    };
    for gone in old.iter().filter(|one| find(new, &one.rust).is_none()) {
        let place = format!("{name}::{}", gone.rust);
        let advice = "remove uses of it; a server may still send it, as JSON";
        to.mention(&gone.ty);
        to.add(Breaking, "alternative-removed", place, "alternative removed", advice)
            .was(spell::spelled(&gone.ty));
    }
    for one in new {
        let place = format!("{name}::{}", one.rust);
        to.mention(&one.ty);
        let Some(old) = find(old, &one.rust) else {
            to.add(
                Additions,
                "alternative-added",
                place,
                "new alternative",
                "nothing; it can be used now",
            )
            .is(spell::spelled(&one.ty));
            continue;
        };
        let (before, after) = (to.mapped(&spell::spelled(&old.ty)), spell::spelled(&one.ty));
        if before != after {
            let what = "alternative of another type";
            to.add(Breaking, "alternative-type", &place, what, "use the new type")
                .was(before)
                .is(after);
        }
        if old.distinct && !one.distinct {
            let what = "no longer converts from its type";
            let advice = "use the alternative explicitly";
            to.add(Breaking, "trait-removed", &place, what, advice);
        }
        if old.told != one.told {
            let (before, after) = (told(&old.told), told(&one.told));
            if one.told == Told::Nothing {
                let what = "no longer recognised in responses";
                let advice = "responses with it have JSON now: parse it";
                to.add(Breaking, "alternative-untold", place, what, advice).was(before).is(after);
            } else if old.told == Told::Nothing {
                let what = "recognised in responses now";
                let advice = "responses that had JSON have it now: read it";
                to.add(Breaking, "alternative-told", place, what, advice).was(before).is(after);
            } else {
                let what = "recognised by something else";
                to.add(Patch, "alternative-told", place, what, "nothing").was(before).is(after);
            }
        }
    }
    if old_tag != new_tag {
        let spell = |tag: Option<&str>| tag.map_or("none".to_owned(), |tag| format!("`{tag}`"));
        let what = "the discriminator";
        to.add(Patch, "tag", name, what, "nothing").was(spell(old_tag)).is(spell(new_tag));
    }
}

fn told(told: &Told) -> String {
    match told {
        Told::Nothing => "nothing".to_owned(),
        Told::Type(ty) => format!("the JSON type {ty:?}").to_lowercase(),
        Told::Tag(values) => values.join(", "),
    }
}
