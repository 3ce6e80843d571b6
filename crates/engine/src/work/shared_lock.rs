//! The writer lock, shared by the syncs of one process.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use rolecall_store::{ConnectorId, Store, StoreError, WriterLock};
use tokio::sync::Mutex;

/// Held while any sync of this process runs. It keeps other processes out; syncs of one process wait for each other only
/// in the database.
///
/// Clones share it. A file has one lock, and a server's database one for each connector.
#[derive(Clone, Default)]
pub struct SharedLock(Arc<Mutex<HashMap<Option<ConnectorId>, Weak<WriterLock>>>>);

impl SharedLock {
    /// Takes part in the lock, which is taken first unless this process has it already; with the last part it goes.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process has it.
    pub(super) async fn take(&self, store: &Store, connector: ConnectorId) -> Result<Arc<WriterLock>, StoreError> {
        let scope = store.address().path().is_none().then_some(connector);
        let mut held = self.0.lock().await;
        held.retain(|_, lock| lock.strong_count() > 0);
        if let Some(lock) = held.get(&scope).and_then(Weak::upgrade) {
            return Ok(lock);
        }
        let lock = Arc::new(store.writer_lock(connector, "syncs of rolecall work").await?);
        held.insert(scope, Arc::downgrade(&lock));
        Ok(lock)
    }
}
