//! The API key, which is never printed.

use http::HeaderValue;
use std::fmt;

use crate::base::redact::{REDACTED, Redactor};

/// A key that can be sent in a header. It is never printed.
#[derive(Clone)]
pub(crate) struct ApiKey {
    value: String,
    redactor: Redactor,
}

impl ApiKey {
    /// Checks a key. Blanks around it, such as the line end of a file, are removed.
    pub(crate) fn new(given: &str) -> Result<Self, &'static str> {
        let key = given.trim();
        if key.is_empty() {
            return Err("is empty");
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "has a character that is not allowed in a header; keys are printable ASCII without blanks",
            );
        }
        Ok(Self { value: key.to_owned(), redactor: Redactor::new(key) })
    }

    /// No key, for an API without one.
    pub(crate) fn none() -> Self {
        Self { value: String::new(), redactor: Redactor::default() }
    }

    /// The value of a header with the key after `prefix`, marked as sensitive so that HTTP libraries do not print it
    /// and HTTP/2 does not index it.
    pub(crate) fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.value)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The key itself, to be hashed.
    #[cfg(feature = "_ledger")]
    pub(crate) fn text(&self) -> &str {
        &self.value
    }

    /// Removes the key from server texts: some servers repeat it in "invalid key …".
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_sensitive() {
        let key = ApiKey::new("sk_live_1").unwrap();
        assert!(key.header("").unwrap().is_sensitive());
        assert!(key.header("Bearer ").unwrap().is_sensitive());
    }
}
