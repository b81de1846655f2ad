//! The price, billing mode and scope of a call: the extensions x-coin-cost, x-billing-mode, x-scope
//! and x-pricing.

use std::collections::BTreeSet;

use serde_json::Value;

use super::pricing;
use crate::billing::{Billing, Located, Mode, Scope, UNIT};
use crate::decisions::Decisions;
use crate::model::{Api, Declared, Extensions, Operation};
use crate::names;
use crate::report::{Pointer, Reporter};
use crate::roles::ExtensionRole;

/// The name of each role's extension, unless the table has another one.
const ROLES: [(ExtensionRole, &str); 4] = [
    (ExtensionRole::Cost, "x-coin-cost"),
    (ExtensionRole::BillingMode, "x-billing-mode"),
    (ExtensionRole::Scope, "x-scope"),
    (ExtensionRole::Pricing, "x-pricing"),
];

/// Reads the four extensions into the billing of each operation.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let mut scopes = BTreeSet::new();
    let Api { operations, extensions, declared, .. } = api;
    let names = ROLES.map(|role| extension_name(role, operations, extensions, decisions));
    for operation in operations {
        let mut take = |name: &str| {
            let value = extensions.take(&operation.pointer, name);
            Extension { name: name.to_owned(), pointer: operation.pointer.join(name), value }
        };
        let [cost, mode, scope, pricing] = names.each_ref().map(|name| take(name));
        let price = coin_cost(&cost, reporter);
        let mode = billing_mode(&mode, reporter);
        if let (Some(price), Some(mode)) = (&price, &mode)
            && mode.value == Mode::Free
            && price.value > 0
        {
            reporter.problem(
                &mode.pointer,
                format!("the call is billed as free, but costs {} {UNIT}", price.value),
                "correct one of the two in the overlay",
            );
        }
        let scope = self::scope(scope, decisions, reporter);
        scopes.extend(scope.iter().filter_map(|scope| scope.value.clone()));
        let pricing = pricing.value.and_then(|value| {
            pricing::read(&value, &pricing.pointer, price.as_ref(), operation, reporter)
        });
        operation.billing = Billing { price, mode, scope, pricing, replay: None };
    }
    declared.push(Declared {
        module: "scope",
        name: "Scope",
        doc: "A permission of a key, required by operations.".to_owned(),
        values: scopes
            .into_iter()
            .map(|Scope { wire, rust }| (wire, rust, String::new()))
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

/// The name of a role's extension in this document.
fn extension_name(
    (role, usual): (ExtensionRole, &str),
    operations: &[Operation],
    extensions: &Extensions,
    decisions: &Decisions,
) -> String {
    let is_there =
        |name: &str| operations.iter().any(|operation| extensions.has(&operation.pointer, name));
    let decided = decisions.extensions.find(|entry| entry.role == role && is_there(&entry.name));
    decided.map_or_else(|| usual.to_owned(), |entry| entry.name.clone())
}

fn coin_cost(cost: &Extension, reporter: &Reporter) -> Option<Located<u64>> {
    let coins = cost.value.as_ref().and_then(Value::as_u64);
    if coins.is_none() {
        let remedy = if cost.value.is_some() {
            "ask the vendor what the call costs and state it in the overlay"
        } else {
            "ask the vendor what the call costs and state it in the overlay; if the extension was \
             renamed, name it in the `extensions` table of spec/decisions.json"
        };
        let cause = format!("{} {}: expected a non-negative integer", cost.name, cost.found());
        reporter.problem(&cost.pointer, cause, remedy);
    }
    coins.map(|value| Located { value, pointer: cost.pointer.clone() })
}

fn billing_mode(extension: &Extension, reporter: &Reporter) -> Option<Located<Mode>> {
    let mode = extension.value.as_ref().and_then(Value::as_str);
    let known = mode.and_then(|mode| Mode::ALL.into_iter().find(|known| known.wire() == mode));
    if known.is_none() {
        let (name, found) = (&extension.name, extension.found());
        let modes = Mode::ALL.map(Mode::wire).join(", ");
        reporter.problem(
            &extension.pointer,
            format!("{name} {found}: expected one of {modes}"),
            "correct it in the overlay, name the extension in the `extensions` table of \
             spec/decisions.json, or give the runtime's `BillingMode` the new mode",
        );
    }
    known.map(|value| Located { value, pointer: extension.pointer.clone() })
}

fn scope(
    extension: Extension,
    decisions: &Decisions,
    reporter: &Reporter,
) -> Option<Located<Option<Scope>>> {
    let Extension { name, pointer, value } = extension;
    let value = match value {
        None => None,
        Some(Value::String(wire)) if !scope_words(&wire, decisions).is_empty() => {
            let rust = names::pascal(&scope_words(&wire, decisions), decisions);
            Some(Scope { wire, rust })
        }
        Some(other) => {
            reporter.problem(
                &pointer,
                format!("{name} is `{other}`: expected a scope"),
                "correct it in the overlay",
            );
            return None;
        }
    };
    Some(Located { value, pointer })
}

/// `trenz.ai_video.write` becomes `ai video write`.
fn scope_words(scope: &str, decisions: &Decisions) -> Vec<String> {
    let words = names::words(scope, decisions);
    let vendor = usize::from(words.len() > 1 && words.first().is_some_and(|word| word == "trenz"));
    words[vendor..].to_vec()
}
