//! Prices and retry classes, as the document states them.

use serde::Serialize;

use crate::base::display::display_as_str;

/// When a call is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BillingMode {
    /// Each call is charged before the server processes it.
    PerCall,
    /// A job is charged when it is submitted successfully; its status says whether a failed job is refunded.
    AsyncOnComplete,
    /// Free of charge.
    Free,
}

impl BillingMode {
    /// The mode as the vendor's document spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PerCall => "per_call",
            Self::AsyncOnComplete => "async_on_complete",
            Self::Free => "free",
        }
    }
}

display_as_str!(BillingMode);

/// Whether retrying a call can do harm.
///
/// A read is a call whose scope ends in `.read`, or a GET without a scope, that starts no task; everything else is a
/// write. The generator's decisions table lists the exceptions with their reasons. Neither HTTP method nor price
/// matter: most reads are POST, and some cost a thousand coins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Replay {
    /// Changes nothing and costs nothing: retrying it is harmless.
    FreeRead,
    /// Changes nothing, but every request may be charged.
    PaidRead,
    /// Changes something, or starts work that is charged: retrying it may do it twice.
    Write,
}

impl Replay {
    /// The class as a phrase, as the list of operations prints it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FreeRead => "free read",
            Self::PaidRead => "paid read",
            Self::Write => "write",
        }
    }
}

display_as_str!(Replay);

/// How the price of a call is computed from its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pricing {
    /// The unit of the price.
    pub mode: PricingMode,
    /// The input with the number of units.
    pub quantity_param: &'static str,
    /// The input that selects the price of a unit.
    pub tier_param: &'static str,
    /// Coins per unit, by the value of the tier input.
    pub unit_prices: &'static [(&'static str, u64)],
    /// The units bought when the quantity input is not set.
    pub default_quantity: u64,
    /// The tier when the tier input is not set.
    pub default_tier: &'static str,
    /// What a call is charged when its tier has no price.
    pub fallback_coin_cost: u64,
}

/// The unit of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PricingMode {
    /// The price is units × unit price.
    PerUnit,
}
