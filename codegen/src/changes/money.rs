//! What calls cost and on which terms.

use super::{Change, Changes};
use crate::model::{Term, TermValue};
use crate::plan::Operation;

/// Compares the terms of an operation.
pub(super) fn compare(old: &Operation, new: &Operation, changes: &mut Changes) {
    terms(&old.terms, &new.terms, Some(&new.id), &new.rust_path, changes);
}

/// Compares terms that belong together.
pub(super) fn terms(
    old: &[Term],
    new: &[Term],
    operation: Option<&str>,
    place: &str,
    changes: &mut Changes,
) {
    let find = |terms: &[Term], what: &str| {
        terms.iter().find(|term| term.what == what).map(|term| term.value.clone())
    };
    let gone = old.iter().filter(|term| find(new, &term.what).is_none());
    for term @ Term { what, .. } in new.iter().chain(gone) {
        let (before, after) = (find(old, what), find(new, what));
        if before != after {
            let mut change = change(term, before.as_ref(), after.as_ref());
            change.operation = operation.map(str::to_owned);
            place.clone_into(&mut change.place);
            changes.money.push(change);
        }
    }
}

fn change(term: &Term, before: Option<&TermValue>, after: Option<&TermValue>) -> Change {
    let amount = |value: Option<&TermValue>| match value {
        Some(TermValue::Price { amount, .. }) => Some(*amount),
        _ => None,
    };
    let (kind, percent, advice) = match (amount(before), amount(after)) {
        (Some(before), Some(after)) => {
            let advice = if after > before {
                "raise the budgets and ceilings that were meant for the old price"
            } else {
                "nothing; budgets last longer"
            };
            ("price", percent(before, after), advice)
        }
        (None, Some(_)) => ("price-stated", None, "see how the price follows from the request"),
        (Some(_), None) => ("price-unknown", None, "ask what it costs before calling it"),
        (None, None) => ("term", None, term.advice),
    };
    Change {
        kind,
        operation: None,
        place: String::new(),
        what: term.what.clone(),
        old: Some(before.map_or("not stated".to_owned(), spell)),
        new: Some(after.map_or("not stated".to_owned(), spell)),
        percent,
        advice: advice.to_owned(),
    }
}

/// Terms on one line.
pub(super) fn all(terms: &[Term]) -> Vec<String> {
    terms.iter().map(|term| format!("{} {}", term.what, spell(&term.value))).collect()
}

/// A term's value as a reader knows it.
fn spell(value: &TermValue) -> String {
    match value {
        TermValue::Price { amount: 1, unit } => format!("1 {}", unit.trim_end_matches('s')),
        TermValue::Price { amount, unit } => format!("{amount} {unit}"),
        TermValue::Word(word) => word.clone(),
    }
}

/// How much dearer, in percent, to as many digits as people read. From nothing there is
/// none.
fn percent(before: u64, after: u64) -> Option<f64> {
    if before == 0 {
        return None;
    }
    // Prices are counted in thousands; that a float cannot tell huge ones apart is no harm.
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs two digits")]
    let percent = (after as f64 - before as f64) * 100.0 / before as f64;
    let digits = match percent.abs() {
        large if large >= 10.0 => 1.0,
        small if small >= 1.0 => 10.0,
        _ => 100.0,
    };
    Some((percent * digits).round() / digits)
}

/// Puts what became dearer first, the most at the top, then terms, then what became
/// cheaper.
pub(super) fn sort(money: &mut [Change]) {
    let dearer = |change: &Change| {
        let was_free = change.kind == "price" && change.percent.is_none();
        if was_free { f64::INFINITY } else { change.percent.unwrap_or(0.0) }
    };
    money.sort_by(|left, right| dearer(right).total_cmp(&dearer(left)));
}
