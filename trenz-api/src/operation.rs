//! What an operation is: the trait its request implements, and the same facts as plain data.

use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

use crate::Quote;
use crate::generated::{Scope, facts};
use crate::inputs::Inputs;

/// A request of one operation: what it sends, what it costs, and what it answers.
///
/// Every request type of this crate implements it. You can implement it too, for an endpoint that this version of
/// the crate does not know yet: whatever is sent through [`Client::execute`](crate::Client::execute) is checked,
/// sent and decoded by the same rules.
pub trait Operation: Send + Sync {
    /// What the `data` of the answer decodes into.
    type Answer: DeserializeOwned + Send + 'static;

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
    /// Whether sending a call again can do harm.
    const REPLAY: Replay;
    /// How the price follows from the request, where it does.
    const PRICING: Option<Pricing> = None;
    /// What the answer holds.
    const CONTENT: Content = Content::Json;
    /// The media types that are understood of the answer, as the header `Accept` has them.
    const ACCEPT: &'static str = "application/json";

    /// Writes the inputs into the request that will be sent.
    fn write(&self, to: &mut Inputs);

    /// What this request will cost by the vendor's document, and how that comes about. Nothing is sent.
    fn quote(&self) -> Quote {
        Quote::of(self)
    }
}

/// Every operation of the document, in the document's order.
///
/// For those who build price lists and permission screens:
///
/// ```
/// let most_expensive = trenz_api::operations().iter().max_by_key(|operation| operation.coin_cost);
/// # assert!(most_expensive.is_some());
/// ```
#[must_use]
pub fn operations() -> &'static [OperationInfo] {
    facts::OPERATIONS
}

/// The scopes that a key must have for all of these operations, each once, sorted by name.
///
/// ```
/// use trenz_api::{OperationInfo, Scope, data::products::Search, required_scopes};
///
/// assert_eq!(required_scopes(&[OperationInfo::of::<Search>()]), [Scope::ProductsRead]);
/// ```
pub fn required_scopes<'a>(operations: impl IntoIterator<Item = &'a OperationInfo>) -> Vec<Scope> {
    let mut scopes = Vec::new();
    for scope in operations.into_iter().filter_map(|operation| operation.scope) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes.sort_unstable_by_key(|scope| scope.as_str());
    scopes
}

/// The facts of one operation as data: what the constants of [`Operation`] say.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OperationInfo {
    /// See [`Operation::ID`].
    pub id: &'static str,
    /// See [`Operation::SUMMARY`].
    pub summary: &'static str,
    /// See [`Operation::METHOD`].
    pub method: Method,
    /// See [`Operation::PATH`].
    pub path: &'static str,
    /// See [`Operation::GROUP`].
    pub group: &'static str,
    /// See [`Operation::AREA`].
    pub area: &'static str,
    /// See [`Operation::RUST_PATH`].
    pub rust_path: &'static str,
    /// See [`Operation::COIN_COST`].
    pub coin_cost: u64,
    /// See [`Operation::SCOPE`].
    pub scope: Option<Scope>,
    /// See [`Operation::BILLING_MODE`].
    pub billing_mode: BillingMode,
    /// See [`Operation::REPLAY`].
    pub replay: Replay,
    /// See [`Operation::PRICING`].
    pub pricing: Option<Pricing>,
    /// See [`Operation::CONTENT`].
    #[serde(skip)]
    pub(crate) content: Content,
    /// See [`Operation::ACCEPT`].
    #[serde(skip)]
    pub(crate) accept: &'static str,
}

impl OperationInfo {
    /// The facts of the operation `O`.
    #[must_use]
    pub const fn of<O: Operation>() -> Self {
        Self {
            id: O::ID,
            summary: O::SUMMARY,
            method: O::METHOD,
            path: O::PATH,
            group: O::GROUP,
            area: O::AREA,
            rust_path: O::RUST_PATH,
            coin_cost: O::COIN_COST,
            scope: O::SCOPE,
            billing_mode: O::BILLING_MODE,
            replay: O::REPLAY,
            pricing: O::PRICING,
            content: O::CONTENT,
            accept: O::ACCEPT,
        }
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
}

impl Method {
    /// The method as it stands in a request.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

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

/// Whether sending a call again can do harm.
///
/// A read is a call whose scope ends in `.read`, or a GET that asks for no scope, and that starts no task; everything
/// else is a write. The exceptions stand, with their reasons, in the generator's table of decisions. Neither the HTTP
/// method nor the price enters: most reads are POST, and some cost a thousand coins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Replay {
    /// Changes nothing and costs nothing: sending it again is harmless.
    FreeRead,
    /// Changes nothing, but each time it arrives it may be charged.
    PaidRead,
    /// Changes something, or starts work that is charged: sending it again may do it twice.
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

/// What an operation answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Content {
    /// The envelope with data in it.
    Json,
    /// The data itself, and no envelope: the request's id may stand in a header, and what the call has cost is not
    /// said.
    Bare,
    /// Text, in UTF-8.
    Text,
    /// Bytes, as they come.
    Bytes,
    /// The same, or nothing at all: an answer without a body is `None`.
    Optional(&'static Self),
    /// Nothing that is documented: a body, if one comes, is not an error, and not looked at beyond its envelope.
    None,
}

impl Content {
    /// What an answer with this body holds.
    pub(crate) fn of(self, body: &[u8]) -> Self {
        match self {
            Self::Optional(_) if body.is_empty() => Self::None,
            Self::Optional(content) => *content,
            content => content,
        }
    }
}
