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
        let charged = self.0.attempts.last().map_or(Charged::No, |last| last.charged);
        write!(f, "{}", self.last_failure(charged))?;
        self.earlier_attempts(f)
    }
}

/// The last thing that happened, and whether that attempt was charged.
struct LastFailure<'a>(&'a Error, Charged);

impl fmt::Display for LastFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error, charged) = *self;
        error.failure(f, charged)?;
        if error.is_charged_failure() {
            let coins = error.0.usage.coin_cost.unwrap_or_default();
            write!(f, "; the response reports a cost of {}", Coins(coins))?;
        }
        Ok(())
    }
}

impl Error {
    /// The last thing that happened, in one sentence, of an attempt that was charged or not.
    pub(crate) fn last_failure(&self, charged: Charged) -> impl fmt::Display {
        LastFailure(self, charged)
    }

    /// How many attempts there were, and what may have been charged for them.
    fn earlier_attempts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [earlier @ .., last] = &self.0.attempts[..] else { return Ok(()) };
        if earlier.is_empty() {
            return Ok(());
        }
        let (attempts, coins) = (self.0.attempts.len(), Coins(self.coins_at_risk()));
        let open = earlier.iter().filter(|attempt| attempt.coins_at_risk > 0).count();
        match (open, last.coins_at_risk) {
            (0, 0) => write!(f, "; {attempts} attempts"),
            (1, 0) => write!(
                f,
                "; an earlier one of {attempts} attempts may have been charged: {coins} at risk"
            ),
            (_, 0) => write!(
                f,
                "; {open} earlier ones of {attempts} attempts may have been charged: {coins} at risk"
            ),
            _ => write!(f, "; {attempts} attempts, {coins} at risk"),
        }
    }

    fn failure(&self, f: &mut fmt::Formatter<'_>, charged: Charged) -> fmt::Result {
        let accepted = accepted(charged);
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
            Kind::Timeout => self.interrupted(f, operation, charged, "it timed out"),
            Kind::Interrupted => self.interrupted(f, operation, charged, "the connection was lost"),
            Kind::TooLarge { limit } => {
                write!(
                    f,
                    "{operation} {accepted} its response is larger than the limit of {limit} bytes"
                )?;
                self.response(f)
            }
            Kind::TooManyValues { limit } => {
                write!(
                    f,
                    "{operation} {accepted} its response has more values than the limit of {limit}"
                )?;
                self.response(f)
            }
            Kind::Decode { path, said } => {
                if self.0.operation.is_some() {
                    write!(f, "{operation} {accepted} its response")?;
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
            Kind::Api(failure) => self.api_error(f, operation, charged, failure),
        }
    }

    fn interrupted(
        &self,
        f: &mut fmt::Formatter<'_>,
        operation: &str,
        charged: Charged,
        how: &str,
    ) -> fmt::Result {
        match self.last_outcome() {
            Outcome::Accepted => {
                let accepted = accepted(charged);
                write!(f, "{operation} {accepted} {how} before its response was complete")?;
            }
            Outcome::NotSent => write!(f, "{operation} was not sent: {how}")?,
            _ => write!(f, "{operation} {}: {how} before a response came", uncertainty(charged))?,
        }
        self.response(f)
    }

    fn api_error(
        &self,
        f: &mut fmt::Formatter<'_>,
        operation: &str,
        charged: Charged,
        failure: &ApiFailure,
    ) -> fmt::Result {
        let with = if failure.code.is_some() { " with" } else { "" };
        let outcome = self.last_outcome();
        if self.0.status.is_some_and(|status| status.is_redirection()) {
            match outcome {
                Outcome::Refused => write!(f, "{operation} was not processed")?,
                _ => write!(f, "{operation} {}", uncertainty(charged))?,
            }
            match &failure.redirect_host {
                Some(host) => write!(f, ": the server redirects to {host}, which is not followed")?,
                None => f.write_str(": the server redirects, but not to a URL")?,
            }
            f.write_str("; check the base URL")?;
            return self.response(f);
        }
        match outcome {
            Outcome::Refused => write!(f, "{operation} was refused{with}")?,
            Outcome::Unknown => {
                let why = match () {
                    () if self.0.source.is_some() => "its error response is incomplete",
                    () if self.is_server_error() => "a gateway responded in place of the API",
                    () => "its status is not a known one",
                };
                write!(f, "{operation} {}: {why}{with}", uncertainty(charged))?;
            }
            _ => write!(f, "{operation} failed{with}")?,
        }
        code_and_message(f, failure)?;
        self.response(f)
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

fn accepted(charged: Charged) -> &'static str {
    match charged {
        Charged::Yes => "was accepted and charged, but",
        _ => "was accepted, but",
    }
}

/// What an unknown outcome leaves possible. A free request cannot have been charged.
fn uncertainty(charged: Charged) -> &'static str {
    match charged {
        Charged::No => "may have been processed",
        _ => "may have been processed and charged",
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
