//! The facts of every operation, as plain data.

use serde::Serialize;

use super::request::Operation;
use crate::generated::{Scope, facts};
use crate::money::pricing::{BillingMode, Pricing, Replay};
#[cfg(any(feature = "login", feature = "upload"))]
use crate::money::quote::Quote;
use crate::wire::content::Content;
use crate::wire::method::Method;

/// All operations of the document, in the document's order.
///
/// For price lists and permission screens, for example:
///
/// ```
/// let most_expensive = trenz_api::operations().iter().max_by_key(|operation| operation.coin_cost);
/// # assert!(most_expensive.is_some());
/// ```
#[must_use]
pub fn operations() -> &'static [OperationInfo] {
    facts::OPERATIONS
}

/// The scopes that a key needs for all of these operations, each once, sorted by name.
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

/// The facts of one operation as data: the constants of [`Operation`].
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
    /// See [`Operation::TASK_ID`].
    pub task_id: Option<&'static str>,
    /// See [`Operation::CONTENT`].
    #[serde(skip)]
    pub(crate) content: Content,
    /// See [`Operation::ACCEPT`].
    #[serde(skip)]
    pub(crate) accept: &'static str,
    /// See [`Operation::SENDS_KEY`].
    #[serde(skip)]
    pub(crate) sends_key: bool,
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
            task_id: O::TASK_ID,
            content: O::CONTENT,
            accept: O::ACCEPT,
            sends_key: O::SENDS_KEY,
        }
    }

    /// The quote of a request without the inputs that its price may depend on.
    #[cfg(any(feature = "login", feature = "upload"))]
    pub(crate) fn quote(&self) -> Quote {
        Quote::of(self.id, self.coin_cost, self.pricing.as_ref(), |_| {})
    }
}
