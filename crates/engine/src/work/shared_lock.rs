//! The writer lock, shared by the syncs of one process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rolecall_store::{Store, StoreError, WriterLock};

/// Held while any sync of this process runs. It keeps other processes out; syncs of one process wait for each other only
/// in the database.
#[derive(Default)]
pub(super) struct SharedLock(Arc<Mutex<Shared>>);

#[derive(Default)]
struct Shared {
    lock: Option<WriterLock>,
    users: usize,
}

/// One sync's part in the lock; with the last of them it goes.
pub(super) struct Share(Arc<Mutex<Shared>>);

impl SharedLock {
    /// Takes part in the lock, which is taken first unless this process has it already.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process has it.
    pub(super) fn take(&self, store: &Store) -> Result<Share, StoreError> {
        let mut shared = held(&self.0);
        if shared.lock.is_none() {
            shared.lock = Some(store.writer_lock("syncs of rolecall work")?);
        }
        shared.users += 1;
        Ok(Share(Arc::clone(&self.0)))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut shared = held(&self.0);
        shared.users -= 1;
        if shared.users == 0 {
            shared.lock = None;
        }
    }
}

/// No thread can leave it half changed.
fn held(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
