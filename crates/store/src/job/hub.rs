//! The hub lock: on a database in a file, one process at a time runs workers.

use crate::lock::WriterLock;
use crate::{Store, StoreError};

impl Store {
    /// Takes the right to run workers on this database, saying what for, until it is dropped or the process ends.
    ///
    /// # Errors
    /// [`StoreError::Busy`] names the process that has it; [`StoreError::Unwritable`] when the lock file cannot be made.
    pub fn hub_lock(&self, purpose: &str) -> Result<WriterLock, StoreError> {
        let mut path = self.path().as_os_str().to_owned();
        path.push(".hub");
        WriterLock::acquire(path.as_ref(), purpose)
    }
}
