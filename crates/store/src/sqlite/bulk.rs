//! SQLite's share of bulk load: `insert … values` of many rows.
//!
//! Every statement here is put together from texts of this crate and question marks; data is only ever bound.

use std::sync::Arc;

use sqlx::AssertSqlSafe;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};

use crate::db::Argument;

/// Rows of one statement. SQLite binds at most 32766 values; more rows than this gain nothing.
const ROWS: usize = 500;

/// Rows on their way into a table, sent in statements of [`ROWS`] rows that are prepared once.
pub(crate) struct Inserts {
    head: String,
    columns: usize,
    full: Arc<str>,
    arguments: SqliteArguments,
    rows: usize,
}

impl Inserts {
    pub(crate) fn new(table: &str, columns: &[&str]) -> Self {
        let head = format!("insert into {table} ({}) values", columns.join(", "));
        let full = statement(&head, columns.len(), ROWS).into();
        Self { head, columns: columns.len(), full, arguments: SqliteArguments::default(), rows: 0 }
    }

    pub(crate) async fn row(
        &mut self,
        db: &mut SqliteConnection,
        row: impl IntoIterator<Item = Argument<'_>>,
    ) -> Result<(), sqlx::Error> {
        row.into_iter().try_for_each(|column| column.add_to_sqlite(&mut self.arguments))?;
        self.rows += 1;
        if self.rows < ROWS {
            return Ok(());
        }
        let full = AssertSqlSafe(Arc::clone(&self.full));
        sqlx::query_with(full, self.arguments_take()).execute(db).await.map(drop)
    }

    /// Sends what is left.
    pub(crate) async fn finish(&mut self, db: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        if self.rows == 0 {
            return Ok(());
        }
        let rest = AssertSqlSafe(statement(&self.head, self.columns, self.rows));
        sqlx::query_with(rest, self.arguments_take()).persistent(false).execute(db).await.map(drop)
    }

    fn arguments_take(&mut self) -> SqliteArguments {
        self.rows = 0;
        std::mem::take(&mut self.arguments)
    }
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
    }
}
