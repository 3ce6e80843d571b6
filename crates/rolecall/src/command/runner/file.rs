//! The file that is handed over: what was read, as baton's programs read it.

use std::path::Path;

use rolecall_baton::runner::SyncWish;
use rolecall_engine::WorldView;

/// Writes what is current to a new file at `path`.
pub(super) fn file_write(view: &WorldView, wish: &SyncWish, path: &Path) -> std::io::Result<()> {
    let _ = wish;
    view.baton_write(&mut std::fs::File::create(path)?)
}
