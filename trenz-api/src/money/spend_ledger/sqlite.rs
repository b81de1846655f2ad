//! SQLite: one file on one machine.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection as File, ErrorCode, OpenFlags, ToSql, params_from_iter};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use super::sql::{Clock, Connection, Row, SqlError, SqlErrorKind, Value};

/// A file. Each commit is on disk before it returns.
pub(super) struct Sqlite {
    file: File,
    clock: Arc<Clock>,
}

/// The write-ahead log lets others read during a write; `FULL` makes commits survive a power cut.
const SETTINGS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;";

impl Sqlite {
    pub(super) fn open(path: &Path, wait: Duration, clock: Arc<Clock>) -> Result<Self, SqlError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let file = File::open_with_flags(path, flags).map_err(sql_error)?;
        file.busy_timeout(wait).map_err(sql_error)?;
        file.set_prepared_statement_cache_capacity(64);
        file.execute_batch(SETTINGS).map_err(sql_error)?;
        Ok(Self { file, clock })
    }
}

impl Connection for Sqlite {
    fn begin(&mut self) -> Result<(), SqlError> {
        self.batch("BEGIN IMMEDIATE")
    }

    fn commit(&mut self) -> Result<(), SqlError> {
        self.batch("COMMIT")
    }

    fn rollback(&mut self) {
        // After some failures there is no transaction left, which is an error here.
        drop(self.batch("ROLLBACK"));
    }

    fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, SqlError> {
        let mut statement = self.file.prepare_cached(&numbered(sql)).map_err(sql_error)?;
        let changed = statement.execute(params_from_iter(params)).map_err(sql_error)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>, SqlError> {
        let mut statement = self.file.prepare_cached(&numbered(sql)).map_err(sql_error)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(params)).map_err(sql_error)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next().map_err(sql_error)? {
            let values = (0..columns).map(|column| row.get_ref(column).map(value));
            out.push(Row(values.collect::<Result<_, _>>().map_err(sql_error)?));
        }
        Ok(out)
    }

    fn batch(&mut self, sql: &str) -> Result<(), SqlError> {
        self.file.execute_batch(sql).map_err(sql_error)
    }

    fn now(&mut self) -> Result<i64, SqlError> {
        let since = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn has_table(&mut self, name: &str) -> Result<bool, SqlError> {
        let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1";
        Ok(self.one(sql, &[Value::from(name)])?.is_some())
    }

    fn lock_for_migration(&mut self) -> Result<(), SqlError> {
        // Only one transaction at a time may write.
        Ok(())
    }

    fn secret(&mut self) -> Result<String, SqlError> {
        let row = self.one("SELECT lower(hex(randomblob(32)))", &[])?;
        Ok(row.map(|row| row.text(0)).unwrap_or_default())
    }
}

/// SQLite would take `$1` for a named parameter.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn value(column: ValueRef<'_>) -> Value {
    match column {
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
    }
}

fn sql_error(error: rusqlite::Error) -> SqlError {
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => SqlErrorKind::Locked,
        // Also a write that the system refuses: a file size limit, a quota, a broken disk.
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => SqlErrorKind::Full,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => SqlErrorKind::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => SqlErrorKind::Corrupt,
        _ => SqlErrorKind::Other,
    };
    SqlError::new(kind, error)
}
