//! The file that is handed over: what was read, as baton's programs read it.

use std::path::Path;

use rolecall_baton::runner::SyncWish;
use rolecall_engine::export::{C1zExport, C1zParts};
use rolecall_store::Store;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::command::export::c1z::c1z_write;
use crate::exit::{Exit, Failure};

/// Writes what is current of a connector to a new file at `path`.
pub(super) async fn file_write(store: &Store, connector: &str, wish: &SyncWish, path: &Path) -> Result<(), Failure> {
    let (store, connector, wish, path) = (store.clone(), connector.to_owned(), wish.clone(), path.to_owned());
    let runtime = Handle::current();
    // It works more than it waits, so that it has a thread of its own: heartbeats go on meanwhile.
    let written = spawn_blocking(move || runtime.block_on(written(&store, &connector, &wish, &path))).await;
    written.unwrap_or_else(|error| Err(Failure::new(Exit::Failure, format!("the file was not written: {error}"))))
}

async fn written(store: &Store, connector: &str, wish: &SyncWish, path: &Path) -> Result<(), Failure> {
    let entitlements = !wish.skip_entitlements_and_grants;
    let parts = C1zParts { types: &wish.resource_types, entitlements, grants: entitlements && !wish.skip_grants };
    // What our own reader wants is all of it, or nothing.
    let own = parts.types.is_empty() && parts.entitlements && parts.grants;
    let export = C1zExport { expanded: !wish.skip_expansion, own, parts, ..C1zExport::current(connector) };
    c1z_write(store, &export, path).await.map(drop)
}
