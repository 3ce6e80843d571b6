//! Migrations: forward only, each schema version one file, all in one transaction under the writer lock.

use std::time::Duration;

use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::audit::{AuditEntry, audit_append, chain_ensure};
use crate::db::{self, Connection, Transaction};
use crate::error::Failure;
use crate::lock::{LockScope, WriterLock};
use crate::postgres::PostgresAddress;
use crate::sqlite::Inspection;
use crate::{DatabaseAddress, StoreError, clock, postgres, sqlite};

/// One step of the schema.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) sql: &'static str,
}

/// Every step there has been, oldest first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../migrations/0001_foundation.sql") },
    Migration { version: 2, sql: include_str!("../migrations/0002_connectors.sql") },
    Migration { version: 3, sql: include_str!("../migrations/0003_audit.sql") },
    Migration { version: 4, sql: include_str!("../migrations/0004_secrets.sql") },
    Migration { version: 5, sql: include_str!("../migrations/0005_jobs.sql") },
    Migration { version: 6, sql: include_str!("../migrations/0006_removals.sql") },
    Migration { version: 7, sql: include_str!("../migrations/0007_past.sql") },
    Migration { version: 8, sql: include_str!("../migrations/0008_hub_users.sql") },
    Migration { version: 9, sql: include_str!("../migrations/0009_hub_connectors.sql") },
    Migration { version: 10, sql: include_str!("../migrations/0010_ended_sessions.sql") },
    Migration { version: 11, sql: include_str!("../migrations/0011_device_logins.sql") },
    Migration { version: 12, sql: include_str!("../migrations/0012_changes_about.sql") },
    Migration { version: 13, sql: include_str!("../migrations/0013_identity.sql") },
    Migration { version: 14, sql: include_str!("../migrations/0014_scim.sql") },
    Migration { version: 15, sql: include_str!("../migrations/0015_identity_noted.sql") },
    Migration { version: 16, sql: include_str!("../migrations/0016_owner.sql") },
    Migration { version: 17, sql: include_str!("../migrations/0017_attestation.sql") },
    Migration { version: 18, sql: include_str!("../migrations/0018_alerting.sql") },
    Migration { version: 19, sql: include_str!("../migrations/0019_feed.sql") },
    Migration { version: 20, sql: include_str!("../migrations/0020_finding_of_rule.sql") },
    Migration { version: 21, sql: include_str!("../migrations/0021_runner.sql") },
    Migration { version: 22, sql: include_str!("../migrations/0022_review.sql") },
];

/// The version that began the audit log. Migrations to earlier ones could be recorded nowhere.
const AUDITED: i64 = 3;

const VIEWS: &str = include_str!("../migrations/views.sql");

/// How long a process that has to migrate waits for one that is writing; most often that one is migrating too.
const PATIENCE: Duration = Duration::from_secs(10);

/// The schema that these migrations lead to.
pub(crate) fn known(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.version)
}

/// The schema of an opened database that has a `schema_version` table.
pub(crate) async fn version(db: &mut Connection) -> Result<i64, sqlx::Error> {
    db::query_scalar("select coalesce(max(version), 0) from schema_version").fetch_one(db).await
}

/// The schema of the database at an address, 0 when it is empty; what is not ours or too new is refused untouched.
pub(crate) async fn found(address: &DatabaseAddress) -> Result<i64, StoreError> {
    let known = known(MIGRATIONS);
    match inspect(address).await? {
        Inspection::Empty => Ok(0),
        Inspection::Foreign => Err(StoreError::NotADatabase { place: address.to_string() }),
        Inspection::Schema(found) if found > known => {
            Err(StoreError::NewerSchema { place: address.to_string(), found, known })
        }
        Inspection::Schema(found) => Ok(found),
    }
}

async fn inspect(address: &DatabaseAddress) -> Result<Inspection, StoreError> {
    let inspected = match address {
        DatabaseAddress::Sqlite(path) if path.is_dir() => {
            return Err(StoreError::unwritable(path, &"it is a directory"));
        }
        DatabaseAddress::Sqlite(path) => sqlite::inspect(path).await,
        DatabaseAddress::Postgres(server) => postgres::inspect(server).await,
    };
    inspected.map_err(|failure| failure.at(address))
}

/// Brings a database to the newest schema. A file that held anything is copied first; a server has backups of its own.
pub(crate) async fn migrate(address: &DatabaseAddress, migrations: &[Migration]) -> Result<(), StoreError> {
    let _lock = WriterLock::acquire_within(address, LockScope::Schema, "migrate", PATIENCE).await?;
    // Another process may have migrated while this one waited, so the version counts that is found now.
    let found = match inspect(address).await? {
        Inspection::Schema(version) => version,
        Inspection::Empty | Inspection::Foreign => 0,
    };
    if found == known(migrations) {
        return Ok(());
    }
    let migrated = match address {
        DatabaseAddress::Sqlite(path) => {
            let pool = sqlite::writer_open(path).await.map_err(|failure| failure.at(address))?;
            if found > 0 {
                let copy = sqlite::database_copy(&pool, path, found).await?;
                tracing::info!(copy = %copy.display(), "copied the database before its migration");
            }
            let migrated = sqlite_steps(&pool, found, migrations).await;
            pool.close().await;
            migrated
        }
        DatabaseAddress::Postgres(server) => postgres_steps(server, found, migrations).await,
    };
    migrated.map_err(|failure| failure.at(address))
}

async fn sqlite_steps(pool: &sqlite::Pool, found: i64, migrations: &[Migration]) -> Result<(), Failure> {
    let mut transaction = pool.begin_with(sqlite::BEGIN_WRITE).await?;
    // Whoever was given up while it committed may have done so after the file was looked at.
    let found = match sqlite::inspection_of(&mut transaction).await? {
        Inspection::Schema(version) => version.max(found),
        Inspection::Empty | Inspection::Foreign => found,
    };
    if found >= known(migrations) {
        return Ok(transaction.rollback().await?);
    }
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        sqlx::raw_sql(migration.sql).execute(&mut *transaction).await?;
    }
    sqlx::raw_sql(VIEWS).execute(&mut *transaction).await?;
    recorded(transaction.into(), found, migrations).await
}

async fn postgres_steps(server: &PostgresAddress, found: i64, migrations: &[Migration]) -> Result<(), Failure> {
    let opened = postgres::Server::new(server)?;
    let mut transaction = opened.writing().await?;
    postgres::alone(&mut transaction).await?;
    let texts = migrations.iter().filter(|migration| migration.version > found).map(|migration| migration.sql);
    for text in texts.chain([VIEWS]) {
        sqlx::raw_sql(AssertSqlSafe(postgres::schema_text(text))).execute(&mut *transaction).await?;
    }
    recorded(transaction.into(), found, migrations).await?;
    opened.close().await;
    Ok(())
}

async fn recorded(mut db: Transaction, found: i64, migrations: &[Migration]) -> Result<(), Failure> {
    for migration in migrations.iter().filter(|migration| migration.version > found) {
        db::query("insert into schema_version (version, applied_at) values ($1, $2)")
            .bind(migration.version)
            .bind(clock::now().0)
            .execute(&mut db)
            .await?;
    }
    if known(migrations) >= AUDITED {
        migration_record(&mut db, found, known(migrations)).await?;
    }
    Ok(db.commit().await?)
}

async fn migration_record(db: &mut Connection, from: i64, to: i64) -> Result<(), Failure> {
    let entry = AuditEntry {
        at: clock::now(),
        action: "database.migrated",
        subject: chain_ensure(db).await?,
        details: json!({ "from": from, "to": to }),
        personal: Vec::new(),
    };
    audit_append(db, &entry).await.map(drop)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

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

    async fn at_first_version(path: &Path) -> DatabaseAddress {
        let address = DatabaseAddress::Sqlite(path.to_owned());
        sqlite::file_ensure(path).unwrap();
        migrate(&address, FIRST).await.unwrap();
        address
    }

    #[tokio::test]
    async fn an_older_database_is_copied_and_then_migrated() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db");
        let address = at_first_version(&path).await;
        migrate(&address, SECOND).await.unwrap();
        assert_eq!(sqlite::inspect(&path).await.unwrap(), Inspection::Schema(2));
        let copy = directory.path().join("rolecall.db.before-1");
        assert_eq!(sqlite::inspect(&copy).await.unwrap(), Inspection::Schema(1));
    }

    #[tokio::test]
    async fn a_migration_that_fails_leaves_the_old_schema() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db");
        let address = at_first_version(&path).await;
        migrate(&address, BROKEN).await.unwrap_err();
        assert_eq!(sqlite::inspect(&path).await.unwrap(), Inspection::Schema(1));
        migrate(&address, SECOND).await.unwrap();
    }

    #[tokio::test]
    async fn migrating_twice_is_migrating_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("rolecall.db");
        let address = at_first_version(&path).await;
        migrate(&address, FIRST).await.unwrap();
        assert_eq!(sqlite::inspect(&path).await.unwrap(), Inspection::Schema(1));
        assert!(!directory.path().join("rolecall.db.before-1").exists());
    }
}
