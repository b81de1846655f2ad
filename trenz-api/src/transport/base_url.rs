//! The base URL, to which the paths of operations are appended.

use url::{Host, Url};

/// Parses the base URL, and rejects one that could leak the key. Messages do not repeat it: it may contain a password.
pub(crate) fn base_url(given: &str, with_key: bool) -> Result<Url, String> {
    let url =
        Url::parse(given.trim()).map_err(|error| format!("the base URL is not a URL: {error}"))?;
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
    if url.query().is_some() || url.fragment().is_some() {
        return Err(
            "the base URL must not have a query or a fragment, because paths are appended to it"
                .to_owned(),
        );
    }
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
