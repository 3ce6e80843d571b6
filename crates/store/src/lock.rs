//! The writer lock: one process at a time does long work, such as a sync or a migration. And the hub lock: one process
//! at a time runs what is scheduled.
//!
//! Each is a lock of the operating system's on a file next to the database, so that it is free again the moment its
//! holder ends, however that ends. The file's content is only there for people and error messages. Single
//! transactions need neither: the database serialises those itself.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rolecall_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, clock};

/// Who holds a [`WriterLock`], as its file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LockHolder {
    pub(crate) pid: u32,
    pub(crate) purpose: String,
    pub(crate) since: Timestamp,
}

/// The right to do long work on the database, until this is dropped or the process ends.
#[derive(Debug)]
pub struct WriterLock {
    _file: LockFile,
}

/// The right to be the one hub that works on the database, until this is dropped or the process ends.
#[derive(Debug)]
pub struct HubLock {
    _file: LockFile,
}

impl Store {
    /// Takes the writer lock, saying what for (`sync npm acme`).
    ///
    /// # Errors
    /// [`StoreError::Busy`] names the process that holds it, and what it does; [`StoreError::Unwritable`] when the
    /// lock file cannot be made.
    pub fn writer_lock(&self, purpose: &str) -> Result<WriterLock, StoreError> {
        WriterLock::acquire(self.path(), purpose)
    }

    /// Takes the hub lock, which whoever runs jobs and schedules on this database holds for its whole life. Other
    /// commands neither need it nor mind it.
    ///
    /// # Errors
    /// [`StoreError::HubRunning`] names the process that holds it; [`StoreError::Unwritable`] when the lock file cannot
    /// be made.
    pub fn hub_lock(&self, purpose: &str) -> Result<HubLock, StoreError> {
        let path = beside(self.path(), HUB);
        match LockFile::take(&path, purpose)? {
            Ok(file) => Ok(HubLock { _file: file }),
            Err(holder) => {
                Err(StoreError::HubRunning { path: self.path().to_owned(), pid: holder.map(|holder| holder.pid) })
            }
        }
    }
}

const WRITER: &str = ".lock";
const HUB: &str = ".hub";

impl WriterLock {
    pub(crate) fn acquire(database: &Path, purpose: &str) -> Result<Self, StoreError> {
        match LockFile::take(&beside(database, WRITER), purpose)? {
            Ok(file) => Ok(Self { _file: file }),
            Err(holder) => Err(StoreError::busy(holder)),
        }
    }

    /// As [`Self::acquire`], but waits for up to `patience` while another holds it.
    pub(crate) async fn acquire_within(database: &Path, purpose: &str, patience: Duration) -> Result<Self, StoreError> {
        let started = tokio::time::Instant::now();
        loop {
            match Self::acquire(database, purpose) {
                Err(StoreError::Busy { .. }) if started.elapsed() < patience => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                decided => return decided,
            }
        }
    }

    /// Who seems to hold the lock of this database, judging by the file alone.
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
