//! Everything that is current, as one document that outlives the database (`docs/reference/export.md`).
//!
//! | question | module |
//! |---|---|
//! | what is in a line? | [`line`] |
//! | how does the database become lines? | [`write`](mod@write) |
//! | how do lines become bytes? | [`sink`] |
//! | how do the worlds of JupiterOne and baton see it? | [`jupiterone`], [`jupiterone_folder`], [`baton`] |
//! | how do programs that draw and search graphs take it? | [`drawn`] (which nodes and edges), [`opengraph`], [`graphml`]; tables: [`parquet`](mod@parquet) |
//! | how are they read back, whoever wrote them? | [`read`](mod@read) |
//! | how do read lines become a world that can be asked? | [`view`] |

mod baton;
mod drawn;
mod graphml;
mod json;
mod jupiterone;
mod jupiterone_folder;
pub(crate) mod line;
mod opengraph;
mod parquet;
mod read;
#[cfg(test)]
mod read_tests;
mod sink;
mod view;
mod write;

pub use baton::{C1zExport, C1zExportError, C1zParts, baton_types, c1z_export};
pub use line::{ConnectorLine, ExportHeader, FORMAT, FactLine, ListingLine, Named, StatedFact, VERSION};
pub use parquet::TableFile;
pub use read::{ImportError, export_read};
pub use sink::{ExportSink, JsonSink, NdjsonSink};
pub use view::Exported;
pub use write::{ExportError, export_write};
