//! What a person decides about held removals.

use std::collections::BTreeSet;

use rolecall_model::{FactKind, Timestamp};
use serde_json::{Value as Json, json};

use crate::audit::{AuditEntry, audit_append, connector_subject};
use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::snapshot::{SnapshotCounts, SnapshotStage, cascade, snapshot_counts_put, snapshot_insert};
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

/// A decision that is being carried out.
pub(crate) struct Act<'d> {
    pub(crate) connector: ConnectorId,
    pub(crate) decision: &'d Decision,
    pub(crate) now: Timestamp,
    pub(crate) filter: RemovalFilter,
}

impl Act<'_> {
    pub(crate) async fn confirm(&self, db: &mut Connection) -> Result<DecisionReport, Failure> {
        let pending = self.pending(db).await?;
        if pending.is_empty() {
            return Ok(DecisionReport::default());
        }
        let snapshot = snapshot_insert(db, self.connector, None, SnapshotStage::Decision, self.now).await?;
        let end = "update fact set to_snapshot = $1 where id in";
        let removed = db::rows_update(db, end, &[snapshot.0], &ids(&pending)).await?;
        let gone = pending.iter().filter(|pending| pending.is_existence);
        let gone = gone.map(|pending| (pending.subject, pending.missing_since_at)).collect();
        listings_reread(db, &pending).await?;
        let mut counts = SnapshotCounts { removed, ..SnapshotCounts::default() };
        cascade(db, snapshot, gone, &mut counts).await?;
        snapshot_counts_put(db, snapshot, &counts).await?;
        let report = DecisionReport { facts: removed, cascaded: counts.cascaded, snapshot: Some(snapshot) };
        self.record(db, "confirm", &report).await?;
        Ok(report)
    }

    pub(crate) async fn discard(&self, db: &mut Connection) -> Result<DecisionReport, Failure> {
        let mut pending = self.pending(db).await?;
        pending.retain(|pending| !pending.discarded);
        if pending.is_empty() {
            return Ok(DecisionReport::default());
        }
        let mark = "update fact set discarded = 1, discarded_at = $1 where id in";
        let facts = db::rows_update(db, mark, &[self.now.0], &ids(&pending)).await?;
        let report = DecisionReport { facts, ..DecisionReport::default() };
        self.record(db, "discard", &report).await?;
        Ok(report)
    }

    async fn pending(&self, db: &mut Connection) -> Result<Vec<Pending>, Failure> {
        let (first, last) = self.filter.listing.map_or((0, i64::MAX), |listing| (listing.0, listing.0));
        let rows = db::query(
            "select f.id, f.subject_id, f.kind, f.discarded, f.listing_id, coalesce(r.read_at, s.made_current_at) \
             from fact f cross join listing l join snapshot s on s.id = f.missing_since \
             left join listing_read r on r.listing_id = f.listing_id and r.snapshot_id = f.missing_since \
             where l.id = f.listing_id and f.to_snapshot is null and f.missing_since is not null and f.discarded <= $1 \
             and l.connector_id = $2 and l.id >= $3 and l.id <= $4 and f.missing_since <= $5",
        )
        .bind(i64::from(self.filter.include_discarded))
        .bind(self.connector.0)
        .bind(first)
        .bind(last)
        .bind(self.filter.missing_until.map_or(i64::MAX, |until| until.0))
        .fetch_all(db)
        .await?;
        rows.iter().map(Pending::read).collect()
    }

    async fn record(&self, db: &mut Connection, action: &'static str, report: &DecisionReport) -> Result<(), Failure> {
        db::query(
            "insert into decision (connector_id, snapshot_id, at, actor, reason, action, facts) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(self.connector.0)
        .bind(report.snapshot.map(|snapshot| snapshot.0))
        .bind(self.now.0)
        .bind(&self.decision.actor)
        .bind(&self.decision.reason)
        .bind(action)
        .bind(report.facts.cast_signed())
        .execute(&mut *db)
        .await?;
        let action = if action == "confirm" { "removals.confirmed" } else { "removals.discarded" };
        let details = json!({
            "facts": report.facts,
            "cascaded": report.cascaded,
            "listing": self.filter.listing.map(|listing| listing.0),
            "snapshot": report.snapshot.map(|snapshot| snapshot.0),
        });
        decision_record(db, self.connector, action, self.decision, self.now, details).await
    }
}

/// Records what a person decided about a connector, in the transaction that does it.
pub(crate) async fn decision_record(
    db: &mut Connection,
    connector: ConnectorId,
    action: &'static str,
    decision: &Decision,
    at: Timestamp,
    details: Json,
) -> Result<(), Failure> {
    let entry = AuditEntry {
        at,
        action,
        subject: connector_subject(db, connector).await?,
        details,
        personal: vec![("actor", &decision.actor), ("reason", &decision.reason)],
    };
    audit_append(db, &entry).await.map(drop)
}

/// A held removal, as far as a decision needs it.
struct Pending {
    id: i64,
    subject: i64,
    listing: i64,
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
            is_existence: row.try_get::<i64, _>(2)? == FactKind::Resource.number(),
            discarded: row.try_get(3)?,
            listing: row.try_get(4)?,
            missing_since_at: Timestamp(row.try_get(5)?),
        })
    }
}

/// Lets the listings be compared anew: what waited to take the place of a confirmed removal, such as the lower value of a
/// property, appears with the next reading, although that states what the last one stated.
async fn listings_reread(db: &mut Connection, pending: &[Pending]) -> Result<(), Failure> {
    let listings: BTreeSet<i64> = pending.iter().map(|pending| pending.listing).collect();
    let reread = "update listing set digest = null, validator = null where id in";
    db::rows_update(db, reread, &[], &listings.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}

fn ids(pending: &[Pending]) -> Vec<i64> {
    pending.iter().map(|pending| pending.id).collect()
}
