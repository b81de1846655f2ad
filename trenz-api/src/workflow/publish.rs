//! Publishing: upload, check, publish to several accounts, and wait for each of them.

mod error;
mod job;
mod progress;
mod target;
mod uploaded;

pub use error::{PublishError, PublishStep};
pub use job::{Publication, PublishJob, Published};
pub use progress::{PublishProgress, Verdicts};
pub use target::Target;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use tracing::Instrument;

use crate::base::setters::setters;
use crate::client::handle::Client;
use crate::client::undecoded::{DecodedResponse, Unusable};
use crate::generated::workflows::publish::{CheckInfo, PublishUpload};
use crate::generated::workflows::upload::PresignedUrl;
use crate::operation::info::OperationInfo;
use crate::operation::plan::Plan;
use crate::workflow::awaited::awaited;
use crate::workflow::stored::StateError;
use crate::workflow::upload::{UploadSource, Uploaded};
use error::Reason;

/// The document publishes a time nearer than this at once; so it is refused here.
const SOONEST: Duration = Duration::from_secs(5 * 60);
/// The document's limit.
const LATEST: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Publishes a video: uploads it, checks it, and publishes it to several accounts.
///
/// ```no_run
/// # async fn program(client: trenz_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::{Duration, SystemTime};
/// use trenz_api::Target;
///
/// let tomorrow = SystemTime::now() + Duration::from_secs(24 * 60 * 60);
/// let published = client
///     .publish("My Video")
///     .file("my_video.mp4")
///     .to(4687)
///     .to(Target::account(5678).title("Publish tomorrow").at(tomorrow))
///     .await?;
/// for publication in &published.publications {
///     println!("{:?}: {:?} {:?}", publication.account, publication.status, publication.url);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Awaiting it does everything; [`start`](Self::start) returns before the waiting. Each step is available on its own:
/// [`Client::upload`], `check_info`, `publish_upload`, and [`Client::publish_job`] for a running session. After an
/// error, [`PublishError::progress`] has what was done and what it cost, and [`resume`](Self::resume) continues from
/// there.
#[must_use = "nothing is published until it is awaited"]
pub struct Publishing {
    client: Client,
    title: String,
    description: Option<String>,
    source: Option<UploadSource>,
    targets: Vec<Target>,
    platforms: Vec<String>,
    check: bool,
    dry_run: bool,
    again: bool,
    progress: PublishProgress,
    on_progress: Option<Arc<OnProgress>>,
}

type OnProgress = dyn Fn(&PublishProgress) + Send + Sync;

impl Client {
    /// Publishes a video with this title.
    pub fn publish(&self, title: impl Into<String>) -> Publishing {
        Publishing {
            client: self.clone(),
            title: title.into(),
            description: None,
            source: None,
            targets: Vec::new(),
            platforms: Vec::new(),
            check: true,
            dry_run: false,
            again: false,
            progress: PublishProgress::default(),
            on_progress: None,
        }
    }
}

impl Publishing {
    /// Sets the video to upload: a path, bytes with a name, or any [`UploadSource`].
    pub fn file(mut self, source: impl Into<UploadSource>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the video, if it was uploaded before.
    pub fn uploaded(mut self, file: Uploaded) -> Self {
        self.progress.uploaded = Some(file);
        self
    }

    /// Sets the description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds an account to publish to: its id, or a [`Target`] with more settings. Adding one twice is an
    /// [error](PublishError::state_error) before anything is sent.
    pub fn to(mut self, target: impl Into<Target>) -> Self {
        self.targets.push(target.into());
        self
    }

    /// Sets the platforms whose rules the video must meet, by their names in the check's response, such as `tiktok`.
    /// Default: one platform that accepts the video is enough.
    pub fn require_platforms(
        mut self,
        platforms: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.platforms.extend(platforms.into_iter().map(Into::into));
        self
    }

    setters! {
        /// Publishes without checking the video first. That saves a coin, and risks those of a failed publication.
        pub fn unchecked(self) => self.check = false;

        /// Lets the platform validate the publication without showing the video. It costs as much.
        pub fn dry_run(self) => self.dry_run = true;

        /// Resumes after an error, from its progress.
        ///
        /// If the video may already have been published, starting is refused: see
        /// [`PublishProgress::may_be_published`].
        pub fn resume(self, progress: PublishProgress) => self.progress = progress;

        /// Publishes even though the video may have been published before: it may then be published, and charged,
        /// twice.
        pub fn allow_republish(self) => self.again = true;

        /// Sets a callback after each step, and right before publishing: with the progress to store, so that even a
        /// killed program, or a dropped future, can be resumed.
        pub fn on_progress(
            self, callback: impl Fn(&PublishProgress) + Send + Sync + 'static
        ) => self.on_progress = Some(Arc::new(callback));
    }

    /// The price of what is left, except for the polls of the session, each of which costs a coin.
    #[must_use]
    pub fn quote(&self) -> Plan {
        let mut plan = Plan::default();
        if self.progress.session_token.is_some() {
            return plan;
        }
        if self.progress.uploaded.is_none() {
            plan.extend([OperationInfo::of::<PresignedUrl>().quote()]);
        }
        if self.check && self.progress.verdicts.is_none() {
            plan.extend([OperationInfo::of::<CheckInfo>().quote()]);
        }
        plan.extend([OperationInfo::of::<PublishUpload>().quote()]);
        plan
    }

    /// Uploads, checks and publishes, and returns the running session.
    pub async fn start(mut self) -> Result<PublishJob, PublishError> {
        let span = job::span();
        let resumed = self.progress.session_token.is_some();
        match self.run().instrument(span.clone()).await {
            Ok(()) => {
                let started = (!resumed).then(Instant::now);
                Ok(PublishJob::new(self.client, self.progress, started, span))
            }
            Err((step, reason)) => {
                Err(PublishError::new(step, reason, self.progress, self.client.redactor()))
            }
        }
    }

    /// Uploads, checks, publishes, and waits for every account.
    pub async fn send(self) -> Result<Published, PublishError> {
        self.start().await?.wait().await
    }

    async fn run(&mut self) -> Result<(), (PublishStep, Reason)> {
        self.progress.check().map_err(|reason| (PublishStep::Plan, Reason::State(reason)))?;
        if self.progress.session_token.is_some() {
            return Ok(());
        }
        self.plan().map_err(|reason| (PublishStep::Plan, reason))?;
        let file = self.upload().await.map_err(|reason| (PublishStep::Upload, reason))?;
        self.check(&file).await.map_err(|reason| (PublishStep::Check, reason))?;
        self.publish(&file).await.map_err(|reason| (PublishStep::Publish, reason))
    }

    /// Checks what can be checked before anything is paid.
    fn plan(&self) -> Result<(), Reason> {
        if self.progress.may_be_published && !self.again {
            return Err(Reason::MayBePublished);
        }
        if self.targets.is_empty() {
            return Err(Reason::NoTarget);
        }
        StateError::unless_distinct(self.targets.iter().map(Target::id)).map_err(Reason::State)?;
        if self.source.is_none() && self.progress.uploaded.is_none() {
            return Err(Reason::NoFile);
        }
        self.times()
    }

    /// Checks that each time can be published at, as of now.
    fn times(&self) -> Result<(), Reason> {
        let now = SystemTime::now();
        for target in &self.targets {
            let Some(at) = target.time() else { continue };
            let ahead = at.duration_since(now).unwrap_or_default();
            if ahead < SOONEST || ahead > LATEST {
                return Err(Reason::Time { account: target.id(), ahead });
            }
        }
        Ok(())
    }

    async fn upload(&mut self) -> Result<Uploaded, Reason> {
        if let Some(file) = &self.progress.uploaded {
            return Ok(file.clone());
        }
        let source = self.source.take().ok_or(Reason::NoFile)?;
        match self.client.upload(source).send().await {
            Ok(file) => {
                self.progress.add_cost(file.coins_spent);
                self.progress.uploaded = Some(file.clone());
                self.notify();
                Ok(file)
            }
            Err(error) => {
                self.progress.add_cost(error.coins_spent());
                Err(Reason::Upload(error))
            }
        }
    }

    async fn check(&mut self, file: &Uploaded) -> Result<(), Reason> {
        if !self.check {
            return Ok(());
        }
        let verdicts = if let Some(verdicts) = self.progress.verdicts.take() {
            verdicts
        } else {
            let answer = self.client.call(file.check_info()).send_for(|_| Ok(())).await;
            let DecodedResponse { response, coins, .. } =
                answer.map_err(|error| self.progress.failed(error))?;
            self.progress.add_cost(coins);
            Verdicts::read(response.data)
        };
        let is_suitable = verdicts.is_suitable(&self.platforms);
        self.progress.verdicts = Some(verdicts);
        self.notify();
        if is_suitable { Ok(()) } else { Err(Reason::Unsuitable) }
    }

    async fn publish(&mut self, file: &Uploaded) -> Result<(), Reason> {
        // Uploading may have taken an hour, so a time may be too near now.
        self.times()?;
        let publications = self.targets.iter().map(|target| target.publication(&self.title));
        let request = PublishUpload::builder().publications(publications).video_title(&self.title);
        let mut request = request.uploaded(file);
        if let Some(description) = &self.description {
            request = request.video_description(description);
        }
        if self.dry_run {
            request = request.dry_run(true);
        }
        // From here on, even if this future is dropped, it is unknown until the response is there.
        self.progress.may_be_published = true;
        let spent = self.progress.coins_spent.take();
        self.notify();
        self.progress.coins_spent = spent;
        let answer = self.client.call(request.build()).send_for(|data| {
            let token = data.session_token.clone().filter(|token| !token.is_empty());
            token.ok_or(Unusable::Lacks("session_token"))
        });
        let DecodedResponse { response, needed: token, coins } = answer.await.map_err(|error| {
            self.progress.may_be_published = error::may_have_begun(&error);
            self.progress.failed(error)
        })?;
        self.progress.add_cost(coins);
        self.progress.may_be_published = false;
        self.progress.session_token = Some(token);
        self.progress.skipped_accounts = response.data.skipped_accounts;
        let skipped = &self.progress.skipped_accounts;
        let accounts = self.targets.iter().map(Target::id);
        self.progress.accounts =
            accounts.filter(|account| !skipped.contains(&account.to_string())).collect();
        self.notify();
        Ok(())
    }

    fn notify(&self) {
        if let Some(callback) = &self.on_progress {
            callback(&self.progress);
        }
    }
}

awaited! {
    /// Awaits [`send`](Publishing::send).
    Publishing, send() -> Result<Published, PublishError>
}

impl fmt::Debug for Publishing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.redactor().debug(f, |f| {
            f.debug_struct("Publishing")
                .field("title", &self.title)
                .field("source", &self.source)
                .field("targets", &self.targets)
                .field("progress", &self.progress)
                .finish_non_exhaustive()
        })
    }
}
