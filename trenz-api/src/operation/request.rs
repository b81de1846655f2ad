//! The trait that the request of an operation implements.

use serde::de::DeserializeOwned;

use crate::generated::Scope;
use crate::money::pricing::{BillingMode, Pricing, Replay};
use crate::money::quote::Quote;
use crate::wire::content::Content;
use crate::wire::inputs::Inputs;
use crate::wire::method::Method;

/// A request of one operation: its inputs, its price, and the type of its response.
///
/// Every request type of this crate implements it. You can implement it for an endpoint that this version of the crate
/// does not know: what is sent through [`Client::execute`](crate::Client::execute) is checked, sent and decoded by the
/// same rules.
pub trait Operation: Send + Sync {
    /// The type of the response's `data`.
    type Output: DeserializeOwned + Send + 'static;

    /// The operation's id in the vendor's document.
    const ID: &'static str;
    /// One line about what it does.
    const SUMMARY: &'static str;
    /// The HTTP method.
    const METHOD: Method;
    /// The path, with `{name}` for each path parameter.
    const PATH: &'static str;
    /// The group it belongs to, in the vendor's documentation.
    const GROUP: &'static str;
    /// The area within the group.
    const AREA: &'static str;
    /// The path of its request type in this crate.
    const RUST_PATH: &'static str;
    /// The price of a call in coins. With [`PRICING`](Self::PRICING) it is the upper bound.
    const COIN_COST: u64;
    /// The scope that the key must have, if any.
    const SCOPE: Option<Scope>;
    /// When the coins are charged.
    const BILLING_MODE: BillingMode;
    /// Whether a retry can do harm.
    const REPLAY: Replay;
    /// How the price is computed from the request, where it varies.
    const PRICING: Option<Pricing> = None;
    /// The JSON name of the field of the response's data that holds the id of the started task; `None` if a call starts
    /// no task.
    const TASK_ID: Option<&'static str> = None;
    /// The kind of content of the response.
    const CONTENT: Content = Content::Json;
    /// Whether the document asks for the key.
    const SENDS_KEY: bool = true;
    /// The media types accepted in the response, as sent in the `Accept` header.
    const ACCEPT: &'static str = "application/json";

    /// Encodes the inputs into the request to be sent.
    fn encode(&self, to: &mut Inputs);

    /// The price of this request by the vendor's document, and how it was computed. Nothing is sent.
    fn quote(&self) -> Quote {
        Quote::of(Self::ID, Self::COIN_COST, Self::PRICING.as_ref(), |inputs| self.encode(inputs))
    }
}
