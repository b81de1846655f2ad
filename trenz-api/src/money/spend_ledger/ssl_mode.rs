//! What a URL of PostgreSQL says of encryption: `sslmode` and `sslrootcert`, as libpq means them.
//!
//! The database's crate reads `disable`, `prefer` and `require` alone, so both are taken out of the URL before it does.

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::SslMode;
use std::path::PathBuf;

/// Which server's certificate is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Any: the connection is encrypted, but the server may be an impostor.
    Any,
    /// One that these certificates have signed, whatever its name is.
    Chain(PathBuf),
    /// One of the host's name that these certificates have signed, or without them the platform's.
    Name(Option<PathBuf>),
}

/// Reads a URL: the settings of the connection, and whom to trust if it may be encrypted. Errors name no value but those
/// of the two parameters.
pub(super) fn parse(url: &str) -> Result<(Config, Option<Trust>), String> {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let (mut mode, mut root) = (None, None);
    let mut others = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        match name {
            "sslmode" => mode = Some(value),
            "sslrootcert" => root = Some(value),
            "sslcert" | "sslkey" | "sslcrl" | "sslpassword" => {
                return Err(format!("not supported: `{name}`"));
            }
            _ => others.push(pair),
        }
    }
    let url = format!("{address}?{}", others.join("&"));
    let mut config: Config = url.parse().map_err(|error: postgres::Error| error.to_string())?;
    let (mode, trust) = decide(mode.as_deref(), root.as_deref())?;
    config.ssl_mode(mode);
    Ok((config, trust))
}

fn decide(mode: Option<&str>, root: Option<&str>) -> Result<(SslMode, Option<Trust>), String> {
    let file = root.map(PathBuf::from);
    let any_or_chain = |file: Option<PathBuf>| file.map_or(Trust::Any, Trust::Chain);
    // libpq does not let the platform's certificates sign for a host whose name is not checked.
    let system = root == Some("system");
    Ok(match mode {
        Some("disable") => (SslMode::Disable, None),
        None | Some("verify-full") if system => (SslMode::Require, Some(Trust::Name(None))),
        Some("verify-full") => (SslMode::Require, Some(Trust::Name(file))),
        Some(weak @ ("prefer" | "require" | "verify-ca")) if system => {
            return Err(format!(
                "`sslrootcert=system`: expected `sslmode=verify-full`, found `{weak}`"
            ));
        }
        None | Some("prefer") => (SslMode::Prefer, Some(any_or_chain(file))),
        Some("require") => (SslMode::Require, Some(any_or_chain(file))),
        Some("verify-ca") => {
            let file = file.ok_or(
                "`sslmode=verify-ca`: expected `sslrootcert`, the file of the certificates to trust, found none",
            )?;
            (SslMode::Require, Some(Trust::Chain(file)))
        }
        Some(other) => {
            return Err(format!(
                "`sslmode`: expected `disable`, `prefer`, `require`, `verify-ca` or `verify-full`, found `{other}`"
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sslmode_means_what_libpq_means() {
        let file = || PathBuf::from("/a root.pem");
        let root = "sslrootcert=%2Fa%20root.pem";
        let (prefer, require) = (SslMode::Prefer, SslMode::Require);
        for (query, expected) in [
            (String::new(), Ok((prefer, Some(Trust::Any)))),
            ("sslmode=disable".into(), Ok((SslMode::Disable, None))),
            ("sslmode=prefer".into(), Ok((prefer, Some(Trust::Any)))),
            (root.into(), Ok((prefer, Some(Trust::Chain(file()))))),
            ("sslmode=require".into(), Ok((require, Some(Trust::Any)))),
            (format!("sslmode=require&{root}"), Ok((require, Some(Trust::Chain(file()))))),
            (format!("sslmode=verify-ca&{root}"), Ok((require, Some(Trust::Chain(file()))))),
            (format!("{root}&sslmode=verify-full"), Ok((require, Some(Trust::Name(Some(file())))))),
            ("sslmode=verify-full".into(), Ok((require, Some(Trust::Name(None))))),
            ("sslrootcert=system".into(), Ok((require, Some(Trust::Name(None))))),
            ("sslmode=verify-ca".into(), Err("expected `sslrootcert`")),
            ("sslmode=require&sslrootcert=system".into(), Err("expected `sslmode=verify-full`")),
            ("sslmode=allow".into(), Err("found `allow`")),
            ("sslcert=a".into(), Err("not supported: `sslcert`")),
        ] {
            let url = format!("postgres://me@host/db?connect_timeout=7&{query}&keepalives=1");
            match (parse(&url), expected) {
                (Ok((config, trust)), Ok(expected)) => {
                    assert_eq!((config.get_ssl_mode(), trust), expected, "{query}");
                    assert_eq!(config.get_connect_timeout().unwrap().as_secs(), 7);
                }
                (Err(error), Err(expected)) => {
                    assert!(error.contains(expected), "{query}: {error}");
                }
                (found, expected) => panic!("{query}: expected {expected:?}, found {found:?}"),
            }
        }
    }
}
