//! The total price of many requests.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

use super::request::Operation;
use crate::money::coins::Coins;
use crate::money::quote::Quote;

/// The quotes of many requests, summed per operation and in total.
///
/// ```
/// use trenz_api::{Country, Plan, data::products::Search};
///
/// let pages = (1..=20).map(|page| Search::builder().country(Country::Us).page(page).build());
/// let plan = Plan::of(pages);
/// assert_eq!(plan.total(), 100);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    lines: BTreeMap<&'static str, PlanLine>,
}

/// One operation in a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PlanLine {
    /// How many requests.
    pub requests: u64,
    /// The coins of all of them.
    pub coins: u64,
    /// How many of the requests are priced by an upper bound.
    pub upper_bounds: u64,
}

impl Plan {
    /// Returns the plan of these requests of one operation. Others can be added.
    pub fn of<O: Operation>(requests: impl IntoIterator<Item = O>) -> Self {
        requests.into_iter().map(|request| request.quote()).collect()
    }

    /// The plan of `requests` times the same request.
    pub(crate) fn repeat(quote: &Quote, requests: u64) -> Self {
        let line = PlanLine {
            requests,
            coins: quote.coins().saturating_mul(requests),
            upper_bounds: if quote.is_exact() { 0 } else { requests },
        };
        let lines = (requests > 0).then_some((quote.operation_id(), line));
        Self { lines: lines.into_iter().collect() }
    }

    /// Adds a request.
    pub fn add<O: Operation>(&mut self, request: &O) {
        self.extend([request.quote()]);
    }

    /// The coins of all requests. If the price of some is an upper bound, so is the total.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.sum().coins
    }

    /// The number of requests.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.sum().requests
    }

    /// Whether the price of every request is exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.sum().upper_bounds == 0
    }

    /// The sums by operation id, in the order of the ids.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, PlanLine)> + '_ {
        self.lines.iter().map(|(operation, line)| (*operation, *line))
    }

    fn sum(&self) -> PlanLine {
        let mut sum = PlanLine::default();
        for line in self.lines.values() {
            sum.add(*line);
        }
        sum
    }
}

impl PlanLine {
    fn add(&mut self, other: Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.coins = self.coins.saturating_add(other.coins);
        self.upper_bounds = self.upper_bounds.saturating_add(other.upper_bounds);
    }
}

impl Extend<Quote> for Plan {
    fn extend<I: IntoIterator<Item = Quote>>(&mut self, quotes: I) {
        for quote in quotes {
            self.lines.entry(quote.operation_id()).or_default().add(PlanLine {
                requests: 1,
                coins: quote.coins(),
                upper_bounds: u64::from(!quote.is_exact()),
            });
        }
    }
}

impl FromIterator<Quote> for Plan {
    fn from_iter<I: IntoIterator<Item = Quote>>(quotes: I) -> Self {
        let mut plan = Self::default();
        plan.extend(quotes);
        plan
    }
}

/// Prints one line per operation, and the total.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (operation, PlanLine { requests, coins, upper_bounds }) in self.lines() {
            let at_most = if upper_bounds > 0 { "at most " } else { "" };
            writeln!(f, "{operation}: {at_most}{} for {requests} requests", Coins(coins))?;
        }
        let at_most = if self.is_exact() { "" } else { "at most " };
        write!(f, "total: {at_most}{} for {} requests", Coins(self.total()), self.requests())
    }
}

#[cfg(test)]
mod tests;
