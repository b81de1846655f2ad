//! The API key, kept where nothing prints it.

use http::HeaderValue;
use std::fmt;

/// A key that has been checked to be sendable in a header. It is never printed, and [`redact`](Self::redact) takes
/// it out of whatever a server sends back.
#[derive(Clone)]
pub(crate) struct ApiKey(String);

impl ApiKey {
    /// Takes a key as it was given. Blanks around it, such as the line end of a file, do not belong to it.
    pub(crate) fn new(given: &str) -> Result<Self, &'static str> {
        let key = given.trim();
        if key.is_empty() {
            return Err("is empty");
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "holds a character that cannot be sent in a header; keys are printable ASCII without blanks",
            );
        }
        Ok(Self(key.to_owned()))
    }

    /// No key, for an API that asks for none.
    pub(crate) fn none() -> Self {
        Self(String::new())
    }

    /// The value of a header that carries the key behind `prefix`, marked so that HTTP libraries do not print it
    /// and HTTP/2 does not index it.
    pub(crate) fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    pub(crate) fn is_in(&self, said: &str) -> bool {
        !self.0.is_empty() && said.contains(&self.0)
    }

    /// What a server said, without the key: some echo it in "invalid key …".
    pub(crate) fn redact(&self, said: String) -> String {
        if self.is_in(&said) { said.replace(&self.0, REDACTED) } else { said }
    }

    /// The same for bytes that may not be text. `None` when the key is not in them.
    pub(crate) fn redact_bytes(&self, said: &[u8]) -> Option<Vec<u8>> {
        let key = self.0.as_bytes();
        let found = |rest: &[u8]| rest.windows(key.len()).position(|window| window == key);
        let mut at = if key.is_empty() { None } else { found(said) }?;
        let (mut clean, mut rest) = (Vec::with_capacity(said.len()), said);
        loop {
            clean.extend_from_slice(&rest[..at]);
            clean.extend_from_slice(REDACTED.as_bytes());
            rest = &rest[at + key.len()..];
            match found(rest) {
                Some(next) => at = next,
                None => break,
            }
        }
        clean.extend_from_slice(rest);
        Some(clean)
    }
}

const REDACTED: &str = "[redacted]";

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

    #[test]
    fn nothing_is_taken_out_for_no_key() {
        let key = ApiKey::none();
        assert_eq!(key.redact("said".to_owned()), "said");
        assert_eq!(key.redact_bytes(b"said"), None);
        assert!(!key.is_in("said"));
    }

    #[test]
    fn every_echo_of_the_key_is_taken_out() {
        let key = ApiKey::new("sk").unwrap();
        for (said, clean) in [
            ("", None),
            ("s k", None),
            ("sk", Some("[redacted]")),
            ("a sk, sksk.", Some("a [redacted], [redacted][redacted].")),
            ("ssk\u{fffd}", Some("s[redacted]\u{fffd}")),
        ] {
            let bytes =
                key.redact_bytes(said.as_bytes()).map(|clean| String::from_utf8(clean).unwrap());
            assert_eq!(bytes.as_deref(), clean, "{said}");
            assert_eq!(key.redact(said.to_owned()), clean.unwrap_or(said));
        }
    }
}
