//! Statements over many rows at once. Loading is each engine's own; the rest is one text.

use super::{Argument, Connection, Row, query};
use crate::{postgres, sqlite};

/// How many rows one statement takes. SQLite binds at most 32766 values, and more rows than this gain nothing.
const ROWS: usize = 500;

/// Rows that are added to a table, however many, each column by column.
pub(crate) struct Rows {
    table: &'static str,
    columns: &'static [&'static str],
    loader: Option<Loader>,
}

enum Loader {
    Sqlite(sqlite::Inserts),
    Postgres(postgres::CopyIn),
}

impl Rows {
    pub(crate) const fn new(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { table, columns, loader: None }
    }

    /// Adds a row, and sends what has gathered when it is much.
    pub(crate) async fn row<'a, const N: usize>(
        &mut self,
        db: &mut Connection,
        row: [Argument<'a>; N],
    ) -> Result<(), sqlx::Error> {
        debug_assert_eq!(N, self.columns.len(), "{}", self.table);
        let (table, columns) = (self.table, self.columns);
        match db {
            Connection::Sqlite(transaction) => {
                let loader = self.loader.get_or_insert_with(|| Loader::Sqlite(sqlite::Inserts::new(table, columns)));
                match loader {
                    Loader::Sqlite(inserts) => inserts.row(transaction, row).await,
                    Loader::Postgres(_) => Err(another_engine()),
                }
            }
            Connection::Postgres(transaction) => {
                let loader = self.loader.get_or_insert_with(|| Loader::Postgres(postgres::CopyIn::new(table, columns)));
                match loader {
                    Loader::Postgres(copy) => copy.row(transaction, row).await,
                    Loader::Sqlite(_) => Err(another_engine()),
                }
            }
        }
    }

    /// Sends what is left.
    pub(crate) async fn finish(&mut self, db: &mut Connection) -> Result<(), sqlx::Error> {
        match (self.loader.take(), db) {
            (None, _) => Ok(()),
            (Some(Loader::Sqlite(mut inserts)), Connection::Sqlite(transaction)) => inserts.finish(transaction).await,
            (Some(Loader::Postgres(mut copy)), Connection::Postgres(transaction)) => copy.finish(transaction).await,
            _ => Err(another_engine()),
        }
    }
}

fn another_engine() -> sqlx::Error {
    sqlx::Error::Configuration("rows were begun on one engine and continued on another".into())
}

/// Runs `head` (`update … set x = $1 where id in`, with `values` to bind first) over these ids, however many.
pub(crate) async fn rows_update(
    db: &mut Connection,
    head: &'static str,
    values: &[i64],
    ids: &[i64],
) -> Result<u64, sqlx::Error> {
    let mut updated = 0;
    for chunk in ids.chunks(ROWS) {
        let mut update = query(statement(head, values.len(), chunk.len())).persistent(chunk.len() == ROWS);
        for value in values.iter().chain(chunk) {
            update = update.bind(*value);
        }
        updated += update.execute(db).await?.rows_affected();
    }
    Ok(updated)
}

/// The rows of `head` (`select … where id in`) for these ids, however many, in no particular order.
pub(crate) async fn rows_by_id(db: &mut Connection, head: &'static str, ids: &[i64]) -> Result<Vec<Row>, sqlx::Error> {
    let mut rows = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(ROWS) {
        let mut select = query(statement(head, 0, chunk.len())).persistent(chunk.len() == ROWS);
        for id in chunk {
            select = select.bind(*id);
        }
        rows.extend(select.fetch_all(db).await?);
    }
    Ok(rows)
}

/// `head ($2, $3)`: a place for each of `count` values, after those that `head` has itself.
fn statement(head: &str, before: usize, count: usize) -> String {
    format!("{head} ({})", places(before + 1, count))
}

/// `$2, $3`: a place for each of `count` values, of which the first has the number `from`.
pub(crate) fn places(from: usize, count: usize) -> String {
    let places: Vec<String> = (from..from + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

#[cfg(test)]
mod tests {
    use super::statement;

    #[test]
    fn a_statement_has_a_place_for_every_value() {
        assert_eq!(statement("select 1 where id in", 0, 3), "select 1 where id in ($1, $2, $3)");
        assert_eq!(statement("update t set x = $1 where id in", 1, 2), "update t set x = $1 where id in ($2, $3)");
    }
}
