//! Readings of a sync that has not made its stage current yet, so that an interrupted sync is resumed, not repeated.

use std::collections::HashMap;

use rolecall_model::{ListingKey, Reading, ResourceRef, Stage, Term, Timestamp};

use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError, SyncId};

/// A reading that waits for its stage to be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// What was read.
    pub key: ListingKey,
    /// When.
    pub read_at: Timestamp,
    /// What it gave.
    pub reading: Reading,
}

impl Store {
    /// Keeps readings until their stage is made current; a later reading of the same listing replaces it.
    ///
    /// # Errors
    /// As of any writing; then none of them is kept.
    pub async fn staged_put<'r>(
        &self,
        connector: ConnectorId,
        stage: Stage,
        readings: impl IntoIterator<Item = (&'r ListingKey, Timestamp, &'r Reading)>,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            for (key, read_at, reading) in readings {
                let reading = serde_json::to_string(reading)
                    .map_err(|error| Failure::Inconsistent(format!("a reading cannot be written: {error}")))?;
                db::query(
                "insert into staged (connector_id, stage, listing_kind, subject_type, subject_id, read_at, reading, sync_id) \
                 values ($1, $2, $3, $4, $5, $6, $7, (select max(s.id) from sync s where s.connector_id = $1)) \
                 on conflict (connector_id, stage, listing_kind, subject_type, subject_id) \
                 do update set read_at = excluded.read_at, reading = excluded.reading, sync_id = excluded.sync_id",
            )
            .bind(connector.0)
            .bind(stage.word())
            .bind(key.kind.as_str())
            .bind(key.subject.kind.as_str())
            .bind(&*key.subject.id)
            .bind(read_at.0)
            .bind(reading)
            .execute(&mut tx)
            .await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// What is staged, oldest reading first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a reading cannot be read back.
    pub async fn staged_list(&self, connector: ConnectorId, stage: Stage) -> Result<Vec<Staged>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select * from staged where connector_id = $1 and stage = $2 order by read_at")
                .bind(connector.0)
                .bind(stage.word())
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(staged_of).collect()
        })
        .await
    }

    /// Drops what was read before a moment: it would be too old to be made current. Says how much it was.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn staged_purge(&self, connector: ConnectorId, older_than: Timestamp) -> Result<u64, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let purged = db::query("delete from staged where connector_id = $1 and read_at < $2")
                .bind(connector.0)
                .bind(older_than.0)
                .execute(&mut tx)
                .await?
                .rows_affected();
            tx.commit().await?;
            Ok(purged)
        })
        .await
    }
}

/// When listings of a stage were read, and by which sync, of which an earlier sync than this one left readings behind.
pub(crate) async fn staged_before(
    db: &mut Connection,
    connector: ConnectorId,
    stage: Stage,
    sync: SyncId,
) -> Result<HashMap<ListingKey, (Timestamp, Option<SyncId>)>, Failure> {
    let rows = db::query(
        "select listing_kind, subject_type, subject_id, read_at, sync_id from staged \
         where connector_id = $1 and stage = $2 and (sync_id is null or sync_id < $3)",
    );
    let rows = rows.bind(connector.0).bind(stage.word()).bind(sync.0).fetch_all(db).await?;
    let before = |row: &Row| {
        let key = key_of(row)?;
        Ok((key, (Timestamp(row.try_get("read_at")?), row.try_get::<Option<i64>, _>("sync_id")?.map(SyncId))))
    };
    rows.iter().map(before).collect()
}

/// Drops the staged readings of exactly these listings, in the transaction that made them current.
pub(crate) async fn staged_remove(
    db: &mut Connection,
    connector: ConnectorId,
    stage: Stage,
    keys: impl Iterator<Item = &ListingKey>,
) -> Result<(), Failure> {
    for key in keys {
        db::query(
            "delete from staged where connector_id = $1 and stage = $2 and listing_kind = $3 \
             and subject_type = $4 and subject_id = $5",
        )
        .bind(connector.0)
        .bind(stage.word())
        .bind(key.kind.as_str())
        .bind(key.subject.kind.as_str())
        .bind(&*key.subject.id)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

fn staged_of(row: &Row) -> Result<Staged, Failure> {
    Ok(Staged { key: key_of(row)?, read_at: Timestamp(row.try_get("read_at")?), reading: json_of(row, "reading")? })
}

fn key_of(row: &Row) -> Result<ListingKey, Failure> {
    let text = |column| row.try_get::<String, _>(column);
    let subject = ResourceRef::new(Term::from(text("subject_type")?), text("subject_id")?);
    Ok(ListingKey { kind: text("listing_kind")?.into(), subject })
}
