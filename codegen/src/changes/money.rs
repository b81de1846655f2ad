//! Compares prices and terms.

use super::{Change, Changes};
use crate::billing::{Billing, Located, UNIT};
use crate::facts::{Facts, Meaning};
use crate::plan::Operation;

/// A term of a call, as the report names it.
#[derive(Clone, Debug)]
struct Term {
    what: String,
    value: TermValue,
    /// What a caller has to do when it changes; for a price it follows from the change.
    advice: &'static str,
}

/// A price can increase or decrease; other terms have no order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum TermValue {
    Price(u64),
    Word(String),
}

impl Term {
    fn price(what: impl Into<String>, amount: u64) -> Self {
        Self { what: what.into(), value: TermValue::Price(amount), advice: "" }
    }

    fn word(what: impl Into<String>, value: impl Into<String>, advice: &'static str) -> Self {
        Self { what: what.into(), value: TermValue::Word(value.into()), advice }
    }
}

/// Compares the terms of an operation; returns whether they are equal.
pub(super) fn compare(old: &Operation, new: &Operation, changes: &mut Changes) -> bool {
    let is_highest = [old, new].iter().any(|operation| operation.billing.pricing.is_some());
    let (before, after) = (of_call(&old.billing, is_highest), of_call(&new.billing, is_highest));
    terms(&before, &after, Some(&new.id), &new.rust_path, changes)
}

/// Compares how responses report costs.
pub(super) fn compare_usage(old: &Facts, new: &Facts, place: &str, changes: &mut Changes) {
    terms(&of_usage(old), &of_usage(new), None, place, changes);
}

/// The terms of an operation on one line.
pub(super) fn all(billing: &Billing) -> Vec<String> {
    let terms = of_call(billing, billing.pricing.is_some()).into_iter();
    terms.map(|term| format!("{} {}", term.what, spell(&term.value))).collect()
}

/// The terms; `is_highest` says that the price depends on inputs, and is its upper bound.
fn of_call(billing: &Billing, is_highest: bool) -> Vec<Term> {
    let Billing { price, mode, scope, pricing, replay } = billing;
    let what = if is_highest { "highest price of a call" } else { "price of a call" };
    let price = price.as_ref().map(|price| Term::price(what, price.value));
    let mode = mode.as_ref().map(|mode| {
        let advice = "the time of charging changes: read its documentation";
        Term::word("billing mode", mode.value.wire(), advice)
    });
    let scope = scope.as_ref().map(|scope| {
        let scope = scope.value.as_ref().map_or("none", |scope| scope.wire.as_str());
        let advice = "make sure that the keys in use have the scope";
        Term::word("scope", scope, advice)
    });
    let mut terms: Vec<Term> = [price, mode, scope].into_iter().flatten().collect();
    if let Some(Located { value: pricing, .. }) = pricing {
        let left_out = "set it where the old default was intended: the default changes the price";
        terms.extend([
            Term::word(
                "priced by",
                format!("{}, {}", pricing.quantity_param, pricing.tier_param),
                "recompute quotes: they depend on other inputs",
            ),
            Term::word("default quantity", pricing.default_quantity.to_string(), left_out),
            Term::word("default tier", &pricing.default_tier, left_out),
        ]);
        let by_default = pricing.default_price();
        terms.extend(
            by_default.map(|price| Term::price("price of a call with the defaults", price)),
        );
        terms.extend(
            pricing
                .unit_prices
                .iter()
                .map(|(tier, price)| Term::price(format!("price of a unit at `{tier}`"), *price)),
        );
    }
    terms.extend(replay.map(|class| {
        let advice = "check the retry policy for this class";
        Term::word("replay class", class.name(), advice)
    }));
    terms
}

fn of_usage(facts: &Facts) -> Vec<Term> {
    let terms = [Meaning::Cost, Meaning::Balance].into_iter().filter_map(|meaning| {
        let words = facts.words.get(&meaning)?;
        let advice = match (words.is_empty(), meaning) {
            (false, _) => "none required",
            (true, Meaning::Cost) => {
                "name the new member in the `usage` table of spec/decisions.json: until then the cost of a call is \
                 unknown to callers, and its quote counts as spent"
            }
            (true, _) => {
                "name the new member in the `usage` table of spec/decisions.json: until then it is unknown to callers"
            }
        };
        let words = if words.is_empty() { "not recognised".to_owned() } else { words.join(", ") };
        Some(Term::word(meaning.description(), words, advice))
    });
    terms.collect()
}

/// Compares terms that belong together; returns whether they are equal.
fn terms(
    old: &[Term],
    new: &[Term],
    operation: Option<&str>,
    place: &str,
    changes: &mut Changes,
) -> bool {
    let find = |terms: &[Term], what: &str| {
        terms.iter().find(|term| term.what == what).map(|term| term.value.clone())
    };
    let gone = old.iter().filter(|term| find(new, &term.what).is_none());
    let mut same = true;
    for term @ Term { what, .. } in new.iter().chain(gone) {
        let (before, after) = (find(old, what), find(new, what));
        if before != after {
            same = false;
            let mut change = change(term, before.as_ref(), after.as_ref());
            change.operation = operation.map(str::to_owned);
            place.clone_into(&mut change.place);
            changes.money.push(change);
        }
    }
    same
}

fn change(term: &Term, before: Option<&TermValue>, after: Option<&TermValue>) -> Change {
    let amount = |value: Option<&TermValue>| match value {
        Some(TermValue::Price(amount)) => Some(*amount),
        _ => None,
    };
    let (kind, percent, advice) = match (amount(before), amount(after)) {
        (Some(before), Some(after)) => {
            let advice = if after > before {
                "raise the budgets and limits that were set for the old price"
            } else {
                "none required; budgets last longer"
            };
            ("price", percent(before, after), advice)
        }
        (None, Some(_)) => ("price-stated", None, "see how the price is computed"),
        (Some(_), None) => ("price-unknown", None, "find out the price before calling it"),
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
        advice: Some(advice).filter(|advice| !advice.is_empty()).map(str::to_owned),
    }
}

/// A term's value, for the report.
fn spell(value: &TermValue) -> String {
    match value {
        TermValue::Price(1) => format!("1 {}", UNIT.trim_end_matches('s')),
        TermValue::Price(amount) => format!("{amount} {UNIT}"),
        TermValue::Word(word) => word.clone(),
    }
}

/// The increase in percent, with two digits. None if it was free.
fn percent(before: u64, after: u64) -> Option<f64> {
    if before == 0 {
        return None;
    }
    // A float cannot distinguish huge prices, which does not matter for a percentage.
    #[expect(clippy::cast_precision_loss, reason = "a percentage needs two digits")]
    let percent = (after as f64 - before as f64) * 100.0 / before as f64;
    let digits = match percent.abs() {
        large if large >= 10.0 => 1.0,
        small if small >= 1.0 => 10.0,
        _ => 100.0,
    };
    Some((percent * digits).round() / digits)
}

/// Sorts price increases first, the largest at the top, then terms, then decreases.
pub(super) fn sort(money: &mut [Change]) {
    let dearer = |change: &Change| {
        let was_free = change.kind == "price" && change.percent.is_none();
        if was_free { f64::INFINITY } else { change.percent.unwrap_or(0.0) }
    };
    money.sort_by(|left, right| dearer(right).total_cmp(&dearer(left)));
}
