//! The configuration of a client.

use http::HeaderValue;
use std::{env, fmt, sync::Arc, time::Duration};
#[cfg(feature = "upload")]
use url::Host;

use crate::client::core::Core;
use crate::client::handle::Client;
use crate::client::pace::Pacer;
use crate::client::retry::RetryPolicy;
use crate::error::Error;
use crate::generated::Scope;
use crate::generated::facts;
#[cfg(feature = "tasks")]
use crate::money::refunds::Payments;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{Gate, NamedBudget, Refused, SpendLedger, SpendLedgerError};
use crate::transport::base_url::{self, base_url, is_loopback};
use crate::transport::connections::ConnectionPolicy;
#[cfg(feature = "upload")]
use crate::transport::destination::Destinations;
use crate::transport::exchange::Exchange;
use crate::transport::http::{Configure, Settings, Transport};
use crate::transport::key::{Credentials, KeyPlace};

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// How many bytes of the largest allowed response there are for each allowed value.
///
/// The largest list element that the document describes takes some 500 bytes in memory, is at least two values, and
/// takes three times as much for a moment when the list grows. So the values of a response take at most six times the
/// bytes of the largest allowed response; `tests/tests/calls/memory.rs` measures it.
const BYTES_PER_VALUE: usize = 128;
/// How many values a response may always have, however small the largest allowed response is.
const FEWEST_VALUES: usize = 10_000;
const DEFAULT_USER_AGENT: &str = concat!("trenz-api/", env!("CARGO_PKG_VERSION"));

/// Configures a [`Client`].
///
/// ```
/// # use std::time::Duration;
/// let client = trenz_api::Client::builder()
///     .api_key("sk_live_0123456789")
///     .timeout(Duration::from_secs(60))
///     .build()?;
/// # Ok::<(), trenz_api::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    api_key: Option<String>,
    auth_scheme: AuthScheme,
    headers: Vec<(String, String)>,
    base_url: Option<String>,
    timeout: Duration,
    connect_timeout: Option<Duration>,
    user_agent: Option<String>,
    check_bounds: bool,
    max_response_bytes: usize,
    max_response_values: Option<usize>,
    configure: Option<Arc<Configure>>,
    coin_budget: Option<u64>,
    scopes: Option<Vec<Scope>>,
    retry: RetryPolicy,
    requests_per_minute: Option<u32>,
    max_in_flight: Option<usize>,
    #[cfg(feature = "upload")]
    upload_hosts: Vec<String>,
    connections: Option<ConnectionPolicy>,
    #[cfg(feature = "_ledger")]
    spend_ledger: Option<SpendLedger>,
    #[cfg(feature = "_ledger")]
    budgets: Vec<NamedBudget>,
    #[cfg(feature = "_ledger")]
    fail_open: bool,
}

/// How the API key is sent. It is never sent in both headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthScheme {
    /// As the API's document says, which is usually in a header of its own.
    #[default]
    ApiKey,
    /// As `Authorization: Bearer …`.
    Bearer,
}

impl Client {
    /// Returns a client with this key and the defaults of [`ClientBuilder`].
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(api_key).build()
    }

    /// Returns a client with the key from `TRENZ_API_KEY` and, if set, the base URL from `TRENZ_BASE_URL`.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a builder for the client's configuration.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            api_key: None,
            auth_scheme: AuthScheme::default(),
            headers: Vec::new(),
            base_url: None,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: None,
            user_agent: None,
            check_bounds: true,
            max_response_bytes: DEFAULT_MAX_ANSWER_BYTES,
            max_response_values: None,
            configure: None,
            coin_budget: None,
            scopes: None,
            retry: RetryPolicy::default(),
            requests_per_minute: None,
            max_in_flight: None,
            #[cfg(feature = "upload")]
            upload_hosts: Vec::new(),
            connections: None,
            #[cfg(feature = "_ledger")]
            spend_ledger: None,
            #[cfg(feature = "_ledger")]
            budgets: Vec::new(),
            #[cfg(feature = "_ledger")]
            fail_open: false,
        }
    }

    /// Returns a builder with the key from `TRENZ_API_KEY` and, if set, the base URL from `TRENZ_BASE_URL`.
    pub fn from_env() -> Result<Self, Error> {
        let read = |name: &str| match env::var(name) {
            Ok(value) if value.trim().is_empty() => Err(Error::configuration(
                format!("`{name}`: the environment variable is empty"),
                None,
            )),
            Ok(value) => Ok(Some(value)),
            Err(env::VarError::NotPresent) => Ok(None),
            // The original error would print the value.
            Err(env::VarError::NotUnicode(_)) => Err(Error::configuration(
                format!("`{name}`: the environment variable is not Unicode"),
                None,
            )),
        };
        let builder = match read("TRENZ_API_KEY")? {
            Some(key) => Self::new().api_key(key),
            None if facts::KEY.is_none() || !facts::KEY_IS_REQUIRED => Self::new(),
            None => {
                return Err(Error::configuration(
                    "`TRENZ_API_KEY`: the environment variable is not set",
                    None,
                ));
            }
        };
        Ok(match read("TRENZ_BASE_URL")? {
            Some(base_url) => builder.base_url(base_url),
            None => builder,
        })
    }

    /// Sets the API key. Blanks around it are removed.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sets how the key is sent. Default: as the API's document says.
    pub fn auth_scheme(mut self, scheme: AuthScheme) -> Self {
        self.auth_scheme = scheme;
        self
    }

    /// Sends a header of your own with every request, instead of any other with its name: also instead of the one with
    /// the key, which is then not needed. Of several with one name, the last is sent.
    ///
    /// For what the key cannot express, such as `Authorization: Token …` or a second key. The value is never printed, and
    /// removed from server texts where it has eight letters and digits or more. Headers of the connection and of the body
    /// (`Host`, `Content-Type`) are refused by [`build`](Self::build).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the API's base URL, instead of the server that the document names. Paths are appended to it. Its query, if it
    /// has one, is sent with every request, without the parameters that a call sets itself.
    ///
    /// It must be https, because requests carry the key; a loopback host may be plain http.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Sets how long one attempt may take, from connecting to the last byte of the response. Default: five minutes.
    ///
    /// Paid synchronous calls can take minutes, and a call that times out is charged all the same. So choose a long
    /// timeout here, and shorter ones for single calls with [`Call::timeout`](crate::Call::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long connecting may take. Default: ten seconds, or half of [`timeout`](Self::timeout) if that is less.
    ///
    /// It must be shorter than the timeout, because only a failure to connect proves that nothing was sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets the user agent, instead of `trenz-api/` and the version.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Sets whether the bounds that the document states (minimum, maximum, length) are checked before a request is
    /// sent. Default: true, because a request refused here costs nothing. Turn it off if the API accepts more than this
    /// crate's document says.
    pub fn check_bounds(mut self, check: bool) -> Self {
        self.check_bounds = check;
        self
    }

    /// How deeply the data of a JSON response may be nested. Data nested deeper cannot be decoded into a type; open
    /// data is kept as [`Json`](crate::Json) at any depth.
    pub const MAX_RESPONSE_DEPTH: usize = 127;

    /// Sets how many bytes a response may have, after decompression. Default: 64 MiB.
    ///
    /// With the default of [`max_response_values`](Self::max_response_values), receiving and decoding a response of
    /// this crate's operations takes at most ten times as much memory, or 32 MiB if that is more.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets how many values the data of a JSON response may have: list elements, object members, and empty lists and
    /// objects. Default: one for each 128 bytes of [`max_response_bytes`](Self::max_response_bytes), at least 10,000;
    /// so 524,288 if neither is set.
    ///
    /// A value of two bytes, such as `{}`, may take hundreds in memory, so a limit of bytes is not enough. A response
    /// with more values [is too large](Error::is_too_large); its [`body`](Error::body) is available.
    pub fn max_response_values(mut self, values: usize) -> Self {
        self.max_response_values = Some(values);
        self
    }

    /// Changes settings of the HTTP library: proxies, root certificates, DNS, connection pool.
    ///
    /// ```
    /// let builder = trenz_api::Client::builder().configure_http(|http| http.pool_max_idle_per_host(4));
    /// ```
    ///
    /// The builder may be replaced by another one. It is a builder and not a [`reqwest::Client`], because a client
    /// cannot be asked whether it follows redirects, which would send the key to other hosts, or retries requests,
    /// which would pay twice. Redirects, retries, the HTTP version, wire logging, the user agent and the timeouts of
    /// connecting and of an attempt are set after `configure` has run, and override it. Do not put credentials into
    /// default headers: they would be sent beside the key.
    ///
    /// With rustls, building the client then installs this crate's `CryptoProvider` for the process unless the program has
    /// installed one: the HTTP library's own settings use no other.
    ///
    /// It may be called more than once.
    pub fn configure_http(
        mut self,
        configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure = Some(Arc::new(configure));
        self
    }

    /// Sets how many coins the client and its clones may spend. Default: no limit.
    ///
    /// [`Client::with_budget`] describes budgets, and adds one for a part of a program.
    pub fn coin_budget(mut self, coins: u64) -> Self {
        self.coin_budget = Some(coins);
        self
    }

    /// Sets the scopes that the key has. A call that needs another scope is then [refused](Error::missing_scope) here
    /// instead of by the server. [`required_scopes`](crate::required_scopes) lists what operations need.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.scopes = Some(scopes.into_iter().collect());
        self
    }

    /// Sets when a call is retried.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how many requests the client and its clones may send in any minute. They are sent in the order of their
    /// calls. The API allows 200 for a key. Default: no limit here; a 429 makes all clones wait. Zero is rejected by
    /// [`build`](Self::build).
    pub fn requests_per_minute(mut self, requests: u32) -> Self {
        self.requests_per_minute = Some(requests);
        self
    }

    /// Sets how many requests of the client and its clones may be under way at once. Default: no limit. Zero is
    /// rejected by [`build`](Self::build).
    pub fn max_in_flight(mut self, requests: usize) -> Self {
        self.max_in_flight = Some(requests);
        self
    }

    /// Allows uploads to this host too: an address such as `10.0.0.5` or `[fd00::5]`, or a name that is not public,
    /// such as `store.internal`. It may be called more than once.
    ///
    /// The API names the URL that a file is uploaded to: a presigned one, which lets its holder write there. Without
    /// this setting, files are uploaded only by https to public host names; where the API is on a loopback host, as the
    /// sandbox is, also to any port of that host. With it, files are also uploaded to this host, on any port, by https.
    /// Other URLs are [refused](crate::UploadError::is_presign), in whatever spelling: addresses (loopback, private,
    /// link-local and public ones), single labels, names below `localhost`, `local`, `internal` and the like, and URLs
    /// with a user name or password.
    ///
    /// Names are judged as text. A public name may resolve to a private address; that is not checked. TLS remains:
    /// nothing is sent unless the server proves by its certificate that it has that name.
    #[cfg(feature = "upload")]
    pub fn allow_upload_host(mut self, host: impl Into<String>) -> Self {
        self.upload_hosts.push(host.into());
        self
    }

    /// Sets which connections requests use. Default: [`ConnectionPolicy::default`], but no spare connections to a
    /// loopback host, where connecting is cheap and a test server may accept one connection at a time.
    pub fn connection_policy(mut self, policy: ConnectionPolicy) -> Self {
        self.connections = Some(policy);
        self
    }

    /// Records every attempt in this ledger before it is sent, and its outcome afterwards; a call that cannot be
    /// recorded is [refused](Error::is_ledger). [`Client::ledger`] still has the calls of this process alone.
    /// With a ledger, [`requests_per_minute`](Self::requests_per_minute) is 200 by default and is shared by all
    /// processes that use the ledger with the same key. A 429 that one of them receives makes all wait.
    #[cfg(feature = "_ledger")]
    pub fn spend_ledger(mut self, ledger: SpendLedger) -> Self {
        self.spend_ledger = Some(ledger);
        self
    }

    /// Adds a budget that the client shares with all other clients that declare it with the same ledger. Several may
    /// apply at once: a call needs its coins in each. [`build`](Self::build) declares them, and so waits for the
    /// database.
    #[cfg(feature = "_ledger")]
    pub fn budget(mut self, budget: NamedBudget) -> Self {
        self.budgets.push(budget);
        self
    }

    /// Sends calls although the spend ledger cannot be read or written. They are not recorded: they count in no budget
    /// of the ledger and in no report, and are lost if the process dies. Calls with a [name](crate::Call::once) are
    /// refused all the same. Off by default.
    #[cfg(feature = "_ledger")]
    pub fn fail_open_and_spend_unrecorded(mut self, fail_open: bool) -> Self {
        self.fail_open = fail_open;
        self
    }

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
            Some(KeyPlace::Query(name)) => base_url::holds(&base_query, name),
            _ => false,
        };
        let is_asked_for = facts::KEY.is_some() && facts::KEY_IS_REQUIRED;
        if is_asked_for && !is_secret && !is_in_query {
            return Err(refuse("the API key is not set".to_owned()));
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
        let gate = self.gate(&credentials)?;
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
            let hosts = self.upload_hosts.iter().map(|host| Host::parse(host)).collect();
            let hosts: Result<_, _> = hosts;
            let hosts =
                hosts.map_err(|error| refuse(format!("the upload host is invalid: {error}")))?;
            Destinations::new(&base_url, hosts)
        };
        let core = Core {
            exchange: Exchange { transport, base_url, base_query, timeout: self.timeout },
            check_bounds: self.check_bounds,
            max_values: self.max_response_values.unwrap_or(
                FEWEST_VALUES
                    .max(self.max_response_bytes.checked_div(BYTES_PER_VALUE).unwrap_or_default()),
            ),
            scopes: self.scopes,
            retry: self.retry,
            ledger: Arc::default(),
            pacer: Pacer::new(self.requests_per_minute, self.max_in_flight),
            #[cfg(feature = "_ledger")]
            gate,
            #[cfg(feature = "tasks")]
            payments: Payments::default(),
            #[cfg(feature = "upload")]
            destinations,
        };
        Ok(Client::assemble(core, self.coin_budget))
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
    fn gate(&self, credentials: &Credentials) -> Result<Option<Gate>, Error> {
        let gate = match (&self.spend_ledger, self.budgets.first()) {
            (None, Some(budget)) => Err(SpendLedgerError::without_ledger(budget)),
            (None, None) => Ok(None),
            (Some(ledger), _) => {
                let per_minute = self.requests_per_minute;
                Gate::new(
                    ledger.clone(),
                    credentials.text(),
                    &self.budgets,
                    per_minute,
                    self.fail_open,
                )
                .map(Some)
            }
        };
        gate.map_err(|error| Error::unrecorded(None, Refused::Ledger(error)))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("api_key", &self.api_key.as_ref().map(|_| "[redacted]"))
            .field("auth_scheme", &self.auth_scheme)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .field("check_bounds", &self.check_bounds)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("max_response_values", &self.max_response_values)
            .field("coin_budget", &self.coin_budget)
            .field("scopes", &self.scopes)
            .field("retry_policy", &self.retry)
            .field("requests_per_minute", &self.requests_per_minute)
            .field("max_in_flight", &self.max_in_flight)
            .finish_non_exhaustive()
    }
}
