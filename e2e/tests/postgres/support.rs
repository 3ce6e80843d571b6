//! One database on each engine, at the newest schema.

use rolecall_store::{DatabaseAddress, Store};
use rolecall_testkit::TestDatabase;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _};

/// Connections of another program's to both.
pub(crate) struct Both {
    _places: [TestDatabase; 2],
    pub(crate) sqlite: SqliteConnection,
    pub(crate) postgres: PgConnection,
}

impl Both {
    pub(crate) async fn new() -> Self {
        let (file, server) = (TestDatabase::file().unwrap(), TestDatabase::new().await.unwrap());
        for place in [&file, &server] {
            let address: DatabaseAddress = place.address().parse().unwrap();
            Store::migrate(&address).await.unwrap();
        }
        let options = SqliteConnectOptions::new().filename(file.address());
        let sqlite = SqliteConnection::connect_with(&options).await.unwrap();
        let postgres = PgConnection::connect(server.address()).await.expect("`cargo xtask test` starts a server");
        Self { _places: [file, server], sqlite, postgres }
    }

    pub(crate) async fn sqlite_rows(&mut self, query: &str) -> Vec<Vec<String>> {
        let rows = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_all(&mut self.sqlite).await.unwrap();
        rows.iter().map(words).collect()
    }

    pub(crate) async fn postgres_rows(&mut self, query: &str) -> Vec<Vec<String>> {
        let rows = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_all(&mut self.postgres).await.unwrap();
        rows.iter().map(words).collect()
    }
}

fn words<R: sqlx::Row>(row: &R) -> Vec<String>
where
    usize: sqlx::ColumnIndex<R>,
    String: for<'r> sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,
{
    (0..row.len()).map(|column| row.try_get(column).unwrap()).collect()
}
