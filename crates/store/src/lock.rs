//! The writer lock: one process at a time does long work, such as a sync or a migration. And the hub lock: of a database
//! in a file, one process at a time runs what is scheduled.
//!
//! Of SQLite each is a lock of the operating system's on a file next to the database, of PostgreSQL an advisory lock of a
//! session, so that it is free again the moment its holder ends, however that ends. The file's content is only there for
//! people and error messages. Single transactions need neither: the database serialises those itself.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rolecall_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::postgres::SessionLock;
use crate::{ConnectorId, DatabaseAddress, Store, StoreError, clock};

/// Who holds a [`WriterLock`], as its file or session says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LockHolder {
    pub(crate) pid: u32,
    pub(crate) purpose: String,
    pub(crate) since: Timestamp,
}

/// The right to do long work on the database, until this is dropped or the process ends.
pub struct WriterLock {
    _held: Held,
}

enum Held {
    File { _lock: LockFile },
    Session { _lock: SessionLock },
}

impl fmt::Debug for WriterLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriterLock").finish_non_exhaustive()
    }
}

/// The right to be the one hub that works on the database, until this is dropped or the process ends.
#[derive(Debug)]
pub struct HubLock {
    /// Several hubs share a server's database through the jobs' leases.
    _file: Option<LockFile>,
}

/// What long work is about. Of a file there is one lock for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockScope {
    /// One connector.
    Connector(ConnectorId),
    /// The whole database: nobody works on any connector meanwhile.
    Database,
    /// The schema. Whoever works on a connector of a server's database goes on.
    Schema,
}

impl Store {
    /// Takes the writer lock for long work on a connector, saying what for (`sync npm acme`). Of a file there is one
    /// lock; of a server's database each connector has its own.
    ///
    /// # Errors
    /// [`StoreError::Busy`] names the process that holds it, and what it does; [`StoreError::Unwritable`] when the
    /// lock file cannot be made.
    pub async fn writer_lock(&self, connector: ConnectorId, purpose: &str) -> Result<WriterLock, StoreError> {
        WriterLock::acquire(self.address(), LockScope::Connector(connector), purpose).await
    }

    /// As [`Self::writer_lock`], for work that is done at once, such as a decision: waits for up to `patience` while another
    /// holds the lock, who may be about to end.
    ///
    /// # Errors
    /// As of [`Self::writer_lock`].
    pub async fn writer_lock_within(
        &self,
        connector: ConnectorId,
        purpose: &str,
        patience: Duration,
    ) -> Result<WriterLock, StoreError> {
        WriterLock::acquire_within(self.address(), LockScope::Connector(connector), purpose, patience).await
    }

    /// Takes the writer lock for long work on the database itself, saying what for.
    ///
    /// # Errors
    /// As of [`Self::writer_lock`].
    pub(crate) async fn database_lock(&self, purpose: &str) -> Result<WriterLock, StoreError> {
        WriterLock::acquire(self.address(), LockScope::Database, purpose).await
    }

    /// Takes the hub lock, which whoever runs jobs and schedules on this database holds for its whole life. Other
    /// commands neither need it nor mind it.
    ///
    /// # Errors
    /// [`StoreError::HubRunning`] names the process that holds it; [`StoreError::Unwritable`] when the lock file cannot
    /// be made.
    pub fn hub_lock(&self, purpose: &str) -> Result<HubLock, StoreError> {
        let DatabaseAddress::Sqlite(path) = self.address() else { return Ok(HubLock { _file: None }) };
        match LockFile::take(&beside(path, HUB), purpose)? {
            Ok(file) => Ok(HubLock { _file: Some(file) }),
            Err(holder) => {
                Err(StoreError::HubRunning { place: self.address().to_string(), pid: holder.map(|holder| holder.pid) })
            }
        }
    }
}

const WRITER: &str = ".lock";
const HUB: &str = ".hub";

impl WriterLock {
    async fn acquire(address: &DatabaseAddress, scope: LockScope, purpose: &str) -> Result<Self, StoreError> {
        let held = match address {
            DatabaseAddress::Sqlite(path) => {
                LockFile::take(&beside(path, WRITER), purpose)?.map(|lock| Held::File { _lock: lock })
            }
            DatabaseAddress::Postgres(server) => {
                let acquired = SessionLock::acquire(server, scope, purpose).await;
                acquired.map_err(|failure| failure.at(address))?.map(|lock| Held::Session { _lock: lock })
            }
        };
        held.map(|held| Self { _held: held }).map_err(StoreError::busy)
    }

    /// As `acquire`, but waits for up to `patience` while another holds it.
    pub(crate) async fn acquire_within(
        address: &DatabaseAddress,
        scope: LockScope,
        purpose: &str,
        patience: Duration,
    ) -> Result<Self, StoreError> {
        let started = tokio::time::Instant::now();
        loop {
            match Self::acquire(address, scope, purpose).await {
                Err(StoreError::Busy { .. }) if started.elapsed() < patience => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                decided => return decided,
            }
        }
    }

    /// Who seems to hold the lock of the database in a file, judging by the lock's file alone.
    pub(crate) fn holder(database: &Path) -> Option<LockHolder> {
        holder_read(&mut File::open(beside(database, WRITER)).ok()?)
    }
}

/// A locked file that says who locked it.
#[derive(Debug)]
struct LockFile {
    file: File,
}

impl LockFile {
    /// The lock, or who holds it.
    fn take(path: &Path, purpose: &str) -> Result<Result<Self, Option<LockHolder>>, StoreError> {
        let mut file = lock_file_open(path).map_err(|error| StoreError::of_file(path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Err(holder_read(&mut file))),
            Err(TryLockError::Error(error)) => return Err(StoreError::of_file(path, &error)),
        }
        let holder = LockHolder { pid: std::process::id(), purpose: purpose.to_owned(), since: clock::now() };
        holder_write(&mut file, &holder).map_err(|error| StoreError::of_file(path, &error))?;
        Ok(Ok(Self { file }))
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        // The lock goes with the file handle; an emptied file only spares readers a name that is out of date.
        let _ = self.file.set_len(0);
    }
}

/// The file beside the database that is called like it, and then this.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

fn lock_file_open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn holder_write(file: &mut File, holder: &LockHolder) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(serde_json::to_string(holder)?.as_bytes())
}

fn holder_read(file: &mut File) -> Option<LockHolder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
