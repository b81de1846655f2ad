//! The inputs that a price depends on, recorded instead of encoded.

use serde::Serialize;

use super::Inputs;
use super::inspect::{Inspected, inspect_text};

/// The value of an input that the price depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum PriceInput {
    #[default]
    Unset,
    Integer(i128),
    Text(String),
    /// A value that no price can be computed from.
    Other,
}

/// The two inputs that the price depends on.
#[derive(Debug)]
pub(super) struct PriceInputs {
    quantity_param: &'static str,
    quantity: PriceInput,
    tier_param: &'static str,
    tier: PriceInput,
}

impl Inputs {
    /// Returns inputs that encode nothing, and only record what a price depends on.
    pub(crate) fn for_price(quantity_param: &'static str, tier_param: &'static str) -> Self {
        let (quantity, tier) = (PriceInput::Unset, PriceInput::Unset);
        let price = PriceInputs { quantity_param, quantity, tier_param, tier };
        Self { price: Some(price), ..Self::new(false) }
    }

    /// The recorded quantity and tier.
    pub(crate) fn price_inputs(self) -> (PriceInput, PriceInput) {
        self.price.map(|price| (price.quantity, price.tier)).unwrap_or_default()
    }

    /// Whether nothing is encoded, because only the price is computed.
    pub(super) fn is_for_price<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> bool {
        let Some(price) = &mut self.price else { return false };
        let price_inputs = if name == price.quantity_param {
            &mut price.quantity
        } else if name == price.tier_param {
            &mut price.tier
        } else {
            return true;
        };
        match inspect_text(value) {
            Ok(Inspected::Absent) => {}
            Ok(Inspected::Integer(integer)) => *price_inputs = PriceInput::Integer(integer),
            Ok(Inspected::Text(text)) => *price_inputs = PriceInput::Text(text),
            Ok(_) | Err(_) => *price_inputs = PriceInput::Other,
        }
        true
    }
}
