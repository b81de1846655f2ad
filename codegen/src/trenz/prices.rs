//! x-pricing: what a call costs depends on what it asks for.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::charges::COINS;
use crate::model::{Constant, Fixed, Input, Operation, Term};
use crate::report::{Pointer, Reporter};

/// The extension, key by key: one more or one less and it means something else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pricing {
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
pub(super) fn apply(
    value: &Value,
    place: &Pointer,
    cost: Option<u64>,
    operation: &mut Operation,
    reporter: &mut Reporter,
) {
    let pricing = match Pricing::deserialize(value) {
        Ok(pricing) => pricing,
        Err(error) => {
            reporter.operation_problem(
                place,
                &operation.id,
                format!("x-pricing cannot be read: {error}"),
                "correct it in the overlay, or give the runtime's `Pricing` the new meaning",
            );
            return;
        }
    };
    let mut units = Vec::new();
    for (tier, price) in &pricing.unit_price_map {
        match price.as_u64() {
            Some(price) => units.push((tier.as_str(), price)),
            None => reporter.operation_problem(
                &place.join("unit_price_map").join(tier),
                &operation.id,
                format!("`{price}` is no whole number of coins"),
                "correct the price in the overlay",
            ),
        }
    }
    cross_check(&pricing, cost, &units, operation, place, reporter);
    describe(&pricing, &units, operation);
}

/// What the extension says must agree with the rest of the operation.
fn cross_check(
    pricing: &Pricing,
    cost: Option<u64>,
    units: &[(&str, u64)],
    operation: &Operation,
    place: &Pointer,
    reporter: &mut Reporter,
) {
    let mut problem = |key: &str, cause: String| {
        let remedy = "make x-pricing agree with the operation in the overlay";
        reporter.operation_problem(&place.join(key), &operation.id, cause, remedy);
    };
    let fallback = pricing.fallback_coin_cost;
    if let Some(cost) = cost.filter(|cost| *cost != fallback) {
        problem("fallback_coin_cost", format!("it is {fallback} where x-coin-cost is {cost}"));
    }
    if !units.iter().any(|(tier, _)| *tier == pricing.default_tier) {
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

fn describe(pricing: &Pricing, units: &[(&str, u64)], operation: &mut Operation) {
    let Pricing { quantity_param, tier_param, default_tier, .. } = pricing;
    let Pricing { default_quantity, fallback_coin_cost, .. } = pricing;
    let Mode::PerUnit = pricing.mode;
    let left_out = "set it where the old default was meant: left out, the call costs as this says";
    operation.terms.extend([
        Term::word(
            "priced by",
            &format!("{quantity_param}, {tier_param}"),
            "ask for a quote again: it follows from other inputs",
        ),
        Term::word("default quantity", &default_quantity.to_string(), left_out),
        Term::word("default tier", default_tier, left_out),
    ]);
    let by_default = units.iter().find(|(tier, _)| tier == default_tier);
    let by_default = by_default.and_then(|(_, price)| price.checked_mul(*default_quantity));
    operation.terms.extend(
        by_default
            .map(|price| Term::price("price of a call that leaves the defaults", price, COINS)),
    );
    operation.terms.extend(
        units.iter().map(|(tier, price)| {
            Term::price(&format!("price of a unit at `{tier}`"), *price, COINS)
        }),
    );
    let prices: Vec<String> = units
        .iter()
        .map(|(tier, price)| {
            let default = if tier == default_tier { " (the default)" } else { "" };
            format!("{price} coins at `{tier}`{default}")
        })
        .collect();
    operation.facts.push(format!(
        "priced per unit of `{quantity_param}` (default {default_quantity}) by `{tier_param}`: {}; \
         {fallback_coin_cost} coins where the tier has no price",
        prices.join(", "),
    ));
    let rows = units.iter().map(|(tier, price)| ((*tier).to_owned(), *price)).collect();
    let pricing = Fixed::Struct(
        "Pricing",
        vec![
            ("mode", Fixed::Variant("PricingMode", "PerUnit".to_owned())),
            ("quantity_param", Fixed::Text(quantity_param.clone())),
            ("tier_param", Fixed::Text(tier_param.clone())),
            ("unit_prices", Fixed::Numbers(rows)),
            ("default_quantity", Fixed::Number(*default_quantity)),
            ("default_tier", Fixed::Text(default_tier.clone())),
            ("fallback_coin_cost", Fixed::Number(*fallback_coin_cost)),
        ],
    );
    operation.constants.push(Constant {
        name: "PRICING",
        value: Fixed::Optional("Pricing", Some(Box::new(pricing))),
        doc: "x-pricing".to_owned(),
    });
}
