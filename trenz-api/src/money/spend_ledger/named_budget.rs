//! Named budgets, shared across processes, restarts and machines.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::error::SpendLedgerError;
use super::period::Period;
use super::reserve::BudgetWarning;
use super::terms::DeclaredBudget;
use crate::base::setters::setters;
use crate::money::budget::Budget;

/// A hard limit on the coins of a period, shared by all clients that declare it with one
/// [`SpendLedger`](crate::SpendLedger): see [`ClientBuilder::budget`](crate::ClientBuilder::budget).
///
/// ```
/// use trenz_api::{Budget, Operation, Period, content::ai_video::SdProGenerate};
///
/// let nightly = Budget::named("nightly").coins(5_000).per(Period::Day);
/// let video = Budget::named("video")
///     .coins(20_000)
///     .per(Period::Month)
///     .operations([SdProGenerate::ID])
///     .warn_at(0.8);
/// ```
#[derive(Clone)]
#[must_use = "a budget does nothing until a client is given it"]
pub struct NamedBudget {
    pub(super) name: String,
    coins: Option<u64>,
    period: Period,
    operations: Option<BTreeSet<String>>,
    warn_at: Option<f64>,
    pub(super) replace: bool,
    pub(super) as_declared: bool,
    pub(super) on_warning: Option<Arc<OnWarning>>,
}

impl Budget {
    /// Returns a budget of this name, in a [`SpendLedger`](crate::SpendLedger). All clients that declare it must
    /// declare the same terms.
    pub fn named(name: impl Into<String>) -> NamedBudget {
        NamedBudget::new(name.into())
    }
}

pub(crate) type OnWarning = dyn Fn(&BudgetWarning) + Send + Sync;

impl NamedBudget {
    fn new(name: String) -> Self {
        Self {
            name,
            coins: None,
            period: Period::Lifetime,
            operations: None,
            warn_at: None,
            replace: false,
            as_declared: false,
            on_warning: None,
        }
    }

    /// Sets the coins of each period. Required: [`build`](crate::ClientBuilder::build) fails without it.
    pub fn coins(mut self, coins: u64) -> Self {
        self.coins = Some(coins);
        self
    }

    /// Sets the period. Default: forever.
    pub fn per(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// Sets the ids of the operations that count in this budget. Default: all.
    pub fn operations<T: Into<String>>(mut self, operations: impl IntoIterator<Item = T>) -> Self {
        self.operations = Some(operations.into_iter().map(Into::into).collect());
        self
    }

    setters! {
        /// Sets the fraction of the coins, from 0 to 1, at which the budget warns: when that much is spent, reserved or
        /// at risk. It warns once in a period, in one of the processes, by a `tracing` event named `trenz.budget` and
        /// by [`on_warning`](Self::on_warning).
        pub fn warn_at(self, part: f64) => self.warn_at = Some(part);

        /// Sets a callback for the warning, called if an attempt of this client has triggered it.
        pub fn on_warning(
            self, callback: impl Fn(&BudgetWarning) + Send + Sync + 'static
        ) => self.on_warning = Some(Arc::new(callback));

        /// Replaces the ledger's terms for this name, for all processes at once. What was spent in the current period
        /// of the new terms stays spent.
        pub fn replace(self) => self.replace = true;

        /// Takes the terms that the ledger has of this name, whatever they are. [`build`](crate::ClientBuilder::build)
        /// refuses a budget that was [never declared](crate::SpendLedger::declare_budget).
        pub fn as_declared(self) => self.as_declared = true;
    }

    /// The terms as they are stored, if they are valid.
    pub(super) fn terms(&self) -> Result<DeclaredBudget, SpendLedgerError> {
        let name = &self.name;
        let refuse = |what: &str| SpendLedgerError::invalid(format!("the budget {name:?}: {what}"));
        if name.trim().is_empty() {
            return Err(refuse("its name is empty"));
        }
        let coins = self.coins.ok_or_else(|| refuse("set its number of coins"))?;
        if i64::try_from(coins).is_err() {
            return Err(refuse(&format!("expected at most {} coins, found {coins}", i64::MAX)));
        }
        if let Period::Every(length) = self.period
            && (length.as_millis() == 0 || i64::try_from(length.as_millis()).is_err())
        {
            return Err(refuse(&format!("expected a period of 1 ms or more, found {length:?}")));
        }
        let operations = match &self.operations {
            None => None,
            Some(ids) if ids.is_empty() => {
                return Err(refuse("its list of operations is empty"));
            }
            Some(ids) => {
                let odd = |id: &&String| id.is_empty() || id.contains(char::is_whitespace);
                if let Some(id) = ids.iter().find(odd) {
                    return Err(refuse(&format!("expected the id of an operation, found {id:?}")));
                }
                Some(ids.iter().cloned().collect())
            }
        };
        let warn_at = match self.warn_at {
            None => None,
            Some(part) if part > 0.0 && part <= 1.0 => Some(part_of(coins, part)),
            Some(part) => {
                return Err(refuse(&format!(
                    "`warn_at` must be above 0 and at most 1, found {part}"
                )));
            }
        };
        // As the ledger stores it: in milliseconds.
        let period = Period::parse(&self.period.text());
        Ok(DeclaredBudget { name: name.clone(), coins, period, operations, warn_at })
    }
}

/// The coins at which to warn: at least one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the warning may be early by a few coins in a quadrillion"
)]
fn part_of(coins: u64, part: f64) -> u64 {
    ((coins as f64 * part).ceil() as u64).clamp(1, coins.max(1))
}

impl fmt::Debug for NamedBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedBudget")
            .field("name", &self.name)
            .field("coins", &self.coins)
            .field("period", &self.period)
            .field("operations", &self.operations)
            .field("warn_at", &self.warn_at)
            .field("replace", &self.replace)
            .finish_non_exhaustive()
    }
}
