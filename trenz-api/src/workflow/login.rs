//! Connecting a TikTok account by a QR code.

mod error;

pub use error::LoginError;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use crate::base::redact::ServerText;
use crate::base::setters::setters;
use crate::client::call::Call;
use crate::client::handle::Client;
use crate::client::undecoded::{DecodedResponse, Unusable};
use crate::error::Result;
use crate::generated::workflows::login::{
    TikTokQrcode, TikTokQrcodeCheck, TikTokQrcodeCheckAccount, TikTokQrcodeCheckData,
};
use crate::money::coins;
use crate::operation::info::OperationInfo;
use crate::operation::plan::Plan;
use crate::wire::response::Response;
use crate::workflow::awaited::awaited;
use crate::workflow::poller::{Polled, Poller};
use crate::workflow::polling::Polling;
use crate::workflow::stored::StateError;
use crate::workflow::stored::stored;
use error::Reason;

/// The connector's name.
const CONNECTOR: &str = "trenz";

/// The status of a code that was scanned and confirmed. The document lists the statuses in prose, without a schema.
const CONFIRMED: &str = "confirmed";
/// The status of a code whose confirmation was reported in an earlier response.
const UTILISED: &str = "utilised";
/// The status of a code that can no longer be scanned.
const EXPIRED: &str = "expired";

/// A QR code to be scanned with the TikTok app, which connects the account of the person who scans it.
///
/// ```no_run
/// # async fn program(client: trenz_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let login = client.tiktok_login().await?;
/// println!("scan this: {}", login.url());
/// let account = login.wait().await?.account;
/// # Ok(())
/// # }
/// ```
///
/// With the feature `qrcode`, `terminal` draws the code for a terminal.
///
/// Each poll costs a coin. By default, the code is polled every 2 to 3 seconds, as the document says, for five minutes
/// and at most 150 times.
#[derive(Clone)]
#[must_use = "the code has to be scanned"]
pub struct QrLogin {
    client: Client,
    code: QrCode,
    polling: Polling,
    on_status: Option<Arc<OnStatus>>,
    /// When the code was created, if by this value.
    shown: Option<Instant>,
    /// The span of its calls, with the one that created the code, if made here.
    span: Span,
}

fn span() -> Span {
    tracing::info_span!("trenz.login")
}

type OnStatus = dyn Fn(&str) + Send + Sync;

/// A QR code that was created. It can be stored, and polled by another process; one that was modified into an
/// impossible state is [rejected](StateError) when it is parsed.
///
/// Its holder can read the result of the confirmed login, so do not log it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct QrCode {
    url: String,
    token: String,
    state: Option<String>,
    coins_spent: Option<u64>,
}

stored!(QrCode);

impl QrCode {
    fn check(&self) -> Result<(), StateError> {
        StateError::unless_filled("url", &self.url)?;
        StateError::unless_filled("token", &self.token)?;
        StateError::unless_payable("coins_spent", self.coins_spent)
    }
}

/// A connected account.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Connected {
    /// The account. Unknown if the only response that names it was lost; the list of accounts has it.
    pub account: Option<TikTokQrcodeCheckAccount>,
    /// The coins that the code and its polls have cost; unknown if a response did not report it or did not arrive.
    pub coins_spent: Option<u64>,
}

impl Client {
    /// Creates a QR code for connecting a TikTok account.
    pub async fn tiktok_login(&self) -> Result<QrLogin> {
        self.tiktok_login_with_state(None).await
    }

    /// Creates a QR code with a state of yours, which the confirmation has to return.
    pub async fn tiktok_login_with_state(&self, state: Option<String>) -> Result<QrLogin> {
        let request = TikTokQrcode::builder().connector(CONNECTOR);
        let request = match &state {
            Some(state) => request.state(state),
            None => request,
        };
        let span = span();
        let answer = self.call(request.build()).send_for(|data| {
            let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
            let url = filled(&data.scan_qrcode_url).ok_or(Unusable::Lacks("scan_qrcode_url"))?;
            Ok((url, filled(&data.token).ok_or(Unusable::Lacks("token"))?))
        });
        let DecodedResponse { needed: (url, token), coins, .. } =
            answer.instrument(span.clone()).await?;
        let coins_spent = coins::add_cost(Some(0), coins);
        let code = QrCode { url, token, state, coins_spent };
        Ok(QrLogin { shown: Some(Instant::now()), span, ..self.qr_login(code) })
    }

    /// The price of a login with a new code and this many polls.
    #[must_use]
    pub fn tiktok_login_quote(&self, polls: u64) -> Plan {
        let mut plan = Plan::repeat(&OperationInfo::of::<TikTokQrcodeCheck>().quote(), polls);
        plan.extend([OperationInfo::of::<TikTokQrcode>().quote()]);
        plan
    }

    /// Resumes a login with a QR code that was created before.
    pub fn qr_login(&self, code: QrCode) -> QrLogin {
        let often = Duration::from_secs(2)..=Duration::from_secs(3);
        let polling = Polling::new().interval(often).max_interval(Duration::from_secs(4));
        let polling = polling.deadline(Duration::from_secs(5 * 60));
        QrLogin { client: self.clone(), code, polling, on_status: None, shown: None, span: span() }
    }
}

impl QrLogin {
    /// The content of the QR code: to be drawn, or opened on the phone with the app.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.code.url
    }

    /// The code, for resuming later.
    #[must_use]
    pub fn code(&self) -> &QrCode {
        &self.code
    }

    /// The code as text, two rows in each line, for terminals with light text on dark ground.
    ///
    /// It is the URL itself if that is too long for a QR code.
    #[cfg(feature = "qrcode")]
    #[must_use]
    pub fn terminal(&self) -> String {
        use qrcode::render::unicode::Dense1x2;
        let code = qrcode::QrCode::new(self.url());
        code.map_or_else(
            |_| self.url().to_owned(),
            |code| {
                let mut drawing = code.render::<Dense1x2>();
                drawing.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build()
            },
        )
    }

    setters! {
        /// Sets the polling. Each poll costs a coin.
        pub fn polling(self, polling: Polling) => self.polling = polling;

        /// Sets how long to wait. Default: five minutes.
        pub fn deadline(self, deadline: Duration) => self.polling = self.polling.deadline(deadline);

        /// Sets a callback for each new status: `new`, `scanned`, `confirmed`, `expired`.
        pub fn on_status(self, callback: impl Fn(&str) + Send + Sync + 'static) => self.on_status = Some(Arc::new(callback));
    }

    /// Polls once whether the code was scanned. Costs a coin.
    pub async fn status(&self) -> Result<Response<TikTokQrcodeCheckData>> {
        self.call().send().instrument(self.span.clone()).await
    }

    /// Polls until the login is confirmed on the phone, or the code has expired.
    ///
    /// After a transient failure, polling continues. Dropping the future only stops polling: the code can still be
    /// scanned.
    pub async fn wait(mut self) -> Result<Connected, LoginError> {
        let span = self.span.clone();
        match self.run().instrument(span).await {
            Ok(account) => Ok(Connected { account, coins_spent: self.code.coins_spent }),
            Err(reason) => Err(LoginError::new(reason, self.code)),
        }
    }

    async fn run(&mut self) -> Result<Option<TikTokQrcodeCheckAccount>, Reason> {
        let mut poller =
            Poller::begin(self.polling.clone(), true, self.shown.map(|at| at.elapsed()));
        let mut last = String::new();
        loop {
            let outcome = poller.next(|poller| poller.call(self.call()).send());
            let response = match outcome.await {
                Polled::Response(response) => {
                    self.add_cost(response.usage.coin_cost);
                    response.data
                }
                Polled::Transient(error) => {
                    self.add_cost(error.cost());
                    continue;
                }
                Polled::Fatal(error) => {
                    self.add_cost(error.cost());
                    return Err(Reason::Api(Box::new(error)));
                }
                Polled::Deadline(waited) => return Err(Reason::Deadline(waited)),
            };
            let status = response.status.as_deref().unwrap_or_default();
            if status != last {
                status.clone_into(&mut last);
                if let Some(callback) = &self.on_status {
                    callback(ServerText::line(self.client.redactor(), status).as_str());
                }
            }
            match status {
                CONFIRMED if self.code.state.is_some() && response.state != self.code.state => {
                    return Err(Reason::State);
                }
                CONFIRMED => return Ok(response.account),
                // The confirmation was in an earlier response, which did not arrive.
                UTILISED => return Ok(None),
                EXPIRED => return Err(Reason::Expired),
                _ => {}
            }
        }
    }

    fn add_cost(&mut self, coins: Option<u64>) {
        self.code.coins_spent = coins::add_cost(self.code.coins_spent, coins);
    }

    fn call(&self) -> Call<'_, TikTokQrcodeCheck> {
        let request = TikTokQrcodeCheck::builder().token(&self.code.token).connector(CONNECTOR);
        self.client.call(request.build()).over_unused_connection()
    }
}

awaited! {
    /// Awaits [`wait`](QrLogin::wait).
    QrLogin, wait() -> Result<Connected, LoginError>
}

impl fmt::Debug for QrLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrLogin").field("code", &self.code).finish_non_exhaustive()
    }
}

/// Without its content, which must not be logged.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode").field("coins_spent", &self.coins_spent).finish_non_exhaustive()
    }
}
