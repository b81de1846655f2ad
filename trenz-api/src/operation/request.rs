//! The trait that the request of an operation implements.

use serde::de::DeserializeOwned;

use crate::generated::Scope;
use crate::money::pricing::{BillingMode, Pricing, Replay};
use crate::money::quote::Quote;
use crate::wire::content::Content;
use crate::wire::inputs::Inputs;
use crate::wire::method::Method;

/// A request of one operation: what it sends, what it costs, and what it responds.
///
/// Every request type of this crate implements it. You can implement it too, for an endpoint that this version of
/// the crate does not know yet: whatever is sent through [`Client::execute`](crate::Client::execute) is checked,
/// sent and decoded by the same rules.
pub trait Operation: Send + Sync {
    /// What the `data` of the response decodes into.
    type Output: DeserializeOwned + Send + 'static;

    /// The operation's id in the vendor's document.
    const ID: &'static str;
    /// One line that says what it does.
    const SUMMARY: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path, with `{name}` where a path input goes.
    const PATH: &'static str;
    /// The group it belongs to, as the vendor's menu calls it.
    const GROUP: &'static str;
    /// The area within the group.
    const AREA: &'static str;
    /// Where its request type lives in this crate.
    const RUST_PATH: &'static str;
    /// What a call costs, in coins. With [`PRICING`](Self::PRICING) it is the most that a call can cost.
    const COIN_COST: u64;
    /// The permission that the key must have, if any.
    const SCOPE: Option<Scope>;
    /// When the coins are taken.
    const BILLING_MODE: BillingMode;
    /// Whether retrying a call can do harm.
    const REPLAY: Replay;
    /// How the price follows from the request, where it does.
    const PRICING: Option<Pricing> = None;
    /// The field of the response's data that names the task which a call starts, by its name in JSON; `None` where a call
    /// starts none.
    const TASK_ID: Option<&'static str> = None;
    /// What the response holds.
    const CONTENT: Content = Content::Json;
    /// The media types that are understood of the response, as the header `Accept` has them.
    const ACCEPT: &'static str = "application/json";

    /// Writes the inputs into the request that will be sent.
    fn encode(&self, to: &mut Inputs);

    /// What this request will cost by the vendor's document, and how that comes about. Nothing is sent.
    fn quote(&self) -> Quote {
        Quote::of(Self::ID, Self::COIN_COST, Self::PRICING.as_ref(), |inputs| self.encode(inputs))
    }
}
