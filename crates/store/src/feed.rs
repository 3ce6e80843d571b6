//! What happens, in an order that stays: for whoever follows it and remembers how far they are.
//!
//! **Architecture Invariant:** what was told of cannot be preceded later. Snapshots and findings' events get their numbers in
//! transactions that take turns (`Store::writing`: SQLite has one writer, PostgreSQL an advisory lock that is held until the
//! commit is visible), so that numbers become visible in their order; no number is given twice, also not after its row was
//! deleted (`number_skipping`); and a snapshot's changes are all written by its own transaction.

use rolecall_model::Timestamp;

use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{ConnectorId, SnapshotId, Store, StoreError};

/// How far the record goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedHead {
    /// The last snapshot.
    pub snapshot: SnapshotId,
    /// The number of the last event of a finding.
    pub finding_event: i64,
}

/// What happened to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingNews {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// `opened`, `reopened` or `resolved`.
    pub what: String,
    /// The finding's code.
    pub code: String,
    /// Its rule: a built-in one, or the uuid of one that people keep.
    pub rule: String,
    /// The connector that it is about, where it is one.
    pub connector: Option<ConnectorId>,
    /// How bad it is.
    pub severity: String,
    /// It in one sentence.
    pub title: String,
}

impl Store {
    /// How far the record goes now.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn feed_head(&self) -> Result<FeedHead, StoreError> {
        self.feed_before(Timestamp(i64::MAX)).await
    }

    /// How far it went before the first of what happened at a moment or later.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn feed_before(&self, at: Timestamp) -> Result<FeedHead, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            // Clocks of several machines differ, so that the first is looked for, and not the last before.
            let row = db::query(
                "select coalesce((select min(id) - 1 from snapshot where made_current_at >= $1), \
                 (select max(id) from snapshot), 0), \
                 coalesce((select min(id) - 1 from finding_event where at >= $1), \
                 (select max(id) from finding_event), 0)",
            );
            let row = row.bind(at.0).fetch_one(&mut db).await?;
            let head = FeedHead { snapshot: SnapshotId(row.try_get(0)?), finding_event: row.try_get(1)? };
            let given: Vec<(String, i64)> =
                db::query_as("select what, number from number_given").fetch_all(&mut db).await?;
            let is_end = at.0 == i64::MAX;
            Ok(given.into_iter().filter(|_| is_end).fold(head, |head, (what, number)| match what.as_str() {
                "snapshot" => FeedHead { snapshot: SnapshotId(head.snapshot.0.max(number)), ..head },
                _ => FeedHead { finding_event: head.finding_event.max(number), ..head },
            }))
        })
        .await
    }

    /// The findings that were opened, opened anew or resolved, by events later than one number, up to and including another.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn finding_news(&self, after: i64, up_to: i64, limit: u32) -> Result<Vec<FindingNews>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = db::query(
                "select e.id, e.at, e.what, f.code, f.rule, f.connector_id, f.severity, f.title from finding_event e \
                 join finding f on f.id = e.finding_id where e.id > $1 and e.id <= $2 \
                 and e.what in ('opened', 'reopened', 'resolved') order by e.id limit $3",
            );
            let rows = rows.bind(after).bind(up_to).bind(i64::from(limit)).fetch_all(&mut db).await?;
            let event = |row: &db::Row| -> Result<FindingNews, Failure> {
                let connector: Option<i64> = row.try_get(5)?;
                Ok(FindingNews {
                    number: row.try_get(0)?,
                    at: Timestamp(row.try_get(1)?),
                    what: row.try_get(2)?,
                    code: row.try_get(3)?,
                    rule: row.try_get(4)?,
                    connector: connector.map(ConnectorId),
                    severity: row.try_get(6)?,
                    title: row.try_get(7)?,
                })
            };
            rows.iter().map(event).collect()
        })
        .await
    }
}

/// A table whose numbers whoever follows the record remembers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NumberedTable {
    Snapshot,
    FindingEvent,
}

/// The number of a new row, where the engine would give one that a deleted row had: SQLite numbers on from the last row
/// there is, and a sequence of PostgreSQL from the last number.
pub(crate) async fn number_skipping(db: &mut Connection, table: NumberedTable) -> Result<Option<i64>, Failure> {
    if matches!(db, Connection::Postgres(_)) {
        return Ok(None);
    }
    let row = db::query(match table {
        NumberedTable::Snapshot => {
            "select coalesce((select number from number_given where what = 'snapshot'), 0), \
             coalesce((select max(id) from snapshot), 0)"
        }
        NumberedTable::FindingEvent => {
            "select coalesce((select number from number_given where what = 'finding_event'), 0), \
             coalesce((select max(id) from finding_event), 0)"
        }
    });
    let row = row.fetch_one(db).await?;
    let (given, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    Ok((given > last).then_some(given + 1))
}

/// Notes the highest numbers, before rows are deleted.
pub(crate) async fn numbers_keep(db: &mut Connection) -> Result<(), Failure> {
    for statement in [
        "insert into number_given (what, number) select 'snapshot', coalesce(max(id), 0) from snapshot where true \
         on conflict (what) do update set number = \
         case when excluded.number > number_given.number then excluded.number else number_given.number end",
        "insert into number_given (what, number) select 'finding_event', coalesce(max(id), 0) from finding_event \
         where true on conflict (what) do update set number = \
         case when excluded.number > number_given.number then excluded.number else number_given.number end",
    ] {
        db::query(statement).execute(&mut *db).await?;
    }
    Ok(())
}
