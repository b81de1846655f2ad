//! Compares commands and flags of the command line.

use std::collections::BTreeMap;

use super::{Change, Changes, Side};
use crate::flags;
use crate::plan::{Crate, Field, Operation, Type};

/// Reports new and removed commands and flags. Changes that break scripts come first.
pub(super) fn compare(old: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let (before, after) = (commands(&old.krate), commands(&new.krate));
    let with_problems = [old.with_problems(), new.with_problems()];
    let mut found = Vec::new();
    for (id, (command, _)) in &before {
        if !after.contains_key(id) && !new.ids.contains(*id) {
            found.push(change("command-removed", id, command, "breaking: command removed"));
        }
    }
    for (id, (command, operation)) in &after {
        let Some((was, before)) = before.get(id) else {
            found.push(change("command-added", id, command, "new command"));
            continue;
        };
        if was != command {
            let mut moved = change("command-moved", id, command, "breaking: command moved");
            moved.before(was).after(command);
            found.push(moved);
        }
        if !with_problems.iter().any(|side| side.contains(id)) {
            flags_of(id, command, before, operation, &mut found);
        }
    }
    found.sort_by_key(|change| !change.what.starts_with("breaking"));
    changes.terminal = found;
}

/// Every operation by its id, with its command.
fn commands(krate: &Crate) -> BTreeMap<&str, (String, &Operation)> {
    let mut commands = BTreeMap::new();
    for (path, module) in &krate.modules {
        let path = if module.direct { &[] } else { path.as_slice() };
        for operation in &module.operations {
            let words =
                path.iter().chain([&operation.method_name]).map(|word| flags::kebab_case(word));
            let words = words.collect::<Vec<_>>().join(" ");
            commands.entry(operation.id.as_str()).or_insert((words, operation));
        }
    }
    commands
}

fn flags_of(id: &str, command: &str, old: &Operation, new: &Operation, found: &mut Vec<Change>) {
    let of = |operation: &'_ Operation| -> BTreeMap<String, Field> {
        let fields = operation.fields().filter(|field| !field.rest);
        fields.map(|field| (flags::flag(field), field.clone())).collect()
    };
    let (before, after) = (of(old), of(new));
    let place = |flag: &str| format!("{command} --{flag}");
    for flag in before.keys().filter(|flag| !after.contains_key(*flag)) {
        found.push(change("flag-removed", id, &place(flag), "breaking: flag removed"));
    }
    for (flag, field) in &after {
        let what = match before.get(flag) {
            None if field.required => ("flag-required", "breaking: new required flag"),
            None => ("flag-added", "new flag"),
            Some(before) if field.required && !before.required => {
                ("flag-required", "breaking: flag is required now")
            }
            Some(before) if takes(&before.ty) != takes(&field.ty) => {
                let mut change =
                    change("flag-type", id, &place(flag), "breaking: flag takes other values");
                change.before(takes(&before.ty)).after(takes(&field.ty));
                found.push(change);
                continue;
            }
            Some(_) => continue,
        };
        found.push(change(what.0, id, &place(flag), what.1));
    }
}

/// The kind of value that a flag takes.
fn takes(ty: &Type) -> &'static str {
    match ty {
        Type::Boolean => "true or false",
        Type::Integer | Type::Unsigned => "an integer",
        Type::Number => "a number",
        // An open set accepts any text.
        Type::String | Type::Wrapped(..) | Type::Named(_) => "a text or JSON",
        Type::Nullable(inner) | Type::OrNull(inner) | Type::Boxed(inner) => takes(inner),
        Type::List(_) => "several values",
        Type::Json | Type::Bytes | Type::File | Type::Map(_) => "JSON",
    }
}

fn change(kind: &'static str, id: &str, place: &str, what: &str) -> Change {
    Change {
        kind,
        operation: Some(id.to_owned()),
        place: place.to_owned(),
        what: what.to_owned(),
        old: None,
        new: None,
        percent: None,
        advice: None,
    }
}
