//! The mark *removal unconfirmed* on facts, now and at past moments.

use std::collections::HashMap;
use std::sync::Arc;

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::removal::Removal;
use crate::{ConnectorId, PastMoment, SnapshotId};

/// The marks of a connector's facts at one moment.
pub(crate) struct Marks {
    /// The past moment: a snapshot, and until when what people said counts.
    at: Option<(i64, i64)>,
    hold_reasons: HashMap<i64, Arc<str>>,
    /// Marks that are gone by now and were there then, by fact.
    past: HashMap<i64, Removal>,
}

impl Marks {
    /// `O(holds + marks that are gone)`, few of either.
    pub(crate) async fn load(
        db: &mut Connection,
        connector: ConnectorId,
        at: Option<PastMoment>,
    ) -> Result<Self, Failure> {
        let holds: Vec<(i64, String)> = db::query_as("select id, reason from hold where connector_id = $1")
            .bind(connector.0)
            .fetch_all(&mut *db)
            .await?;
        let hold_reasons = holds.into_iter().map(|(id, reason)| (id, reason.into())).collect();
        let mut marks = Self { at: None, hold_reasons, past: HashMap::new() };
        if let Some(at) = at {
            marks.load_past(db, connector, at).await?;
        }
        Ok(marks)
    }

    async fn load_past(&mut self, db: &mut Connection, connector: ConnectorId, at: PastMoment) -> Result<(), Failure> {
        let snapshot = at.snapshot.0;
        self.at = Some((snapshot, at.until(db).await?));
        let rows = db::query(
            "select m.fact_id, m.from_snapshot, m.hold_id, m.discarded_at \
             from mark_past m join snapshot s on s.id = m.from_snapshot \
             where s.connector_id = $1 and m.from_snapshot <= $2 and m.to_snapshot > $2",
        )
        .bind(connector.0)
        .bind(snapshot)
        .fetch_all(db)
        .await?;
        for row in &rows {
            let removal = self.removal(row.try_get(1)?, row.try_get(2)?, self.was_discarded(row.try_get(3)?));
            self.past.insert(row.try_get(0)?, removal);
        }
        Ok(())
    }

    /// The mark of a fact, from the columns `missing_since, hold_id, discarded, discarded_at, id` that begin at 8.
    pub(crate) fn of_fact(&self, row: &Row) -> Result<Option<Removal>, Failure> {
        let (missing_since, hold): (Option<i64>, Option<i64>) = (row.try_get(8)?, row.try_get(9)?);
        let Some((snapshot, _)) = self.at else {
            let discarded = row.try_get(10)?;
            return Ok(missing_since.map(|since| self.removal(since, hold, discarded)));
        };
        match missing_since.filter(|since| *since <= snapshot) {
            Some(since) => Ok(Some(self.removal(since, hold, self.was_discarded(row.try_get(11)?)))),
            None => Ok(self.past.get(&row.try_get::<i64, _>(12)?).cloned()),
        }
    }

    fn was_discarded(&self, discarded_at: Option<i64>) -> bool {
        discarded_at.zip(self.at).is_some_and(|(discarded_at, (_, moment))| discarded_at <= moment)
    }

    fn removal(&self, missing_since: i64, hold: Option<i64>, discarded: bool) -> Removal {
        let reason = hold.and_then(|hold| self.hold_reasons.get(&hold)).cloned();
        Removal { missing_since: SnapshotId(missing_since), discarded, reason: reason.unwrap_or_else(|| "".into()) }
    }
}
