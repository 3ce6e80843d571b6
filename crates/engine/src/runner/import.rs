//! How the file that a runner brought becomes current. The one place that knows how such files are read.

use std::path::Path;

use rolecall_model::Reason;
use rolecall_store::Connector;

use crate::baton::{C1zImportError, c1z_bring};
use crate::{Context, SyncError, SyncOptions, SyncReport};

/// Reads a file and makes what it says current, as a sync of this connector.
pub(crate) async fn file_import(
    context: &Context,
    record: &Connector,
    file: &Path,
    options: SyncOptions,
    actor: &str,
) -> Result<SyncReport, SyncError> {
    match c1z_bring(context, record, file, options, actor).await {
        Ok(report) => Ok(report),
        Err(C1zImportError::Sync(error)) => Err(error),
        Err(C1zImportError::Store(error)) => Err(error.into()),
        Err(unread) => {
            let reason = Reason::new("file-unreadable", format!("the file of its runner was not read: {unread}"));
            Err(SyncError::NothingReadable { root: record.config.root.clone(), reason })
        }
    }
}
