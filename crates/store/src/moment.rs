//! One moment of the database, held still while what is current is read out of it, listing by listing.
//!
//! An export of half a million grants must neither mix two snapshots nor hold them all at once: the one transaction
//! sees a single state, whatever is written meanwhile, and only one listing's facts are in memory at a time.

use std::fmt;

use rolecall_model::{Fact, ResourceRef, Timestamp};

use crate::db::{self, Connection, Transaction};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::names::Names;
use crate::{Connector, ConnectorId, ListingId, ListingState, Store, StoreError, connector, facts, listing};

/// One moment of the database. While it is held, the database's log cannot be folded away, so it is not held for long.
pub struct Moment {
    store: Store,
    db: Transaction,
    named: Option<(ConnectorId, Names)>,
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").field("store", &self.store).finish_non_exhaustive()
    }
}

/// A current fact of one listing, and how it is known.
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
}

/// How much of a connector is current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CurrentCounts {
    /// Facts in listings that are not retired.
    pub facts: u64,
    /// When a snapshot last became current.
    pub current_since: Option<Timestamp>,
}

impl Store {
    /// Holds the present moment still.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn moment(&self) -> Result<Moment, StoreError> {
        let db = self.answer(self.reading()).await?;
        Ok(Moment { store: self.clone(), db, named: None })
    }
}

impl Moment {
    /// Every connector, by type and name.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn connectors(&mut self) -> Result<Vec<Connector>, StoreError> {
        self.store.answer(connector::all(&mut self.db)).await
    }

    /// The listings of a connector whose subject is still there, by kind and subject.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn listings(&mut self, connector: ConnectorId) -> Result<Vec<ListingState>, StoreError> {
        let mut states = self.store.answer(listing::states(&mut self.db, connector)).await?;
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
        self.store.answer(facts::resources(&mut self.db, connector, resource_type)).await
    }

    /// How much there is to read.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn counts(&mut self, connector: ConnectorId) -> Result<CurrentCounts, StoreError> {
        self.store.answer(counts(&mut self.db, connector)).await
    }

    /// The current facts of one listing of a connector, in their order.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn facts(&mut self, connector: ConnectorId, listing: ListingId) -> Result<Vec<CurrentFact>, StoreError> {
        let Self { store, db, named } = self;
        store
            .answer(async {
                if named.as_ref().is_none_or(|(of, _)| *of != connector) {
                    *named = Some((connector, Names::of_connector(db, connector).await?));
                }
                match named {
                    Some((_, names)) => facts_of(db, names, listing).await,
                    None => Ok(Vec::new()),
                }
            })
            .await
    }
}

async fn counts(db: &mut Connection, connector: ConnectorId) -> Result<CurrentCounts, Failure> {
    let facts: i64 = db::query_scalar(
        "select count(*) from fact f join listing l on l.id = f.listing_id \
         where l.connector_id = $1 and l.retired = 0 and f.to_snapshot is null",
    )
    .bind(connector.0)
    .fetch_one(&mut *db)
    .await?;
    let current_since: Option<i64> =
        db::query_scalar("select max(made_current_at) from snapshot where connector_id = $1")
            .bind(connector.0)
            .fetch_one(db)
            .await?;
    Ok(CurrentCounts { facts: facts.unsigned_abs(), current_since: current_since.map(Timestamp) })
}

async fn facts_of(db: &mut Connection, names: &Names, listing: ListingId) -> Result<Vec<CurrentFact>, Failure> {
    let query = db::query(concat!(
        "select ",
        fact_columns!(),
        ", n.made_current_at, f.baseline, f.missing_since is not null \
         from fact f join snapshot n on n.id = f.from_snapshot where f.listing_id = $1 and f.to_snapshot is null"
    ));
    let rows = query.bind(listing.0).fetch_all(db).await?;
    let mut facts = Vec::with_capacity(rows.len());
    for row in &rows {
        facts.push(CurrentFact {
            fact: names.fact(&FactRow::read(row, 0)?)?,
            since: Timestamp(row.try_get(5)?),
            baseline: row.try_get(6)?,
            unconfirmed: row.try_get(7)?,
        });
    }
    facts.sort_unstable();
    Ok(facts)
}
