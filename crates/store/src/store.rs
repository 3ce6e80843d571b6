//! The handle that everything else is a method of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use uuid::Uuid;

use crate::db::{self, Connection, Transaction};
use crate::error::Failure;
use crate::file_system::file_system_check;
use crate::migrate::{self, MIGRATIONS};
use crate::{Connections, DatabaseAddress, Fence, StoreError, job, portable, postgres, sqlite};

/// What a [`Store`] is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Never creates, migrates or writes anything; works while another process writes.
    Read,
    /// Creates the database where it is missing, and migrates it where it is older.
    Write,
}

/// An open database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
    /// What has to hold for every transaction that writes.
    fence: Option<Fence>,
    /// It is open for an import, and nobody else may write into it.
    imports: bool,
}

#[derive(Debug)]
struct Inner {
    address: DatabaseAddress,
    mode: Mode,
    engine: Engine,
}

/// The connections: SQLite has one that writes and a few that read.
#[derive(Debug)]
enum Engine {
    Sqlite { path: PathBuf, readers: sqlite::Pool, writer: Option<sqlite::Pool> },
    Postgres(postgres::Server),
}

impl Store {
    /// Opens the database at an address.
    ///
    /// # Errors
    /// [`StoreError::Missing`] or [`StoreError::OlderSchema`] when only reading, [`StoreError::Unwritable`],
    /// [`StoreError::Unreachable`], [`StoreError::NotADatabase`], [`StoreError::Corrupt`], [`StoreError::NewerSchema`],
    /// [`StoreError::NetworkFileSystem`], [`StoreError::ImportUnfinished`], and [`StoreError::Busy`] when it has to be
    /// migrated while another process writes. A server's database is only migrated by [`Store::migrate`]: otherwise
    /// [`StoreError::OlderSchema`].
    pub async fn open(address: &DatabaseAddress, mode: Mode) -> Result<Self, StoreError> {
        let store = Self::open_unfinished(address, mode).await?;
        store.import_check().await?;
        Ok(Self { imports: false, ..store })
    }

    /// Opens the database even if an import into it is not finished.
    pub(crate) async fn open_unfinished(address: &DatabaseAddress, mode: Mode) -> Result<Self, StoreError> {
        let engine = match address {
            DatabaseAddress::Sqlite(path) => sqlite_open(path, mode).await?,
            DatabaseAddress::Postgres(server) => {
                schema_check(address, migrate::found(address).await?)?;
                let opened = postgres::Server::new(server);
                Engine::Postgres(opened.map_err(|failure| failure.at(address))?)
            }
        };
        Ok(Self { inner: Arc::new(Inner { address: address.clone(), mode, engine }), fence: None, imports: true })
    }

    /// The same database, for whoever runs a job: every transaction that writes is refused with
    /// [`StoreError::LeaseLost`] once the job is no longer theirs, and what it was to write is not written.
    #[must_use]
    pub fn fenced(&self, fence: Fence) -> Self {
        Self { inner: Arc::clone(&self.inner), fence: Some(fence), imports: self.imports }
    }

    /// Brings a database to the newest schema, creating it where it is missing. Says from which version, and to which.
    ///
    /// # Errors
    /// As of [`Store::open`]; of a failed migration nothing is left.
    pub async fn migrate(address: &DatabaseAddress) -> Result<(i64, i64), StoreError> {
        if let DatabaseAddress::Sqlite(path) = address {
            file_system_check(path)?;
            sqlite::file_ensure(path)?;
        }
        let found = migrate::found(address).await?;
        migrate::migrate(address, MIGRATIONS).await?;
        Ok((found, migrate::known(MIGRATIONS)))
    }

    /// Where the database is.
    #[must_use]
    pub fn address(&self) -> &DatabaseAddress {
        &self.inner.address
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

    /// The id of the database, which it keeps wherever it is moved to.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn database_id(&self) -> Result<Uuid, StoreError> {
        self.answer(async { database_id(&mut *self.reading().await?).await }).await
    }

    /// Closes every connection of every clone, folding SQLite's write-ahead log into the database file.
    ///
    /// Dropping the last clone is as safe, and leaves the log to whoever opens the database next.
    pub async fn close(self) {
        match &self.inner.engine {
            Engine::Sqlite { readers, writer, .. } => {
                readers.close().await;
                if let Some(writer) = writer {
                    writer.close().await;
                }
            }
            Engine::Postgres(server) => server.close().await,
        }
    }

    /// How many connections there are, of each pool. Nothing is asked for it.
    #[must_use]
    pub fn connections(&self) -> Vec<Connections> {
        match &self.inner.engine {
            Engine::Sqlite { readers, writer, .. } => {
                let read = sqlite::connections("read", readers);
                std::iter::once(read).chain(writer.iter().map(|pool| sqlite::connections("write", pool))).collect()
            }
            Engine::Postgres(server) => vec![server.connections()],
        }
    }

    /// A view of one moment: everything read through it belongs together, whatever is written meanwhile.
    pub(crate) async fn reading(&self) -> Result<Transaction, Failure> {
        match &self.inner.engine {
            Engine::Sqlite { readers, .. } => Ok(readers.begin().await?.into()),
            Engine::Postgres(server) => Ok(server.reading().await?.into()),
        }
    }

    /// A transaction that writes, the only one at a time.
    pub(crate) async fn writing(&self) -> Result<Transaction, Failure> {
        let _turn = match &self.inner.engine {
            Engine::Postgres(server) => Some(server.turn().await),
            Engine::Sqlite { .. } => None,
        };
        let mut tx = self.writing_beside().await?;
        if let Connection::Postgres(transaction) = &mut *tx {
            postgres::alone(transaction).await?;
        }
        if let Some(fence) = self.fence {
            job::fence_hold(&mut tx, fence).await?;
        }
        Ok(tx)
    }

    /// A transaction that writes rows of its own, and on a server does not wait for one that makes a snapshot current.
    pub(crate) async fn writing_beside(&self) -> Result<Transaction, Failure> {
        let mut tx: Transaction = match &self.inner.engine {
            Engine::Sqlite { writer, .. } => {
                let writer = writer.as_ref().ok_or(Failure::OpenedForReading)?;
                writer.begin_with(sqlite::BEGIN_WRITE).await?.into()
            }
            Engine::Postgres(_) if self.inner.mode == Mode::Read => return Err(Failure::OpenedForReading),
            Engine::Postgres(server) => server.writing().await?.into(),
        };
        // An import may have begun since this was opened.
        if !self.imports && portable::is_importing(&mut tx).await? {
            return Err(Failure::ImportUnfinished);
        }
        Ok(tx)
    }

    /// A transaction that deletes very much, and leaves no trace in the file.
    pub(crate) async fn purging(&self) -> Result<Transaction, Failure> {
        match &self.inner.engine {
            Engine::Sqlite { path, writer: Some(_), .. } => {
                let purger = sqlite::purger_open(path).await?;
                Ok(purger.begin_with(sqlite::BEGIN_WRITE).await?.into())
            }
            _ => self.writing().await,
        }
    }

    /// Takes what was deleted out of SQLite's write-ahead log too, as far as nobody still reads it.
    pub(crate) async fn purged(&self) -> Result<(), Failure> {
        if let Engine::Sqlite { writer: Some(writer), .. } = &self.inner.engine {
            sqlx::raw_sql("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Ok(())
    }

    /// Folds SQLite's write-ahead log into the file and cuts it off. Whether that was possible: somebody who reads all the
    /// while keeps the log.
    pub(crate) async fn log_cut(&self) -> Result<bool, Failure> {
        let Engine::Sqlite { writer: Some(writer), .. } = &self.inner.engine else { return Ok(true) };
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(writer).await?;
        Ok(busy == 0)
    }

    /// Writes a SQLite file anew, from what is in it.
    pub(crate) async fn file_rewrite(&self) -> Result<(), Failure> {
        if let Engine::Sqlite { writer: Some(writer), .. } = &self.inner.engine {
            sqlx::raw_sql("vacuum").execute(writer).await?;
        }
        Ok(())
    }

    /// Runs an operation, and says of its failure which database it was about. What it keeps while it waits is on the heap:
    /// otherwise whoever asks several things would hold all of it on the stack.
    pub(crate) async fn answer<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, StoreError> {
        Box::pin(work).await.map_err(|failure| failure.at(self.address()))
    }
}

/// The id that the audit log's chain has begun with.
pub(crate) async fn database_id(db: &mut Connection) -> Result<Uuid, Failure> {
    let uuid: Option<String> =
        db::query_scalar("select database_uuid from audit_chain where id = 1").fetch_optional(db).await?;
    let uuid = uuid.ok_or_else(|| Failure::Corrupt("the database has lost its id".to_owned()))?;
    Uuid::try_parse(&uuid).map_err(|error| Failure::Corrupt(format!("the database's id is unreadable: {error}")))
}

async fn sqlite_open(path: &Path, mode: Mode) -> Result<Engine, StoreError> {
    file_system_check(path)?;
    let address = DatabaseAddress::Sqlite(path.to_owned());
    let writer = match mode {
        Mode::Read => {
            if !path.try_exists().map_err(|error| StoreError::of_file(path, &error))? {
                return Err(StoreError::Missing { place: address.to_string() });
            }
            schema_check(&address, migrate::found(&address).await?)?;
            None
        }
        Mode::Write => {
            sqlite::file_ensure(path)?;
            if migrate::found(&address).await? < migrate::known(MIGRATIONS) {
                migrate::migrate(&address, MIGRATIONS).await?;
            }
            Some(sqlite::writer_open(path).await.map_err(|failure| failure.at(&address))?)
        }
    };
    Ok(Engine::Sqlite { path: path.to_owned(), readers: sqlite::readers_open(path), writer })
}

fn schema_check(address: &DatabaseAddress, found: i64) -> Result<(), StoreError> {
    match migrate::known(MIGRATIONS) {
        known if found < known => Err(StoreError::OlderSchema { place: address.to_string(), found, known }),
        _ => Ok(()),
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
        let write = SnapshotWrite {
            connector,
            sync,
            stage,
            at,
            listings,
            requests_month: None,
            fingerprint: None,
            reused_ids: Vec::new(),
        };
        store.snapshot_make_current(&write).await
    }

    /// Lets the database grow by so many pages and no more, as a full disk would.
    async fn room(store: &Store, pages: i64) {
        let Engine::Sqlite { writer: Some(writer), .. } = &store.inner.engine else { panic!("it only reads") };
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
        assert_eq!(store.facts_at(id, Some(first.snapshot.into()), |_| ()).await.unwrap(), 3);
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
