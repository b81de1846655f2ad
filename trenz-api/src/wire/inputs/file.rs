//! A file as an input.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// A file to send: its bytes and, if wanted, what it is called and what is in it.
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
    /// What is in the file.
    pub bytes: Bytes,
    /// The file's name. Without one, it goes by the name of its input.
    pub name: Option<String>,
    /// The media type of its bytes. Without one, it is the document's.
    pub media_type: Option<String>,
}

impl FilePart {
    /// A file of which nothing but its bytes is known.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self { bytes: bytes.into(), ..Self::default() }
    }

    /// Gives it a name.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says what is in it, such as `image/png`.
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
