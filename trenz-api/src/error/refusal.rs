//! Calls that the client itself refused, by limits that its user has set.

use super::{Error, Kind};
use crate::generated::Scope;
use crate::money::budget::Shortfall;

impl Error {
    /// A budget has too few coins left; see [`shortfall`](Self::shortfall).
    ///
    /// Nothing was sent and nothing charged. Coins that calls under way have reserved may be released later.
    #[must_use]
    pub fn is_over_budget(&self) -> bool {
        self.shortfall().is_some()
    }

    /// The call may cost more than its [`max_cost`](crate::Call::max_cost).
    ///
    /// Nothing was sent and nothing charged.
    #[must_use]
    pub fn is_over_max_cost(&self) -> bool {
        matches!(self.0.kind, Kind::OverMaxCost { .. })
    }

    /// How many coins the call needs and the budget has left.
    #[must_use]
    pub fn shortfall(&self) -> Option<Shortfall> {
        match self.0.kind {
            Kind::OverBudget(shortfall) => Some(shortfall),
            #[cfg(feature = "_ledger")]
            Kind::Unrecorded(crate::money::spend_ledger::Refused::OverBudget(_, shortfall)) => {
                Some(shortfall)
            }
            _ => None,
        }
    }

    /// The scope that the key lacks, by the scopes that were given to [`scopes`](crate::ClientBuilder::scopes).
    ///
    /// Nothing was sent and nothing charged. Where the server refuses a call for its scope, the error
    /// [`is_forbidden`](Self::is_forbidden) instead.
    #[must_use]
    pub fn missing_scope(&self) -> Option<Scope> {
        match self.0.kind {
            Kind::MissingScope(scope) => Some(scope),
            _ => None,
        }
    }
}
