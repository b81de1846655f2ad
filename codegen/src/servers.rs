//! Operations with servers of their own. The key is sent to one host only: operations on that host
//! are called there, at whatever path, and the others are refused.

use crate::model::{Api, Operation, Server};
use crate::report::Reporter;

/// The server of operations without one of their own.
#[derive(Debug)]
pub(crate) struct Base {
    /// `a.example`; none where the document does not name the host.
    host: Option<String>,
    /// `/v1`, or nothing.
    path: String,
}

impl Base {
    /// The server of a URL, absolute or a path.
    pub(crate) fn of(url: &str) -> Option<Self> {
        let absolute = ["https://", "http://", "//"].iter().find_map(|scheme| {
            let rest = url.strip_prefix(scheme)?;
            // Plain http is upgraded to TLS.
            let port = if *scheme == "http://" { ":80" } else { ":443" };
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
            Some((Some(host), path))
        });
        let (host, path) = absolute.or_else(|| url.starts_with('/').then_some((None, url)))?;
        Some(Self { host, path: path.trim_end_matches('/').to_owned() })
    }

    /// The path from here to another server of the same host.
    fn relative_path_to(&self, other: &Self) -> Option<String> {
        if other.host.is_some() && other.host != self.host {
            return None;
        }
        let up = self.path.split('/').skip(1).map(|_| "/..");
        Some(if self.path == other.path {
            String::new()
        } else {
            up.collect::<String>() + &other.path
        })
    }
}

/// The URL of a server with the defaults of its variables.
pub(crate) fn with_defaults(server: &Server) -> String {
    let variables = server.variables.iter();
    variables
        .fold(server.url.clone(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value))
}

/// Whether calls may be sent to a URL: with a key only over TLS.
pub(crate) fn is_allowed_url(url: &str, with_key: bool) -> bool {
    let scheme = url.starts_with("https://") || !with_key && url.starts_with("http://");
    scheme && !url.contains(['{', '}', '?', '#', ' '])
}

/// The host of a URL, if it has one.
pub(crate) fn host(url: &str) -> Option<String> {
    Base::of(url)?.host
}

/// Sets the runtime's base URL, and the paths of operations with servers of their own.
pub(crate) fn set_base_url(url: &str, api: &mut Api, reporter: &Reporter) {
    api.facts.base_url = Some(url.trim_end_matches('/').to_owned());
    if let Some(base) = Base::of(url) {
        set_paths(&mut api.operations, &base, reporter);
    }
}

/// Sets the paths of operations with servers of their own, relative to the host of `base`.
pub(crate) fn set_paths(operations: &mut [Operation], base: &Base, reporter: &Reporter) {
    for operation in operations {
        let Some(first) = operation.servers.first() else { continue };
        let servers =
            operation.servers.iter().filter_map(|server| Base::of(&with_defaults(server)));
        let ways =
            servers.filter_map(|server| Some((base.relative_path_to(&server)?, server.path)));
        let Some((way, path)) = ways.min_by_key(|(way, _)| !way.is_empty()) else {
            let host = base
                .host
                .as_ref()
                .map_or("the host of the base URL".to_owned(), |host| format!("`https://{host}`"));
            let cause = format!(
                "the operation is served at `{}`, but a client calls only {host}",
                with_defaults(first)
            );
            reporter.operation_problem(
                &first.pointer,
                &operation.id,
                cause,
                "remove `servers` in the overlay if the document's own server serves it too",
            );
            continue;
        };
        if !way.is_empty() {
            let to = format!("{way}{}", operation.path);
            let text = format!(
                "the operation is served at `{}` on the same host: its path is `{to}`",
                if path.is_empty() { "/" } else { &path }
            );
            reporter.note("servers", &first.pointer, text);
            operation.path = to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn operation_servers_must_have_the_same_host() {
        for (base, other, way) in [
            ("https://a.example/v1", "https://a.example/v1/", Some("")),
            ("https://a.example/v1", "http://A.example:80/v1", Some("")),
            ("https://a.example:443/v1/x", "https://a.example/v2", Some("/../../v2")),
            ("https://a.example", "/v2", Some("/v2")),
            ("https://a.example/v1", "//a.example", Some("/..")),
            ("/api", "/api/", Some("")),
            ("/api", "/", Some("/..")),
            ("/api", "https://a.example/api", None),
            ("https://a.example", "https://a.example:8443", None),
            ("https://a.example", "https://a.example.evil.example", None),
            ("https://a.example", "https://a.example@evil.example", None),
        ] {
            let [from, to] = [base, other].map(|url| Base::of(url).unwrap());
            assert_eq!(from.relative_path_to(&to).as_deref(), way, "{base} to {other}");
        }
        for odd in ["", "v2", "ftp://a.example", "{scheme}://a.example"] {
            assert!(Base::of(odd).is_none(), "{odd}");
        }
    }
}
