//! The whole database as one file, and back: the same file from either engine.
//!
//! The file is text in gzip, one member for each part, so that `gzip --decompress` shows it and an import can begin
//! anywhere: a header, then the rows of each table in chunks, in the order of their keys, then a trailer. Each chunk
//! carries the digest of its rows, and the trailer that of every byte before it.
//!
//! Secrets leave as they are, sealed; the master key is not in the file.

mod container;
mod export;
mod import;
mod line;
mod part;
mod schema;
mod table;
mod verify;

pub use export::Export;
pub(crate) use import::is_importing;
pub use import::{Import, ImportEnd, ImportStep};
