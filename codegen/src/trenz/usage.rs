//! The coins in a response: `usage` has a member for the cost of the call and one for the balance,
//! and the `usage` table says which.

use crate::decisions::Decisions;
use crate::facts::Meaning;
use crate::model::{Api, Field, Kind, Object};
use crate::report::{Pointer, Reporter};
use crate::roles::UsageRole;

/// Each role, and its meaning to the runtime.
const ROLES: [(UsageRole, Meaning); 2] =
    [(UsageRole::Cost, Meaning::Cost), (UsageRole::Balance, Meaning::Balance)];

const TABLE: &str = "the `usage` table of spec/decisions.json";

/// Adds the members' names to the runtime's facts; an unrecognised amount is unknown, never zero.
pub(super) fn apply(
    usage: Option<&Object>,
    api: &mut Api,
    decisions: &Decisions,
    reporter: &Reporter,
) {
    let fields: &[Field] = usage.map_or(&[], |object| &object.fields);
    let mut missing = Vec::new();
    for (role, meaning) in ROLES {
        let what = role.name();
        let is_there = |member: &String| fields.iter().any(|field| field.wire == *member);
        let entries = decisions
            .usage
            .all(|entry| entry.role == role && entry.member.as_ref().is_none_or(is_there));
        let entries: Vec<_> = entries.collect();
        let found: Vec<&str> = entries.iter().filter_map(|entry| entry.member.as_deref()).collect();
        if entries.is_empty() {
            missing.push(what);
        }
        for field in fields.iter().filter(|field| found.contains(&field.wire.as_str())) {
            let text = format!("`usage.{}` is the {what}", field.wire);
            reporter.note("usage", &field.schema.pointer, text);
            check_kind(field, reporter);
        }
        let found = found.into_iter().map(str::to_owned).collect();
        api.facts.words.insert(meaning, found);
    }
    let mut unexplained = false;
    for field in fields {
        let entry = decisions.usage.find(|entry| entry.member.as_ref() == Some(&field.wire));
        if entry.is_none() {
            unexplained = true;
            reporter.problem(
                &field.schema.pointer,
                format!("the member `usage.{}` has no role", field.wire),
                format!("give it a role in {TABLE}: cost, balance or other"),
            );
        }
    }
    if usage.is_some() && !unexplained {
        for what in missing {
            let place = Pointer::root().join("paths");
            reporter.problem(
                &place,
                format!("no member of `usage` is the {what}"),
                format!(
                    "name it in {TABLE}, or enter the role with a null `member` if there is none"
                ),
            );
        }
    }
}

fn check_kind(field: &Field, reporter: &Reporter) {
    if !matches!(field.schema.kind, Kind::Integer) {
        reporter.problem(
            &field.schema.pointer,
            format!(
                "`usage.{}`: expected an integer, without which its coins would not be counted",
                field.wire
            ),
            "describe it as an integer in the overlay, or ask the vendor what it means",
        );
    }
}
