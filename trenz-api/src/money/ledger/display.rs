//! A ledger as a table.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use super::{Ledger, Tally};

/// The end of the year 9999, in Unix seconds: later dates are not printed.
const LAST_DATE: u64 = 253_402_300_799;

/// A small table: one line per operation, the total, and the last balance.
impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.operations.keys().map(|id| id.len()).max().unwrap_or(0).max(9);
        writeln!(
            f,
            "{:width$} {:>7} {:>9} {:>9} {:>10} {:>9} {:>8}",
            "operation", "calls", "settled", "at risk", "unreported", "refunded", "failures"
        )?;
        let total = self.total();
        let lines = self.operations.iter().map(|(id, tally)| (*id, *tally));
        for (id, tally) in lines.chain([("total", total)]) {
            let Tally { calls, settled, at_risk, refunded, failures, .. } = tally;
            let unreported = match tally.unreported {
                0 => "0".to_owned(),
                _ => format!("≤{}", tally.unreported_at_most),
            };
            writeln!(
                f,
                "{id:width$} {calls:>7} {settled:>9} {at_risk:>9} {unreported:>10} {refunded:>9} {failures:>8}"
            )?;
        }
        match self.balance {
            Some(balance) => {
                let seconds =
                    balance.at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
                let seconds = Duration::from_secs(seconds.min(LAST_DATE));
                let at = UNIX_EPOCH.checked_add(seconds).unwrap_or(UNIX_EPOCH);
                let at = httpdate::fmt_http_date(at);
                write!(f, "balance {} on {at}", balance.coins)
            }
            None => f.write_str("balance unknown"),
        }
    }
}
