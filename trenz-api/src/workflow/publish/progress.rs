//! How far a publishing has come: what is kept in order to go on.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::error::Why;
use crate::error::Error;
use crate::generated::workflows::publish::{CheckInfoData, CheckInfoValidationResult};
use crate::money::coins;
use crate::workflow::stored::StateError;
use crate::workflow::stored::stored;
use crate::workflow::upload::Uploaded;

/// What was done by the time of an error, and what it has cost. It can be stored, and gone on from; one that was changed
/// meanwhile to what no publishing leaves is [refused](StateError), when it is parsed and before anything is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, remote = "Self")]
#[non_exhaustive]
pub struct PublishProgress {
    /// The video in the store.
    pub uploaded: Option<Uploaded>,
    /// What the check has said.
    pub verdicts: Option<Verdicts>,
    /// Whether nobody knows if the publishing has begun: the request has left, and no response came.
    ///
    /// Look at the list of published videos before you publish with
    /// [`allow_republish`](super::Publishing::allow_republish).
    pub may_be_published: bool,
    /// The session that publishes.
    pub session_token: Option<String>,
    /// The accounts that it publishes to, in the order of the request.
    pub accounts: Vec<i64>,
    /// The accounts that the API passed over, as it names them.
    pub skipped_accounts: Vec<String>,
    /// The coins that were spent so far; unknown if a response did not say, did not come, or said more than an account
    /// can hold.
    pub coins_spent: Option<u64>,
}

/// What the platforms' rules say of a video, by platform.
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

    pub(super) fn pay(&mut self, coins: Option<u64>) {
        self.coins_spent = coins::spent(self.coins_spent, coins);
    }

    /// Takes down what a failed call has cost, which may not be known.
    pub(super) fn failed(&mut self, error: Error) -> Why {
        self.pay(error.cost());
        Why::api(error)
    }
}

impl Verdicts {
    pub(super) fn read(data: CheckInfoData) -> Self {
        Self(data.validation_results.unwrap_or_default())
    }

    /// What each platform says.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &CheckInfoValidationResult)> {
        self.0.iter().map(|(platform, verdict)| (platform.as_str(), verdict))
    }

    /// Whether a platform accepts the video; `None` if it was not asked, or has not said.
    #[must_use]
    pub fn accepts(&self, platform: &str) -> Option<bool> {
        self.0.get(platform)?.is_valid
    }

    /// Whether all of these platforms accept the video, or any one, if none is named. What was not said is no
    /// refusal.
    pub(super) fn suits(&self, platforms: &[String]) -> bool {
        if platforms.is_empty() {
            return self.0.is_empty()
                || self.0.values().any(|verdict| verdict.is_valid != Some(false));
        }
        platforms.iter().all(|platform| self.accepts(platform) != Some(false))
    }
}
