//! Everything that is SQLite's own: opening, pragmas, error codes, bulk statements, copying.
//!
//! The rest of the crate speaks portable SQL through the names defined here, so that a second engine needs a sibling
//! of this module and no second text of any query.

mod bulk;
mod copy;
mod open;
mod packed;
mod trouble;

pub(crate) use bulk::{Rows, rows_by_id, rows_update};
pub(crate) use copy::{database_copy, integrity_problems, orphans};
pub(crate) use open::{Inspection, file_ensure, inspect, purger_open, readers_open, writer_open};
pub(crate) use packed::{PACKED, PACKED_PAST, packed_facts};
pub(crate) use trouble::store_error;

pub(crate) use sqlx::sqlite::{SqliteConnection as Connection, SqlitePool as Pool, SqliteRow as Row};

/// A transaction on a pooled connection; dropped without a commit, it leaves everything as it was.
pub(crate) type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;

/// Starts a transaction that writes: it takes the write lock at once, instead of failing half-way.
pub(crate) const BEGIN_WRITE: &str = "begin immediate";
