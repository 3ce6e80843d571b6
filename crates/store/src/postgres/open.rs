//! Connections to a server.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Postgres};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::PostgresAddress;
use crate::Connections;
use crate::error::Failure;
use crate::sqlite::Inspection;

/// How long a task waits for a connection, or for a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// After how long of waiting for a connection it is asked whether the server is there at all. The pool goes on trying to
/// connect to one that is gone until its patience ends, and people would wait as long for a page that says so.
const DOUBT: Duration = Duration::from_secs(1);
/// How long a server may take to be there.
const PRESENCE: Duration = Duration::from_secs(3);
const CONNECTIONS: u32 = 8;

/// A machine that vanishes leaves its locks behind until the server notices, which would take hours by itself.
const KEEPALIVES: [(&str, &str); 3] =
    [("tcp_keepalives_idle", "30"), ("tcp_keepalives_interval", "10"), ("tcp_keepalives_count", "3")];

/// A process that stalls inside a transaction must not keep every hub waiting for ever.
const LIMITS: &str = "set local idle_in_transaction_session_timeout = '5min'; set local lock_timeout = '10min'";

/// The oldest server that is supported, as it numbers itself.
const OLDEST: i32 = 150_000;

/// The advisory lock of whoever changes facts: keys are numbered, and snapshots ordered, by one writer at a time.
const WRITER: i64 = 0x726f_6c65_6361_6c6c;

/// A server's database.
#[derive(Debug)]
pub(crate) struct Server {
    pool: PgPool,
    turn: Arc<Mutex<()>>,
}

impl Server {
    /// Connects when it is first used.
    pub(crate) fn new(address: &PostgresAddress) -> Result<Self, Failure> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        Ok(Self { pool: pool.connect_lazy_with(options(address)?), turn: Arc::default() })
    }

    /// A view of one moment, which cannot write.
    pub(crate) async fn reading(&self) -> Result<sqlx::Transaction<'static, Postgres>, Failure> {
        self.unless_gone(self.pool.begin_with("begin isolation level repeatable read, read only")).await
    }

    /// A transaction that writes.
    pub(crate) async fn writing(&self) -> Result<sqlx::Transaction<'static, Postgres>, Failure> {
        let mut transaction = self.unless_gone(self.pool.begin()).await?;
        sqlx::raw_sql(LIMITS).execute(&mut *transaction).await?;
        Ok(transaction)
    }

    /// Waits for a connection of the pool: long where all of them are in use, and not where the server is gone.
    async fn unless_gone<T>(&self, wanted: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Failure> {
        let mut wanted = std::pin::pin!(wanted);
        if let Ok(found) = tokio::time::timeout(DOUBT, &mut wanted).await {
            return Ok(found?);
        }
        tokio::select! {
            found = &mut wanted => return Ok(found?),
            there = self.presence() => there?,
        }
        Ok(wanted.await?)
    }

    /// Whether the server takes connections. That it has no more of them to give says that it is there.
    async fn presence(&self) -> Result<(), Failure> {
        let options = self.pool.connect_options();
        match tokio::time::timeout(PRESENCE, PgConnection::connect_with(&options)).await {
            Ok(Ok(connection)) => Ok(connection.close().await?),
            Ok(Err(sqlx::Error::Database(error))) if error.code().as_deref() == Some("53300") => Ok(()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
        }
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> Connections {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        Connections { pool: "any", open: self.pool.size(), idle, most: CONNECTIONS }
    }

    /// The right to wait for the writers' lock: one task of this process at a time, so that those that wait hold no
    /// connection that others could use.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Waits until no other transaction of this kind is at work, and keeps others waiting until this one ends.
pub(crate) async fn alone(db: &mut PgConnection) -> Result<(), Failure> {
    sqlx::query("select pg_advisory_xact_lock($1)").bind(WRITER).execute(db).await?;
    Ok(())
}

pub(super) fn options(address: &PostgresAddress) -> Result<PgConnectOptions, Failure> {
    Ok(address.options()?.application_name("rolecall").options(KEEPALIVES))
}

pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Failure> {
    let connecting = tokio::time::timeout(PATIENCE, PgConnection::connect_with(options));
    Ok(connecting.await.map_err(|_| sqlx::Error::PoolTimedOut)??)
}

async fn version_check(db: &mut PgConnection) -> Result<(), Failure> {
    let version = "select cast(current_setting('server_version_num') as integer), current_setting('server_version')";
    let (number, name): (i32, String) = sqlx::query_as(version).fetch_one(db).await?;
    if number >= OLDEST {
        return Ok(());
    }
    Err(Failure::Conflict(format!("the server is PostgreSQL {name}, and at least {} is needed", OLDEST / 10_000)))
}

/// Lets a table's own numbers go on after those that were written into it.
pub(crate) async fn numbers_continue(db: &mut PgConnection, table: &str, key: &str) -> Result<(), Failure> {
    // Numbers of rows that were deleted are not given again either.
    let last =
        format!("greatest((select max({key}) from {table}), (select number from number_given where what = '{table}'))");
    let sequence = format!("pg_get_serial_sequence('{table}', '{key}')");
    let set =
        format!("select setval({sequence}, coalesce({last}, 1), {last} is not null) where {sequence} is not null");
    sqlx::query(AssertSqlSafe(set)).execute(db).await?;
    Ok(())
}

/// Looks at a database without changing it.
pub(crate) async fn inspect(address: &PostgresAddress) -> Result<Inspection, Failure> {
    let mut db = connect(&options(address)?).await?;
    version_check(&mut db).await?;
    let (tables, ours): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where table_name = 'schema_version') \
         from information_schema.tables where table_schema = current_schema()",
    )
    .fetch_one(&mut db)
    .await?;
    let inspection = match (tables, ours) {
        (0, _) => Inspection::Empty,
        (_, 0) => Inspection::Foreign,
        _ => {
            let version = "select coalesce(max(version), 0) from schema_version";
            Inspection::Schema(sqlx::query_scalar(version).fetch_one(&mut db).await?)
        }
    };
    db.close().await?;
    Ok(inspection)
}
