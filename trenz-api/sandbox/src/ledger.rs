//! Who paid what: every charge and every refund, in order.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::inputs::Inputs;
use crate::operation::Operation;

/// Coins that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Which way they moved.
    pub kind: EntryKind,
    /// The request that moved them. A refund names the request that was charged.
    pub request_id: String,
    /// The operation that was called.
    pub operation: String,
    /// How many.
    pub coins: u64,
}

/// Which way coins moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// From the account.
    Charge,
    /// Back to the account.
    Refund,
}

/// The account's book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    opening: i64,
    entries: Vec<Entry>,
    balance: i64,
}

/// What was called of one operation, and what it cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// Requests that named the operation, successful or not.
    pub calls: u64,
    /// Coins charged.
    pub charged: u64,
    /// Refunded coins.
    pub refunded: u64,
}

/// What was called of all operations since the start.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bill {
    /// By operationId.
    pub positions: BTreeMap<String, Position>,
    /// What is left.
    pub balance: i64,
}

impl Position {
    pub(crate) fn add(&mut self, entry: &Entry) {
        match entry.kind {
            EntryKind::Charge => self.charged += entry.coins,
            EntryKind::Refund => self.refunded += entry.coins,
        }
    }
}

impl Ledger {
    pub(crate) fn new(opening: i64) -> Self {
        Self { opening, entries: Vec::new(), balance: opening }
    }

    /// The balance before the first entry.
    #[must_use]
    pub fn opening(&self) -> i64 {
        self.opening
    }

    /// Every movement, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The movements of one operation.
    pub fn of<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.operation == operation)
    }

    /// All coins charged.
    #[must_use]
    pub fn charged(&self) -> u64 {
        self.sum(EntryKind::Charge)
    }

    /// All refunded coins.
    #[must_use]
    pub fn refunded(&self) -> u64 {
        self.sum(EntryKind::Refund)
    }

    /// The balance after the last entry: what the responses report.
    #[must_use]
    pub fn balance(&self) -> i64 {
        self.balance
    }

    fn sum(&self, kind: EntryKind) -> u64 {
        self.entries.iter().filter(|entry| entry.kind == kind).map(|entry| entry.coins).sum()
    }

    pub(crate) fn affords(&self, coins: u64) -> bool {
        i64::try_from(coins).is_ok_and(|coins| coins <= self.balance)
    }

    pub(crate) fn charge(&mut self, request_id: &str, operation: &str, coins: u64) {
        self.enter(EntryKind::Charge, request_id, operation, coins);
    }

    pub(crate) fn refund(&mut self, request_id: &str, operation: &str, coins: u64) {
        self.enter(EntryKind::Refund, request_id, operation, coins);
    }

    /// Makes the balance another one, as a top-up does. The opening balance moves along, so that
    /// opening − charges + refunds stays the balance.
    pub(crate) fn set_balance(&mut self, balance: i64) {
        self.opening = self.opening.saturating_add(balance.saturating_sub(self.balance));
        self.balance = balance;
    }

    fn enter(&mut self, kind: EntryKind, request_id: &str, operation: &str, coins: u64) {
        // A free call moves nothing, so it is not an entry.
        if coins == 0 {
            return;
        }
        let signed = i64::try_from(coins).unwrap_or(i64::MAX);
        self.balance = match kind {
            EntryKind::Charge => self.balance.saturating_sub(signed),
            EntryKind::Refund => self.balance.saturating_add(signed),
        };
        let (request_id, operation) = (request_id.to_owned(), operation.to_owned());
        self.entries.push(Entry { kind, request_id, operation, coins });
    }
}

impl fmt::Display for Bill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.positions.keys().map(String::len).max().unwrap_or(0).max(9);
        let mut total = Position::default();
        writeln!(f, "{:width$} {:>7} {:>9} {:>9}", "operation", "calls", "charged", "refunded")?;
        for (name, position) in &self.positions {
            let Position { calls, charged, refunded } = position;
            writeln!(f, "{name:width$} {calls:>7} {charged:>9} {refunded:>9}")?;
            total.calls += calls;
            total.charged += charged;
            total.refunded += refunded;
        }
        let Position { calls, charged, refunded } = total;
        writeln!(f, "{:width$} {calls:>7} {charged:>9} {refunded:>9}", "total")?;
        write!(f, "balance: {} coins", self.balance)
    }
}

/// What a request costs: the fixed price, or units × unit price with the document's defaults, or
/// the upper bound where the tier has no price.
pub(crate) fn price(operation: &Operation, inputs: &Inputs) -> u64 {
    let Some(pricing) = &operation.pricing else { return operation.coin_cost };
    let tier = inputs.text(&pricing.tier_param).unwrap_or(&pricing.default_tier);
    let units =
        inputs.get(&pricing.quantity_param).map_or(Some(pricing.default_quantity), Value::as_u64);
    match (pricing.unit_prices.get(tier), units) {
        (Some(unit), Some(units)) => unit.saturating_mul(units),
        _ => pricing.fallback_coin_cost,
    }
}
