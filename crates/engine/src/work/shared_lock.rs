//! The writer lock, shared by the syncs of one process.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rolecall_store::{Store, StoreError, WriterLock};

/// Held while any sync of this process runs. It keeps other processes out; syncs of one process wait for each other only
/// in the database.
#[derive(Default)]
pub(super) struct SharedLock {
    shared: Arc<Mutex<Shared>>,
    /// Held while the lock is taken, so that no two syncs of this process stand in each other's way.
    gate: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Shared {
    lock: Option<WriterLock>,
    users: usize,
}

impl Shared {
    /// Takes part in the lock, if this process has it.
    const fn join(&mut self) -> bool {
        if self.lock.is_some() {
            self.users += 1;
        }
        self.lock.is_some()
    }
}

/// One sync's part in the lock; with the last of them it goes.
pub(super) struct Share(Arc<Mutex<Shared>>);

impl SharedLock {
    /// Takes part in the lock, which is taken first unless this process has it already.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process has it.
    pub(super) async fn take(&self, store: &Store) -> Result<Share, StoreError> {
        let _gate = self.gate.lock().await;
        if !held(&self.shared).join() {
            let lock = store.writer_lock("syncs of rolecall work")?;
            *held(&self.shared) = Shared { lock: Some(lock), users: 1 };
        }
        Ok(Share(Arc::clone(&self.shared)))
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
