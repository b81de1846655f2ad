//! The price of a request, computed before it is sent.

use serde::Serialize;
use std::fmt;

use crate::money::coins::Coins;
use crate::money::pricing::Pricing;
use crate::wire::inputs::{Inputs, PriceInput};

/// The price of a request by the vendor's document, and how it was computed.
///
/// It needs no client and no network: [`Operation::quote`](crate::Operation::quote) reads the request alone.
///
/// ```
/// use trenz_api::content::ai_video::SdProGenerate;
/// use trenz_api::Operation;
///
/// let quote = SdProGenerate::builder().prompt("a lipstick").duration(8).resolution("480p").build().quote();
/// assert_eq!(quote.coins(), 480);
/// assert_eq!(quote.to_string(), "480 coins: 8 × 60 (`duration` 8, `resolution` 480p)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    operation: &'static str,
    coins: u64,
    basis: Basis,
}

/// How the coins of a [`Quote`] were computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// Every call of the operation costs the same.
    Fixed,
    /// Units times the price of a unit.
    PerUnit {
        /// The units bought.
        quantity: PricedInput<u64>,
        /// The input that selected the price of a unit.
        tier: PricedInput<String>,
        /// Coins per unit.
        unit_price: u64,
    },
    /// The price cannot be computed from the request, so this is the most that the document lets the call cost.
    UpperBound(UpperBoundReason),
}

/// An input that a price depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PricedInput<T> {
    /// The input's name in the API.
    pub name: &'static str,
    /// Its value.
    pub value: T,
    /// Whether the request omits it, so the value is the document's default.
    pub is_default: bool,
}

/// Why only an upper bound of the price is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UpperBoundReason {
    /// The document has no price for this value of the input that selects the price.
    UnpricedTier {
        /// The input's name in the API.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// The input with the number of units is not an integer of at least one, or is too large.
    InvalidQuantity {
        /// The input's name in the API.
        name: &'static str,
    },
}

impl Quote {
    /// The quote of a request of this operation, whose inputs `write` encodes.
    pub(crate) fn of(
        operation: &'static str,
        coin_cost: u64,
        pricing: Option<&Pricing>,
        write: impl FnOnce(&mut Inputs),
    ) -> Self {
        let Some(pricing) = pricing else {
            return Self { operation, coins: coin_cost, basis: Basis::Fixed };
        };
        let mut inputs = Inputs::for_price(pricing.quantity_param, pricing.tier_param);
        write(&mut inputs);
        let (quantity, tier) = inputs.price_inputs();
        match per_unit(pricing, &quantity, tier) {
            Ok((coins, basis)) => Self { operation, coins, basis },
            Err(reason) => Self {
                operation,
                coins: pricing.fallback_coin_cost.max(coin_cost),
                basis: Basis::UpperBound(reason),
            },
        }
    }

    /// The id of the operation.
    #[must_use]
    pub fn operation_id(&self) -> &'static str {
        self.operation
    }

    /// The price of the call in coins; the upper bound if [`is_exact`](Self::is_exact) is false.
    #[must_use]
    pub fn coins(&self) -> u64 {
        self.coins
    }

    /// How the coins were computed.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Whether the price is exact, and not just an upper bound.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !matches!(self.basis, Basis::UpperBound(_))
    }
}

fn per_unit(
    pricing: &Pricing,
    quantity: &PriceInput,
    tier: PriceInput,
) -> Result<(u64, Basis), UpperBoundReason> {
    let invalid_quantity = || UpperBoundReason::InvalidQuantity { name: pricing.quantity_param };
    let (units, is_default) = match quantity {
        PriceInput::Unset => (pricing.default_quantity, true),
        PriceInput::Integer(units) => {
            (u64::try_from(*units).map_err(|_| invalid_quantity())?, false)
        }
        PriceInput::Text(_) | PriceInput::Other => return Err(invalid_quantity()),
    };
    // A server may read 0 as "not set", which costs more than nothing.
    if units == 0 {
        return Err(invalid_quantity());
    }
    let quantity = PricedInput { name: pricing.quantity_param, value: units, is_default };
    let (value, is_default) = match tier {
        PriceInput::Unset => (pricing.default_tier.to_owned(), true),
        PriceInput::Integer(number) => (number.to_string(), false),
        PriceInput::Text(text) => (text, false),
        PriceInput::Other => (String::new(), false),
    };
    let price = pricing.unit_prices.iter().find(|(tier, _)| *tier == value);
    let Some(&(_, unit_price)) = price else {
        return Err(UpperBoundReason::UnpricedTier { name: pricing.tier_param, value });
    };
    let tier = PricedInput { name: pricing.tier_param, value, is_default };
    let coins = units.checked_mul(unit_price).ok_or_else(invalid_quantity)?;
    Ok((coins, Basis::PerUnit { quantity, tier, unit_price }))
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_exact() {
            f.write_str("at most ")?;
        }
        write!(f, "{}: {}", Coins(self.coins), self.basis)
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed => f.write_str("fixed"),
            Self::PerUnit { quantity, tier, unit_price } => {
                write!(f, "{} × {unit_price} ({quantity}, {tier})", quantity.value)
            }
            Self::UpperBound(reason) => reason.fmt(f),
        }
    }
}

impl<T: fmt::Display> fmt::Display for PricedInput<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_default = if self.is_default { " by default" } else { "" };
        write!(f, "`{}` {}{by_default}", self.name, self.value)
    }
}

impl fmt::Display for UpperBoundReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnpricedTier { name, value } => {
                write!(f, "the document has no price for `{name}` {}", value.escape_debug())
            }
            Self::InvalidQuantity { name } => write!(f, "`{name}` is not a valid number of units"),
        }
    }
}
