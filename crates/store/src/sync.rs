//! Syncs, and the requests they cost.

use rolecall_model::Timestamp;
use uuid::Uuid;

use crate::connector::{json_of, uuid_of};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::{ConnectorId, Store, StoreError, SyncId};

/// One run over a connector's listings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Key.
    pub id: SyncId,
    /// The id for the outside world.
    pub uuid: Uuid,
    /// Whose listings.
    pub connector: ConnectorId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, if it did.
    pub finished_at: Option<Timestamp>,
    /// How it ended, or that it did not.
    pub status: SyncStatus,
    /// What went wrong.
    pub error: Option<serde_json::Value>,
    /// Requests it sent.
    pub requests: u64,
}

/// Where a [`Sync`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncStatus {
    /// It is at work, or its process died and nobody has noticed yet.
    Running,
    /// It read what it set out to read.
    Finished,
    /// It stopped half-way. What it read is staged, and the next one resumes.
    Interrupted,
    /// It could not go on.
    Failed,
}

impl SyncStatus {
    const ALL: [Self; 4] = [Self::Running, Self::Finished, Self::Interrupted, Self::Failed];

    /// The word used in the database and in output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }
}

/// How a sync ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncEnd {
    /// It read what it set out to read.
    Finished,
    /// It was stopped.
    Interrupted,
    /// It could not go on, for this reason (code, message and hint, as the surfaces show errors).
    Failed(serde_json::Value),
}

impl SyncEnd {
    const fn status(&self) -> SyncStatus {
        match self {
            Self::Finished => SyncStatus::Finished,
            Self::Interrupted => SyncStatus::Interrupted,
            Self::Failed(_) => SyncStatus::Failed,
        }
    }

    fn error(&self) -> Option<String> {
        match self {
            Self::Failed(error) => Some(error.to_string()),
            Self::Finished | Self::Interrupted => None,
        }
    }
}

impl Store {
    /// Begins a sync. One that still counts as running is marked interrupted: the caller holds the writer lock, so
    /// its process is gone.
    ///
    /// # Errors
    /// As of any writing; [`StoreError::Other`] when there is no such connector.
    pub async fn sync_begin(&self, connector: ConnectorId, now: Timestamp) -> Result<Sync, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            db::query("update sync set status = 'interrupted', finished_at = $1 where connector_id = $2 and status = 'running'")
                .bind(now.0)
                .bind(connector.0)
                .execute(&mut tx)
                .await?;
            let row = db::query(
                "insert into sync (uuid, connector_id, started_at, status) values ($1, $2, $3, 'running') returning *",
            )
            .bind(Uuid::now_v7().to_string())
            .bind(connector.0)
            .bind(now.0)
            .fetch_one(&mut tx)
            .await?;
            tx.commit().await?;
            sync_of(&row)
        })
        .await
    }

    /// Records how a sync ended and the requests it sent in all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not running any more.
    pub async fn sync_finish(
        &self,
        sync: SyncId,
        end: &SyncEnd,
        now: Timestamp,
        requests: u64,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let ended = db::query(
                "update sync set status = $1, error = $2, finished_at = $3, requests = $4 \
                 where id = $5 and status = 'running'",
            )
            .bind(end.status().word())
            .bind(end.error())
            .bind(now.0)
            .bind(requests.cast_signed())
            .bind(sync.0)
            .execute(&mut tx)
            .await?
            .rows_affected();
            if ended == 0 {
                return Err(Failure::Conflict(format!("sync {sync} is not running any more")));
            }
            Ok(tx.commit().await?)
        })
        .await
    }

    /// The latest syncs of a connector, newest first.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn sync_list(&self, connector: ConnectorId, limit: usize) -> Result<Vec<Sync>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query("select * from sync where connector_id = $1 order by id desc limit $2")
                .bind(connector.0)
                .bind(limit_of(limit))
                .fetch_all(&mut db)
                .await?;
            rows.iter().map(sync_of).collect()
        })
        .await
    }

    /// The sync with this number or uuid.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn sync_find(&self, id: &str) -> Result<Option<Sync>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let row = db::query("select * from sync where id = $1 or uuid = $2")
                .bind(id.parse::<i64>().unwrap_or(0))
                .bind(id)
                .fetch_optional(&mut db)
                .await?;
            row.as_ref().map(sync_of).transpose()
        })
        .await
    }

    /// Counts requests against a connector's month (`2025-03`).
    ///
    /// # Errors
    /// As of any writing.
    pub async fn requests_add(&self, connector: ConnectorId, month: &str, count: u64) -> Result<(), StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            requests_add(&mut tx, connector, month, count).await?;
            Ok(tx.commit().await?)
        })
        .await
    }

    /// How many requests a connector has sent in a month.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn requests_used(&self, connector: ConnectorId, month: &str) -> Result<u64, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let count: Option<i64> =
                db::query_scalar("select count from requests_used where connector_id = $1 and month = $2")
                    .bind(connector.0)
                    .bind(month)
                    .fetch_optional(&mut db)
                    .await?;
            Ok(count.unwrap_or(0).cast_unsigned())
        })
        .await
    }
}

pub(crate) async fn requests_add(
    db: &mut Connection,
    connector: ConnectorId,
    month: &str,
    count: u64,
) -> Result<(), Failure> {
    db::query(
        "insert into requests_used (connector_id, month, count) values ($1, $2, $3) \
         on conflict (connector_id, month) do update set count = requests_used.count + excluded.count",
    )
    .bind(connector.0)
    .bind(month)
    .bind(count.cast_signed())
    .execute(db)
    .await?;
    Ok(())
}

/// A limit as the engine takes it.
pub(crate) fn limit_of(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

pub(crate) fn sync_of(row: &Row) -> Result<Sync, Failure> {
    let status: &str = row.try_get("status")?;
    let error: Option<&str> = row.try_get("error")?;
    Ok(Sync {
        id: SyncId(row.try_get("id")?),
        uuid: uuid_of(row)?,
        connector: ConnectorId(row.try_get("connector_id")?),
        started_at: Timestamp(row.try_get("started_at")?),
        finished_at: row.try_get::<Option<i64>, _>("finished_at")?.map(Timestamp),
        status: SyncStatus::ALL
            .into_iter()
            .find(|known| known.word() == status)
            .ok_or_else(|| Failure::Corrupt(format!("a sync has the status {status}")))?,
        error: error.map(|_| json_of(row, "error")).transpose()?,
        requests: row.try_get::<i64, _>("requests")?.cast_unsigned(),
    })
}
