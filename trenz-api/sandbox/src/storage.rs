//! The object store behind presigned URLs: tickets to upload, and what was uploaded.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::inputs::Inputs;
use crate::noise::{Noise, hex};
use crate::refusal::Refusal;

/// The path below which objects are put and fetched.
pub(crate) const STORAGE: &str = "/_storage";

/// The default lifetime of a presigned URL in seconds.
const LIFETIME: i64 = 3600;

/// The longest lifetime in seconds: a week.
const MAX_LIFETIME: i64 = 604_800;

/// The characters that are escaped in a path segment.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// An object that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    /// The bucket it is in: `s3_bucket`.
    pub bucket: String,
    /// Its key there: `object_key`.
    pub key: String,
    /// The content type it was sent with.
    pub content_type: Option<String>,
    /// Its length in bytes.
    pub size: u64,
    /// Where its bytes are, until the sandbox ends.
    pub path: PathBuf,
}

/// The objects of a sandbox and the tickets to upload more.
#[derive(Debug)]
pub(crate) struct Storage {
    folder: PathBuf,
    base_url: String,
    tickets: BTreeMap<(String, String), Ticket>,
    objects: BTreeMap<(String, String), Upload>,
    issued: i64,
    seed: u64,
}

#[derive(Clone, Debug)]
struct Ticket {
    signature: String,
    content_type: Option<String>,
    expires_at: u64,
}

/// An error of the store: an HTTP status, an S3 code and a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StorageError(pub(crate) u16, pub(crate) &'static str, pub(crate) &'static str);

impl Storage {
    pub(crate) fn new(folder: &Path, base_url: &str, seed: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            base_url: base_url.to_owned(),
            tickets: BTreeMap::new(),
            objects: BTreeMap::new(),
            issued: 0,
            seed,
        }
    }

    /// Issues a URL to upload to.
    pub(crate) fn presign(&mut self, inputs: &Inputs, now: u64) -> Result<Value, Refusal> {
        let name = inputs.text("file_name").unwrap_or_default();
        if name.trim().is_empty() {
            return Err(Refusal::invalid("file_name", "must not be empty"));
        }
        self.issued += 1;
        let rng = &mut Noise::new(self.seed).named("ticket").numbered(self.issued).rng();
        let bucket = match inputs.text("region") {
            Some("aws") => "sandbox-aws",
            _ => "sandbox-tos",
        };
        let name = name.replace(['/', '\\'], "_");
        let key = format!("upload/{name}_{}", hex(rng, 16));
        let signature = hex(rng, 40);
        let seconds =
            inputs.integer("expires_in").filter(|seconds| *seconds > 0).unwrap_or(LIFETIME);
        let seconds = u64::try_from(seconds.min(MAX_LIFETIME)).unwrap_or(0);
        let expires_at = now.saturating_add(seconds * 1000);
        let content_type = inputs.text("content_type").map(str::to_owned);
        let place =
            format!("{}{STORAGE}/{bucket}/{}", self.base_url, utf8_percent_encode(&key, SEGMENT));
        let data = json!({
            "presigned_url": format!("{place}?X-Expires={expires_at}&X-Signature={signature}"),
            "cdn_url": place, "object_key": key, "s3_bucket": bucket,
        });
        let ticket = Ticket { signature, content_type, expires_at };
        self.tickets.insert((bucket.to_owned(), key), ticket);
        Ok(data)
    }

    /// Checks a signature for the upload of an object, and returns the file to write.
    pub(crate) fn admit(
        &self,
        bucket: &str,
        key: &str,
        signature: &str,
        content_type: Option<&str>,
        now: u64,
    ) -> Result<PathBuf, StorageError> {
        let ticket = self.tickets.get(&(bucket.to_owned(), key.to_owned()));
        let Some(ticket) = ticket.filter(|ticket| ticket.signature == signature) else {
            let message = "The request signature does not match.";
            return Err(StorageError(403, "SignatureDoesNotMatch", message));
        };
        if now >= ticket.expires_at {
            return Err(StorageError(403, "AccessDenied", "Request has expired"));
        }
        if ticket.content_type.is_some() && ticket.content_type.as_deref() != content_type {
            let message = "The content type is not the one that was signed.";
            return Err(StorageError(403, "SignatureDoesNotMatch", message));
        }
        // The file is named by the signature, which is unique and safe whatever the object is called.
        Ok(self.folder.join(signature))
    }

    pub(crate) fn store(&mut self, upload: Upload) {
        self.objects.insert((upload.bucket.clone(), upload.key.clone()), upload);
    }

    pub(crate) fn get(&self, bucket: &str, key: &str) -> Option<&Upload> {
        self.objects.get(&(bucket.to_owned(), key.to_owned()))
    }

    pub(crate) fn uploads(&self) -> Vec<Upload> {
        self.objects.values().cloned().collect()
    }
}

impl StorageError {
    /// The XML of an error response of an object store.
    pub(crate) fn xml(&self) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <Error><Code>{}</Code><Message>{}</Message></Error>",
            self.1, self.2
        )
    }
}
