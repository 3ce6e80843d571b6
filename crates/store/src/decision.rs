//! What a person decides about held removals.

use rolecall_model::Timestamp;
use sqlx::Row as _;

use crate::error::Failure;
use crate::snapshot::{SnapshotCounts, SnapshotStage, cascade, snapshot_counts_put, snapshot_insert};
use crate::sqlite::{self, Connection, Row};
use crate::{ConnectorId, RemovalFilter, SnapshotId, Store, StoreError};

/// Who decides, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The person, as they are known where they decide.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
}

/// What a decision did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecisionReport {
    /// Held facts it was about.
    pub facts: u64,
    /// Facts that went with the subject of their listing.
    pub cascaded: u64,
    /// The snapshot it made, if it changed what is current.
    pub snapshot: Option<SnapshotId>,
}

impl Store {
    /// Lets held removals pass: they end with a snapshot of their own, and what depends on them ends too. Without any
    /// held removal nothing happens.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn removals_confirm(
        &self,
        connector: ConnectorId,
        decision: &Decision,
        now: Timestamp,
        filter: RemovalFilter,
    ) -> Result<DecisionReport, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let report = Act { connector, decision, now, filter }.confirm(&mut tx).await?;
            tx.commit().await?;
            Ok(report)
        })
        .await
    }

    /// Says that held removals are not to be believed: the facts stay current and are not announced again, until they
    /// are stated again or confirmed after all. Without any held removal nothing happens.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn removals_discard(
        &self,
        connector: ConnectorId,
        decision: &Decision,
        now: Timestamp,
        filter: RemovalFilter,
    ) -> Result<DecisionReport, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let report = Act { connector, decision, now, filter }.discard(&mut tx).await?;
            tx.commit().await?;
            Ok(report)
        })
        .await
    }
}

struct Act<'d> {
    connector: ConnectorId,
    decision: &'d Decision,
    now: Timestamp,
    filter: RemovalFilter,
}

impl Act<'_> {
    async fn confirm(&self, db: &mut Connection) -> Result<DecisionReport, Failure> {
        let pending = self.pending(db).await?;
        if pending.is_empty() {
            return Ok(DecisionReport::default());
        }
        let snapshot = snapshot_insert(db, self.connector, None, SnapshotStage::Decision, self.now).await?;
        let end = "update fact set to_snapshot = ? where id in";
        let removed = sqlite::rows_update(db, end, &[snapshot.0], &ids(&pending)).await?;
        let gone = pending.iter().filter(|pending| pending.is_existence);
        let gone = gone.map(|pending| (pending.subject, pending.missing_since_at)).collect();
        let mut counts = SnapshotCounts { removed, ..SnapshotCounts::default() };
        cascade(db, snapshot, gone, &mut counts).await?;
        snapshot_counts_put(db, snapshot, &counts).await?;
        self.record(db, "confirm", removed, Some(snapshot)).await?;
        Ok(DecisionReport { facts: removed, cascaded: counts.cascaded, snapshot: Some(snapshot) })
    }

    async fn discard(&self, db: &mut Connection) -> Result<DecisionReport, Failure> {
        let mut pending = self.pending(db).await?;
        pending.retain(|pending| !pending.discarded);
        if pending.is_empty() {
            return Ok(DecisionReport::default());
        }
        let mark = "update fact set discarded = 1, discarded_at = ? where id in";
        let facts = sqlite::rows_update(db, mark, &[self.now.0], &ids(&pending)).await?;
        self.record(db, "discard", facts, None).await?;
        Ok(DecisionReport { facts, ..DecisionReport::default() })
    }

    async fn pending(&self, db: &mut Connection) -> Result<Vec<Pending>, Failure> {
        let (first, last) = self.filter.listing.map_or((0, i64::MAX), |listing| (listing.0, listing.0));
        let rows = sqlx::query(
            "select f.id, f.subject_id, f.kind = 1, f.discarded, coalesce(r.read_at, s.made_current_at) \
             from fact f join listing l on l.id = f.listing_id join snapshot s on s.id = f.missing_since \
             left join listing_read r on r.listing_id = f.listing_id and r.snapshot_id = f.missing_since \
             where f.to_snapshot is null and f.missing_since is not null and f.discarded <= $1 \
             and l.connector_id = $2 and l.id >= $3 and l.id <= $4",
        )
        .bind(i64::from(self.filter.include_discarded))
        .bind(self.connector.0)
        .bind(first)
        .bind(last)
        .fetch_all(db)
        .await?;
        rows.iter().map(Pending::read).collect()
    }

    async fn record(
        &self,
        db: &mut Connection,
        action: &'static str,
        facts: u64,
        snapshot: Option<SnapshotId>,
    ) -> Result<(), Failure> {
        sqlx::query(
            "insert into decision (connector_id, snapshot_id, at, actor, reason, action, facts) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(self.connector.0)
        .bind(snapshot.map(|snapshot| snapshot.0))
        .bind(self.now.0)
        .bind(&self.decision.actor)
        .bind(&self.decision.reason)
        .bind(action)
        .bind(facts.cast_signed())
        .execute(db)
        .await?;
        Ok(())
    }
}

/// A held removal, as far as a decision needs it.
struct Pending {
    id: i64,
    subject: i64,
    is_existence: bool,
    discarded: bool,
    /// When it was first missing.
    missing_since_at: Timestamp,
}

impl Pending {
    fn read(row: &Row) -> Result<Self, Failure> {
        Ok(Self {
            id: row.try_get(0)?,
            subject: row.try_get(1)?,
            is_existence: row.try_get(2)?,
            discarded: row.try_get(3)?,
            missing_since_at: Timestamp(row.try_get(4)?),
        })
    }
}

fn ids(pending: &[Pending]) -> Vec<i64> {
    pending.iter().map(|pending| pending.id).collect()
}
