//! The base URL, to which the paths of operations are appended.

use url::{Host, ParseError, Url, form_urlencoded};

/// Parses the base URL, and rejects one that could leak the key. Messages do not repeat it: it may contain a password.
pub(crate) fn base_url(given: &str, with_key: bool) -> Result<(Url, String), String> {
    let mut url = Url::parse(given.trim()).map_err(|error| match error {
        _ if given.trim().is_empty() => {
            "the base URL is empty: set `TRENZ_BASE_URL`, or call `base_url`".to_owned()
        }
        ParseError::RelativeUrlWithoutBase => {
            "the base URL (`TRENZ_BASE_URL` or `base_url`) has no scheme: begin it with `https://`"
                .to_owned()
        }
        error => format!("the base URL (`TRENZ_BASE_URL` or `base_url`) is not a URL: {error}"),
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) || !with_key => {}
        "http" => {
            return Err("the base URL must be https, because the key is sent with every request; \
                        only a loopback host (localhost, 127.0.0.0/8, ::1) may be http"
                .to_owned());
        }
        other => return Err(format!("the base URL must be https, not {other}")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the base URL must not have a user name or password".to_owned());
    }
    if url.fragment().is_some() {
        return Err("the base URL must not hold a fragment, which is never sent".to_owned());
    }
    let query = url.query().unwrap_or_default().to_owned();
    url.set_query(None);
    Ok((url, query))
}

/// The query of the base URL, without what the call's own query says as well, and that. Both are encoded.
pub(crate) fn merged(base: &str, own: &str) -> String {
    let name = |pair: &str| {
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        pairs.next().map(|(name, _)| name.into_owned())
    };
    let said: Vec<_> = own.split('&').map(name).collect();
    let base = base.split('&').filter(|pair| !said.contains(&name(pair)));
    let pairs = base.chain([own]).filter(|pair| !pair.is_empty());
    pairs.collect::<Vec<_>>().join("&")
}

/// Whether a query has a parameter of this name.
pub(crate) fn has_parameter(query: &str, name: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(given, _)| given == name)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
