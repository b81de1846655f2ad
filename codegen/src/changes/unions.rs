//! Compares the alternatives of two enums of types.

use super::Section::{Additions, Breaking};
use super::comparison::Comparison;
use super::display;
use crate::model::RecognisedBy;
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
            .before(display::rust_type(&gone.ty));
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
                "none required; it can be used now",
            )
            .after(display::rust_type(&one.ty));
            continue;
        };
        let (before, after) =
            (to.renamed_path(&display::rust_type(&old.ty)), display::rust_type(&one.ty));
        if before != after {
            let what = "alternative of another type";
            to.add(Breaking, "alternative-type", &place, what, "use the new type")
                .before(before)
                .after(after);
        }
        if old.distinct && !one.distinct {
            let what = "no longer converts from its type";
            let advice = "use the alternative explicitly";
            to.add(Breaking, "trait-removed", &place, what, advice);
        }
        if old.recognised_by != one.recognised_by {
            let (before, after) = (spelled(&old.recognised_by), spelled(&one.recognised_by));
            if one.recognised_by == RecognisedBy::Nothing {
                let what = "no longer recognised in responses";
                let advice = "responses with it have JSON now: parse it";
                to.add(Breaking, "alternative-unrecognised", place, what, advice)
                    .before(before)
                    .after(after);
            } else if old.recognised_by == RecognisedBy::Nothing {
                let what = "recognised in responses now";
                let advice = "responses that had JSON have it now: read it";
                to.add(Breaking, "alternative-recognised", place, what, advice)
                    .before(before)
                    .after(after);
            } else {
                let what = "recognised by something else";
                to.patch("alternative-recognised", place, what, before, after);
            }
        }
    }
    if old_tag != new_tag {
        let spell = |tag: Option<&str>| tag.map_or("none".to_owned(), |tag| format!("`{tag}`"));
        let what = "the discriminator";
        to.patch("tag", name, what, spell(old_tag), spell(new_tag));
    }
}

fn spelled(recognised_by: &RecognisedBy) -> String {
    match recognised_by {
        RecognisedBy::Nothing => "nothing".to_owned(),
        RecognisedBy::JsonType(ty) => format!("the JSON type {ty:?}").to_lowercase(),
        RecognisedBy::Discriminator(values) => values.join(", "),
    }
}
