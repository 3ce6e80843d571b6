//! The handle that everything else is a method of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Failure;
use crate::migrate::{self, MIGRATIONS};
use crate::sqlite::{self, Inspection, Pool, Transaction};
use crate::{DatabaseAddress, StoreError};

/// What a [`Store`] is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Never creates, migrates or writes anything; works while another process writes.
    Read,
    /// Creates the database where it is missing, and migrates it where it is older.
    Write,
}

/// An open database. Clones share its connections: one that writes, and a few that read.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    readers: Pool,
    writer: Option<Pool>,
}

impl Store {
    /// Opens the database at an address.
    ///
    /// # Errors
    /// [`StoreError::Missing`] or [`StoreError::OlderSchema`] when only reading, [`StoreError::Unwritable`],
    /// [`StoreError::NotADatabase`], [`StoreError::Corrupt`], [`StoreError::NewerSchema`], and [`StoreError::Busy`]
    /// when it has to be migrated while another process writes.
    pub async fn open(address: &DatabaseAddress, mode: Mode) -> Result<Self, StoreError> {
        let path = address.path();
        let writer = match mode {
            Mode::Read => read_check(path).await.map(|()| None)?,
            Mode::Write => Some(write_open(path).await?),
        };
        let inner = Inner { path: path.to_owned(), readers: sqlite::readers_open(path), writer };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The database's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The version of the database's schema.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            Ok(migrate::version(&mut db).await?)
        })
        .await
    }

    /// Closes every connection of every clone, folding the write-ahead log into the database file.
    ///
    /// Dropping the last clone is as safe, and leaves the log to whoever opens the database next.
    pub async fn close(self) {
        self.inner.readers.close().await;
        if let Some(writer) = &self.inner.writer {
            writer.close().await;
        }
    }

    /// A view of one moment: everything read through it belongs together, whatever is written meanwhile.
    pub(crate) async fn reading(&self) -> Result<Transaction, Failure> {
        Ok(self.inner.readers.begin().await?)
    }

    /// A transaction that writes, the only one at a time.
    pub(crate) async fn writing(&self) -> Result<Transaction, Failure> {
        let writer = self.inner.writer.as_ref().ok_or(Failure::OpenedForReading)?;
        Ok(writer.begin_with(sqlite::BEGIN_WRITE).await?)
    }

    /// Runs an operation, and says of its failure which file it was about.
    pub(crate) async fn answer<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, StoreError> {
        work.await.map_err(|failure| sqlite::store_error(self.path(), failure))
    }
}

async fn read_check(path: &Path) -> Result<(), StoreError> {
    if !path.try_exists().map_err(|error| StoreError::of_file(path, &error))? {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let known = migrate::known(MIGRATIONS);
    match schema_found(path).await? {
        found if found < known => Err(StoreError::OlderSchema { path: path.to_owned(), found, known }),
        _ => Ok(()),
    }
}

async fn write_open(path: &Path) -> Result<Pool, StoreError> {
    sqlite::file_ensure(path)?;
    let found = schema_found(path).await?;
    let pool = sqlite::writer_open(path).await.map_err(|failure| sqlite::store_error(path, failure))?;
    if found < migrate::known(MIGRATIONS) {
        migrate::migrate(&pool, path, MIGRATIONS).await?;
    }
    Ok(pool)
}

/// The schema of the file, 0 when it is empty; what is not ours or too new is refused untouched.
async fn schema_found(path: &Path) -> Result<i64, StoreError> {
    let known = migrate::known(MIGRATIONS);
    match sqlite::inspect(path).await.map_err(|failure| sqlite::store_error(path, failure))? {
        Inspection::Empty => Ok(0),
        Inspection::Foreign => Err(StoreError::NotADatabase { path: path.to_owned() }),
        Inspection::Schema(found) if found > known => {
            Err(StoreError::NewerSchema { path: path.to_owned(), found, known })
        }
        Inspection::Schema(found) => Ok(found),
    }
}
