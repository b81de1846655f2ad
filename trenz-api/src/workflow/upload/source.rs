//! The sources of uploads.

use bytes::Bytes;
use futures_core::Stream;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::SystemTime;
use tokio::fs::File;

use super::error::Reason;

pub(super) type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A file to upload: a path, bytes, or a stream of known length.
///
/// A source that can be rewound is retried when an attempt is interrupted; a stream that is read [`once`](Self::once)
/// is not.
pub struct UploadSource {
    name: String,
    kind: SourceKind,
}

enum SourceKind {
    Path(PathBuf),
    Bytes(Bytes),
    Streams(u64, Box<dyn FnMut() -> ByteStream + Send>),
    Once(u64, Option<ByteStream>),
}

/// What is known of a source before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SourceMetadata {
    pub(super) length: u64,
    modified: Option<SystemTime>,
}

/// A source that is being read.
pub(super) enum SourceReader {
    File(Box<File>),
    Bytes(Bytes),
    Stream(ByteStream),
}

impl UploadSource {
    /// Returns the file at this path, with its own name.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
        Self { name, kind: SourceKind::Path(path) }
    }

    /// Returns these bytes, as a file with this name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), kind: SourceKind::Bytes(bytes.into()) }
    }

    /// Returns a stream of `length` bytes, as a file with this name. Each attempt opens it anew.
    ///
    /// If the stream ends earlier or is longer, the upload is an error, and the store has no object: the last bytes are
    /// sent after the stream has ended.
    pub fn stream<S>(
        name: impl Into<String>,
        length: u64,
        mut open: impl FnMut() -> S + Send + 'static,
    ) -> Self
    where
        S: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        let open = Box::new(move || Box::pin(open()) as ByteStream);
        Self { name: name.into(), kind: SourceKind::Streams(length, open) }
    }

    /// Returns a stream of `length` bytes that can be read only once, as a file with this name. An interrupted attempt
    /// is not retried. Its length is checked like that of any [`stream`](Self::stream).
    pub fn once<S>(name: impl Into<String>, length: u64, stream: S) -> Self
    where
        S: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        Self { name: name.into(), kind: SourceKind::Once(length, Some(Box::pin(stream))) }
    }

    /// Renames the source. The platform needs a name with an extension.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn can_rewind(&self) -> bool {
        !matches!(self.kind, SourceKind::Once(..))
    }

    /// The size and name of the source, or why it cannot be read.
    pub(super) async fn metadata(&mut self) -> Result<SourceMetadata, Reason> {
        let metadata = match &self.kind {
            SourceKind::Path(path) => {
                // Opened, because it may exist without being readable.
                let file = File::open(path).await.map_err(Reason::Unreadable)?;
                let found = file.metadata().await.map_err(Reason::Unreadable)?;
                if !found.is_file() {
                    return Err(Reason::NotAFile);
                }
                SourceMetadata { length: found.len(), modified: found.modified().ok() }
            }
            SourceKind::Bytes(bytes) => {
                SourceMetadata { length: bytes.len() as u64, modified: None }
            }
            SourceKind::Streams(length, _) | SourceKind::Once(length, _) => {
                SourceMetadata { length: *length, modified: None }
            }
        };
        if metadata.length == 0 {
            return Err(Reason::Empty);
        }
        if self.name.trim().is_empty() {
            return Err(Reason::Nameless);
        }
        Ok(metadata)
    }

    pub(super) async fn open(&mut self) -> Result<SourceReader, Reason> {
        match &mut self.kind {
            SourceKind::Path(path) => {
                let file = File::open(&*path).await.map_err(Reason::Unreadable)?;
                Ok(SourceReader::File(Box::new(file)))
            }
            SourceKind::Bytes(bytes) => Ok(SourceReader::Bytes(bytes.clone())),
            SourceKind::Streams(_, open) => Ok(SourceReader::Stream(open())),
            SourceKind::Once(_, stream) => {
                stream.take().map(SourceReader::Stream).ok_or(Reason::Changed)
            }
        }
    }
}

macro_rules! from_paths {
    ($($path:ty),*) => {$(
        impl From<$path> for UploadSource {
            /// The file at this path.
            fn from(path: $path) -> Self {
                Self::path(path)
            }
        }
    )*};
}
from_paths!(&str, &Path, PathBuf, &PathBuf, String, &String, OsString);

/// A name, and the bytes of the file.
impl<N: Into<String>, B: Into<Bytes>> From<(N, B)> for UploadSource {
    fn from((name, bytes): (N, B)) -> Self {
        Self::bytes(name, bytes)
    }
}

impl fmt::Debug for UploadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, length) = match &self.kind {
            SourceKind::Path(_) => ("file", None),
            SourceKind::Bytes(bytes) => ("bytes", Some(bytes.len() as u64)),
            SourceKind::Streams(length, _) => ("stream", Some(*length)),
            SourceKind::Once(length, _) => ("stream that comes once", Some(*length)),
        };
        f.debug_struct("UploadSource")
            .field("name", &self.name)
            .field("kind", &kind)
            .field("length", &length)
            .finish()
    }
}

/// The content type of an extension, for the kinds of files that platforms publish.
pub(super) fn content_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension.to_ascii_lowercase().as_str() {
        "mp4" | "m4v" => "video/mp4",
        "mov" | "qt" => "video/quicktime",
        "webm" => "video/webm",
        "mkv" => "video/x-matroska",
        "avi" => "video/x-msvideo",
        "mpg" | "mpeg" => "video/mpeg",
        "3gp" => "video/3gpp",
        "flv" => "video/x-flv",
        "wmv" => "video/x-ms-wmv",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "bmp" => "image/bmp",
        "heic" => "image/heic",
        "avif" => "image/avif",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "aac" => "audio/aac",
        "wav" => "audio/wav",
        "ogg" => "audio/ogg",
        _ => "application/octet-stream",
    }
}
