//! Checks a configuration and builds the client.

use http::HeaderValue;
use std::sync::Arc;
use std::time::Duration;
#[cfg(feature = "upload")]
use url::Host;

use super::{AuthScheme, ClientBuilder};
use crate::client::core::Core;
use crate::client::handle::Client;
use crate::client::rate_limiter::RateLimiter;
use crate::error::Error;
use crate::generated::facts;
#[cfg(feature = "tasks")]
use crate::money::refunds::Payments;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{LedgerSession, Refused, SpendLedgerError};
use crate::transport::base_url::{self, base_url, is_loopback};
use crate::transport::connections::ConnectionPolicy;
#[cfg(feature = "upload")]
use crate::transport::destination::Destinations;
use crate::transport::http::{Settings, Transport};
use crate::transport::key::{Credentials, KeyPlace};
use crate::transport::sender::Sender;

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_USER_AGENT: &str = concat!("trenz-api/", env!("CARGO_PKG_VERSION"));

/// How many bytes of the largest allowed response there are for each allowed value.
///
/// The largest list element that the document describes takes some 500 bytes in memory, is at least two values, and
/// takes three times as much for a moment when the list grows. So the values of a response take at most six times the
/// bytes of the largest allowed response; `tests/tests/calls/memory.rs` measures it.
const BYTES_PER_VALUE: usize = 128;
/// How many values a response may always have, however small the largest allowed response is.
const FEWEST_VALUES: usize = 10_000;

impl ClientBuilder {
    /// Builds the client.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] if a setting is missing or invalid.
    pub fn build(self) -> Result<Client, Error> {
        let refuse = |message: String| Error::configuration(message, None);
        let key = self.key().map_err(refuse)?;
        let given = self.base_url.as_deref().unwrap_or(facts::DEFAULT_BASE_URL);
        let is_secret = key.is_some() || !self.headers.is_empty();
        let (base_url, base_query) = base_url(given, is_secret).map_err(refuse)?;
        let is_in_query = match facts::KEY {
            Some(KeyPlace::Query(name)) => base_url::has_parameter(&base_query, name),
            _ => false,
        };
        let is_asked_for = facts::KEY.is_some() && facts::KEY_IS_REQUIRED;
        if is_asked_for && !is_secret && !is_in_query {
            return Err(refuse(
                "the API key is not set: call `api_key`, or `from_env` with `TRENZ_API_KEY` set"
                    .to_owned(),
            ));
        }
        let credentials = Credentials::new(key, &self.headers, &base_query).map_err(refuse)?;
        let user_agent = self.user_agent.as_deref().unwrap_or(DEFAULT_USER_AGENT);
        let user_agent = HeaderValue::from_str(user_agent).map_err(|_| {
            refuse("the user agent has a character that is not allowed in a header".to_owned())
        })?;
        let half = self.timeout.checked_div(2).unwrap_or_default();
        let connect_timeout = self.connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT.min(half));
        for (is_none, what) in [
            (self.timeout.is_zero(), "the timeout"),
            (connect_timeout.is_zero(), "the connect timeout"),
            (self.max_response_bytes == 0, "`max_response_bytes`"),
            (self.requests_per_minute == Some(0), "`requests_per_minute`"),
            (self.max_in_flight == Some(0), "`max_in_flight`"),
        ] {
            if is_none {
                return Err(refuse(format!("{what} must be more than zero")));
            }
        }
        if connect_timeout >= self.timeout {
            return Err(refuse(format!(
                "the connect timeout ({connect_timeout:?}) must be shorter than the timeout ({:?})",
                self.timeout
            )));
        }
        #[cfg(feature = "_ledger")]
        let spend_ledger = self.ledger_session(&credentials)?;
        let loopback = is_loopback(&base_url);
        let connections = self.connections.unwrap_or_else(|| {
            let policy = ConnectionPolicy::default();
            if loopback { policy.spares(0) } else { policy }
        });
        let transport = Transport::new(Settings {
            user_agent,
            connect_timeout,
            max_response_bytes: self.max_response_bytes,
            loopback,
            tls: base_url.scheme() == "https",
            credentials,
            configure: self.configure.as_deref(),
            connections,
        })
        .map_err(|source| {
            Error::configuration("the HTTP client could not be built", Some(source))
        })?;
        #[cfg(feature = "upload")]
        let destinations = {
            let host = |host: &String| {
                let what = "the upload host is not a host name";
                Host::parse(host)
                    .map_err(|error| refuse(format!("{what}: {error}, found {host:?}")))
            };
            let hosts = self.upload_hosts.iter().map(host).collect::<Result<_, _>>()?;
            Destinations::new(&base_url, hosts)
        };
        let core = Core {
            sender: Sender { transport, base_url, base_query, timeout: self.timeout },
            check_bounds: self.check_bounds,
            max_values: self.max_response_values.unwrap_or(
                FEWEST_VALUES
                    .max(self.max_response_bytes.checked_div(BYTES_PER_VALUE).unwrap_or_default()),
            ),
            scopes: self.scopes,
            retry: self.retry,
            ledger: Arc::default(),
            rate_limiter: RateLimiter::new(self.requests_per_minute, self.max_in_flight),
            #[cfg(feature = "_ledger")]
            spend_ledger,
            #[cfg(feature = "tasks")]
            payments: Payments::default(),
            #[cfg(feature = "upload")]
            destinations,
        };
        Ok(Client::from_core(core, self.coin_budget))
    }

    /// The key, if there is one, and where it is sent.
    fn key(&self) -> Result<Option<(&str, KeyPlace)>, String> {
        let Some(key) = &self.api_key else { return Ok(None) };
        let place = match self.auth_scheme {
            AuthScheme::ApiKey => facts::KEY.ok_or(
                "the API's document names no place for a key: leave the key out, choose the scheme `Bearer`, or set a `header`",
            )?,
            AuthScheme::Bearer => KeyPlace::Header { name: "Authorization", prefix: "Bearer " },
        };
        Ok(Some((key, place)))
    }

    #[cfg(feature = "_ledger")]
    fn ledger_session(&self, credentials: &Credentials) -> Result<Option<LedgerSession>, Error> {
        let spend_ledger = match (&self.spend_ledger, self.budgets.first()) {
            (None, Some(budget)) => Err(SpendLedgerError::without_ledger(budget)),
            (None, None) => Ok(None),
            (Some(ledger), _) => {
                let per_minute = self.requests_per_minute;
                LedgerSession::new(
                    ledger.clone(),
                    credentials.text(),
                    &self.budgets,
                    per_minute,
                    self.fail_open,
                )
                .map(Some)
            }
        };
        spend_ledger.map_err(|error| Error::unrecorded(None, Refused::Ledger(error)))
    }
}
