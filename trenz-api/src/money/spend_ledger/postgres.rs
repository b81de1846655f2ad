//! PostgreSQL: one server for many machines.

use bytes::BytesMut;
use postgres::config::Host;
use postgres::error::SqlState;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Config, NoTls, Statement};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::time::Duration;

use super::sql::{Connection, Row, SqlError, SqlErrorKind, Value};
use super::ssl_mode;
#[cfg(feature = "_rustls")]
use super::tls::Tls;

/// A server, and how a connection to it is encrypted.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    #[cfg(feature = "_rustls")]
    tls: Option<Tls>,
}

impl Server {
    /// Reads a URL, and the certificates that it names.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let (config, trust) = ssl_mode::parse(url)?;
        #[cfg(not(feature = "_rustls"))]
        if config.get_ssl_mode() == postgres::config::SslMode::Require
            || trust.is_some_and(|trust| trust != ssl_mode::Trust::Any)
        {
            return Err("`sslmode`: encryption needs the feature `rustls-tls` or `rustls-aws-lc`"
                .to_owned());
        }
        Ok(Self {
            config,
            #[cfg(feature = "_rustls")]
            tls: trust.map(|trust| Tls::new(&trust)).transpose()?,
        })
    }

    pub(super) fn hosts(&self) -> &[Host] {
        self.config.get_hosts()
    }

    #[cfg_attr(
        not(feature = "_rustls"),
        expect(clippy::unused_self, reason = "only TLS has settings of its own")
    )]
    fn connect(&self, config: &Config) -> Result<Client, postgres::Error> {
        #[cfg(feature = "_rustls")]
        if let Some(tls) = &self.tls {
            return config.connect(tls.clone());
        }
        config.connect(NoTls)
    }
}

/// A connection. The server's default makes each commit durable before it returns.
pub(super) struct Postgres {
    client: Client,
    statements: HashMap<String, Statement>,
}

/// An arbitrary number that other programs are unlikely to lock.
const MIGRATION_LOCK: i64 = 0x7472_656e_7a5f_6c67;

impl Postgres {
    pub(super) fn open(server: &Server, wait: Duration) -> Result<Self, SqlError> {
        let mut config = server.config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(wait);
        }
        if config.get_application_name().is_none() {
            config.application_name("trenz-api");
        }
        config.tcp_user_timeout(wait);
        let mut client = server.connect(&config).map_err(|error| sql_error(&error))?;
        // A transaction reads what others have committed, and waits a limited time for the rows that it changes.
        let millis = wait.as_millis().max(1);
        let settings = format!(
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED; \
             SET lock_timeout = {millis}; SET statement_timeout = {millis}; \
             SET idle_in_transaction_session_timeout = 60000; SET synchronous_commit = on"
        );
        client.batch_execute(&settings).map_err(|error| sql_error(&error))?;
        Ok(Self { client, statements: HashMap::new() })
    }

    fn statement(&mut self, sql: &str) -> Result<Statement, SqlError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|error| sql_error(&error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Connection for Postgres {
    fn begin(&mut self) -> Result<(), SqlError> {
        self.batch("BEGIN")
    }

    fn commit(&mut self) -> Result<(), SqlError> {
        self.batch("COMMIT")
    }

    fn rollback(&mut self) {
        drop(self.batch("ROLLBACK"));
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let statement = self.statement(sql)?;
        let params: Vec<_> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &params).map_err(|error| sql_error(&error))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, SqlError> {
        let statement = self.statement(sql)?;
        let params: Vec<_> = params.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        let rows = self.client.query(&statement, &params).map_err(|error| sql_error(&error))?;
        rows.iter().map(row).collect()
    }

    fn batch(&mut self, sql: &str) -> Result<(), SqlError> {
        self.client.batch_execute(sql).map_err(|error| sql_error(&error))
    }

    fn now(&mut self) -> Result<i64, SqlError> {
        let sql = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        Ok(self.one(sql, &[])?.map(|row| row.int(0)).unwrap_or_default())
    }

    fn has_table(&mut self, name: &str) -> Result<bool, SqlError> {
        let row = self.one("SELECT CAST(to_regclass($1) AS TEXT)", &[Value::from(name)])?;
        Ok(row.and_then(|row| row.opt_text(0)).is_some())
    }

    fn lock_for_migration(&mut self) -> Result<(), SqlError> {
        self.batch(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
    }

    fn secret(&mut self) -> Result<String, SqlError> {
        let sql = "SELECT replace(CAST(gen_random_uuid() AS TEXT) || CAST(gen_random_uuid() AS TEXT), '-', '')";
        Ok(self.one(sql, &[])?.map(|row| row.text(0)).unwrap_or_default())
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        to: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) => value.to_sql_checked(to, out),
            Self::Text(text) => text.to_sql_checked(to, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(to, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn row(row: &postgres::Row) -> Result<Row, SqlError> {
    let value = |(index, column): (usize, &postgres::Column)| -> Result<Value, postgres::Error> {
        Ok(match *column.type_() {
            Type::INT8 => Value::from(row.try_get::<_, Option<i64>>(index)?),
            Type::INT4 => Value::from(row.try_get::<_, Option<i32>>(index)?.map(i64::from)),
            Type::BYTEA => Value::from(row.try_get::<_, Option<Vec<u8>>>(index)?),
            _ => Value::from(row.try_get::<_, Option<String>>(index)?),
        })
    };
    let values = row.columns().iter().enumerate().map(value);
    Ok(Row(values.collect::<Result<_, _>>().map_err(|error| sql_error(&error))?))
}

fn sql_error(error: &postgres::Error) -> SqlError {
    let kind = match error.code() {
        Some(code) => kind(code),
        // Without a response by the server, the connection is the problem.
        None if error.is_closed() => SqlErrorKind::Lost,
        None => match error.source() {
            Some(source) => match source.downcast_ref::<std::io::Error>() {
                #[cfg(feature = "_rustls")]
                Some(error) if super::tls::is_refusal(error) => SqlErrorKind::Untrusted,
                Some(_) => SqlErrorKind::Lost,
                // The library has no kind of its own for it.
                None if source.to_string() == "server does not support TLS" => {
                    SqlErrorKind::Untrusted
                }
                None => SqlErrorKind::Other,
            },
            None => SqlErrorKind::Lost,
        },
    };
    let message = error.as_db_error().map_or_else(
        || {
            let source = error.source().map(|source| format!(": {source}"));
            format!("{error}{}", source.unwrap_or_default())
        },
        |said| said.message().to_owned(),
    );
    SqlError::new(kind, message)
}

fn kind(code: &SqlState) -> SqlErrorKind {
    match code.code() {
        // Serialization failure, deadlock, unique violation: two transactions conflict.
        "40001" | "40P01" | "23505" => SqlErrorKind::Conflict,
        // Lock not available, statement timed out.
        "55P03" | "57014" => SqlErrorKind::Locked,
        // Disk full, out of memory.
        "53100" | "53200" => SqlErrorKind::Full,
        "25006" => SqlErrorKind::ReadOnly,
        "XX001" | "XX002" => SqlErrorKind::Corrupt,
        // The server has too many connections, is shutting down, or starting.
        "53300" | "57P01" | "57P02" | "57P03" | "25P03" => SqlErrorKind::Lost,
        code if code.starts_with("08") => SqlErrorKind::Lost,
        _ => SqlErrorKind::Other,
    }
}
