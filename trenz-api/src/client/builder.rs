//! The configuration of a client.

mod build;

use std::{env, fmt, sync::Arc, time::Duration};

use crate::base::setters::setters;
use crate::client::handle::Client;
use crate::client::retry::RetryPolicy;
use crate::error::Error;
use crate::generated::Scope;
use crate::generated::facts;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{NamedBudget, SpendLedger};
use crate::transport::connections::ConnectionPolicy;
use crate::transport::http::Configure;

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const DEFAULT_MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

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
                    "`TRENZ_API_KEY`: the environment variable is not set; set it to the API key",
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

    setters! {
        /// Sets the API's base URL, instead of the server that the document names. Paths are appended to it. Its query,
        /// if it has one, is sent with every request, without the parameters that a call sets itself.
        ///
        /// It must be https, because requests carry the key; a loopback host may be plain http.
        pub fn base_url(self, url: impl Into<String>) => self.base_url = Some(url.into());

        /// Sets how long one attempt may take, from connecting to the last byte of the response. Default: five minutes.
        ///
        /// Paid synchronous calls can take minutes, and a call that times out is charged all the same. So choose a long
        /// timeout here, and shorter ones for single calls with [`Call::timeout`](crate::Call::timeout).
        pub fn timeout(self, timeout: Duration) => self.timeout = timeout;

        /// Sets how long connecting may take. Default: ten seconds, or half of [`timeout`](Self::timeout) if that is
        /// less.
        ///
        /// It must be shorter than the timeout, because only a failure to connect proves that nothing was sent.
        pub fn connect_timeout(self, timeout: Duration) => self.connect_timeout = Some(timeout);

        /// Sets the user agent, instead of `trenz-api/` and the version.
        pub fn user_agent(self, name: impl Into<String>) => self.user_agent = Some(name.into());

        /// Sets whether the bounds that the document states (minimum, maximum, length) are checked before a request is
        /// sent. Default: true, because a request refused here costs nothing. Turn it off if the API accepts more than
        /// this crate's document says.
        pub fn check_bounds(self, check: bool) => self.check_bounds = check;
    }

    /// How deeply the data of a JSON response may be nested. Data nested deeper cannot be decoded into a type; open
    /// data is kept as [`Json`](crate::Json) at any depth.
    pub const MAX_RESPONSE_DEPTH: usize = 127;

    setters! {
        /// Sets how many bytes a response may have, after decompression. Default: 64 MiB.
        ///
        /// With the default of [`max_response_values`](Self::max_response_values), receiving and decoding a response of
        /// this crate's operations takes at most ten times as much memory, or 32 MiB if that is more.
        pub fn max_response_bytes(self, bytes: usize) => self.max_response_bytes = bytes;

        /// Sets how many values the data of a JSON response may have: list elements, object members, and empty lists
        /// and objects. Default: one for each 128 bytes of [`max_response_bytes`](Self::max_response_bytes), at least
        /// 10,000; so 524,288 if neither is set.
        ///
        /// A value of two bytes, such as `{}`, may take hundreds in memory, so a limit of bytes is not enough. A
        /// response with more values [is too large](Error::is_too_large); its [`body`](Error::body) is available.
        pub fn max_response_values(self, values: usize) => self.max_response_values = Some(values);

        /// Changes settings of the HTTP library: proxies, root certificates, DNS, connection pool.
        ///
        /// ```
        /// let builder = trenz_api::Client::builder().configure_http(|http| http.pool_max_idle_per_host(4));
        /// ```
        ///
        /// The builder may be replaced by another one. It is a builder and not a [`reqwest::Client`], because a client
        /// cannot be asked whether it follows redirects, which would send the key to other hosts, or retries requests,
        /// which would pay twice. Redirects, retries, the HTTP version, wire logging, the user agent and the timeouts
        /// of connecting and of an attempt are set after `configure` has run, and override it. Do not put credentials
        /// into default headers: they would be sent beside the key.
        ///
        /// With rustls, building the client then installs this crate's `CryptoProvider` for the process unless the
        /// program has installed one: the HTTP library's own settings use no other.
        ///
        /// It may be called more than once.
        pub fn configure_http(
            self, configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static
        ) => self.configure = Some(Arc::new(configure));

        /// Sets how many coins the client and its clones may spend. Default: no limit.
        ///
        /// [`Client::with_budget`] describes budgets, and adds one for a part of a program.
        pub fn coin_budget(self, coins: u64) => self.coin_budget = Some(coins);

        /// Sets the scopes that the key has. A call that needs another scope is then [refused](Error::missing_scope)
        /// here instead of by the server. [`required_scopes`](crate::required_scopes) lists what operations need.
        pub fn scopes(self, scopes: impl IntoIterator<Item = Scope>) => self.scopes = Some(scopes.into_iter().collect());

        /// Sets when a call is retried.
        pub fn retry_policy(self, policy: RetryPolicy) => self.retry = policy;

        /// Sets how many requests the client and its clones may send in any minute. They are sent in the order of their
        /// calls. The API allows 200 for a key. Default: no limit here; a 429 makes all clones wait. Zero is rejected
        /// by [`build`](Self::build).
        pub fn requests_per_minute(self, requests: u32) => self.requests_per_minute = Some(requests);

        /// Sets how many requests of the client and its clones may be under way at once. Default: no limit. Zero is
        /// rejected by [`build`](Self::build).
        pub fn max_in_flight(self, requests: usize) => self.max_in_flight = Some(requests);
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
