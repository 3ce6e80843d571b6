//! Statements over many rows at once: SQLite's share of bulk load (PostgreSQL would use `copy`).
//!
//! Every statement here is put together from texts of this crate and question marks; data is only ever bound.

use std::sync::Arc;

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, Type};

use super::Connection;

/// Rows of one statement. SQLite binds at most 32766 values; more rows than this gain nothing.
const ROWS: usize = 500;

/// An `insert … values` of any number of rows, sent in statements of [`ROWS`] rows that are prepared once.
pub(crate) struct Rows {
    head: &'static str,
    columns: usize,
    full: Arc<str>,
    arguments: SqliteArguments,
    rows: usize,
}

impl Rows {
    /// `head` is the statement up to and including `values`.
    pub(crate) fn new(head: &'static str, columns: usize) -> Self {
        let full = statement(head, columns, ROWS).into();
        Self { head, columns, full, arguments: SqliteArguments::default(), rows: 0 }
    }

    /// Adds the next column of the current row.
    pub(crate) fn column<'v>(
        &mut self,
        value: impl Encode<'v, Sqlite> + Type<Sqlite>,
    ) -> Result<&mut Self, sqlx::Error> {
        self.arguments.add(value).map_err(sqlx::Error::Encode)?;
        Ok(self)
    }

    /// Ends the current row, and sends the statement when it is full.
    pub(crate) async fn row_end(&mut self, db: &mut Connection) -> Result<(), sqlx::Error> {
        self.rows += 1;
        debug_assert_eq!(self.arguments.len(), self.rows * self.columns);
        if self.rows < ROWS {
            return Ok(());
        }
        let full = AssertSqlSafe(Arc::clone(&self.full));
        sqlx::query_with(full, self.arguments_take()).execute(db).await.map(drop)
    }

    /// Sends what is left.
    pub(crate) async fn finish(&mut self, db: &mut Connection) -> Result<(), sqlx::Error> {
        if self.rows == 0 {
            return Ok(());
        }
        let rest = AssertSqlSafe(statement(self.head, self.columns, self.rows));
        sqlx::query_with(rest, self.arguments_take()).persistent(false).execute(db).await.map(drop)
    }

    fn arguments_take(&mut self) -> SqliteArguments {
        self.rows = 0;
        std::mem::take(&mut self.arguments)
    }
}

/// Runs `head` (`update … set x = ? where id in`, with `values` to bind first) over these ids, however many.
pub(crate) async fn rows_update(
    db: &mut Connection,
    head: &'static str,
    values: &[i64],
    ids: &[i64],
) -> Result<u64, sqlx::Error> {
    let mut updated = 0;
    for chunk in ids.chunks(ROWS) {
        let sql = AssertSqlSafe(statement(head, chunk.len(), 1));
        let query = sqlx::query_with(sql, arguments(values, chunk)?).persistent(chunk.len() == ROWS);
        updated += query.execute(&mut *db).await?.rows_affected();
    }
    Ok(updated)
}

/// The rows of `head` (`select … where id in`) for these ids, however many, in no particular order.
pub(crate) async fn rows_by_id(
    db: &mut Connection,
    head: &'static str,
    ids: &[i64],
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(ROWS) {
        let sql = AssertSqlSafe(statement(head, chunk.len(), 1));
        let query = sqlx::query_with(sql, arguments(&[], chunk)?).persistent(chunk.len() == ROWS);
        rows.extend(query.fetch_all(&mut *db).await?);
    }
    Ok(rows)
}

fn arguments(values: &[i64], ids: &[i64]) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values.iter().chain(ids) {
        arguments.add(*value).map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// `head (?, ?), (?, ?)`: as many rows of as many columns.
fn statement(head: &str, columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("{head} {}", vec![row.as_str(); rows].join(", "))
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn a_statement_has_a_mark_for_every_value() {
        assert_eq!(statement("insert into t (a, b) values", 2, 2), "insert into t (a, b) values (?, ?), (?, ?)");
        assert_eq!(statement("select 1 where id in", 3, 1), "select 1 where id in (?, ?, ?)");
    }
}
