//! An account to publish to.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::generated::workflows::publish::{
    PublishUploadPublication, PublishUploadPublicationPlatformConfig,
    PublishUploadPublicationPlatformConfigPrivacy as Privacy,
};

/// An account to publish to: now or later, under the video's title or one of its own.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Target {
    publication: PublishUploadPublication,
    at: Option<SystemTime>,
}

impl Target {
    /// The account of this id, which the list of accounts tells.
    pub fn account(id: i64) -> Self {
        let publication = PublishUploadPublication::builder().platform_account_id(id).title("");
        Self { publication: publication.build(), at: None }
    }

    /// The title there, instead of the video's own.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.publication.title = title.into();
        self
    }

    /// The description there.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.publication.description = Some(description.into());
        self
    }

    /// The tags there.
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.publication.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Who may see it there.
    pub fn privacy(mut self, privacy: impl Into<Privacy>) -> Self {
        let config = self.publication.platform_config.take().unwrap_or_default();
        self.publication.platform_config = Some(config.privacy(privacy));
        self
    }

    /// Everything that the platform can be told.
    pub fn platform_config(mut self, config: PublishUploadPublicationPlatformConfig) -> Self {
        self.publication.platform_config = Some(config);
        self
    }

    /// When it is published there: at least 5 minutes and at most 90 days from now.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.at = Some(time);
        self
    }

    pub(super) fn id(&self) -> i64 {
        self.publication.platform_account_id
    }

    pub(super) fn time(&self) -> Option<SystemTime> {
        self.at
    }

    pub(super) fn publication(&self, title: &str) -> PublishUploadPublication {
        let mut publication = self.publication.clone();
        if publication.title.is_empty() {
            title.clone_into(&mut publication.title);
        }
        if let Some(at) = self.at {
            let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
            publication.scheduled_at = Some(i64::try_from(seconds).unwrap_or(i64::MAX));
        }
        publication
    }
}

/// The account of this id.
impl From<i64> for Target {
    fn from(account: i64) -> Self {
        Self::account(account)
    }
}
