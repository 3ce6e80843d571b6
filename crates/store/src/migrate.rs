//! Migrations: forward only, each schema version one file, all in one transaction under the writer lock.

use std::path::Path;
use std::time::Duration;

use crate::error::Failure;
use crate::lock::WriterLock;
use crate::sqlite::{self, Connection, Inspection, Pool};
use crate::{StoreError, clock};

/// One step of the schema.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) sql: &'static str,
}

/// Every step there has been, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../migrations/0001_foundation.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_connectors.sql") },
    Migration { version: 7, sql: include_str!("../migrations/0007_past.sql") },
];

const VIEWS: &str = include_str!("../migrations/views_sqlite.sql");

/// How long a process that has to migrate waits for one that is writing; most often that one is migrating too.
const PATIENCE: Duration = Duration::from_secs(10);

/// The schema that these migrations lead to.
pub(crate) fn known(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.version)
}

/// The schema of an opened database that has a `schema_version` table.
pub(crate) async fn version(db: &mut Connection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select coalesce(max(version), 0) from schema_version").fetch_one(db).await
}

/// Brings a database to the newest schema. A database that held anything is copied first.
pub(crate) async fn migrate(pool: &Pool, path: &Path, migrations: &[Migration]) -> Result<(), StoreError> {
    let _lock = WriterLock::acquire_within(path, "migrate", PATIENCE).await?;
    // Another process may have migrated while this one waited, so the version counts that is found now.
    let found = match sqlite::inspect(path).await.map_err(|failure| sqlite::store_error(path, failure))? {
        Inspection::Schema(version) => version,
        Inspection::Empty | Inspection::Foreign => 0,
    };
    if found == known(migrations) {
        return Ok(());
    }
    if found > 0 {
        let copy = sqlite::database_copy(pool, path, found).await?;
        tracing::info!(copy = %copy.display(), "copied the database before its migration");
    }
    steps_run(pool, found, migrations).await.map_err(|failure| sqlite::store_error(path, failure))
}

async fn steps_run(pool: &Pool, found: i64, migrations: &[Migration]) -> Result<(), Failure> {
    let mut tx = pool.begin_with(sqlite::BEGIN_WRITE).await?;
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        sqlx::raw_sql(migration.sql).execute(&mut *tx).await?;
        sqlx::query("insert into schema_version (version, applied_at) values ($1, $2)")
            .bind(migration.version)
            .bind(clock::now().0)
            .execute(&mut *tx)
            .await?;
    }
    sqlx::raw_sql(VIEWS).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &[Migration] = MIGRATIONS.split_at(1).0;
    const SECOND: &[Migration] = &[
        Migration { version: 1, sql: include_str!("../migrations/0001_foundation.sql") },
        Migration {
            version: 2,
            sql: "create table second (id integer primary key); insert into term (word) values ('x')",
        },
    ];
    const BROKEN: &[Migration] = &[
        Migration { version: 1, sql: include_str!("../migrations/0001_foundation.sql") },
        Migration { version: 2, sql: "create table second (id integer primary key); insert into nowhere values (1)" },
    ];

    async fn at_first_version(path: &Path) -> Pool {
        sqlite::file_ensure(path).unwrap();
        let pool = sqlite::writer_open(path).await.unwrap();
        migrate(&pool, path, FIRST).await.unwrap();
        pool
    }

    #[tokio::test]
    async fn an_older_database_is_copied_and_then_migrated() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db");
        let pool = at_first_version(&path).await;
        migrate(&pool, &path, SECOND).await.unwrap();
        assert_eq!(sqlite::inspect(&path).await.unwrap(), Inspection::Schema(2));
        let copy = directory.path().join("rolecall.db.before-1");
        assert_eq!(sqlite::inspect(&copy).await.unwrap(), Inspection::Schema(1));
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_old_schema() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db");
        let pool = at_first_version(&path).await;
        migrate(&pool, &path, BROKEN).await.unwrap_err();
        assert_eq!(sqlite::inspect(&path).await.unwrap(), Inspection::Schema(1));
        migrate(&pool, &path, SECOND).await.unwrap();
    }

    #[tokio::test]
    async fn migrating_twice_is_migrating_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db");
        let pool = at_first_version(&path).await;
        migrate(&pool, &path, FIRST).await.unwrap();
        assert_eq!(sqlite::inspect(&path).await.unwrap(), Inspection::Schema(1));
        assert!(!directory.path().join("rolecall.db.before-1").exists());
    }
}
