//! How the file that a runner brought becomes current. The one place that knows how such files are read.

use std::path::Path;

use rolecall_model::Reason;
use rolecall_store::Connector;

use crate::{Context, SyncError, SyncReport};

/// Reads a file and makes what it says current, as a sync of this connector.
pub(crate) async fn file_import(context: &Context, record: &Connector, file: &Path) -> Result<SyncReport, SyncError> {
    let _ = (context, file);
    let reason = Reason::new("file-unreadable", "this version of Rolecall cannot read the files of runners yet");
    Err(SyncError::NothingReadable { root: record.config.root.clone(), reason })
}
