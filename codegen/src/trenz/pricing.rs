//! x-pricing: a price that depends on inputs.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::billing::{Located, Pricing};
use crate::model::{Input, Operation};
use crate::report::{Pointer, Reporter};

/// The extension; an unknown or missing key is an error, because its meaning would differ.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Extension {
    mode: Mode,
    quantity_param: String,
    tier_param: String,
    unit_price_map: Map<String, Value>,
    default_quantity: u64,
    default_tier: String,
    fallback_coin_cost: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    PerUnit,
}

/// Reads the extension of one operation.
pub(super) fn read(
    value: &Value,
    place: &Pointer,
    price: Option<&Located<u64>>,
    operation: &Operation,
    reporter: &Reporter,
) -> Option<Located<Pricing>> {
    let extension = match Extension::deserialize(value) {
        Ok(extension) => extension,
        Err(error) => {
            reporter.problem(
                place,
                format!("x-pricing cannot be read: {error}"),
                "correct it in the overlay, or support it in the runtime's `Pricing`",
            );
            return None;
        }
    };
    let Mode::PerUnit = extension.mode;
    let mut unit_prices = Vec::new();
    for (tier, price) in extension.unit_price_map {
        match price.as_u64() {
            Some(price) => unit_prices.push((tier, price)),
            None => reporter.problem(
                &place.join("unit_price_map").join(&tier),
                format!("expected a non-negative integer, found `{price}`"),
                "correct the price in the overlay",
            ),
        }
    }
    // Sorted, so that the order of the document's members does not matter.
    unit_prices.sort_by(|(tier, price), (other, more)| (price, tier).cmp(&(more, other)));
    let pricing = Pricing {
        quantity_param: extension.quantity_param,
        tier_param: extension.tier_param,
        unit_prices,
        default_quantity: extension.default_quantity,
        default_tier: extension.default_tier,
        fallback: extension.fallback_coin_cost,
    };
    cross_check(&pricing, price, operation, place, reporter);
    Some(Located { value: pricing, pointer: place.clone() })
}

/// The extension must agree with the rest of the operation.
fn cross_check(
    pricing: &Pricing,
    price: Option<&Located<u64>>,
    operation: &Operation,
    place: &Pointer,
    reporter: &Reporter,
) {
    let problem = |key: &str, cause: String| {
        let remedy = "make x-pricing agree with the operation in the overlay";
        reporter.problem(&place.join(key), cause, remedy);
    };
    let fallback = pricing.fallback;
    if let Some(price) = price.map(|price| price.value).filter(|price| *price != fallback) {
        problem(
            "fallback_coin_cost",
            format!("{fallback} differs from x-coin-cost, which is {price}"),
        );
    }
    if !pricing.unit_prices.iter().any(|(tier, _)| *tier == pricing.default_tier) {
        problem("default_tier", format!("`{}` has no price", pricing.default_tier));
    }
    let defaults = [
        ("quantity_param", &pricing.quantity_param, Value::from(pricing.default_quantity)),
        ("tier_param", &pricing.tier_param, Value::from(pricing.default_tier.clone())),
    ];
    for (key, name, default) in defaults {
        match operation.inputs.iter().find(|input| input.wire == *name) {
            None => problem(key, format!("the operation has no input `{name}`")),
            Some(Input { schema, .. }) => {
                if let Some(other) = schema.default.as_ref().filter(|other| **other != default) {
                    problem(key, format!("`{name}` is {other} by default, not {default}"));
                }
            }
        }
    }
}
