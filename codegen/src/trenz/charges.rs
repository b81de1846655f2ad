//! What a call costs, how it is billed and which scope it asks for: the extensions
//! x-coin-cost, x-billing-mode, x-scope and x-pricing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::prices;
use super::roles::ExtensionRole;
use crate::decisions::Decisions;
use crate::model::{Api, Constant, Declared, Extensions, Fixed, Operation, Term};
use crate::names;
use crate::report::{Pointer, Reporter};

/// What prices are counted in.
pub(super) const COINS: &str = "coins";

/// The billing modes that the runtime knows the meaning of.
const MODES: [(&str, &str, &str); 3] = [
    ("per_call", "PerCall", "charged per call"),
    ("async_on_complete", "AsyncOnComplete", "charged when the task is accepted"),
    ("free", FREE, "free"),
];

/// The mode of calls that cost nothing.
const FREE: &str = "Free";

/// Turns the four extensions into constants, documentation and columns.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let mut scopes = BTreeSet::new();
    let Api { operations, extensions, declared, .. } = api;
    let roles = [
        ExtensionRole::CoinCost,
        ExtensionRole::BillingMode,
        ExtensionRole::Scope,
        ExtensionRole::Pricing,
    ];
    let names = roles.map(|role| spelled(role, operations, extensions, decisions));
    for operation in operations {
        let mut take = |name: &str| {
            let value = extensions.take(&operation.pointer, name);
            Extension { name: name.to_owned(), pointer: operation.pointer.join(name), value }
        };
        let [cost, mode, scope, pricing] = names.each_ref().map(|name| take(name));
        let cost = coin_cost(&cost, operation, reporter);
        let billing = mode.pointer.clone();
        let mode = billing_mode(&mode, operation, reporter);
        operation.terms.extend(cost.map(|cost| Term::price("price of a call", cost, COINS)));
        if let Some(cost) = cost {
            operation.columns.insert("Coins", cost.to_string());
        }
        if let Some(mode) = mode {
            operation.columns.insert("Billing mode", MODES[mode].0.to_owned());
        }
        operation.terms.extend(mode.map(|mode| {
            let advice = "expect the coins to be taken at another moment: read its documentation";
            Term::word("billing mode", MODES[mode].0, advice)
        }));
        if let (Some(cost), Some(mode)) = (cost, mode) {
            if MODES[mode].1 == FREE && cost > 0 {
                reporter.operation_problem(
                    &billing,
                    &operation.id,
                    format!("the call is billed as free and costs {cost} coins"),
                    "correct one of the two in the overlay",
                );
            }
            charge(cost, mode, pricing.value.is_some(), operation);
        }
        scopes.extend(self::scope(&scope, operation, decisions, reporter));
        if let Some(value) = &pricing.value {
            prices::apply(value, &pricing.pointer, cost, operation, reporter);
        }
    }
    declared.push(Declared {
        module: "scope",
        name: "Scope",
        doc: "A permission that a key has and that an operation asks for.".to_owned(),
        values: scopes
            .into_iter()
            .map(|scope| {
                let name = names::pascal(&scope_words(&scope, decisions), decisions);
                (scope.clone(), name, String::new())
            })
            .collect(),
        open: false,
    });
}

/// An extension of one operation.
struct Extension {
    name: String,
    pointer: Pointer,
    value: Option<Value>,
}

impl Extension {
    fn found(&self) -> String {
        let value = self.value.as_ref();
        value.map_or("is missing".to_owned(), |value| format!("is `{value}`"))
    }
}

/// What the extension of a role is called in this document.
fn spelled(
    role: ExtensionRole,
    operations: &[Operation],
    extensions: &Extensions,
    decisions: &Decisions,
) -> String {
    let is_there =
        |name: &str| operations.iter().any(|operation| extensions.has(&operation.pointer, name));
    let decided = decisions.extensions.find(|entry| entry.role == role && is_there(&entry.name));
    decided.map_or_else(|| role.usual().to_owned(), |entry| entry.name.clone())
}

fn coin_cost(cost: &Extension, operation: &Operation, reporter: &mut Reporter) -> Option<u64> {
    let coins = cost.value.as_ref().and_then(Value::as_u64);
    if coins.is_none() {
        let remedy = if cost.value.is_some() {
            "ask the vendor what the call costs and state it in the overlay"
        } else {
            "ask the vendor what the call costs and state it in the overlay; if the extension is \
             called otherwise now, name it in the `extensions` table of spec/decisions.json"
        };
        let cause = format!("{} {}, which is no whole number of coins", cost.name, cost.found());
        reporter.operation_problem(&cost.pointer, &operation.id, cause, remedy);
    }
    coins
}

/// The mode's index in [`MODES`].
fn billing_mode(
    extension: &Extension,
    operation: &Operation,
    reporter: &mut Reporter,
) -> Option<usize> {
    let mode = extension.value.as_ref().and_then(Value::as_str);
    let known = mode.and_then(|mode| MODES.iter().position(|(wire, _, _)| *wire == mode));
    if known.is_none() {
        let (name, found) = (&extension.name, extension.found());
        let modes = MODES.map(|(wire, _, _)| wire).join(", ");
        reporter.operation_problem(
            &extension.pointer,
            &operation.id,
            format!("{name} {found}; the runtime knows {modes}"),
            "correct it in the overlay, name the extension in the `extensions` table of \
             spec/decisions.json, or give the runtime's `BillingMode` the new mode",
        );
    }
    known
}

fn charge(cost: u64, mode: usize, priced: bool, operation: &mut Operation) {
    let (_, variant, words) = MODES[mode];
    let free = variant == FREE;
    operation.constants.push(Constant {
        name: "COIN_COST",
        value: Fixed::Number(cost),
        doc: "x-coin-cost".to_owned(),
    });
    operation.constants.push(Constant {
        name: "BILLING_MODE",
        value: Fixed::Variant("BillingMode", variant.to_owned()),
        doc: "x-billing-mode".to_owned(),
    });
    let coins = if cost == 1 { "coin" } else { "coins" };
    let most = if priced { "at most " } else { "" };
    let price = if free { "free".to_owned() } else { format!("{most}{cost} {coins}, {words}") };
    operation.facts.insert(0, price);
}

fn scope(
    extension: &Extension,
    operation: &mut Operation,
    decisions: &Decisions,
    reporter: &mut Reporter,
) -> Option<String> {
    let scope = match &extension.value {
        None => None,
        Some(Value::String(scope)) if !scope_words(scope, decisions).is_empty() => {
            Some(scope.clone())
        }
        Some(other) => {
            reporter.operation_problem(
                &extension.pointer,
                &operation.id,
                format!("{} is `{other}`, which names no scope", extension.name),
                "correct it in the overlay",
            );
            return None;
        }
    };
    operation.terms.push(Term::word(
        "scope",
        scope.as_deref().unwrap_or("none"),
        "see that the keys in use have the scope: without it the call is refused",
    ));
    let value = scope.as_ref().map(|scope| {
        let name = names::pascal(&scope_words(scope, decisions), decisions);
        Box::new(Fixed::Variant("Scope", name))
    });
    let value = Fixed::Optional("Scope", value);
    let doc = "x-scope".to_owned();
    operation.constants.push(Constant { name: "SCOPE", value, doc });
    let fact = scope.as_ref().map_or("any key".to_owned(), |scope| format!("scope `{scope}`"));
    operation.facts.push(fact);
    operation.columns.insert("Scope", scope.clone().unwrap_or_default());
    scope
}

/// `trenz.ai_video.write` is `ai video write`.
fn scope_words(scope: &str, decisions: &Decisions) -> Vec<String> {
    let words = names::words(scope, decisions);
    let vendor = usize::from(words.len() > 1 && words.first().is_some_and(|word| word == "trenz"));
    words[vendor..].to_vec()
}
