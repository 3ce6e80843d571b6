//! The rows of the snapshots themselves.

use rolecall_model::Timestamp;
use serde_json::{Value as Json, json};

use super::{Snapshot, SnapshotCounts, SnapshotStage, SnapshotWrite};
use crate::audit::{AuditEntry, audit_append, connector_subject};
use crate::connector::json_of;
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::feed::{NumberedTable, number_skipping};
use crate::sync::limit_of;
use crate::{ConnectorId, SnapshotId, Store, StoreError, SyncId};

impl Store {
    /// The latest snapshots of a connector, newest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn snapshot_list(&self, connector: ConnectorId, limit: usize) -> Result<Vec<Snapshot>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select * from snapshot where connector_id = $1 order by id desc limit $2")
                .bind(connector.0)
                .bind(limit_of(limit))
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(snapshot_of).collect()
        })
        .await
    }

    /// When the first snapshot of a connector became current; `None` before there is one.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn snapshot_first(&self, connector: ConnectorId) -> Result<Option<Timestamp>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let first: Option<i64> =
                db::query_scalar("select made_current_at from snapshot where connector_id = $1 order by id limit 1")
                    .bind(connector.0)
                    .fetch_optional(&mut db)
                    .await?;
            Ok(first.map(Timestamp))
        })
        .await
    }

    /// The snapshot of a connector that was current at a moment; `None` before its first one.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn snapshot_at(&self, connector: ConnectorId, at: Timestamp) -> Result<Option<SnapshotId>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            snapshot_at(&mut db, connector, at).await
        })
        .await
    }

    /// The last snapshot that a sync made; `None` when it made nothing current.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn snapshot_of_sync(&self, sync: SyncId) -> Result<Option<Snapshot>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = db::query("select * from snapshot where sync_id = $1 order by id desc limit 1");
            query.bind(sync.0).fetch_optional(&mut db).await?.as_ref().map(snapshot_of).transpose()
        })
        .await
    }
}

/// The snapshot of a connector that was current at a moment.
pub(crate) async fn snapshot_at(
    db: &mut Connection,
    connector: ConnectorId,
    at: Timestamp,
) -> Result<Option<SnapshotId>, Failure> {
    let query = "select max(id) from snapshot where connector_id = $1 and made_current_at <= $2";
    let latest: Option<i64> = db::query_scalar(query).bind(connector.0).bind(at.0).fetch_one(db).await?;
    Ok(latest.map(SnapshotId))
}

/// Begins a snapshot in a transaction; [`snapshot_counts_put`] completes it.
pub(crate) async fn snapshot_insert(
    db: &mut Connection,
    connector: ConnectorId,
    sync: Option<SyncId>,
    stage: SnapshotStage,
    at: Timestamp,
) -> Result<SnapshotId, Failure> {
    let number = number_skipping(db, NumberedTable::Snapshot).await?;
    let insert = db::query_scalar(match number {
        None => {
            "insert into snapshot (connector_id, sync_id, stage, made_current_at, counts) \
             values ($1, $2, $3, $4, '{}') returning id"
        }
        Some(_) => {
            "insert into snapshot (connector_id, sync_id, stage, made_current_at, counts, id) \
             values ($1, $2, $3, $4, '{}', $5) returning id"
        }
    });
    let insert = insert.bind(connector.0).bind(sync.map(|sync| sync.0)).bind(stage.word()).bind(at.0);
    let insert = match number {
        None => insert,
        Some(number) => insert.bind(number),
    };
    Ok(SnapshotId(insert.fetch_one(db).await?))
}

/// Writes down what a snapshot did.
pub(crate) async fn snapshot_counts_put(
    db: &mut Connection,
    snapshot: SnapshotId,
    counts: &SnapshotCounts,
) -> Result<(), Failure> {
    let counts = serde_json::to_string(counts)
        .map_err(|error| Failure::Inconsistent(format!("counts cannot be written: {error}")))?;
    db::query("update snapshot set counts = $1 where id = $2").bind(counts).bind(snapshot.0).execute(db).await?;
    Ok(())
}

/// Writes down in the audit log what a sync made current.
pub(super) async fn snapshot_audit(
    db: &mut Connection,
    write: &SnapshotWrite,
    snapshot: SnapshotId,
    counts: &SnapshotCounts,
) -> Result<(), Failure> {
    let mut counts = json!(counts);
    if let Json::Object(counts) = &mut counts {
        counts.retain(|_, count| *count != 0);
    }
    let entry = AuditEntry {
        at: write.at,
        action: "snapshot.made-current",
        subject: connector_subject(db, write.connector).await?,
        details: json!({ "counts": counts, "snapshot": snapshot.0, "stage": write.stage.word(), "sync": write.sync.0 }),
        // Nobody in particular did it: syncs run by themselves.
        personal: Vec::new(),
    };
    audit_append(db, &entry).await.map(drop)
}

pub(crate) fn snapshot_of(row: &Row) -> Result<Snapshot, Failure> {
    let stage: &str = row.try_get("stage")?;
    Ok(Snapshot {
        id: SnapshotId(row.try_get("id")?),
        connector: ConnectorId(row.try_get("connector_id")?),
        sync: row.try_get::<Option<i64>, _>("sync_id")?.map(SyncId),
        stage: SnapshotStage::ALL
            .into_iter()
            .find(|known| known.word() == stage)
            .ok_or_else(|| Failure::Corrupt(format!("a snapshot has the stage {stage}")))?,
        made_current_at: Timestamp(row.try_get("made_current_at")?),
        counts: json_of(row, "counts")?,
    })
}
