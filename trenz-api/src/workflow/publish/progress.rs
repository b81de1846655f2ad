//! The progress of a publishing, for resuming.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::error::Reason;
use crate::error::Error;
use crate::generated::workflows::publish::{CheckInfoData, CheckInfoValidationResult};
use crate::money::coins;
use crate::workflow::stored::StateError;
use crate::workflow::stored::stored;
use crate::workflow::upload::Uploaded;

/// What was done before an error, and its cost. It can be stored and resumed from; one that was modified into an
/// impossible state is [rejected](StateError) when it is parsed and before anything is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct PublishProgress {
    /// The uploaded video.
    pub uploaded: Option<Uploaded>,
    /// The result of the check.
    pub verdicts: Option<Verdicts>,
    /// Whether the video may have been published: the request was sent, and no response came.
    ///
    /// Check the list of published videos before you publish with
    /// [`allow_republish`](super::Publishing::allow_republish).
    pub may_be_published: bool,
    /// The token of the publishing session.
    pub session_token: Option<String>,
    /// The accounts that it publishes to, in the order of the request.
    pub accounts: Vec<i64>,
    /// The accounts that the API skipped, as it names them.
    pub skipped_accounts: Vec<String>,
    /// The coins spent so far; unknown if a response did not report its cost or did not arrive, or if the sum is more
    /// than an account can hold.
    pub coins_spent: Option<u64>,
}

/// The verdict of each platform's rules on a video.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Verdicts(BTreeMap<String, CheckInfoValidationResult>);

impl Default for PublishProgress {
    fn default() -> Self {
        Self {
            uploaded: None,
            verdicts: None,
            may_be_published: false,
            session_token: None,
            accounts: Vec::new(),
            skipped_accounts: Vec::new(),
            coins_spent: Some(0),
        }
    }
}

stored!(PublishProgress);

impl PublishProgress {
    pub(super) fn check(&self) -> Result<(), StateError> {
        if let Some(token) = &self.session_token {
            StateError::unless_filled("session_token", token)?;
        }
        StateError::unless_distinct(self.accounts.iter().copied())?;
        StateError::unless_payable("coins_spent", self.coins_spent)?;
        self.uploaded.as_ref().map_or(Ok(()), Uploaded::check)
    }

    pub(super) fn add_cost(&mut self, coins: Option<u64>) {
        self.coins_spent = coins::add_cost(self.coins_spent, coins);
    }

    /// Records the cost of a failed call, which may be unknown.
    pub(super) fn failed(&mut self, error: Error) -> Reason {
        self.add_cost(error.cost());
        Reason::api(error)
    }
}

impl Verdicts {
    pub(super) fn read(data: CheckInfoData) -> Self {
        Self(data.validation_results.unwrap_or_default())
    }

    /// The verdict of each platform.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CheckInfoValidationResult)> {
        self.0.iter().map(|(platform, verdict)| (platform.as_str(), verdict))
    }

    /// Whether a platform accepts the video; `None` if it was not checked or has not responded.
    #[must_use]
    pub fn accepts(&self, platform: &str) -> Option<bool> {
        self.0.get(platform)?.is_valid
    }

    /// Whether all of these platforms accept the video, or any one, if none is named. A missing verdict is not a
    /// rejection.
    pub(super) fn is_suitable(&self, platforms: &[String]) -> bool {
        if platforms.is_empty() {
            return self.0.is_empty()
                || self.0.values().any(|verdict| verdict.is_valid != Some(false));
        }
        platforms.iter().all(|platform| self.accepts(platform) != Some(false))
    }
}
