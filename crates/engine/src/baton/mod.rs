//! Files of baton's world come in (`docs/guides/baton.md`). How they go out: [`crate::export`].
//!
//! | question | file |
//! |---|---|
//! | whose file is it, and how does it become current? | `import.rs` |
//! | what does a stranger's file state, and of which kinds? | `stranger.rs` |
//! | what does one of ours state? | `own.rs` |

mod import;
mod own;
pub(crate) mod stranger;

pub(crate) use import::c1z_bring;
pub use import::{C1zImport, C1zImportError, C1zImported, c1z_import};
pub use own::OwnError;
pub use stranger::C1zCounts;
