//! Everything that is PostgreSQL's own: opening, locks, error codes, bulk statements, the schema's dialect.
//!
//! The sibling of `sqlite`; the rest of the crate speaks portable SQL through `db`.

mod address;
mod copy;
mod lock;
mod open;
mod schema;
mod trouble;

pub use address::PostgresAddress;
pub(crate) use copy::CopyIn;
pub(crate) use lock::SessionLock;
pub(crate) use open::{Server, alone, inspect, numbers_continue};
pub(crate) use schema::{References, references, schema_text};
pub(crate) use trouble::store_error;

/// Gathers the facts of a listing, and the resources of a type, into one row.
pub(crate) const PACKED: crate::packed::Packed =
    crate::packed::packed_of!("string_agg", "octet_length(convert_to(wire_id, 'UTF8'))");
