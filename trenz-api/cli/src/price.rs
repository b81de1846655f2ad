//! Prices and terms in words.

use std::fmt::Write as _;

use trenz_api::{BillingMode, OperationInfo, Pricing};

/// An amount with its unit.
pub(crate) fn coins(amount: u64) -> String {
    let unit = if amount == 1 { "coin" } else { "coins" };
    format!("{amount} {unit}")
}

/// What an operation costs: `5 coins, charged per call`.
pub(crate) fn price(operation: &OperationInfo) -> String {
    let most = if operation.pricing.is_some() { "at most " } else { "" };
    let amount = coins(operation.coin_cost);
    match operation.billing_mode {
        BillingMode::Free => "free".to_owned(),
        BillingMode::AsyncOnComplete => {
            format!("{most}{amount}, charged when the task is accepted")
        }
        _ => format!("{most}{amount}, charged per call"),
    }
}

/// Price, billing mode, scope and replay class, a line each.
pub(crate) fn terms(operation: &OperationInfo) -> String {
    let mut text = format!("Price:   {}\n", price(operation));
    if let Some(pricing) = &operation.pricing {
        let _ = writeln!(text, "         {}", per_unit(pricing));
    }
    let _ = writeln!(text, "Billing: {}", operation.billing_mode);
    let scope = operation.scope.map_or("any key".to_owned(), |scope| scope.to_string());
    let _ = writeln!(text, "Scope:   {scope}");
    let _ = write!(text, "Replay:  {}", operation.replay);
    text
}

fn per_unit(pricing: &Pricing) -> String {
    let prices = pricing.unit_prices.iter().map(|(tier, price)| format!("{price} at {tier}"));
    format!(
        "{} per unit of `{}` by `{}`; {} × {} by default",
        prices.collect::<Vec<_>>().join(", "),
        pricing.quantity_param,
        pricing.tier_param,
        pricing.default_quantity,
        pricing.default_tier,
    )
}
