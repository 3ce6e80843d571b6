//! One text of every query, for both engines.
//!
//! The rest of the crate speaks portable SQL through the names defined here: `query("…").bind(…).fetch_all(db)`, as
//! in sqlx, over a [`Connection`] that is either engine's. What is an engine's own (opening, bulk load and bulk scan,
//! error codes, locks) is in `sqlite` and `postgres`.
//!
//! Portable means: `$1` for what is bound; 0 and 1 for truth, compared as numbers; sums cast to `bigint`; no function
//! that only one engine has.

mod argument;
mod bulk;
mod query;
mod row;

use std::ops::{Deref, DerefMut};

use sqlx::{Postgres, Sqlite};

pub(crate) use argument::Argument;
pub(crate) use bulk::{Rows, places, rows_by_id, rows_update};
#[cfg(test)]
pub(crate) use query::MADE;
pub(crate) use query::{Query, query, query_as, query_scalar};
pub(crate) use row::Row;

/// A connection in a transaction.
pub(crate) enum Connection {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Connection {
    /// What is added to a `select` that takes rows for itself and passes over those that others have taken. SQLite has
    /// one writer, who finds none taken.
    pub(crate) const fn skip_locked(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " for update skip locked",
        }
    }
}

/// A transaction; dropped without a commit, it leaves everything as it was.
pub(crate) struct Transaction(Connection);

impl Transaction {
    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.0 {
            Connection::Sqlite(transaction) => transaction.commit().await,
            Connection::Postgres(transaction) => transaction.commit().await,
        }
    }
}

impl From<sqlx::Transaction<'static, Sqlite>> for Transaction {
    fn from(transaction: sqlx::Transaction<'static, Sqlite>) -> Self {
        Self(Connection::Sqlite(transaction))
    }
}

impl From<sqlx::Transaction<'static, Postgres>> for Transaction {
    fn from(transaction: sqlx::Transaction<'static, Postgres>) -> Self {
        Self(Connection::Postgres(transaction))
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}
