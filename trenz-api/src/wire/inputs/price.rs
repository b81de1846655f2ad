//! The inputs that a price depends on, recorded instead of encoded.

use serde::Serialize;

use super::Inputs;
use super::probe::{Probed, probe_text};

/// The value of an input that the price depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Noted {
    #[default]
    Unset,
    Integer(i128),
    Text(String),
    /// A value that no price can be computed from.
    Other,
}

/// The two inputs that the price depends on.
#[derive(Debug)]
pub(super) struct Watch {
    quantity_param: &'static str,
    quantity: Noted,
    tier_param: &'static str,
    tier: Noted,
}

impl Inputs {
    /// Returns inputs that encode nothing, and only record what a price depends on.
    pub(crate) fn for_price(quantity_param: &'static str, tier_param: &'static str) -> Self {
        let (quantity, tier) = (Noted::Unset, Noted::Unset);
        let watch = Watch { quantity_param, quantity, tier_param, tier };
        Self { watch: Some(watch), ..Self::new(false) }
    }

    /// The recorded quantity and tier.
    pub(crate) fn noted(self) -> (Noted, Noted) {
        self.watch.map(|watch| (watch.quantity, watch.tier)).unwrap_or_default()
    }

    /// Whether nothing is encoded, because only the price is computed.
    pub(super) fn only_watched<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> bool {
        let Some(watch) = &mut self.watch else { return false };
        let noted = if name == watch.quantity_param {
            &mut watch.quantity
        } else if name == watch.tier_param {
            &mut watch.tier
        } else {
            return true;
        };
        match probe_text(value) {
            Ok(Probed::Absent) => {}
            Ok(Probed::Integer(integer)) => *noted = Noted::Integer(integer),
            Ok(Probed::Text(text)) => *noted = Noted::Text(text),
            Ok(_) | Err(_) => *noted = Noted::Other,
        }
        true
    }
}
