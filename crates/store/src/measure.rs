//! What whoever watches over a hub asks of its database: few rows, each of them counted by an index.

use rolecall_model::Timestamp;

use crate::db;
use crate::{ConnectorId, Store, StoreError};

/// Jobs of one kind that wait or run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobsUnfinished {
    /// Their kind: `sync`.
    pub kind: String,
    /// `queued` or `running`.
    pub state: String,
    /// How many.
    pub count: u64,
    /// Since when the oldest of them is due, or runs.
    pub oldest: Timestamp,
}

/// The connections of one pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// What they are for: `read`, `write`, or `any`.
    pub pool: &'static str,
    /// Those that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

impl Store {
    /// Jobs that wait or run, by kind and state.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn jobs_unfinished(&self) -> Result<Vec<JobsUnfinished>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select kind, state, count(*), \
                 min(case when state = 'running' then coalesce(started_at, run_at) else run_at end) \
                 from job where state in ('queued', 'running') group by kind, state order by kind, state",
            )
            .fetch_all(&mut db)
            .await?;
            let counted = rows.iter().map(|row| {
                let (kind, state) = (row.try_get(0)?, row.try_get(1)?);
                let count = row.try_get::<i64, _>(2)?.cast_unsigned();
                Ok(JobsUnfinished { kind, state, count, oldest: Timestamp(row.try_get(3)?) })
            });
            counted.collect()
        })
        .await
    }

    /// When the latest sync of each connector that was read to its end had ended. A connector without one is left out.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connectors_read_at(&self) -> Result<Vec<(ConnectorId, Timestamp)>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select c.id, s.finished_at from connector c join sync s on s.id = (select l.id from sync l \
                 where l.connector_id = c.id and l.status = 'finished' order by l.id desc limit 1) \
                 where c.removed_at is null and s.finished_at is not null order by c.id",
            )
            .fetch_all(&mut db)
            .await?;
            rows.iter().map(|row| Ok((ConnectorId(row.try_get(0)?), Timestamp(row.try_get(1)?)))).collect()
        })
        .await
    }

    /// How many notices nobody has read yet.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn hub_notices_unread(&self) -> Result<u64, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let count: i64 = db::query_scalar(
                "select count(*) from hub_notice n \
                 where not exists (select 1 from hub_notice_read r where r.notice_id = n.id)",
            )
            .fetch_one(&mut db)
            .await?;
            Ok(count.cast_unsigned())
        })
        .await
    }
}
