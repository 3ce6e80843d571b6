//! One moment of the database, held still while what is current, or was then, is read out of it, listing by listing.
//!
//! An export of half a million grants must neither mix two snapshots nor hold them all at once: the one transaction
//! sees a single state, whatever is written meanwhile, and only one listing's facts are in memory at a time.

use std::fmt;

use futures::TryStreamExt;
use rolecall_model::{Fact, FactKind, ResourceRef, Timestamp};

use crate::db::{self, Connection, Transaction};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::marks::Marks;
use crate::names::Names;
use crate::reappearance::Followed;
use crate::snapshot::snapshot_at;
use crate::{Connector, ConnectorId, ListingId, ListingState, PastMoment, SnapshotId, Store, StoreError};
use crate::{connector, facts, listing, past};

/// One moment of the database. While it is held, the database's log cannot be folded away, so it is not held for long.
pub struct Moment {
    store: Store,
    db: Transaction,
    /// The past moment that it is of; the present otherwise.
    past: Option<Timestamp>,
    held: Option<Held>,
}

/// What the facts of one connector are read with.
struct Held {
    connector: ConnectorId,
    names: Names,
    marks: Marks,
    followed: Followed,
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").field("store", &self.store).field("past", &self.past).finish_non_exhaustive()
    }
}

/// A fact of one listing that is current, or was, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CurrentFact {
    /// What is stated.
    pub fact: Fact,
    /// When it was first observed.
    pub since: Timestamp,
    /// Whether it was there as its listing was first read, so that it may be older than [`Self::since`].
    pub baseline: bool,
    /// Whether it is marked *removal unconfirmed*.
    pub unconfirmed: bool,
    /// Whether it is of somebody who had an id that is another's now, as far as anybody knows.
    pub of_former: bool,
}

/// How much of a connector is current, or was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CurrentCounts {
    /// Facts in listings that are not retired, without the rights of former holders.
    pub facts: u64,
    /// When the latest snapshot became current.
    pub current_since: Option<Timestamp>,
}

/// Of which snapshot of a connector a moment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Present,
    Past(SnapshotId),
    /// It had not been read yet.
    Before,
}

impl Store {
    /// Holds the present moment still.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn moment(&self) -> Result<Moment, StoreError> {
        self.moment_of(None).await
    }

    /// Holds a past moment still: what was current then, as it was known then.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn moment_at(&self, at: Timestamp) -> Result<Moment, StoreError> {
        self.moment_of(Some(at)).await
    }

    async fn moment_of(&self, past: Option<Timestamp>) -> Result<Moment, StoreError> {
        let db = self.answer(self.reading()).await?;
        Ok(Moment { store: self.clone(), db, past, held: None })
    }
}

impl Moment {
    /// The past moment that it is of; `None` for the present.
    #[must_use]
    pub const fn past(&self) -> Option<Timestamp> {
        self.past
    }

    /// Every connector there is, or was, by type and name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connectors(&mut self) -> Result<Vec<Connector>, StoreError> {
        let Self { store, db, past, .. } = self;
        match *past {
            None => store.answer(connector::all(db)).await,
            Some(at) => store.answer(past::connectors_at(db, at)).await,
        }
    }

    /// The listings of a connector whose subject is there, by kind and subject.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listings(&mut self, connector: ConnectorId) -> Result<Vec<ListingState>, StoreError> {
        let Self { store, db, past, .. } = self;
        let mut states = store
            .answer(async {
                match place(db, connector, *past).await? {
                    Place::Present => listing::states(db, connector).await,
                    Place::Past(at) => past::states_at(db, connector, at).await,
                    Place::Before => Ok(Vec::new()),
                }
            })
            .await?;
        states.retain(|state| !state.retired);
        Ok(states)
    }

    /// The resources of this type that exist, by id.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn resources(
        &mut self,
        connector: ConnectorId,
        resource_type: &str,
    ) -> Result<Vec<ResourceRef>, StoreError> {
        let Self { store, db, past, .. } = self;
        store
            .answer(async {
                match place(db, connector, *past).await? {
                    Place::Present => facts::resources(db, connector, resource_type, None).await,
                    Place::Past(at) => facts::resources(db, connector, resource_type, Some(at)).await,
                    Place::Before => Ok(Vec::new()),
                }
            })
            .await
    }

    /// How much there is to read.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn counts(&mut self, connector: ConnectorId) -> Result<CurrentCounts, StoreError> {
        let Self { store, db, past, .. } = self;
        store
            .answer(async {
                let at = place(db, connector, *past).await?;
                counts(db, connector, at, *past).await
            })
            .await
    }

    /// The facts of one listing of a connector, in their order, without the rights of former holders: whoever has the
    /// id now is not known to have those.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn facts(&mut self, connector: ConnectorId, listing: ListingId) -> Result<Vec<CurrentFact>, StoreError> {
        let Self { store, db, past, held } = self;
        store
            .answer(async {
                let at = match place(db, connector, *past).await? {
                    Place::Present => None,
                    Place::Past(at) => Some(at),
                    Place::Before => return Ok(Vec::new()),
                };
                let then = at.map(|snapshot| PastMoment { snapshot, at: *past });
                if held.as_ref().is_none_or(|held| held.connector != connector) {
                    let names = Names::of_connector(db, connector).await?;
                    let marks = Marks::load(db, connector, then).await?;
                    let followed = Followed::load(db, connector, then).await?;
                    *held = Some(Held { connector, names, marks, followed });
                }
                match held {
                    Some(held) => held.facts(db, listing, at).await,
                    None => Ok(Vec::new()),
                }
            })
            .await
    }
}

async fn place(db: &mut Connection, connector: ConnectorId, past: Option<Timestamp>) -> Result<Place, Failure> {
    let Some(at) = past else { return Ok(Place::Present) };
    Ok(snapshot_at(db, connector, at).await?.map_or(Place::Before, Place::Past))
}

async fn counts(
    db: &mut Connection,
    connector: ConnectorId,
    at: Place,
    past: Option<Timestamp>,
) -> Result<CurrentCounts, Failure> {
    // For the present, every snapshot that there will be counts. A retired listing has no facts.
    let latest = match at {
        Place::Present => i64::MAX,
        Place::Past(at) => at.0,
        Place::Before => return Ok(CurrentCounts::default()),
    };
    let facts: i64 = db::query_scalar(
        "select count(*) from fact f join listing l on l.id = f.listing_id \
         where l.connector_id = $1 and f.from_snapshot <= $2 and (f.to_snapshot is null or f.to_snapshot > $2)",
    )
    .bind(connector.0)
    .bind(latest)
    .fetch_one(&mut *db)
    .await?;
    let current_since: Option<i64> =
        db::query_scalar("select max(made_current_at) from snapshot where connector_id = $1 and id <= $2")
            .bind(connector.0)
            .bind(latest)
            .fetch_one(&mut *db)
            .await?;
    let then = past.map(|at| PastMoment { snapshot: SnapshotId(latest), at: Some(at) });
    let facts = facts.unsigned_abs() - former_rights(db, connector, latest, then).await?;
    Ok(CurrentCounts { facts, current_since: current_since.map(Timestamp) })
}

/// How many rights there are of former holders: `O(1)` where no id came back, `O(grants)` elsewhere.
async fn former_rights(
    db: &mut Connection,
    connector: ConnectorId,
    latest: i64,
    then: Option<PastMoment>,
) -> Result<u64, Failure> {
    let followed = Followed::load(db, connector, then).await?;
    if followed.former.is_empty() {
        return Ok(0);
    }
    let mut rows = db::query(GRANTS).bind(connector.0).bind(latest).bind(FactKind::Grant.number()).fetch(db);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        count += u64::from(followed.is_of_former(&FactRow::read(&row, 0)?));
    }
    Ok(count)
}

const GRANTS: &str = concat!(
    "select ",
    fact_columns!(),
    " from fact f join listing l on l.id = f.listing_id where l.connector_id = $1 and f.from_snapshot <= $2 \
     and (f.to_snapshot is null or f.to_snapshot > $2) and f.kind = $3"
);

const FACTS: &str = concat!(
    "select ",
    fact_columns!(),
    ", n.made_current_at, f.from_snapshot, f.baseline, f.missing_since, f.hold_id, f.discarded, f.discarded_at, f.id \
     from fact f join snapshot n on n.id = f.from_snapshot \
     where f.listing_id = $1 and f.from_snapshot <= $2 and (f.to_snapshot is null or f.to_snapshot > $2)"
);

impl Held {
    async fn facts(
        &self,
        db: &mut Connection,
        listing: ListingId,
        at: Option<SnapshotId>,
    ) -> Result<Vec<CurrentFact>, Failure> {
        let latest = at.map_or(i64::MAX, |at| at.0);
        let rows = db::query(FACTS).bind(listing.0).bind(latest).fetch_all(db).await?;
        let mut facts = Vec::with_capacity(rows.len());
        for row in &rows {
            let fact = FactRow::read(row, 0)?;
            let of_former = self.followed.is_of_former(&fact);
            if of_former && fact.kind == FactKind::Grant.number() {
                continue;
            }
            facts.push(CurrentFact {
                fact: self.names.fact(&fact)?,
                since: Timestamp(row.try_get(5)?),
                baseline: row.try_get(7)?,
                unconfirmed: self.marks.of_fact(row)?.is_some(),
                of_former,
            });
        }
        facts.sort_unstable();
        Ok(facts)
    }
}
