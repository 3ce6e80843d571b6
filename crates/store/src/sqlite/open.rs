//! Opening a SQLite file without surprises: nothing is created, changed or switched to another journal mode before
//! the file is known to be ours.

use std::fs::{DirBuilder, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Pool, SqliteConnection};
use crate::error::Failure;
use crate::{Connections, StoreError};

/// How long one statement waits for another process's transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a task waits for another task of this process to give the writer back.
const WRITER_PATIENCE: Duration = Duration::from_secs(120);
const READERS: u32 = 4;
/// Rows that SQLite's thread may be ahead of whoever takes them, so that neither waits for the other row by row.
const ROW_BUFFER: usize = 1024;
/// 16 MiB, in SQLite's spelling: a first sync appends to its tables and indexes, and gains nothing from more.
const WRITER_CACHE: &str = "-16384";
const JOURNAL_LIMIT: &str = "67108864";

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inspection {
    /// Nothing in it yet.
    Empty,
    /// A SQLite database of another program.
    Foreign,
    /// Ours, at this schema version.
    Schema(i64),
}

/// Makes the directory (0700) and the file (0600) where they are missing.
pub(crate) fn file_ensure(path: &Path) -> Result<(), StoreError> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(parent).map_err(|error| StoreError::of_file(parent, &error))?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(StoreError::of_file(path, &error)),
        _ => Ok(()),
    }
}

/// Looks at a file without changing it.
pub(crate) async fn inspect(path: &Path) -> Result<Inspection, Failure> {
    let mut db = read_options(path).connect().await?;
    let inspection = inspection_of(&mut db).await;
    db.close().await?;
    inspection
}

/// What an open database holds.
pub(crate) async fn inspection_of(db: &mut SqliteConnection) -> Result<Inspection, Failure> {
    let (tables, ours): (i64, i64) = sqlx::query_as(
        "select count(*), coalesce(sum(case when name = 'schema_version' then 1 else 0 end), 0) from sqlite_master",
    )
    .fetch_one(&mut *db)
    .await?;
    match (tables, ours) {
        (0, _) => Ok(Inspection::Empty),
        (_, 0) => Ok(Inspection::Foreign),
        _ => {
            let version = "select coalesce(max(version), 0) from schema_version";
            Ok(Inspection::Schema(sqlx::query_scalar(version).fetch_one(db).await?))
        }
    }
}

/// The one connection that writes.
pub(crate) async fn writer_open(path: &Path) -> Result<Pool, Failure> {
    let options = options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", WRITER_CACHE)
        .pragma("journal_size_limit", JOURNAL_LIMIT)
        // What is deleted of a page that is written anyway, such as a secret, is overwritten. It costs no writing.
        .pragma("secure_delete", "fast");
    let pool = pool_options(1).min_connections(1).acquire_timeout(WRITER_PATIENCE).connect_with(options).await?;
    Ok(pool)
}

/// A connection for deleting a connector's history. References are not checked row by row, because that would search
/// every other connector's facts for each deleted snapshot and resource; whoever uses it checks them once, before it
/// commits. What is deleted is overwritten in the file.
pub(crate) async fn purger_open(path: &Path) -> Result<Pool, Failure> {
    let options = options(path).foreign_keys(false).synchronous(SqliteSynchronous::Full).pragma("secure_delete", "on");
    Ok(pool_options(1).connect_with(options).await?)
}

/// Connections that cannot write, opened when they are needed.
pub(crate) fn readers_open(path: &Path) -> Pool {
    pool_options(READERS).connect_lazy_with(read_options(path))
}

/// How many connections a pool has.
pub(crate) fn connections(name: &'static str, pool: &Pool) -> Connections {
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    Connections { pool: name, open: pool.size(), idle, most: pool.options().get_max_connections() }
}

fn pool_options(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn read_options(path: &Path) -> SqliteConnectOptions {
    options(path).read_only(true)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .row_buffer_size(ROW_BUFFER)
        .disable_statement_logging()
}
