//! The API key, where a request carries it, and the caller's own headers. None of them is ever printed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{self, Entry, HeaderMap, HeaderName, HeaderValue};
use std::fmt;
use url::Url;

use super::base_url::has_parameter;
use crate::base::redact::{REDACTED, Redactor};
use crate::wire::inputs::segment;

/// Where a request carries the key.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "which one there is depends on the document")]
pub(crate) enum KeyPlace {
    /// In this header, after a prefix.
    Header { name: &'static str, prefix: &'static str },
    /// In the query, under this name.
    Query(&'static str),
    /// In the cookie of this name.
    Cookie(&'static str),
}

/// What is sent with a request to show who the caller is.
#[derive(Default)]
pub(crate) struct Credentials {
    key: Option<PlacedKey>,
    /// The caller's own headers, which replace others of the same name.
    own: HeaderMap,
    /// The key, or what stands for it, to be hashed.
    #[cfg(feature = "_ledger")]
    text: String,
    redactor: Redactor,
}

enum PlacedKey {
    Header(HeaderName, HeaderValue),
    Query { name: &'static str, pair: String },
    Cookie(String),
}

/// The prefix behind which a user name and a password are encoded.
const BASIC: &str = "Basic ";

/// Headers that belong to the connection or to the body.
const NOT_OWN: [HeaderName; 9] = [
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::EXPECT,
    header::HOST,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A value with at least this many letters and digits is redacted, whatever it is for: a version number is not.
const SECRET: usize = 8;

/// The shortest password that is looked for by itself.
const PASSWORD: usize = 4;

impl Credentials {
    /// Takes the key, for a place that is known, and the caller's own headers. The reasons quote neither.
    pub(crate) fn new(
        key: Option<(&str, KeyPlace)>,
        own: &[(String, String)],
        query: &str,
    ) -> Result<Self, String> {
        let mut secrets: Vec<String> = Vec::new();
        let placed = key.map(|(key, place)| place.place(key, &mut secrets)).transpose();
        let placed = placed.map_err(|why| format!("the API key {why}"))?;
        let mut headers = HeaderMap::new();
        for (name, value) in own {
            let (name, value) = custom_header(name, value)?;
            secrets.extend(secret_parts(&name, value.to_str().unwrap_or_default()));
            headers.insert(name, value);
        }
        let values = url::form_urlencoded::parse(query.as_bytes());
        secrets.extend(values.map(|(_, value)| value.into_owned()).filter(|value| is_long(value)));
        Ok(Self {
            key: placed,
            own: headers,
            #[cfg(feature = "_ledger")]
            text: match key {
                // Headers that go with a key make no other account of it.
                Some((key, _)) => key.trim().to_owned(),
                None => secrets.join("\n"),
            },
            redactor: Redactor::of(&secrets),
        })
    }

    /// What stands for the account, to be hashed.
    #[cfg(feature = "_ledger")]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Removes what is secret from server texts: some servers repeat it in "invalid key …".
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Adds the key, unless the request is to go without it, and the caller's own headers.
    pub(crate) fn add(&self, with_key: bool, url: &mut Url, headers: &mut HeaderMap) {
        match self.key.as_ref().filter(|_| with_key) {
            Some(PlacedKey::Header(name, value)) => drop(headers.insert(name, value.clone())),
            // One in the base URL is the caller's own.
            Some(PlacedKey::Query { name, .. })
                if has_parameter(url.query().unwrap_or_default(), name) => {}
            Some(PlacedKey::Query { pair, .. }) => {
                let query = match url.query().filter(|query| !query.is_empty()) {
                    Some(query) => format!("{query}&{pair}"),
                    None => pair.clone(),
                };
                url.set_query(Some(&query));
            }
            Some(PlacedKey::Cookie(pair)) => {
                let before = headers.get(header::COOKIE).and_then(|value| value.to_str().ok());
                let cookies = before.map_or(pair.clone(), |before| format!("{before}; {pair}"));
                if let Some(value) = sensitive(&cookies) {
                    headers.insert(header::COOKIE, value);
                }
            }
            None => {}
        }
        for (name, value) in &self.own {
            if let Entry::Occupied(other) = headers.entry(name) {
                other.remove_entry_mult();
            }
            headers.insert(name, value.clone());
        }
    }
}

impl KeyPlace {
    /// The key in its place. Blanks around it, such as the line end of a file, are removed.
    fn place(self, given: &str, secrets: &mut Vec<String>) -> Result<PlacedKey, &'static str> {
        let key = given.trim();
        if key.is_empty() {
            return Err("is empty");
        }
        if key.chars().any(char::is_control) {
            return Err("has a character that cannot be sent");
        }
        secrets.push(key.to_owned());
        match self {
            Self::Header { name, prefix } => {
                let value = match key.split_once(':').filter(|_| prefix == BASIC) {
                    Some((_, password)) => {
                        // One that is shorter would be found everywhere.
                        secrets.extend((password.len() >= PASSWORD).then(|| password.to_owned()));
                        STANDARD.encode(key)
                    }
                    None if key.bytes().all(|byte| byte.is_ascii_graphic()) => key.to_owned(),
                    // It may bring its own scheme along.
                    None if prefix.is_empty() && name.eq_ignore_ascii_case("authorization") => {
                        secrets.extend(secret_parts(&header::AUTHORIZATION, key));
                        key.to_owned()
                    }
                    None => {
                        return Err(
                            "has a character that is not allowed in a header; keys are printable ASCII without blanks",
                        );
                    }
                };
                let name = HeaderName::from_bytes(name.as_bytes()).ok();
                let header = name.zip(sensitive(&format!("{prefix}{value}")));
                let (name, value) = header.ok_or("cannot be sent in a header")?;
                Ok(PlacedKey::Header(name, value))
            }
            Self::Query(name) => {
                let pair = format!("{}={}", segment(name), segment(key));
                Ok(PlacedKey::Query { name, pair })
            }
            Self::Cookie(name) => {
                if !key.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)) {
                    return Err("has a character that is not allowed in a cookie");
                }
                Ok(PlacedKey::Cookie(format!("{name}={key}")))
            }
        }
    }
}

/// A header of the caller's own. What is wrong with it is said without its value.
fn custom_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let refuse = |why: &str| format!("the header `{}` {why}", name.escape_debug());
    let parsed = HeaderName::from_bytes(name.as_bytes());
    let parsed = parsed.map_err(|_| refuse("has a name that no header can have"))?;
    if NOT_OWN.contains(&parsed) {
        return Err(refuse("belongs to the connection or to the body: it cannot be set"));
    }
    let value = sensitive(value).ok_or_else(|| refuse("has a value that no header can have"))?;
    value.to_str().map_err(|_| refuse("has a value that no header can have"))?;
    Ok((parsed, value))
}

/// The secret parts of a header: the whole, and what follows the name of a scheme.
fn secret_parts(name: &HeaderName, value: &str) -> Vec<String> {
    let is_credential = [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE];
    let behind = value.trim().split_once(' ').map(|(_, behind)| behind.trim());
    let parts = [Some(value), behind].into_iter().flatten();
    let is_public = [header::ACCEPT, header::ACCEPT_LANGUAGE, header::USER_AGENT].contains(name);
    let is_secret = |part: &&str| !is_public && is_long(part) || is_credential.contains(name);
    parts.filter(is_secret).map(str::to_owned).collect()
}

fn is_long(text: &str) -> bool {
    text.chars().filter(char::is_ascii_alphanumeric).count() >= SECRET
}

/// The value of a header, marked as sensitive so that HTTP libraries do not print it and HTTP/2 does not index it.
fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value.trim()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The query and the headers of a request with this key.
    fn sent(
        key: &str,
        place: KeyPlace,
        own: &[(&str, &str)],
        url: &str,
    ) -> (Option<String>, Vec<String>) {
        let own: Vec<_> =
            own.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let credentials = Credentials::new(Some((key, place)), &own, "").unwrap();
        let (mut url, mut headers) = (Url::parse(url).unwrap(), HeaderMap::new());
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b"));
        headers.append("x-input", HeaderValue::from_static("1"));
        headers.append("x-input", HeaderValue::from_static("2"));
        credentials.add(true, &mut url, &mut headers);
        let lines =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        let mut lines: Vec<_> =
            lines.filter(|line| !line.starts_with("x-input: ") || !own.is_empty()).collect();
        lines.sort();
        (url.query().map(str::to_owned), lines)
    }

    const URL: &str = "https://a.example/b?c=d";

    #[test]
    fn key_is_placed_by_its_scheme() {
        let header = |name, prefix| KeyPlace::Header { name, prefix };
        let auth = |prefix| header("Authorization", prefix);
        for (key, place, query, line) in [
            (" key \n", header("X-Key", ""), "c=d", "x-key: key"),
            ("key", auth("Bearer "), "c=d", "authorization: Bearer key"),
            ("Token a.b", auth(""), "c=d", "authorization: Token a.b"),
            ("user:pass word", auth("Basic "), "c=d", "authorization: Basic dXNlcjpwYXNzIHdvcmQ="),
            ("dXNlcjpwYXNz", auth("Basic "), "c=d", "authorization: Basic dXNlcjpwYXNz"),
            ("a b&c=\u{e9}", KeyPlace::Query("api key"), "c=d&api%20key=a%20b%26c%3D%C3%A9", ""),
            ("other", KeyPlace::Query("c"), "c=d", ""),
            ("key", KeyPlace::Cookie("session"), "c=d", "cookie: a=b; session=key"),
        ] {
            let (found, lines) = sent(key, place, &[], URL);
            assert_eq!(found.as_deref(), Some(query), "{key} {place:?}");
            let cookie = if line.starts_with("cookie") { "" } else { "cookie: a=b" };
            let mut expected: Vec<_> =
                [line, cookie].into_iter().filter(|line| !line.is_empty()).collect();
            expected.sort_unstable();
            assert_eq!(lines, expected, "{key} {place:?}");
        }
        let (query, _) = sent("key", KeyPlace::Query("k"), &[], "https://a.example/");
        assert_eq!(query.as_deref(), Some("k=key"));
    }

    #[test]
    fn own_headers_replace_others() {
        let place = KeyPlace::Header { name: "Authorization", prefix: "Bearer " };
        let own = [("authorization", "Token mine "), ("X-Input", "3"), ("Cookie", "c=d")];
        let (_, lines) = sent("key", place, &own, URL);
        assert_eq!(lines, ["authorization: Token mine", "cookie: c=d", "x-input: 3"]);
    }

    #[test]
    fn every_header_is_sensitive_and_no_secret_is_shown() {
        let place = KeyPlace::Header { name: "Authorization", prefix: "Basic " };
        let own = [
            ("X-Token", "Token tok-123456789"),
            ("X-Version", "2024"),
            ("User-Agent", "public-program/1.0"),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let credentials =
            Credentials::new(Some(("user:hunter2!", place)), &own, "code=query-123456&v=2")
                .unwrap();
        let (mut url, mut headers) = (Url::parse(URL).unwrap(), HeaderMap::new());
        credentials.add(true, &mut url, &mut headers);
        assert!(headers.values().all(HeaderValue::is_sensitive) && headers.len() == 4);
        let secrets =
            ["user:hunter2!", "hunter2!", "dXNlcjpodW50ZXIyIQ", "tok-123456789", "query-123456"];
        for secret in secrets {
            let said = credentials.redactor().shown(&format!("bad {secret} of 2024"), 400);
            assert!(said.contains(REDACTED) && said.ends_with(" of 2024"), "{said}");
            assert!(!said.contains(secret), "{said}");
        }
        assert_eq!(credentials.redactor().shown("public-program/1.0", 400), "public-program/1.0");
        assert_eq!(format!("{credentials:?}"), REDACTED);
    }

    #[test]
    fn refusals_of_keys_and_headers_do_not_quote_them() {
        let header = |name, prefix| KeyPlace::Header { name, prefix };
        for (key, place) in [
            ("", KeyPlace::Query("k")),
            ("a\nb", KeyPlace::Query("k")),
            ("two words", header("X-Key", "")),
            ("two words", header("Authorization", "Bearer ")),
            ("a;b", KeyPlace::Cookie("k")),
            ("a b", KeyPlace::Cookie("k")),
        ] {
            let refused = Credentials::new(Some((key, place)), &[], "").unwrap_err();
            assert!(refused.starts_with("the API key "), "{refused}");
            assert!(key.is_empty() || !refused.contains(key), "{refused}");
        }
        for (name, value) in
            [("Host", "a"), ("content-type", "a"), ("a b", "x"), ("X", "a\nb"), ("X", "\u{e9}")]
        {
            let own = [(name.to_owned(), value.to_owned())];
            let refused = Credentials::new(None, &own, "").unwrap_err();
            assert!(refused.starts_with(&format!("the header `{name}` ")), "{refused}");
        }
    }
}
