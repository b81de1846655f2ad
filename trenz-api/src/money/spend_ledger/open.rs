//! Parses the URL of a database and opens connections to it.

use std::fmt;
#[cfg(feature = "ledger-sqlite")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::sql::{Clock, Connection, SqlError};

/// The location of a ledger. Printed without a password.
#[derive(Clone)]
pub(super) enum Database {
    #[cfg(feature = "ledger-sqlite")]
    Sqlite(PathBuf),
    #[cfg(feature = "ledger-postgres")]
    Postgres(Box<super::postgres::Server>),
}

impl Database {
    pub(super) fn parse(url: &str) -> Result<Self, SpendLedgerError> {
        let refuse = |message: String| SpendLedgerError::new(SpendLedgerErrorKind::Url, message);
        let Some((scheme, path)) = url.split_once("://") else {
            return Err(refuse(
                "the URL of the spend ledger: expected `sqlite://…` or `postgres://…`".to_owned(),
            ));
        };
        match scheme {
            "sqlite" if path.is_empty() || path.starts_with(':') || path.contains('?') => {
                Err(refuse(format!(
                    "the URL of the spend ledger: expected `sqlite://` and the path of a file, found {url:?}"
                )))
            }
            #[cfg(feature = "ledger-sqlite")]
            "sqlite" => Ok(Self::Sqlite(PathBuf::from(path))),
            #[cfg(feature = "ledger-postgres")]
            "postgres" | "postgresql" => {
                let server = super::postgres::Server::parse(url);
                // The error names the setting that is wrong, and no value that may be secret.
                let server = server
                    .map_err(|error| refuse(format!("the URL of the spend ledger: {error}")))?;
                Ok(Self::Postgres(Box::new(server)))
            }
            #[cfg(not(feature = "ledger-sqlite"))]
            "sqlite" => Err(refuse("`sqlite://` needs the feature `ledger-sqlite`".to_owned())),
            #[cfg(not(feature = "ledger-postgres"))]
            "postgres" | "postgresql" => {
                Err(refuse(format!("`{scheme}://` needs the feature `ledger-postgres`")))
            }
            other => Err(refuse(format!(
                "the URL of the spend ledger: expected the scheme `sqlite`, `postgres` or `postgresql`, found {other:?}"
            ))),
        }
    }

    /// Opens a connection. `wait` limits how long connecting and each statement may take.
    #[cfg_attr(
        not(feature = "ledger-sqlite"),
        expect(unused_variables, reason = "the server has a clock of its own")
    )]
    pub(super) fn connect(
        &self,
        wait: Duration,
        clock: &Arc<Clock>,
    ) -> Result<Box<dyn Connection>, SqlError> {
        match self {
            #[cfg(feature = "ledger-sqlite")]
            Self::Sqlite(path) => {
                Ok(Box::new(super::sqlite::Sqlite::open(path, wait, Arc::clone(clock))?))
            }
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(server) => Ok(Box::new(super::postgres::Postgres::open(server, wait)?)),
        }
    }

    /// The name of the database's type for bytes.
    pub(super) fn bytes(&self) -> &'static str {
        match self {
            #[cfg(feature = "ledger-sqlite")]
            Self::Sqlite(_) => "BLOB",
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(_) => "BYTEA",
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(feature = "ledger-sqlite")]
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            #[cfg(feature = "ledger-postgres")]
            Self::Postgres(server) => f.debug_tuple("Postgres").field(&server.hosts()).finish(),
        }
    }
}
