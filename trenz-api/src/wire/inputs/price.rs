//! The inputs that a price depends on, noted instead of being written.

use serde::Serialize;

use super::Inputs;
use super::probe::{Probed, probe_text};

/// What a request says for an input that its price depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Noted {
    #[default]
    Unset,
    Integer(i128),
    Text(String),
    /// Something that no price can be read from.
    Other,
}

/// The two inputs that are looked out for.
#[derive(Debug)]
pub(super) struct Watch {
    quantity_param: &'static str,
    quantity: Noted,
    tier_param: &'static str,
    tier: Noted,
}

impl Inputs {
    /// Inputs that write nothing, and only note what a price depends on.
    pub(crate) fn for_price(quantity_param: &'static str, tier_param: &'static str) -> Self {
        let (quantity, tier) = (Noted::Unset, Noted::Unset);
        let watch = Watch { quantity_param, quantity, tier_param, tier };
        Self { watch: Some(watch), ..Self::new(false) }
    }

    /// The quantity and the tier that were noted.
    pub(crate) fn noted(self) -> (Noted, Noted) {
        self.watch.map(|watch| (watch.quantity, watch.tier)).unwrap_or_default()
    }

    /// Whether nothing is to be written, because only the price is asked for.
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
