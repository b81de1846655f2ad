//! `Debug` of an error, made for people, since a `main` that returns the error prints it.
//!
//! The display, the possible cost, each attempt and each cause has a line of its own. The alternate form (`{:#?}`)
//! shows the fields.

use std::fmt;

use super::{Charged, Error};
use crate::base::redact::Redactor;
use crate::money::coins::Coins;
use crate::money::outcome::Outcome;

/// Prints an error of this crate for `Debug`; `fields` is its alternate form. Both are without the key and at most 64
/// KiB.
pub(crate) fn debug(
    f: &mut fmt::Formatter<'_>,
    redactor: &Redactor,
    error: &(dyn std::error::Error + 'static),
    fields: impl Fn(&mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    redactor.debug(f, |f| if f.alternate() { fields(f) } else { lines(f, error) })
}

fn lines(f: &mut fmt::Formatter<'_>, error: &(dyn std::error::Error + 'static)) -> fmt::Result {
    write!(f, "{error}")?;
    details(f, error)?;
    let mut next = error.source();
    while let Some(cause) = next {
        write!(f, "\ncaused by: {cause}")?;
        details(f, cause)?;
        next = cause.source();
    }
    Ok(())
}

/// The cost of a call, and its attempts.
fn details(f: &mut fmt::Formatter<'_>, error: &(dyn std::error::Error + 'static)) -> fmt::Result {
    let Some(error) = error.downcast_ref::<Error>() else { return Ok(()) };
    // An item of a page adds nothing to what is said of the page.
    if error.operation_id().is_none() || error.is_decode() && error.attempts().is_empty() {
        return Ok(());
    }
    match (error.charged(), error.cost()) {
        (Charged::No, _) if error.outcome() == Outcome::Failed => {
            f.write_str("\ncost: nothing, or refunded according to the vendor's documentation")?;
        }
        (Charged::No, _) => f.write_str("\ncost: this call was not charged")?,
        (_, Some(coins)) => write!(f, "\ncost: {} charged", Coins(coins))?,
        (Charged::Unknown, None) => {
            write!(f, "\ncost: up to {} may have been charged", Coins(error.coins_at_risk()))?;
        }
        (Charged::Yes, None) => {
            let most = Coins(error.coins_at_risk());
            write!(f, "\ncost: charged, and no response says how much of up to {most}")?;
        }
    }
    for (index, attempt) in error.attempts().iter().enumerate() {
        let number = index.saturating_add(1);
        write!(f, "\nattempt {number} ({}, {:.1?}", attempt.outcome, attempt.took)?;
        if let Some(waited) = attempt.waited {
            write!(f, ", then waited {waited:.1?}")?;
        }
        write!(f, "): {}", attempt.what)?;
    }
    if let Some(hint) = error.retry_advice() {
        write!(f, "\nbefore a retry: {hint}")?;
    }
    Ok(())
}
