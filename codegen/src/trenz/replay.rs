//! Whether sending a call again can do harm. Neither the method nor the price says
//! it: most reads are POST, and some cost a thousand coins.
//!
//! A read is a call whose scope ends in `.read`, or a GET that asks for no scope,
//! and that starts no task. Of the reads, those that cost nothing are free. All
//! else is a write. Exceptions stand in the decisions table.

use std::collections::BTreeMap;

use crate::decisions::Decisions;
use crate::model::{Api, Constant, Fixed, Operation, Term};
use crate::report::{Pointer, Reporter};

/// Gives every operation its replay class.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in &mut api.operations {
        let (wire, variant) = class(operation, decisions, reporter);
        *counts.entry(wire).or_default() += 1;
        operation.constants.push(Constant {
            name: "REPLAY",
            value: Fixed::Variant("Replay", variant.to_owned()),
            doc: "Whether sending the call again can do harm.".to_owned(),
        });
        operation.terms.push(Term::word(
            "replay class",
            wire,
            "see the retry policy: it says what of each class is sent again",
        ));
        operation.columns.insert("Replay", wire.to_owned());
    }
    let counts: Vec<_> = counts.iter().map(|(class, count)| format!("{count} {class}")).collect();
    reporter.note("replay", &Pointer::root().join("paths"), counts.join(", "));
}

fn class(
    operation: &Operation,
    decisions: &Decisions,
    reporter: &mut Reporter,
) -> (&'static str, &'static str) {
    const CLASSES: [(&str, &str); 3] =
        [("free read", "FreeRead"), ("paid read", "PaidRead"), ("write", "Write")];
    if let Some(decided) = decisions.replay.find(|entry| entry.id == operation.id) {
        if let Some(class) = CLASSES.into_iter().find(|(wire, _)| *wire == decided.class) {
            return class;
        }
        reporter.operation_problem(
            &operation.pointer,
            &operation.id,
            format!("the decisions call it a `{}`, which is no replay class", decided.class),
            "use `free read`, `paid read` or `write` in the `replay` table of spec/decisions.json",
        );
    }
    let column = |name: &str| operation.columns.get(name).map_or("", String::as_str);
    let scope = column("Scope");
    let right = scope.rsplit_once('.').map(|(_, right)| right);
    let reads = right == Some("read") || (scope.is_empty() && operation.method == "GET");
    let [free, paid, write] = CLASSES;
    match (reads && column("Billing mode") != "async_on_complete", column("Coins")) {
        (true, "0") => free,
        (true, _) => paid,
        (false, _) => write,
    }
}
