//! The price and the terms of a call: typed once, by the conventions, and rendered by every module that
//! prints them. Constants, documentation, the operations index and the change report all read these
//! values; nothing is read back from what was printed.

use crate::report::Pointer;

/// The unit of prices.
pub(crate) const UNIT: &str = "coins";

/// A value with its place in the document.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) pointer: Pointer,
}

/// The price and the terms of one operation.
///
/// `None` where the document lacks or misstates a part: for the vendor's own document a problem has
/// been reported. Another vendor's document states no part, and its calls count as free.
#[derive(Clone, Debug, Default)]
pub(crate) struct Billing {
    /// The price of a call; its upper bound where `pricing` is set.
    pub(crate) price: Option<Located<u64>>,
    pub(crate) mode: Option<Located<Mode>>,
    /// The required scope; an inner `None` where any key may call.
    pub(crate) scope: Option<Located<Option<Scope>>>,
    /// How the price is computed from the request.
    pub(crate) pricing: Option<Located<Pricing>>,
    /// Follows from the other parts, or from the decisions table.
    pub(crate) replay: Option<Replay>,
}

/// When a call is charged; named as by the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    PerCall,
    AsyncOnComplete,
    Free,
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::PerCall, Self::AsyncOnComplete, Self::Free];

    /// The document's spelling.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::PerCall => "per_call",
            Self::AsyncOnComplete => "async_on_complete",
            Self::Free => "free",
        }
    }
}

/// A scope, by both of its names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scope {
    pub(crate) wire: String,
    /// The variant of the runtime's `Scope`.
    pub(crate) rust: String,
}

/// Whether retrying a call can do harm; named as by the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Replay {
    FreeRead,
    PaidRead,
    Write,
}

impl Replay {
    pub(crate) const ALL: [Self; 3] = [Self::FreeRead, Self::PaidRead, Self::Write];

    /// The spelling of the decisions table and the index.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FreeRead => "free read",
            Self::PaidRead => "paid read",
            Self::Write => "write",
        }
    }
}

/// A price per unit of one input, by the tier that another names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pricing {
    /// The input with the quantity, in wire names as everything here.
    pub(crate) quantity_param: String,
    pub(crate) tier_param: String,
    /// The price of a unit, by tier.
    pub(crate) unit_prices: Vec<(String, u64)>,
    pub(crate) default_quantity: u64,
    pub(crate) default_tier: String,
    /// The price of a call whose tier has no price.
    pub(crate) fallback: u64,
}

impl Pricing {
    /// The price of a call that sets neither input, if it can be computed.
    pub(crate) fn default_price(&self) -> Option<u64> {
        let tier = self.unit_prices.iter().find(|(tier, _)| *tier == self.default_tier);
        tier.and_then(|(_, price)| price.checked_mul(self.default_quantity))
    }
}
