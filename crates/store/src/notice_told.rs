//! What somebody was told, so that they are told once.

use std::collections::HashMap;

use rolecall_model::Timestamp;

use crate::db;
use crate::sync::{limit_of, sync_of};
use crate::{ConnectorId, Store, StoreError, Sync, SyncId};

impl Store {
    /// Marks what is to be told as told, and says which of it nobody had been told before.
    ///
    /// # Errors
    /// As of any writing; all of it is marked or nothing.
    pub async fn notices_tell(&self, keys: &[(ConnectorId, String)], now: Timestamp) -> Result<Vec<bool>, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            let mut new = Vec::with_capacity(keys.len());
            for (connector, key) in keys {
                let told = db::query(
                    "insert into notice_told (key, connector_id, at) values ($1, $2, $3) on conflict (key) do nothing",
                )
                .bind(key)
                .bind(connector.0)
                .bind(now.0)
                .execute(&mut tx)
                .await?;
                new.push(told.rows_affected() > 0);
            }
            tx.commit().await?;
            Ok(new)
        })
        .await
    }

    /// Forgets that something was told, so that it is told again.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn notices_forget(&self, keys: &[String]) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            for key in keys {
                db::query("delete from notice_told where key = $1").bind(key).execute(&mut tx).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The keys of what was told of each connector that begin so.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn notices_told(&self, beginning: &str) -> Result<Vec<(ConnectorId, String)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let end = format!("{beginning}\u{7f}");
            let query =
                db::query("select connector_id, key from notice_told where key >= $1 and key < $2 order by key");
            let rows = query.bind(beginning).bind(end).fetch_all(&mut db).await?;
            rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), row.try_get(1)?))).collect()
        })
        .await
    }

    /// The last sync of each connector that read what it set out to read.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn syncs_finished_last(&self) -> Result<HashMap<ConnectorId, SyncId>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select c.id, s.id from connector c join sync s on s.id = (select max(l.id) from sync l \
                 where l.connector_id = c.id and l.status = 'finished')",
            )
            .fetch_all(&mut db)
            .await?;
            rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), SyncId(row.try_get(1)?)))).collect()
        })
        .await
    }

    /// Of every connector that is read, its last syncs that ended, newest first and not more than so many of each.
    /// `O(connectors · each)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn syncs_ended(&self, each: usize) -> Result<Vec<Sync>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select s.* from connector c join sync s on s.connector_id = c.id \
                 where c.removed_at is null and c.paused_at is null and s.id in (select l.id from sync l \
                 where l.connector_id = c.id and l.status <> 'running' order by l.id desc limit $1) \
                 order by s.connector_id, s.id desc",
            )
            .bind(limit_of(each))
            .fetch_all(&mut db)
            .await?;
            rows.iter().map(sync_of).collect()
        })
        .await
    }
}
