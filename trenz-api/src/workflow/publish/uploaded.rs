//! Uploaded files as inputs of publishing.

use crate::generated::workflows::publish::{
    CheckInfo, CheckInfoBuilder, PublishUploadBuilder, PublishUploadMediaItem,
};
use crate::workflow::upload::Uploaded;

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

    /// The request that checks it against the rules of the platforms.
    #[must_use]
    pub fn check_info(&self) -> CheckInfo {
        CheckInfo::builder().uploaded(self).build()
    }
}

impl<Via> CheckInfoBuilder<Via> {
    /// Sets the file to check: its bucket and its key.
    pub fn uploaded(self, file: &Uploaded) -> CheckInfoBuilder<Via, String, String> {
        self.bucket_name(&file.bucket_name).object_key(&file.object_key)
    }
}

impl<Via, PublicationsState, VideoTitleState>
    PublishUploadBuilder<Via, PublicationsState, VideoTitleState>
{
    /// Sets the file to publish: its bucket, its key and its size.
    pub fn uploaded(self, file: &Uploaded) -> Self {
        self.bucket_name(&file.bucket_name)
            .bucket_key(&file.object_key)
            .file_size(i64::try_from(file.size).unwrap_or(i64::MAX))
    }

    /// Sets the cover image.
    pub fn cover(self, file: &Uploaded) -> Self {
        self.cover_bucket_name(&file.bucket_name).cover_bucket_key(&file.object_key)
    }
}
