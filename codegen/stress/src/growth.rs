//! Big documents: the real one's operations again and again, under other names.

use serde_json::{Map, Value, json};

use crate::seeds::{self, Seed};

/// The real document with each of its operations `copies` times, and its decisions as often.
///
/// The first copy is the original. Every other one stands in menus and at paths of its own,
/// so that the crate grows in files and not only in lines.
#[must_use]
pub fn real(copies: usize) -> Seed {
    let [mut document, mut decisions] = seeds::real_json();
    let originals = document["paths"].take();
    let groups = document["x-tagGroups"].take();
    let tables = decisions.clone();
    let mut paths = Map::new();
    let mut menu = Vec::new();
    for copy in 0..copies {
        for (path, item) in originals.as_object().unwrap() {
            let mut item = item.clone();
            for operation in item.as_object_mut().unwrap().values_mut() {
                if copy > 0 {
                    corrected(operation);
                    rename(&mut operation["operationId"], |id| numbered_id(id, copy));
                    rename(&mut operation["tags"][0], |tag| numbered_tag(tag, copy));
                }
            }
            paths.insert(if copy > 0 { format!("/copy{copy}{path}") } else { path.clone() }, item);
        }
        for group in groups.as_array().unwrap() {
            let mut group = group.clone();
            if copy > 0 {
                for tag in group["tags"].as_array_mut().unwrap() {
                    rename(tag, |tag| numbered_tag(tag, copy));
                }
            }
            menu.push(group);
        }
        if copy > 0 {
            decide(&mut decisions, &tables, copy);
        }
    }
    document["paths"] = Value::Object(paths);
    document["x-tagGroups"] = Value::Array(menu);
    Seed {
        name: format!("real × {copies}"),
        document: document.to_string().into_bytes(),
        decisions: Some(decisions.to_string().into_bytes()),
        ..seeds::real()
    }
}

/// Corrects in a copy what the overlay corrects in the original.
fn corrected(operation: &mut Value) {
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        let is_required = |parameter: &Value| parameter["required"] == true;
        let names: Vec<Value> =
            parameters.iter().filter(|p| is_required(p)).map(|p| p["name"].clone()).collect();
        parameters
            .retain(|parameter| is_required(parameter) || !names.contains(&parameter["name"]));
    }
    without_empty_lists(operation);
}

fn without_empty_lists(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) {
                members.shift_remove("required");
            }
            members.values_mut().for_each(without_empty_lists);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_empty_lists),
        _ => {}
    }
}

/// The decisions on single operations, again for a copy of them.
fn decide(decisions: &mut Value, tables: &Value, copy: usize) {
    for table in ["operations", "replay", "pages"] {
        for entry in tables[table].as_array().into_iter().flatten() {
            let mut entry = entry.clone();
            rename(&mut entry["id"], |id| numbered_id(id, copy));
            decisions[table].as_array_mut().unwrap().push(entry);
        }
    }
    for (index, entry) in tables["shared"].as_array().into_iter().flatten().enumerate() {
        for id in entry["except"].as_array().into_iter().flatten() {
            let id = numbered_id(id.as_str().unwrap(), copy);
            decisions["shared"][index]["except"].as_array_mut().unwrap().push(json!(id));
        }
    }
}

fn rename(value: &mut Value, to: impl Fn(&str) -> String) {
    *value = Value::String(to(value.as_str().unwrap()));
}

fn numbered_id(id: &str, copy: usize) -> String {
    format!("{id}-c{copy}")
}

/// `Data/Products` is `Data C7/Products`.
fn numbered_tag(tag: &str, copy: usize) -> String {
    match tag.split_once('/') {
        Some((group, area)) => format!("{group} C{copy}/{area}"),
        None => format!("{tag} C{copy}"),
    }
}
