//! Changes what belongs to a document: its corrections and what was decided about it.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::mutate::{Place, hostile_text, mutate, places, scalar, schema};
use crate::seeds::Seed;

/// The seed with another overlay, other decisions or both. `donors` are decisions of other
/// documents.
pub fn unsettle(seed: &Seed, donors: &[Value], dice: &mut dyn Dice) -> Seed {
    let json = |text: &Vec<u8>| serde_json::from_slice::<Value>(text).ok();
    let document = json(&seed.document).unwrap_or_default();
    let mut seed = Seed { name: format!("{}+", seed.name), ..seed.clone() };
    let which = dice.below(3);
    if which != 0 {
        let overlay = seed.overlay.as_ref().and_then(json);
        let mut overlay = overlay.unwrap_or_else(|| {
            json!({ "overlay": "1.0.0", "info": { "title": "Corrections", "version": "1" },
                "actions": [] })
        });
        for _ in 0..=dice.below(3) {
            let action = action(&document, dice);
            if let Some(actions) = overlay["actions"].as_array_mut() {
                actions.insert(dice.below(actions.len() + 1), action);
            }
        }
        if dice.one_in(4) {
            mutate(&mut overlay, &[], 1, dice);
        }
        seed.overlay = Some(overlay.to_string().into_bytes());
    }
    if which != 1 {
        let mut decisions = seed.decisions.as_ref().and_then(json).unwrap_or_else(|| json!({}));
        for _ in 0..=dice.below(3) {
            decide(&mut decisions, &document, donors, dice);
        }
        seed.decisions = Some(decisions.to_string().into_bytes());
    }
    seed
}

fn action(document: &Value, dice: &mut dyn Dice) -> Value {
    let places = places(document);
    let target = query(&places[dice.below(places.len())], dice);
    let reason = if dice.one_in(8) { hostile_text(dice) } else { "So.".to_owned() };
    let mut action = json!({ "target": target, "description": reason });
    if dice.one_in(3) {
        action["remove"] = json!(true);
    } else {
        action["update"] = match dice.below(3) {
            0 => scalar(dice),
            1 => schema(dice, 2),
            _ => {
                let place = &places[dice.below(places.len())];
                let piece = crate::mutate::at(&mut document.clone(), place).map(Value::take);
                piece.unwrap_or_default()
            }
        };
    }
    action
}

/// A query for a place, as it is or wider; one in eight is about anything.
fn query(place: &Place, dice: &mut dyn Dice) -> String {
    const ODD: [&str; 12] = [
        "$",
        "$.*",
        "$..*",
        "$..['schema','items']",
        "$..[?@.type=='string']",
        "$..[?length(@.description) > 20]",
        "$..[?match(@.name, '(a|a)*b')]",
        "$..[?@.enum[?@ == 'asc']]",
        "$..[-1]",
        "$..[::-1]",
        "$..[9007199254740991]",
        "$[",
    ];
    if dice.one_in(8) {
        return ODD[dice.below(ODD.len())].to_owned();
    }
    let mut query = "$".to_owned();
    for token in place {
        let step = match dice.below(16) {
            0 => ".*".to_owned(),
            1 => format!("..['{token}']"),
            _ if token.chars().all(|c| c.is_ascii_digit()) => format!("[{token}]"),
            _ => format!("['{}']", token.replace('\\', "\\\\").replace('\'', "\\'")),
        };
        query.push_str(&step);
    }
    query
}

fn decide(decisions: &mut Value, document: &Value, donors: &[Value], dice: &mut dyn Dice) {
    let Some(tables) = decisions.as_object_mut() else { return };
    if dice.one_in(3) {
        let place = dice.below(4);
        return mutate(decisions, donors, 1 + place / 3, dice);
    }
    // An entry of somebody else's decisions, about something of this document.
    let Some(donor) = donors.get(dice.below(donors.len())).and_then(Value::as_object) else {
        return;
    };
    let Some((table, entries)) = donor.iter().nth(dice.below(donor.len())) else { return };
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(mut entry) = entries.get(dice.below(entries.len())).cloned() else { return };
    for (member, value) in entry.as_object_mut().into_iter().flatten() {
        if value.is_string() && member != "reason" && !dice.one_in(3) {
            *value = json!(word(document, member, dice));
        }
    }
    if let Some(table) = tables.entry(table.clone()).or_insert_with(|| json!([])).as_array_mut() {
        table.push(entry);
    }
}

/// A word of the document that may well stand in a member of a decision: an operation's id,
/// or any name or text.
fn word(document: &Value, member: &str, dice: &mut dyn Dice) -> String {
    let places = places(document);
    let ids: Vec<&Place> =
        places.iter().filter(|place| place.last().is_some_and(|l| l == "operationId")).collect();
    let place = if member == "id" && !ids.is_empty() {
        ids[dice.below(ids.len())]
    } else {
        &places[dice.below(places.len())]
    };
    let text = crate::mutate::at(&mut document.clone(), place).map(Value::take);
    match text {
        Some(Value::String(text)) if dice.one_in(2) || member == "id" => text,
        _ => place.last().cloned().unwrap_or_default(),
    }
}
