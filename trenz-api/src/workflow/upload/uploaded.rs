//! An uploaded file, as an input of other calls.

use serde::{Deserialize, Serialize};

use crate::generated::MediaUrl;
use crate::workflow::stored::StateError;
use crate::workflow::stored::stored;

/// A file in the platform's object store. It can be stored and used later; one that was modified into an impossible
/// state is [rejected](StateError) when it is parsed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct Uploaded {
    /// The bucket, which the API calls `s3_bucket` or `bucket_name`.
    pub bucket_name: String,
    /// The key in the bucket, which the API calls `object_key` or `bucket_key`.
    pub object_key: String,
    /// Its URL, for calls that take one.
    pub cdn_url: Option<String>,
    /// Its length in bytes.
    pub size: u64,
    /// The content type it was uploaded with.
    pub content_type: String,
    /// The coins that uploading it has cost, if every response reported its cost.
    pub coins_spent: Option<u64>,
}

stored!(Uploaded);

impl Uploaded {
    pub(crate) fn check(&self) -> Result<(), StateError> {
        StateError::unless_filled("bucket_name", &self.bucket_name)?;
        StateError::unless_filled("object_key", &self.object_key)?;
        StateError::unless_payable("coins_spent", self.coins_spent)?;
        if self.size == 0 { Err(StateError::NoBytes) } else { Ok(()) }
    }

    /// As an input that takes a URL, if the API returned one.
    #[must_use]
    pub fn media_url(&self) -> Option<MediaUrl> {
        self.cdn_url.as_deref().map(MediaUrl::from)
    }
}
