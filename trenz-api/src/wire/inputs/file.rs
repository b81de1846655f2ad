//! Files as inputs.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A file to send: its bytes and, optionally, its name and media type.
///
/// ```
/// use trenz_api::FilePart;
///
/// let picture = FilePart::new(&b"\x89PNG"[..]).name("cat.png").media_type("image/png");
/// let plain: FilePart = b"only the bytes".to_vec().into();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FilePart {
    /// The file's content.
    pub bytes: Bytes,
    /// The file's name. Default: the name of its input.
    pub name: Option<String>,
    /// The media type of its content. Default: the document's.
    pub media_type: Option<String>,
}

impl FilePart {
    /// Returns a file without name and media type.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), ..Self::default() }
    }

    /// Sets its name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets its media type, such as `image/png`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}

impl From<Bytes> for FilePart {
    fn from(bytes: Bytes) -> Self {
        Self::new(bytes)
    }
}

impl From<Vec<u8>> for FilePart {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}
