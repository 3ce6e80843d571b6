//! `.c1z` files of version 1: a few bytes, then a compressed SQLite database (`reference/baton.md` §1).
//!
//! | question | file |
//! |---|---|
//! | which bytes are around the database, and how much of a stranger's is taken in? | `container.rs` |
//! | which tables and indexes are in it? | `schema.rs` |
//! | how is one written? | `write.rs` |
//! | how is one read? | `read.rs` |
//! | how is it looked up, page by page? | `page.rs` |
//! | how do moments and ids of syncs look? | `moment.rs`, `sync_id.rs` |

mod container;
mod error;
mod moment;
mod page;
mod read;
mod schema;
mod sync_id;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
mod write;

pub use container::Limits;
pub use error::C1zError;
pub(crate) use page::{PagedRow, PagedTable};
pub use read::{C1zReader, SyncRun};
pub use sync_id::SyncId;
pub use write::{C1zWriter, OwnLine, WriteOptions};

pub use crate::message::decode::MessageError;
pub use crate::message::grant::{EntitlementHeld, GrantRow};
