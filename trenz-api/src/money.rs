//! The cost of calls: prices, budgets that reserve them, and the ledger of what was charged.

pub(crate) mod budget;
pub(crate) mod coins;
pub(crate) mod ledger;
pub(crate) mod outcome;
pub(crate) mod pricing;
pub(crate) mod quote;
#[cfg(feature = "tasks")]
pub(crate) mod refunds;
pub(crate) mod reservation;
pub(crate) mod settlement;
#[cfg(feature = "_ledger")]
pub(crate) mod spend_ledger;
