//! `Display` of an error: one line with the operation, what happened, and whether the request was processed.

use std::fmt;

use super::{ApiFailure, Charged, Error, Kind, report};
use crate::base::redact::{LINE, Redactor, one_line};
use crate::money::coins::Coins;
use crate::money::outcome::Outcome;

/// How many violations one line lists.
const MOST_VIOLATIONS: usize = 10;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.last_failure(f)?;
        if self.is_charged_failure() {
            let coins = self.0.usage.coin_cost.unwrap_or_default();
            write!(f, "; the response reports a cost of {}", Coins(coins))?;
        }
        let attempts = self.0.attempts.len();
        if attempts > 1 {
            write!(f, "; {attempts} attempts")?;
            if self.coins_at_risk() > 0 {
                write!(f, ", {} at risk", Coins(self.coins_at_risk()))?;
            }
        }
        Ok(())
    }
}

impl Error {
    /// The last thing that happened.
    fn last_failure(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.0.operation.unwrap_or("a JSON value");
        match &self.0.kind {
            Kind::Configuration(message) => f.write_str(message),
            Kind::InvalidInput(violations) => {
                match self.0.operation {
                    Some(operation) => write!(f, "{operation} was not sent: ")?,
                    None => f.write_str("inputs that cannot be sent: ")?,
                }
                for (index, violation) in violations.iter().enumerate() {
                    if index == MOST_VIOLATIONS {
                        return write!(f, "; and {} more", violations.len().saturating_sub(index));
                    }
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}{}", one_line(&violation.to_string(), LINE))?;
                }
                Ok(())
            }
            Kind::NotJson => f.write_str("expected JSON, found something else"),
            Kind::OverBudget(shortfall) => {
                write!(f, "{operation} was not sent: it is over the budget ({shortfall})")
            }
            #[cfg(feature = "_ledger")]
            Kind::Unrecorded(refused) => refused.show(f, self.0.operation),
            Kind::OverMaxCost { needed, allowed } => write!(
                f,
                "{operation} was not sent: it may cost {}, more than the limit of {allowed} that was set",
                Coins(*needed)
            ),
            Kind::MissingScope(scope) => {
                write!(
                    f,
                    "{operation} was not sent: it needs the scope {scope}, which the key lacks"
                )
            }
            Kind::Unsendable => {
                write!(f, "{operation} was not sent: the request could not be built")
            }
            Kind::Connect => write!(f, "{operation} was not sent: the connection failed"),
            Kind::Timeout => self.interrupted(f, operation, "it timed out"),
            Kind::Interrupted => self.interrupted(f, operation, "the connection was lost"),
            Kind::TooLarge { limit } => {
                write!(
                    f,
                    "{operation} was accepted, but its response is larger than the limit of {limit} bytes"
                )?;
                self.response(f)
            }
            Kind::TooManyValues { limit } => {
                write!(
                    f,
                    "{operation} was accepted, but its response has more values than the limit of {limit}"
                )?;
                self.response(f)
            }
            Kind::Decode { path, said } => {
                if self.0.operation.is_some() {
                    write!(f, "{operation} was accepted, but its response")?;
                } else {
                    f.write_str(operation)?;
                }
                f.write_str(" does not have the expected shape")?;
                if !path.as_str().is_empty() {
                    write!(f, " at `{path}`")?;
                }
                if let Some(said) = said {
                    code_and_message(f, said)?;
                }
                self.response(f)
            }
            Kind::Api(failure) => self.api_error(f, operation, failure),
        }
    }

    fn interrupted(&self, f: &mut fmt::Formatter<'_>, operation: &str, how: &str) -> fmt::Result {
        match self.last_outcome() {
            Outcome::Accepted => {
                write!(f, "{operation} was accepted, but {how} before its response was complete")?;
            }
            Outcome::NotSent => write!(f, "{operation} was not sent: {how}")?,
            _ => write!(f, "{operation} {}: {how} before a response came", self.uncertainty())?,
        }
        self.response(f)
    }

    fn api_error(
        &self,
        f: &mut fmt::Formatter<'_>,
        operation: &str,
        failure: &ApiFailure,
    ) -> fmt::Result {
        let with = if failure.code.is_some() { " with" } else { "" };
        match self.last_outcome() {
            Outcome::Refused => write!(f, "{operation} was refused{with}")?,
            Outcome::Unknown => {
                write!(f, "{operation} {}: it failed{with}", self.uncertainty())?;
            }
            _ => write!(f, "{operation} failed{with}")?,
        }
        code_and_message(f, failure)?;
        if let Some(host) = &failure.redirect_host {
            write!(f, ", a redirect to {host} that was not followed")?;
        }
        self.response(f)
    }

    /// What an unknown outcome leaves possible. A free request cannot have been charged.
    fn uncertainty(&self) -> &'static str {
        match self.charged() {
            Charged::No => "may have been processed",
            _ => "may have been processed and charged",
        }
    }

    fn response(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.status, &self.0.request_id) {
            (Some(status), id) if id.as_str().is_some() => {
                write!(f, " (HTTP {}, request {id})", status.as_u16())
            }
            (Some(status), _) => write!(f, " (HTTP {})", status.as_u16()),
            (None, _) => Ok(()),
        }
    }
}

/// The code and the message.
fn code_and_message(f: &mut fmt::Formatter<'_>, said: &ApiFailure) -> fmt::Result {
    if let Some(code) = &said.code {
        write!(f, " {code}")?;
    }
    if let Some(message) = &said.message {
        write!(f, ": {message}")?;
    }
    Ok(())
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Each text in it is clean; but of violations and attempts there may be many.
        report::debug(f, &Redactor::default(), self, |f| {
            f.debug_struct("Error")
                .field("kind", &self.0.kind)
                .field("operation_id", &self.0.operation)
                .field("outcome", &self.outcome())
                .field("status", &self.0.status.map(|status| status.as_u16()))
                .field("request_id", &self.0.request_id)
                .field("usage", &self.0.usage)
                .field("body", &self.0.body)
                .field("source", &self.0.source)
                .field("attempts", &self.0.attempts)
                .finish()
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| source as _)
    }
}
