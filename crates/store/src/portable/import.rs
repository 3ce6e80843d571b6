//! Reading the file into a new database, chunk by chunk, each in a transaction that also says how far it has come.

use std::ops::ControlFlow;
use std::path::Path;

use rolecall_model::Timestamp;
use uuid::Uuid;

use super::line::{Value, line_read};
use super::schema::{table_named, tables};
use super::table::Table;
use super::verify::{Verified, chunk_read, file_verify, refused};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::integrity::orphans;
use crate::migrate::{self, MIGRATIONS};
use crate::{DatabaseAddress, Mode, Store, StoreError, postgres};

/// Rows of one statement.
const ROWS: usize = 64;

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The id of the database, which is that of the exported one.
    pub database: Uuid,
    /// How many rows each table has.
    pub rows: Vec<(String, u64)>,
    /// How many chunks an earlier attempt had imported.
    pub resumed: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub digest: String,
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportEnd {
    /// The database holds everything.
    Done(Import),
    /// It was stopped after a chunk, and goes on there the next time.
    Stopped(ImportStep),
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportStep {
    /// Chunks that are in the database.
    pub done: u64,
    /// Chunks of the file.
    pub of: u64,
}

impl Store {
    /// Makes a database from a file that [`Store::export`] wrote. The file is read to its end before anything is
    /// written. An attempt that was interrupted goes on where it stopped, and until it is finished the database cannot
    /// be opened. `step` is told after each chunk, and can stop it there.
    ///
    /// # Errors
    /// [`StoreError::Import`] when the file is not as it was written; [`StoreError::Conflict`] when the database is in
    /// use already, or another file was begun; [`StoreError::Busy`] while another process writes; and as of
    /// [`Store::open`].
    pub async fn import(
        address: &DatabaseAddress,
        file: &Path,
        now: Timestamp,
        mut step: impl FnMut(ImportStep) -> ControlFlow<()> + Send,
    ) -> Result<ImportEnd, StoreError> {
        let verified = file_verify(file, migrate::known(MIGRATIONS))?;
        let store = Self::open_unfinished(address, Mode::Write).await?;
        let _hub = store.hub_lock("importing a database")?;
        let _lock = store.database_lock("importing a database").await?;
        let resumed = store.answer(store.import_begin(&verified, now)).await?;
        let of = verified.chunks.len() as u64;
        for (number, offset) in (1..).zip(&verified.chunks).skip(usize::try_from(resumed).unwrap_or(usize::MAX)) {
            store.import_chunk(file, *offset, number).await?;
            let done = ImportStep { done: number, of };
            if step(done).is_break() {
                store.close().await;
                return Ok(ImportEnd::Stopped(done));
            }
        }
        store.answer(store.import_finish()).await?;
        store.close().await;
        let Verified { header, rows, digest, .. } = verified;
        Ok(ImportEnd::Done(Import { database: header.database, rows, resumed, digest }))
    }

    /// Refuses a database into which an import is not finished.
    pub(crate) async fn import_check(&self) -> Result<(), StoreError> {
        let unfinished = async { is_importing(&mut *self.reading().await?).await };
        match self.answer(unfinished).await? {
            true => Err(StoreError::ImportUnfinished { place: self.address().to_string() }),
            false => Ok(()),
        }
    }

    /// Begins, or finds how many chunks are here already.
    async fn import_begin(&self, verified: &Verified, now: Timestamp) -> Result<u64, Failure> {
        let mut tx = self.writing().await?;
        if let Some(row) = db::query("select digest, chunks from import_progress").fetch_optional(&mut tx).await? {
            let (digest, chunks): (String, i64) = (row.try_get("digest")?, row.try_get("chunks")?);
            if digest != verified.digest {
                return Err(Failure::Conflict(format!(
                    "the import of another file was begun there, the one with the digest {digest}: finish that one, or \
                     import into a new database"
                )));
            }
            return Ok(u64::try_from(chunks).unwrap_or_default());
        }
        emptiness_check(&mut tx).await?;
        for table in tables().rev() {
            db::query(table.clear()).execute(&mut tx).await?;
        }
        db::query("insert into import_progress (id, digest, chunks, started_at) values (1, $1, 0, $2)")
            .bind(&verified.digest)
            .bind(now.0)
            .execute(&mut tx)
            .await?;
        tx.commit().await?;
        Ok(0)
    }

    async fn import_chunk(&self, file: &Path, offset: u64, number: u64) -> Result<(), StoreError> {
        let (chunk, lines) = chunk_read(file, offset, number)?;
        let place = chunk.place(number);
        let table = table_named(&chunk.table);
        let table = table.ok_or_else(|| refused(file, &place, "its table is unknown"))?;
        let rows: Option<Vec<Vec<Value>>> = lines.lines().map(|line| line_read(line, table)).collect();
        let rows = rows.ok_or_else(|| refused(file, &place, format!("it holds what is no row of {}", table.name)))?;
        self.answer(async {
            let mut tx = self.writing().await?;
            for rows in rows.chunks(ROWS) {
                rows_insert(&mut tx, table, rows).await?;
            }
            db::query("update import_progress set chunks = $1")
                .bind(i64::try_from(number).unwrap_or(i64::MAX))
                .execute(&mut tx)
                .await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    async fn import_finish(&self) -> Result<(), Failure> {
        let mut tx = self.writing().await?;
        match orphans(&mut tx).await? {
            0 => {}
            orphans => {
                return Err(Failure::Corrupt(format!("{orphans} imported rows refer to rows that do not exist")));
            }
        }
        for table in tables() {
            if let (Connection::Postgres(transaction), Some(key)) = (&mut *tx, table.numbered()) {
                postgres::numbers_continue(transaction, table.name, key).await?;
            }
        }
        db::query("delete from import_progress").execute(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Whether an import is not finished.
pub(crate) async fn is_importing(db: &mut Connection) -> Result<bool, Failure> {
    let unfinished: i64 = db::query_scalar("select count(*) from import_progress").fetch_one(db).await?;
    Ok(unfinished > 0)
}

/// An import makes a database; it does not mix two.
async fn emptiness_check(db: &mut Connection) -> Result<(), Failure> {
    for table in tables().filter(|table| !table.is_born_filled) {
        let rows: i64 = db::query_scalar(table.count()).fetch_one(&mut *db).await?;
        if rows > 0 {
            return Err(Failure::Conflict(
                "the database is in use already: import into a new one, with nothing in it yet".to_owned(),
            ));
        }
    }
    Ok(())
}

async fn rows_insert(db: &mut Connection, table: &Table, rows: &[Vec<Value>]) -> Result<(), Failure> {
    let mut query = db::query(table.insert(rows.len())).persistent(rows.len() == ROWS);
    for value in rows.iter().flatten() {
        query = match value {
            Value::Integer(number) => query.bind(*number),
            Value::Text(text) => query.bind(text.as_deref()),
            Value::Blob(bytes) => query.bind(bytes.as_deref()),
        };
    }
    query.execute(db).await?;
    Ok(())
}
