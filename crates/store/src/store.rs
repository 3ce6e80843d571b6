//! The handle that everything else is a method of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use crate::connector::uuid_of;
use crate::error::Failure;
use crate::file_system::file_system_check;
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
    /// [`StoreError::NotADatabase`], [`StoreError::Corrupt`], [`StoreError::NewerSchema`],
    /// [`StoreError::NetworkFileSystem`], [`StoreError::ImportUnfinished`], and [`StoreError::Busy`] when it has to be
    /// migrated while another process writes.
    pub async fn open(address: &DatabaseAddress, mode: Mode) -> Result<Self, StoreError> {
        let store = Self::open_unfinished(address, mode).await?;
        store.import_check().await?;
        Ok(store)
    }

    /// Opens the database even if an import into it is not finished.
    pub(crate) async fn open_unfinished(address: &DatabaseAddress, mode: Mode) -> Result<Self, StoreError> {
        let path = address.path();
        file_system_check(path)?;
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

    /// The version of the schema of a database that need not be usable by this program: nothing where there is none.
    ///
    /// # Errors
    /// [`StoreError::NotADatabase`] and [`StoreError::NewerSchema`], and as of any reading.
    pub async fn schema_at(address: &DatabaseAddress) -> Result<Option<i64>, StoreError> {
        let path = address.path();
        if !path.try_exists().map_err(|error| StoreError::of_file(path, &error))? {
            return Ok(None);
        }
        file_system_check(path)?;
        schema_found(path).await.map(Some)
    }

    /// The id of the database, which it keeps wherever it is moved to.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn database_id(&self) -> Result<Uuid, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = sqlx::query("select uuid from database_identity").fetch_optional(&mut *db).await?;
            let row = row.ok_or_else(|| Failure::Corrupt("the database has lost its id".to_owned()))?;
            uuid_of(&row)
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
    if path.is_dir() {
        return Err(StoreError::unwritable(path, &"it is a directory"));
    }
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

#[cfg(test)]
mod tests {
    use rolecall_model::{Fact, FactSet, ListingKey, ResourceRef, Stage, Timestamp, Verdict};

    use super::*;
    use crate::{ConnectorId, ListingChange, ListingDelta, ListingWrite, NewConnector, SnapshotReport, SnapshotWrite};

    fn roster() -> ListingKey {
        ListingKey { kind: "roster".into(), subject: ResourceRef::new("organization", "acme") }
    }

    fn users(count: usize) -> Vec<Fact> {
        (0..count).map(|number| Fact::resource(ResourceRef::new("user", format!("user-{number}")), None)).collect()
    }

    async fn connector(store: &Store) -> ConnectorId {
        let config = NewConnector {
            connector_type: "npm".to_owned(),
            name: "acme".to_owned(),
            root: "acme".to_owned(),
            base_url: "https://registry.invalid".to_owned(),
            settings: serde_json::Value::Null,
            secret_source: None,
            ..NewConnector::default()
        };
        store.connector_put(&config, "tester", Timestamp(0)).await.unwrap().id
    }

    async fn make_current(store: &Store, delta: ListingDelta) -> Result<SnapshotReport, StoreError> {
        let connector = connector(store).await;
        let sync = store.sync_begin(connector, Timestamp(1)).await?.id;
        let listing = ListingWrite {
            key: roster(),
            verdict: Verdict::Proven,
            read_at: Timestamp(1),
            validator: None,
            digest: None,
            diagnostics: Vec::new(),
            change: ListingChange::Changed(delta),
        };
        let (stage, at, listings) = (Stage::Membership, Timestamp(2), vec![listing]);
        let write = SnapshotWrite { connector, sync, stage, at, listings, requests_month: None };
        store.snapshot_make_current(&write).await
    }

    /// Lets the database grow by so many pages and no more, as a full disk would.
    async fn room(store: &Store, pages: i64) {
        let writer = store.inner.writer.as_ref().unwrap();
        let used: i64 = sqlx::query_scalar("pragma page_count").fetch_one(writer).await.unwrap();
        let limit = sqlx::AssertSqlSafe(format!("pragma max_page_count = {}", used + pages));
        sqlx::query(limit).execute(writer).await.unwrap();
    }

    #[tokio::test]
    async fn a_full_disk_leaves_what_was_current_and_is_survived() {
        let directory = tempfile::tempdir().unwrap();
        let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let first = make_current(&store, ListingDelta { appear: users(3), ..ListingDelta::default() }).await.unwrap();
        let id = connector(&store).await;

        room(&store, 20).await;
        let all = users(20_000);
        let (old, new) = all.split_at(3);
        let many = ListingDelta { appear: new.to_vec(), remove: old.to_vec(), ..ListingDelta::default() };
        let error = make_current(&store, many.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
        assert!(error.hint().is_some());

        let current = store.listing_current(id, &roster()).await.unwrap().unwrap();
        assert_eq!(current.facts, FactSet::new(users(3)));
        assert_eq!(store.snapshot_list(id, 9).await.unwrap()[0].id, first.snapshot);
        assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());

        room(&store, 1_000_000).await;
        make_current(&store, many).await.unwrap();
        assert_eq!(store.facts_at(id, None, |_| ()).await.unwrap(), 19_997);
        assert_eq!(store.facts_at(id, Some(first.snapshot), |_| ()).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_write_that_is_given_up_half_way_leaves_no_trace() {
        let directory = tempfile::tempdir().unwrap();
        let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let id = connector(&store).await;
        let many = ListingDelta { appear: users(20_000), ..ListingDelta::default() };
        let patience = std::time::Duration::from_millis(20);
        assert!(tokio::time::timeout(patience, make_current(&store, many)).await.is_err(), "it was too fast");
        assert_eq!(store.facts_at(id, None, |_| ()).await.unwrap(), 0);
        assert_eq!(store.snapshot_list(id, 9).await.unwrap(), []);
        // The writer is free again.
        make_current(&store, ListingDelta { appear: users(3), ..ListingDelta::default() }).await.unwrap();
        assert_eq!(store.integrity_check().await.unwrap(), Vec::<String>::new());
    }

    #[test]
    fn every_operation_can_run_on_any_thread() {
        fn is_send<T: Send>(_: &T) {}
        let check = |store: &Store, write: &SnapshotWrite| {
            is_send(&store.snapshot_make_current(write));
            is_send(&store.facts_at(ConnectorId(1), None, |_| ()));
            is_send(&store.integrity_check());
        };
        let _: &dyn Fn(&Store, &SnapshotWrite) = &check;
    }
}
