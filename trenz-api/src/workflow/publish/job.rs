//! A publishing session, and its result on each account.

use std::fmt;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::error::Reason;
use super::{PublishError, PublishProgress, PublishStep};
use crate::client::call::Call;
use crate::client::handle::Client;
use crate::client::undecoded::Unusable;
use crate::error::{Error, Kind, Result};
use crate::generated::workflows::publish::{
    PublishCancel, PublishSession, PublishSessionCancel, PublishSessionData,
    PublishSessionPublication,
};
use crate::operation::request::Operation;
use crate::wire::inputs::Violation;
use crate::wire::response::Response;
use crate::workflow::awaited::awaited;
use crate::workflow::poller::{Polled, Poller};
use crate::workflow::polling::Polling;
use crate::workflow::stored::StateError;

/// The final statuses of a session. The document lists the statuses in prose, without a schema.
const ENDED: [&str; 3] = ["completed", FAILED, "cancelled"];
/// The status of a publication that is online.
const PUBLISHED: &str = "published";
/// The status of a publication that is scheduled.
const SCHEDULED: &str = "scheduled";
/// The status of a publication, or a session, that has failed.
const FAILED: &str = "failed";

/// A running publishing session. Dropping it, or its [`wait`](Self::wait), does not cancel it.
#[derive(Clone)]
#[must_use = "the session continues without it, but only polling returns its result"]
pub struct PublishJob {
    client: Client,
    progress: PublishProgress,
    polling: Polling,
    /// When it was started, if by this value.
    started: Option<Instant>,
    /// The span of its calls, with those that started it, if made here.
    span: Span,
}

pub(super) fn span() -> Span {
    tracing::info_span!("trenz.publish")
}

impl Client {
    /// Resumes a running session by its token.
    pub fn publish_job(&self, session_token: impl Into<String>) -> PublishJob {
        let session_token = Some(session_token.into());
        let progress = PublishProgress { session_token, ..PublishProgress::default() };
        PublishJob::new(self.clone(), progress, None, span())
    }
}

impl PublishJob {
    pub(super) fn new(
        client: Client,
        progress: PublishProgress,
        started: Option<Instant>,
        span: Span,
    ) -> Self {
        Self { client, progress, polling: Polling::default(), started, span }
    }

    /// The session's token.
    #[must_use]
    pub fn token(&self) -> &str {
        self.progress.session_token.as_deref().unwrap_or_default()
    }

    /// What was done, and its cost: store it for resuming later, in another process too.
    #[must_use]
    pub fn progress(&self) -> &PublishProgress {
        &self.progress
    }

    /// Sets the polling. Each poll costs a coin.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Polls the status once. Costs a coin.
    ///
    /// A response that names another session is an error, at the [`path`](crate::Error::path)
    /// `data.session.session_token`. The document does not promise that it names one.
    pub async fn status(&self) -> Result<Response<PublishSessionData>> {
        self.poll(self.client.call(self.status_request())).instrument(self.span.clone()).await
    }

    fn status_request(&self) -> PublishSession {
        PublishSession::builder().session_token(self.token()).build()
    }

    fn poll<'c>(
        &self,
        call: Call<'c, PublishSession>,
    ) -> impl Future<Output = Result<Response<PublishSessionData>>> + Send + use<'c> {
        let checked = self.check(PublishSession::ID);
        let token = self.token().to_owned();
        let answer = call.over_unused_connection().send_for(move |data| {
            let named = data.session.as_ref().and_then(|session| session.session_token.as_deref());
            Unusable::check_id("session.session_token", named, &token)
        });
        async move {
            checked?;
            answer.await.map(|taken| taken.response)
        }
    }

    /// Refuses an empty token, which would cost as much.
    fn check(&self, operation: &'static str) -> Result<()> {
        StateError::unless_filled("session_token", self.token()).map_err(|_| {
            let empty = Violation::empty("session_token");
            Error::of(operation, Kind::InvalidInput(vec![empty]), None)
        })
    }

    /// Cancels what is not published yet, on all accounts.
    pub async fn cancel(&self) -> Result<Response<<PublishSessionCancel as Operation>::Output>> {
        self.check(PublishSessionCancel::ID)?;
        let request = PublishSessionCancel::builder().session_token(self.token()).build();
        self.client.execute(&request).instrument(self.span.clone()).await
    }

    /// Cancels one publication, by its [`id`](Publication::id).
    pub async fn cancel_publication(
        &self,
        id: i64,
    ) -> Result<Response<<PublishCancel as Operation>::Output>> {
        let request = PublishCancel::builder().publication_id(id).build();
        self.client.execute(&request).instrument(self.span.clone()).await
    }

    /// Polls until the session has ended, which does not wait for scheduled publications.
    ///
    /// After a transient failure, polling continues. Dropping the future only stops polling.
    pub async fn wait(self) -> Result<Published, PublishError> {
        let span = self.span.clone();
        self.run().instrument(span).await
    }

    async fn run(mut self) -> Result<Published, PublishError> {
        if let Err(reason) = self.progress.check() {
            return Err(self.failed(PublishStep::Plan, Reason::State(reason)));
        }
        let mut poller =
            Poller::begin(self.polling.clone(), true, self.started.map(|at| at.elapsed()));
        let reason = loop {
            let outcome = poller
                .next(|poller| self.poll(poller.call(self.client.call(self.status_request()))));
            match outcome.await {
                Polled::Response(response) => {
                    self.progress.add_cost(response.usage.coin_cost);
                    let session = response.data.session.as_ref();
                    let status = session.and_then(|session| session.status.as_deref());
                    if status.is_some_and(|status| ENDED.contains(&status)) {
                        return Ok(Published::read(response.data, self.progress));
                    }
                }
                Polled::Transient(error) => self.progress.add_cost(error.cost()),
                Polled::Fatal(error) => break self.progress.failed(error),
                Polled::Deadline(waited) => break Reason::Deadline(waited),
            }
        };
        Err(self.failed(PublishStep::Wait, reason))
    }

    fn failed(self, step: PublishStep, reason: Reason) -> PublishError {
        PublishError::new(step, reason, self.progress, self.client.redactor())
    }
}

awaited! {
    /// Awaits [`wait`](PublishJob::wait).
    PublishJob, wait() -> Result<Published, PublishError>
}

impl fmt::Debug for PublishJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.redactor().debug(f, |f| {
            f.debug_struct("PublishJob").field("progress", &self.progress).finish_non_exhaustive()
        })
    }
}

/// A session that has ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Published {
    /// The session's status: `completed`, `failed` or `cancelled`.
    pub status: Option<String>,
    /// The API's id of the video; `client.social().video_management().detail()` returns its details.
    pub video_id: Option<i64>,
    /// The result on each account.
    pub publications: Vec<Publication>,
    /// What was done and its cost, polls included.
    pub progress: PublishProgress,
}

/// The result of publishing a video on one account.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Publication {
    /// The publication's id.
    pub id: Option<i64>,
    /// The account, by the order of the request, if the numbers match: a session's response names no account.
    ///
    /// To be sure, fetch the details of the video, by [`video_id`](Published::video_id) and for a coin: they name the
    /// account of each publication, by its [`id`](Self::id).
    pub account: Option<i64>,
    /// Its status, such as `published`, `scheduled`, `failed` or `cancelled`.
    pub status: Option<String>,
    /// Its stage.
    pub stage: Option<String>,
    /// Its URL.
    pub url: Option<String>,
    /// The platform's id of the video.
    pub video_id: Option<String>,
}

impl Published {
    fn read(data: PublishSessionData, progress: PublishProgress) -> Self {
        let accounts = &progress.accounts;
        let response = accounts.len() == data.publications.len();
        let account = |place: usize| accounts.get(place).copied().filter(|_| response);
        let publications = data.publications.into_iter().enumerate();
        let publications = publications.map(|(place, one)| Publication::read(one, account(place)));
        let session = data.session.map(|session| (session.status, session.video_id));
        let (status, video_id) = session.unwrap_or_default();
        Self { status, video_id, publications: publications.collect(), progress }
    }

    /// Whether it is published or scheduled on every account, and none was skipped.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let fine = |one: &Publication| one.is_published() || one.is_scheduled();
        self.publications.iter().all(fine) && self.progress.skipped_accounts.is_empty()
    }

    /// The publications that have failed.
    pub fn failed(&self) -> impl Iterator<Item = &Publication> {
        self.publications.iter().filter(|one| one.is_failed())
    }
}

impl Publication {
    fn read(response: PublishSessionPublication, account: Option<i64>) -> Self {
        Self {
            id: response.id,
            account,
            status: response.status,
            stage: response.stage,
            url: response.platform_url,
            video_id: response.platform_video_id,
        }
    }

    /// Whether it is online, or would be if it was not a dry run.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.status.as_deref() == Some(PUBLISHED)
    }

    /// Whether it is scheduled.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        self.status.as_deref() == Some(SCHEDULED)
    }

    /// Whether the platform rejected it.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.status.as_deref() == Some(FAILED)
    }
}
