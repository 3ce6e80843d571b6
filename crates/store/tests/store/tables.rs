//! What is in the tables, read behind the store's back, on either engine.

use rolecall_store::DatabaseAddress;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

/// A connection of another program's.
pub(crate) enum Outside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Outside {
    pub(crate) async fn connect(address: &DatabaseAddress) -> Self {
        match address {
            DatabaseAddress::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path);
                Self::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
            }
            DatabaseAddress::Postgres(server) => {
                // Tests trust their server, so that what is shown has no password to hide.
                Self::Postgres(PgConnection::connect(&server.to_string()).await.unwrap())
            }
        }
    }

    pub(crate) async fn numbers(&mut self, query: &str) -> Vec<i64> {
        let query = AssertSqlSafe(query.to_owned());
        match self {
            Self::Sqlite(db) => sqlx::query_scalar(query).fetch_all(db).await.unwrap(),
            Self::Postgres(db) => sqlx::query_scalar(query).fetch_all(db).await.unwrap(),
        }
    }

    pub(crate) async fn words(&mut self, query: &str) -> Vec<String> {
        let query = AssertSqlSafe(query.to_owned());
        match self {
            Self::Sqlite(db) => sqlx::query_scalar(query).fetch_all(db).await.unwrap(),
            Self::Postgres(db) => sqlx::query_scalar(query).fetch_all(db).await.unwrap(),
        }
    }

    pub(crate) async fn columns(&mut self, table: &str) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => format!("select name from pragma_table_info('{table}') order by cid"),
            Self::Postgres(_) => format!(
                "select cast(column_name as text) from information_schema.columns \
                 where table_schema = current_schema() and table_name = '{table}' order by ordinal_position"
            ),
        };
        self.words(&query).await
    }

    /// The tables' names, from the schema, so that one which is added later is met too.
    pub(crate) async fn tables(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => "select name from sqlite_master where type = 'table' order by name",
            Self::Postgres(_) => {
                "select cast(table_name as text) from information_schema.tables \
                 where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1"
            }
        };
        self.words(query).await
    }
}

/// How many rows each table has.
pub(crate) async fn rows_by_table(address: &DatabaseAddress) -> Vec<(String, i64)> {
    let mut db = Outside::connect(address).await;
    let mut counted = Vec::new();
    for table in db.tables().await {
        let rows = db.numbers(&format!("select count(*) from {table}")).await;
        counted.push((table, rows[0]));
    }
    counted
}
