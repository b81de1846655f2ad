//! Prints the price and the terms of a call: as constants, as documentation, and as cells of the
//! operations index.

use super::docs;
use super::names::{self, Names};
use crate::billing::{Billing, Located, Mode, Pricing, Replay, UNIT};

/// The constants of the operation's type, a line each.
pub(super) fn constants(billing: &Billing, names: &Names) -> String {
    let [of_mode, of_scope, of_replay] =
        names.all([names::BILLING_MODE, names::SCOPE, names::REPLAY]);
    let [option, some] = names.all([names::OPTION, names::SOME]);
    let price = billing.price.as_ref().map_or(0, |price| price.value);
    let mode = billing.mode.as_ref().map_or(Mode::Free, |mode| mode.value);
    let scope = billing.scope.as_ref().and_then(|scope| scope.value.as_ref());
    let scope = scope.map(|scope| format!("{some}({of_scope}::{})", scope.rust));
    let scope = scope.unwrap_or_else(|| names.known(names::NONE));
    let pricing = billing.pricing.as_ref().map(|pricing| self::pricing(&pricing.value, names));
    let pricing = pricing.unwrap_or_default();
    let replay = billing.replay.unwrap_or(Replay::Write);
    format!(
        "    const COIN_COST: u64 = {price};
    const BILLING_MODE: {of_mode} = {of_mode}::{mode:?};
    const SCOPE: {option}<{of_scope}> = {scope};
{pricing}    const REPLAY: {of_replay} = {of_replay}::{replay:?};
"
    )
}

fn pricing(pricing: &Pricing, names: &Names) -> String {
    let [option, some, of, mode] =
        names.all([names::OPTION, names::SOME, names::PRICING, names::PRICING_MODE]);
    let Pricing { default_quantity, fallback, .. } = pricing;
    let literals = [&pricing.quantity_param, &pricing.tier_param, &pricing.default_tier];
    let [quantity_param, tier_param, default_tier] = literals.map(|text| docs::literal(text));
    let unit_prices = pricing.unit_prices.iter();
    let unit_prices =
        unit_prices.map(|(tier, price)| format!("({}, {price})", docs::literal(tier)));
    let unit_prices = unit_prices.collect::<Vec<_>>().join(", ");
    format!(
        "    const PRICING: {option}<{of}> = {some}({of} {{
        mode: {mode}::PerUnit,
        quantity_param: {quantity_param},
        tier_param: {tier_param},
        unit_prices: &[{unit_prices}],
        default_quantity: {default_quantity},
        default_tier: {default_tier},
        fallback_coin_cost: {fallback},
    }});
"
    )
}

/// The price as a phrase: `at most 1575 coins, charged when the task is accepted`. `None`
/// where the document states none.
pub(super) fn price(billing: &Billing) -> Option<String> {
    let (price, mode) = (billing.price.as_ref()?.value, billing.mode.as_ref()?.value);
    let taken = match mode {
        Mode::Free => return Some("free".to_owned()),
        Mode::PerCall => "charged per call",
        Mode::AsyncOnComplete => "charged when the task is accepted",
    };
    let most = if billing.pricing.is_some() { "at most " } else { "" };
    Some(format!("{most}{}, {taken}", amount(price)))
}

/// The retry class. `None` where the document states no price: the HTTP method decides then.
pub(super) fn class(billing: &Billing) -> Option<&'static str> {
    billing.price.as_ref().and(billing.replay).map(Replay::name)
}

/// The terms beyond the price, a phrase each.
pub(super) fn terms(billing: &Billing) -> Vec<String> {
    let scope = billing.scope.as_ref().map(|scope| match &scope.value {
        Some(scope) => format!("scope {}", docs::span(&scope.wire)),
        None => "any key".to_owned(),
    });
    let pricing = billing.pricing.as_ref().map(|Located { value: pricing, .. }| {
        let Pricing { quantity_param, tier_param, default_quantity, .. } = pricing;
        let units = pricing.unit_prices.iter().map(|(tier, price)| {
            let default = if *tier == pricing.default_tier { " (the default)" } else { "" };
            format!("{price} {UNIT} at `{tier}`{default}")
        });
        let units = units.collect::<Vec<_>>().join(", ");
        format!(
            "priced per unit of `{quantity_param}` (default {default_quantity}) by `{tier_param}`: \
             {units}; {} {UNIT} where the tier has no price",
            pricing.fallback,
        )
    });
    scope.into_iter().chain(pricing).collect()
}

/// A column of the operations index: its heading and its cell, where there is one.
pub(super) type Column = (&'static str, fn(&Billing) -> Option<String>);

/// The columns of the operations index.
pub(super) const COLUMNS: [Column; 5] = [
    ("Coins", |billing| {
        let price = billing.price.as_ref()?.value;
        Some(if billing.pricing.is_some() { format!("at most {price}") } else { price.to_string() })
    }),
    ("Billing mode", |billing| billing.mode.as_ref().map(|mode| mode.value.wire().to_owned())),
    ("Scope", |billing| {
        let scope = &billing.scope.as_ref()?.value;
        Some(scope.as_ref().map(|scope| scope.wire.clone()).unwrap_or_default())
    }),
    ("Replay", |billing| class(billing).map(str::to_owned)),
    ("Quote", |billing| {
        let Pricing { quantity_param, tier_param, default_quantity, .. } =
            &billing.pricing.as_ref()?.value;
        let units = &billing.pricing.as_ref()?.value.unit_prices;
        let units = units.iter().map(|(tier, price)| format!("{price} at {tier}"));
        let units = units.collect::<Vec<_>>().join(", ");
        Some(format!("{quantity_param} (default {default_quantity}) × {units} of {tier_param}"))
    }),
];

fn amount(price: u64) -> String {
    let unit = if price == 1 { UNIT.trim_end_matches('s') } else { UNIT };
    format!("{price} {unit}")
}
