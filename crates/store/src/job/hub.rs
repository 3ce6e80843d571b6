//! The hub lock: on a database in a file, one process at a time runs workers.

use std::path::PathBuf;

use crate::lock::WriterLock;
use crate::{DatabaseAddress, Store, StoreError};

/// The right to run workers on a database.
#[derive(Debug)]
pub struct HubLock {
    /// Several hubs share a server's database through the jobs' leases.
    _file: Option<WriterLock>,
}

impl Store {
    /// Takes the right to run workers on this database, until it is dropped or the process ends.
    ///
    /// # Errors
    /// [`StoreError::Busy`] names the process that has it; [`StoreError::Unwritable`] when the lock file cannot be made.
    pub fn hub_lock(&self) -> Result<HubLock, StoreError> {
        let file = match self.address() {
            DatabaseAddress::Sqlite(path) => {
                let mut path = path.as_os_str().to_owned();
                path.push(".hub");
                Some(WriterLock::file(&PathBuf::from(path), "rolecall work")?)
            }
            DatabaseAddress::Postgres(_) => None,
        };
        Ok(HubLock { _file: file })
    }
}
