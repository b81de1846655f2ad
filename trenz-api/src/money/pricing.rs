//! What the document says of the price of an operation, and of what repeating it does.

use serde::Serialize;
use std::fmt;

/// When the coins of a call are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BillingMode {
    /// Each call is charged before the server passes it on.
    PerCall,
    /// A job is submitted and charged once it has been taken on; whether a failed job is given back is for its status
    /// to say.
    AsyncOnComplete,
    /// Costs nothing.
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

impl fmt::Display for BillingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether retrying a call can do harm.
///
/// A read is a call whose scope ends in `.read`, or a GET that asks for no scope, and that starts no task; everything
/// else is a write. The exceptions stand, with their reasons, in the generator's table of decisions. Neither the HTTP
/// method nor the price enters: most reads are POST, and some cost a thousand coins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Replay {
    /// Changes nothing and costs nothing: retrying it is harmless.
    FreeRead,
    /// Changes nothing, but each time it arrives it may be charged.
    PaidRead,
    /// Changes something, or starts work that is charged: retrying it may do it twice.
    Write,
}

impl Replay {
    /// The class in words, as the index of operations has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FreeRead => "free read",
            Self::PaidRead => "paid read",
            Self::Write => "write",
        }
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How the price of a call follows from its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pricing {
    /// How the price is counted.
    pub mode: PricingMode,
    /// The input that says how many units are bought.
    pub quantity_param: &'static str,
    /// The input that chooses the price of a unit.
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

/// How a price is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PricingMode {
    /// Units times the price of a unit.
    PerUnit,
}
