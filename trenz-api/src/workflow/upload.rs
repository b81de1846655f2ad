//! Uploads to the platform's object store: a presigned URL, and a PUT to it.

mod attempt;
mod body;
mod error;
mod source;
mod uploaded;

pub use body::UploadProgress;
pub use error::UploadError;
pub use source::UploadSource;
pub use uploaded::Uploaded;

use http::HeaderValue;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tracing::Instrument;
use url::Url;

use crate::base::setters::setters;
use crate::base::time;
use crate::client::handle::Client;
use crate::client::undecoded::{DecodedResponse, Unusable};
use crate::generated::workflows::upload::{PresignedUrl, PresignedUrlData};
use crate::money::coins;
use crate::money::quote::Quote;
use crate::operation::info::OperationInfo;
use crate::workflow::awaited::awaited;
use body::OnProgress;
use error::Reason;
use source::SourceMetadata;

/// How long a presigned URL is valid if the response does not say.
const URL_LIFETIME: Duration = Duration::from_secs(3600);

/// Uploads a file to the platform's object store.
///
/// Awaiting it, or [`send`](Self::send), requests a presigned URL (for a coin) and uploads the file, in constant memory
/// and without the API key:
///
/// ```no_run
/// # async fn program(client: trenz_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let uploaded = client.upload("film.mp4").await?;
/// let checked = client.social().video_management().check_info().uploaded(&uploaded).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// A file that is missing, empty or not readable is an error before anything is charged. An interrupted upload is
/// retried from the beginning, unless the source cannot be rewound; an expired URL is renewed, and a redirect of the
/// store within its own domain is followed once. A file is uploaded once all of it was sent and the store has accepted
/// it after that: if a store accepts it earlier, the upload is retried.
#[must_use = "nothing is sent until it is awaited"]
pub struct Upload {
    client: Client,
    source: UploadSource,
    content_type: Option<String>,
    region: Option<String>,
    on_progress: Option<Arc<OnProgress>>,
    url_lifetime: Duration,
    stall_timeout: Duration,
    attempts: u32,
}

impl Client {
    /// Uploads a file: a path, bytes with a name, or any [`UploadSource`].
    pub fn upload(&self, source: impl Into<UploadSource>) -> Upload {
        Upload {
            client: self.clone(),
            source: source.into(),
            content_type: None,
            region: None,
            on_progress: None,
            url_lifetime: URL_LIFETIME,
            stall_timeout: Duration::from_secs(120),
            attempts: 4,
        }
    }
}

impl Upload {
    setters! {
        /// Sets the content type. Default: by the extension of the name.
        pub fn content_type(self, content_type: impl Into<String>) => self.content_type = Some(content_type.into());

        /// Sets the storage region: `tos` or `aws`. The server's default is `tos`.
        pub fn region(self, region: impl Into<String>) => self.region = Some(region.into());

        /// Sets how long the presigned URL shall be valid. Default: an hour. Sending has to start in that time.
        pub fn url_lifetime(self, time: Duration) => self.url_lifetime = time;

        /// Sets how long an attempt may make no progress before it is cancelled. Default: two minutes. There is no
        /// limit for the whole upload: a large file may take hours.
        pub fn stall_timeout(self, time: Duration) => self.stall_timeout = time;

        /// Sets how often the file is sent at most. Default: four times.
        pub fn max_attempts(self, attempts: u32) => self.attempts = attempts.max(1);

        /// Sets a callback for the progress, called for about every 64 KiB.
        pub fn on_progress(
            self, callback: impl Fn(UploadProgress) + Send + Sync + 'static
        ) => self.on_progress = Some(Arc::new(callback));
    }

    /// The price, if no URL has to be renewed.
    #[must_use]
    pub fn quote(&self) -> Quote {
        OperationInfo::of::<PresignedUrl>().quote()
    }

    /// Sends the file.
    pub async fn send(mut self) -> Result<Uploaded, UploadError> {
        let mut coins = Some(0);
        let outcome = self.run(&mut coins).instrument(tracing::info_span!("trenz.upload")).await;
        outcome.map_err(|reason| UploadError::new(reason, self.source.name(), coins))
    }

    async fn run(&mut self, coins: &mut Option<u64>) -> Result<Uploaded, Reason> {
        let metadata = self.source.metadata().await?;
        let content_type = self.content_type.clone();
        let content_type =
            content_type.unwrap_or_else(|| source::content_type(self.source.name()).to_owned());
        let header = HeaderValue::from_str(&content_type).map_err(|_| Reason::ContentType)?;
        let mut presigned = self.presign(&content_type, coins).await?;
        let mut attempt = 1;
        loop {
            if presigned.is_over() {
                presigned = self.presign(&content_type, coins).await?;
            }
            let Err(reason) = self.attempt(&presigned.url, &header, metadata).await else { break };
            presigned.refused = reason.has_expired();
            let again = reason.is_transient() || presigned.refused;
            if attempt >= self.attempts || !again || !self.source.can_rewind() {
                return Err(reason);
            }
            // Stores throttle (503 SlowDown) when many clients upload at once; with jitter they do not all retry at
            // once.
            let doubled = 2_u32.saturating_pow(attempt.min(6).saturating_sub(1));
            let pause = Duration::from_millis(500).saturating_mul(doubled);
            sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            attempt = attempt.saturating_add(1);
        }
        // What was read while the file was being written is neither the old file nor the new one.
        if self.source.can_rewind() && self.source.metadata().await.ok() != Some(metadata) {
            return Err(Reason::Changed);
        }
        Ok(presigned.uploaded(metadata, content_type, *coins))
    }

    fn presign_request(&self, content_type: &str) -> PresignedUrl {
        let presign_request = PresignedUrl::builder().file_name(self.source.name());
        let mut presign_request = presign_request.content_type(content_type);
        if self.url_lifetime != URL_LIFETIME {
            presign_request = presign_request
                .expires_in(i64::try_from(self.url_lifetime.as_secs()).unwrap_or(i64::MAX));
        }
        if let Some(region) = &self.region {
            presign_request = presign_request.region(region);
        }
        presign_request.build()
    }

    async fn presign(
        &mut self,
        content_type: &str,
        coins: &mut Option<u64>,
    ) -> Result<PresignedUpload, Reason> {
        let asked = Instant::now();
        let until = time::after(asked, self.url_lifetime);
        let call = self.client.call(self.presign_request(content_type));
        let answer = call
            .send_for(move |data| PresignedUpload::read(data, until).map_err(Unusable::Lacks))
            .await;
        let cost = match &answer {
            Ok(DecodedResponse { coins, .. }) => *coins,
            Err(error) => error.cost(),
        };
        *coins = coins::add_cost(*coins, cost);
        let presigned = answer.map_err(|error| Reason::Presign(Box::new(error)))?.needed;
        // The signature in it lets its holder write there, and the file may be private.
        self.client.destinations().check(&presigned.url).map_err(Reason::Destination)?;
        Ok(presigned)
    }
}

/// Where the file is uploaded to, and until when.
struct PresignedUpload {
    url: Url,
    until: Instant,
    /// Whether the store has said that the URL has expired.
    refused: bool,
    bucket: String,
    key: String,
    cdn_url: Option<String>,
}

impl PresignedUpload {
    /// Decodes a ticket; an error names what it lacks.
    fn read(data: &PresignedUrlData, until: Instant) -> Result<Self, &'static str> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let url = data.presigned_url.as_deref().and_then(|url| Url::parse(url).ok());
        Ok(Self {
            url: url.ok_or("presigned_url")?,
            until,
            refused: false,
            bucket: filled(&data.s3_bucket).ok_or("s3_bucket")?,
            key: filled(&data.object_key).ok_or("object_key")?,
            cdn_url: data.cdn_url.clone(),
        })
    }

    fn is_over(&self) -> bool {
        self.refused || Instant::now() >= self.until
    }

    fn uploaded(
        self,
        metadata: SourceMetadata,
        content_type: String,
        coins: Option<u64>,
    ) -> Uploaded {
        Uploaded {
            bucket_name: self.bucket,
            object_key: self.key,
            cdn_url: self.cdn_url,
            size: metadata.length,
            content_type,
            coins_spent: coins,
        }
    }
}

awaited! {
    /// Awaits [`send`](Upload::send).
    Upload, send() -> Result<Uploaded, UploadError>
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("source", &self.source)
            .field("content_type", &self.content_type)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
