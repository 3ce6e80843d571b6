//! Removals that wait for a person's word.

use std::collections::BTreeSet;
use std::sync::Arc;

use rolecall_model::{Fact, ListingKey, Timestamp};

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::names::Names;
use crate::{ConnectorId, ListingId, SnapshotId, Store, StoreError};

/// The mark *removal unconfirmed* on a fact that is still current.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The snapshot at which a complete listing first stated it no more.
    pub missing_since: SnapshotId,
    /// Whether a person said that the removal is not to be believed.
    pub discarded: bool,
    /// Why it waits.
    pub reason: Arc<str>,
}

/// A removal that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRemoval {
    /// What would be removed.
    pub fact: Fact,
    /// The listing that stopped stating it.
    pub listing: ListingId,
    /// What that listing is.
    pub key: ListingKey,
    /// The snapshot at which it was first missing.
    pub missing_since: SnapshotId,
    /// When the reading was made in which it was first missing.
    pub missing_since_at: Timestamp,
    /// Why it waits.
    pub reason: String,
    /// Whether a person already said that the removal is not to be believed.
    pub discarded: bool,
}

/// Which held removals a decision is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemovalFilter {
    /// Only those of this listing.
    pub listing: Option<ListingId>,
    /// Also those that were discarded before.
    pub include_discarded: bool,
    /// Nothing that was first missed by a later snapshot.
    pub missing_until: Option<SnapshotId>,
}

impl Store {
    /// The held removals of a connector, discarded ones included, listing by listing.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn removals_pending(&self, connector: ConnectorId) -> Result<Vec<PendingRemoval>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = pending_rows(&mut db, connector).await?;
            pending_named(&mut db, &rows).await
        })
        .await
    }

    /// The removals of a connector that were held at the moment `at`, when the snapshot was current, discarded ones
    /// included, listing by listing.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn removals_pending_at(
        &self,
        connector: ConnectorId,
        snapshot: SnapshotId,
        at: Timestamp,
    ) -> Result<Vec<PendingRemoval>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let query = db::query(PENDING_AT).bind(connector.0).bind(snapshot.0).bind(at.0);
            let rows = query.fetch_all(&mut db).await?;
            pending_named(&mut db, &rows).await
        })
        .await
    }
}

async fn pending_named(db: &mut Connection, rows: &[Row]) -> Result<Vec<PendingRemoval>, Failure> {
    let pending = rows.iter().map(PendingRow::read).collect::<Result<Vec<_>, _>>()?;
    let resources: BTreeSet<i64> = pending.iter().flat_map(PendingRow::resources).collect();
    let names = Names::of(db, resources).await?;
    pending.into_iter().map(|row| row.named(&names)).collect()
}

/// Marks that are still there, or went with their facts, and marks that are gone because the fact was stated again.
const PENDING_AT: &str = concat!(
    "select ",
    fact_columns!(),
    ", l.id, l.kind_id, l.subject_id, m.missing_since, coalesce(r.read_at, s.made_current_at), coalesce(h.reason, ''), \
     case when m.discarded_at <= $3 then 1 else 0 end \
     from ( \
       select id as fact_id, missing_since, hold_id, discarded_at from fact \
       where missing_since is not null and missing_since <= $2 and (to_snapshot is null or to_snapshot > $2) \
       union all \
       select fact_id, from_snapshot, hold_id, discarded_at from mark_past \
       where from_snapshot <= $2 and to_snapshot > $2 \
     ) m \
     join fact f on f.id = m.fact_id join listing l on l.id = f.listing_id join snapshot s on s.id = m.missing_since \
     left join listing_read r on r.listing_id = f.listing_id and r.snapshot_id = m.missing_since \
     left join hold h on h.id = m.hold_id \
     where l.connector_id = $1 order by l.id, f.id"
);

/// `cross join` has SQLite look at the few facts that are missing, and not at all that are current.
async fn pending_rows(db: &mut Connection, connector: ConnectorId) -> Result<Vec<Row>, Failure> {
    let query = db::query(concat!(
        "select ",
        fact_columns!(),
        ", l.id, l.kind_id, l.subject_id, f.missing_since, coalesce(r.read_at, s.made_current_at), ",
        "coalesce(h.reason, ''), f.discarded \
         from fact f cross join listing l join snapshot s on s.id = f.missing_since \
         left join listing_read r on r.listing_id = f.listing_id and r.snapshot_id = f.missing_since \
         left join hold h on h.id = f.hold_id \
         where l.id = f.listing_id and l.connector_id = $1 and f.to_snapshot is null and f.missing_since is not null \
         order by l.id, f.id"
    ));
    Ok(query.bind(connector.0).fetch_all(db).await?)
}

struct PendingRow {
    fact: FactRow,
    listing: i64,
    listing_kind: i64,
    listing_subject: i64,
    missing_since: i64,
    missing_since_at: i64,
    reason: String,
    discarded: bool,
}

impl PendingRow {
    fn read(row: &Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            fact: FactRow::read(row, 0)?,
            listing: row.try_get(5)?,
            listing_kind: row.try_get(6)?,
            listing_subject: row.try_get(7)?,
            missing_since: row.try_get(8)?,
            missing_since_at: row.try_get(9)?,
            reason: row.try_get(10)?,
            discarded: row.try_get(11)?,
        })
    }

    fn resources(&self) -> impl Iterator<Item = i64> {
        self.fact.resources().chain([self.listing_subject])
    }

    fn named(self, names: &Names) -> Result<PendingRemoval, Failure> {
        Ok(PendingRemoval {
            fact: names.fact(&self.fact)?,
            listing: ListingId(self.listing),
            key: names.listing_key(self.listing_kind, self.listing_subject)?,
            missing_since: SnapshotId(self.missing_since),
            missing_since_at: Timestamp(self.missing_since_at),
            reason: self.reason,
            discarded: self.discarded,
        })
    }
}
