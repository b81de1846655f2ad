//! An account to publish to.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::generated::workflows::publish::{
    PublishPlatformConfig, PublishPrivacy as Privacy, PublishUploadPublication,
};

/// An account to publish to: now or later, with the video's title or another one.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Target {
    publication: PublishUploadPublication,
    at: Option<SystemTime>,
}

impl Target {
    /// The account with this id, from the list of accounts.
    pub fn account(id: i64) -> Self {
        let publication = PublishUploadPublication::builder().platform_account_id(id).title("");
        Self { publication: publication.build(), at: None }
    }

    /// Sets the title there, instead of the video's.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.publication.title = title.into();
        self
    }

    /// Sets the description there.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.publication.description = Some(description.into());
        self
    }

    /// Sets the tags there.
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.publication.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Sets who may see it there.
    pub fn privacy(mut self, privacy: impl Into<Privacy>) -> Self {
        let config = self.publication.platform_config.take().unwrap_or_default();
        self.publication.platform_config = Some(config.privacy(privacy));
        self
    }

    /// Sets all settings of the platform.
    pub fn platform_config(mut self, config: PublishPlatformConfig) -> Self {
        self.publication.platform_config = Some(config);
        self
    }

    /// Sets when it is published there: at least 5 minutes and at most 90 days from now.
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

/// The account with this id.
impl From<i64> for Target {
    fn from(account: i64) -> Self {
        Self::account(account)
    }
}
