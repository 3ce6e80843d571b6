//! Where a test's database is: in a file of its own, or on a server that the run was given.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// The environment variable with the address of a server on which tests may make databases:
/// `postgres://postgres@127.0.0.1:5432/postgres`. Without it every test has a file of SQLite's.
const VARIABLE: &str = "ROLECALL_TEST_POSTGRES";

/// A place for one test's database, empty at first. A file goes with it; a server's database stays until the server
/// is thrown away.
#[derive(Debug)]
pub struct TestDatabase {
    address: String,
    _directory: Option<TempDir>,
}

impl TestDatabase {
    /// On the engine that this run is about.
    ///
    /// # Errors
    /// When the server cannot be reached or does not let us make a database, or no directory can be made.
    pub async fn new() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        match std::env::var(VARIABLE) {
            Ok(server) => Ok(Self { address: database_make(&server).await?, _directory: None }),
            Err(_) => Self::file(),
        }
    }

    /// A file of SQLite's, whatever this run is about.
    ///
    /// # Errors
    /// When no directory can be made.
    pub fn file() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let directory = tempfile::tempdir()?;
        let address = directory.path().join("rolecall.db").display().to_string();
        Ok(Self { address, _directory: Some(directory) })
    }

    /// Changes rows behind the program's back, as years that pass or somebody with the file would.
    ///
    /// # Errors
    /// When the database cannot be reached or does not take the statement.
    pub async fn execute(&self, statement: &str) -> Result<(), sqlx::Error> {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
        if self.address.starts_with("postgres") {
            let mut db = PgConnection::connect(&self.address).await?;
            statement.execute(&mut db).await?;
            return db.close().await;
        }
        let mut db = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&self.address)).await?;
        statement.execute(&mut db).await?;
        db.close().await
    }

    /// The first column of every row, as bytes: what a query of blobs finds in a file of SQLite's.
    ///
    /// # Errors
    /// When the file cannot be read or the query is none.
    pub async fn file_bytes(&self, query: &str) -> Result<Vec<Vec<u8>>, sqlx::Error> {
        let mut db = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&self.address)).await?;
        let found = sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_all(&mut db).await?;
        db.close().await?;
        Ok(found)
    }

    /// Its address, as `--database` takes it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

async fn database_make(server: &str) -> Result<String, sqlx::Error> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut db = PgConnection::connect(server).await?;
    for statement in [format!("drop database if exists {name}"), format!("create database {name}")] {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut db).await?;
    }
    db.close().await?;
    let (before, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(format!("{before}/{name}"))
}
