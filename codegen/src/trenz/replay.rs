//! Whether retrying a call can do harm. Neither the method nor the price tells: most reads are
//! POST, and some cost a thousand coins.
//!
//! A read is a call whose scope ends in `.read`, or a GET without a scope, that starts no task.
//! Reads that cost nothing are free. Everything else is a write. The decisions table has the
//! exceptions.

use std::collections::BTreeMap;

use crate::billing::{Billing, Mode, Replay};
use crate::decisions::Decisions;
use crate::model::{Api, Operation};
use crate::report::{Pointer, Reporter};

/// Gives every operation its retry class.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let mut counts: BTreeMap<Replay, usize> = BTreeMap::new();
    for operation in &mut api.operations {
        let class = decided(operation, decisions, reporter)
            .unwrap_or_else(|| class(&operation.billing, &operation.method));
        *counts.entry(class).or_default() += 1;
        operation.billing.replay = Some(class);
    }
    let counts = counts.iter().map(|(class, count)| format!("{count} {}", class.name()));
    let counts: Vec<_> = counts.collect();
    reporter.note("replay", &Pointer::root().join("paths"), counts.join(", "));
}

/// The class that the decisions table states.
fn decided(operation: &Operation, decisions: &Decisions, reporter: &Reporter) -> Option<Replay> {
    let decided = decisions.replay.find(|entry| entry.id == operation.id)?;
    let class = Replay::ALL.into_iter().find(|class| class.name() == decided.class);
    if class.is_none() {
        reporter.problem(
            &operation.pointer,
            format!("expected a replay class, found `{}` in the decisions", decided.class),
            "use `free read`, `paid read` or `write` in the `replay` table of spec/decisions.json",
        );
    }
    class
}

/// The class by price, mode and scope. An unknown part counts against retrying.
fn class(billing: &Billing, method: &str) -> Replay {
    let reads = billing.scope.as_ref().is_some_and(|scope| match &scope.value {
        Some(scope) => scope.wire.rsplit_once('.').is_some_and(|(_, right)| right == "read"),
        None => method == "GET",
    });
    let starts_task = billing.mode.as_ref().is_none_or(|mode| mode.value == Mode::AsyncOnComplete);
    match (reads && !starts_task, billing.price.as_ref().map(|price| price.value)) {
        (true, Some(0)) => Replay::FreeRead,
        (true, _) => Replay::PaidRead,
        (false, _) => Replay::Write,
    }
}
