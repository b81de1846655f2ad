//! The SQL that both databases understand, and its errors.

use std::fmt;
use std::time::SystemTime;

/// The current time.
pub(super) type Clock = dyn Fn() -> SystemTime + Send + Sync;

/// A parameter, or a column of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

macro_rules! values {
    ($($type:ty => $make:expr),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                ($make)(value)
            }
        }
    )*};
}

values! {
    i64 => Value::Int,
    &str => |text: &str| Value::Text(text.to_owned()),
    String => Value::Text,
    Vec<u8> => Value::Bytes,
    &[u8] => |bytes: &[u8]| Value::Bytes(bytes.to_vec()),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement, `$1` first.
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::money::spend_ledger::sql::Value::from($value)),*] };
}
pub(super) use params;

/// One row of a result.
#[derive(Debug)]
pub(super) struct Row(pub(super) Vec<Value>);

impl Row {
    /// An integer; 0 where the column is null.
    pub(super) fn int(&self, column: usize) -> i64 {
        self.opt_int(column).unwrap_or(0)
    }

    pub(super) fn opt_int(&self, column: usize) -> Option<i64> {
        match self.0.get(column) {
            Some(Value::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// Coins, which are never negative.
    pub(super) fn coins(&self, column: usize) -> u64 {
        u64::try_from(self.int(column)).unwrap_or(0)
    }

    /// A text; empty where the column is null.
    pub(super) fn text(&self, column: usize) -> String {
        self.opt_text(column).unwrap_or_default()
    }

    pub(super) fn opt_text(&self, column: usize) -> Option<String> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn opt_bytes(&self, column: usize) -> Option<Vec<u8>> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Some(bytes.clone()),
            _ => None,
        }
    }
}

/// One connection to a database, used by one thread. Parameters are `$1`, `$2`, …; numbers are `BIGINT`.
pub(super) trait Connection {
    /// Begins a transaction that may write.
    fn begin(&mut self) -> Result<(), SqlError>;
    fn commit(&mut self) -> Result<(), SqlError>;
    fn rollback(&mut self);
    /// Executes a statement and returns how many rows it has changed.
    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError>;
    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, SqlError>;
    /// Executes several statements without parameters.
    fn batch(&mut self, sql: &str) -> Result<(), SqlError>;
    /// The time by the clock that all processes of the ledger share, in Unix milliseconds.
    fn now(&mut self) -> Result<i64, SqlError>;
    fn has_table(&mut self, name: &str) -> Result<bool, SqlError>;
    /// Waits until no other process migrates; the lock lasts until the end of the transaction.
    fn lock_for_migration(&mut self) -> Result<(), SqlError>;
    /// Random text, from the database's source of randomness.
    fn secret(&mut self) -> Result<String, SqlError>;

    fn one(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>, SqlError> {
        Ok(self.query(sql, params)?.into_iter().next())
    }
}

/// Classes of failed statements, by how they are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlErrorKind {
    /// The transaction conflicts with another one. It was rolled back and can be retried.
    Conflict,
    /// The connection is lost. Whether a transaction was committed has to be checked over a new connection.
    #[cfg_attr(
        not(feature = "ledger-postgres"),
        expect(dead_code, reason = "a file has no connection")
    )]
    Lost,
    /// The connection cannot be encrypted, or not to a server that is trusted.
    #[cfg_attr(
        not(feature = "ledger-postgres"),
        expect(dead_code, reason = "a file has no connection")
    )]
    Untrusted,
    /// Another process has locked the file.
    Locked,
    Full,
    ReadOnly,
    Corrupt,
    Other,
}

/// A statement that failed.
#[derive(Clone, Debug)]
pub(super) struct SqlError {
    pub(super) kind: SqlErrorKind,
    pub(super) message: String,
}

impl SqlError {
    pub(super) fn new(kind: SqlErrorKind, message: impl fmt::Display) -> Self {
        Self { kind, message: message.to_string() }
    }
}
