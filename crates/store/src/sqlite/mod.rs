//! Everything that is SQLite's own: opening, pragmas, error codes, bulk statements, copying.
//!
//! The sibling of `postgres`; the rest of the crate speaks portable SQL through `db`.

mod bulk;
mod copy;
mod open;
mod trouble;

pub(crate) use bulk::Inserts;
pub(crate) use copy::{database_copy, integrity_problems, orphans};
pub(crate) use open::{
    Inspection, connections, file_ensure, inspect, inspection_of, purger_open, readers_open, writer_open,
};
pub(crate) use trouble::store_error;

pub(crate) use sqlx::sqlite::{SqliteConnection, SqlitePool as Pool};

/// Starts a transaction that writes: it takes the write lock at once, instead of failing half-way.
pub(crate) const BEGIN_WRITE: &str = "begin immediate";

/// Gathers the facts of a listing, and the resources of a type, into one row.
pub(crate) const PACKED: crate::packed::Packed = crate::packed::packed_of!("group_concat", "octet_length(wire_id)");
