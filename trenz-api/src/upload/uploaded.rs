//! What other calls want of a file that was uploaded.

use serde::{Deserialize, Serialize};

use crate::MediaUrl;
use crate::social::video_management::{CheckInfo, CheckInfoBuilder};
use crate::social::video_publishing::{PublishUploadBuilder, PublishUploadMediaItem};

/// A file in the platform's object store. It can be kept and used later.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Uploaded {
    /// The bucket, which the API calls `s3_bucket` or `bucket_name`.
    pub bucket_name: String,
    /// The key in the bucket, which the API calls `object_key` or `bucket_key`.
    pub object_key: String,
    /// Where it can be fetched, for calls that take a URL.
    pub cdn_url: Option<String>,
    /// Its length in bytes.
    pub size: u64,
    /// The content type it was uploaded with.
    pub content_type: String,
    /// The coins that uploading it has cost, if every answer said.
    pub coins_spent: Option<u64>,
}

impl Uploaded {
    /// As the item of a carousel, at this place.
    #[must_use]
    pub fn media_item(&self, order: i64) -> PublishUploadMediaItem {
        PublishUploadMediaItem::builder()
            .bucket_key(&self.object_key)
            .bucket_name(&self.bucket_name)
            .order(order)
            .build()
    }

    /// As an input that takes a URL, if the API gave one.
    #[must_use]
    pub fn media_url(&self) -> Option<MediaUrl> {
        self.cdn_url.as_deref().map(MediaUrl::from)
    }

    /// The request that checks it against the rules of the platforms.
    #[must_use]
    pub fn check_info(&self) -> CheckInfo {
        CheckInfo::builder().uploaded(self).build()
    }
}

impl<Via> CheckInfoBuilder<Via> {
    /// The file to check: its bucket and its key.
    pub fn uploaded(self, file: &Uploaded) -> CheckInfoBuilder<Via, String, String> {
        self.bucket_name(&file.bucket_name).object_key(&file.object_key)
    }
}

impl<Via, PublicationsState, VideoTitleState>
    PublishUploadBuilder<Via, PublicationsState, VideoTitleState>
{
    /// The file to publish: its bucket, its key and its size.
    pub fn uploaded(self, file: &Uploaded) -> Self {
        self.bucket_name(&file.bucket_name)
            .bucket_key(&file.object_key)
            .file_size(i64::try_from(file.size).unwrap_or(i64::MAX))
    }

    /// The cover image.
    pub fn cover(self, file: &Uploaded) -> Self {
        self.cover_bucket_name(&file.bucket_name).cover_bucket_key(&file.object_key)
    }
}
