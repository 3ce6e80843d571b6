//! Of which state of the connectors it was last worked out whose accounts are.

use std::collections::BTreeMap;

use crate::db;
use crate::{ConnectorId, SnapshotId, Store, StoreError};

impl Store {
    /// The snapshot of each connector from which it was last worked out whose accounts are.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn identity_seen(&self) -> Result<BTreeMap<ConnectorId, SnapshotId>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select connector_id, snapshot_id from identity_seen").fetch_all(&mut db).await?;
            rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), SnapshotId(row.try_get(1)?)))).collect()
        })
        .await
    }

    /// The current snapshot of each connector that is not removed and has one.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn snapshots_current(&self) -> Result<BTreeMap<ConnectorId, SnapshotId>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select s.connector_id, max(s.id) from snapshot s join connector c on c.id = s.connector_id \
                 where c.removed_at is null group by s.connector_id",
            );
            let rows = rows.fetch_all(&mut db).await?;
            rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), SnapshotId(row.try_get(1)?)))).collect()
        })
        .await
    }

    /// Says that it was worked out from these, and from no other connector.
    ///
    /// # Errors
    /// As of any writing.
    pub async fn identity_seen_put(&self, seen: &BTreeMap<ConnectorId, SnapshotId>) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            db::query("delete from identity_seen").execute(&mut tx).await?;
            for (connector, snapshot) in seen {
                let insert = db::query("insert into identity_seen (connector_id, snapshot_id) values ($1, $2)");
                insert.bind(connector.0).bind(snapshot.0).execute(&mut tx).await?;
            }
            Ok(tx.commit().await?)
        })
        .await
    }
}
