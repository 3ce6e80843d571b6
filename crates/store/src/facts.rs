//! The facts of a connector at one moment: what the access graph is built from.

use futures::TryStreamExt;
use rolecall_model::{Fact, NumberedFact, ResourceRef, Term};
use rustc_hash::FxHashMap;

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::marks::Marks;
use crate::numbering::{Naming, Numbering};
use crate::packed::{PackedFact, PackedFacts, packed_queries};
use crate::reappearance::Followed;
use crate::removal::Removal;
use crate::{ConnectorId, ListingId, PastMoment, SnapshotId, Store, StoreError};

/// A fact, and how it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFact {
    /// What is stated.
    pub fact: Fact,
    /// The listing that states it.
    pub listing: ListingId,
    /// That listing's kind.
    pub listing_kind: Term,
    /// The snapshot in which it appeared.
    pub since: SnapshotId,
    /// Whether it was there as its listing was first read, so that it may be older than [`Self::since`].
    pub baseline: bool,
    /// The mark *removal unconfirmed*, as it was at the moment that was asked for.
    pub removal: Option<Removal>,
    /// Whether it is of somebody who had an id that is another's now, as far as anybody knows. It says nothing of the
    /// present holder.
    pub of_former: bool,
}

/// What takes in the facts of a connector: first the words and resources that they may name, numbered from 0 on as they
/// come, then the facts in these numbers. So a million facts cost no more than their numbers.
pub trait FactSink: Send {
    /// The next word.
    fn word(&mut self, word: Term);
    /// The next resource; its type is a word. Another one may have the same name.
    fn resource(&mut self, kind: u32, id: &str);
    /// A fact.
    fn fact(&mut self, stated: NumberedStatement<'_>);
}

/// A fact in numbers, and how it is known: what [`StoredFact`] says with names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberedStatement<'v> {
    /// What is stated.
    pub fact: NumberedFact<'v>,
    /// The listing that states it.
    pub listing: ListingId,
    /// That listing's kind, a word.
    pub listing_kind: u32,
    /// [`StoredFact::since`]
    pub since: SnapshotId,
    /// [`StoredFact::baseline`]
    pub baseline: bool,
    /// [`StoredFact::removal`]
    pub removal: Option<Removal>,
    /// [`StoredFact::of_former`]
    pub of_former: bool,
}

macro_rules! facts_select {
    ($joined:literal) => {
        concat!(
            "select ",
            fact_columns!(),
            ", f.listing_id, f.from_snapshot, f.baseline, f.missing_since, f.hold_id, f.discarded, f.discarded_at, f.id \
             from fact f",
            $joined
        )
    };
}

/// What is not packed among what is current: facts with marks. They are few, so they come first in the join, which an
/// engine that takes *cross* at its word needs to be told.
const CURRENT: &str = facts_select!(
    " cross join listing l where l.id = f.listing_id and l.connector_id = $1 \
     and f.missing_since is not null and f.to_snapshot is null"
);
/// The same of a past moment.
const PAST: &str = facts_select!(
    ", listing l where l.id = f.listing_id and l.connector_id = $1 \
     and f.from_snapshot <= $2 and (f.to_snapshot is null or f.to_snapshot > $2) \
     and (f.missing_since is not null or f.id in (select m.fact_id from mark_past m))"
);

impl Store {
    /// Hands every fact of a connector to `each`, in no particular order: those current now, or those that were
    /// at a past moment. Says how many there were.
    ///
    /// The facts pass one by one, so that a million of them need little memory here but their resources' names. `each`
    /// sees one consistent moment, whatever is written meanwhile. `O(current facts)` now, and of a past moment
    /// `O(facts there have ever been)`; the difference is small where little changes.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy. `each` may have seen some facts by then.
    pub async fn facts_at(
        &self,
        connector: ConnectorId,
        at: Option<PastMoment>,
        each: impl FnMut(StoredFact) + Send,
    ) -> Result<u64, StoreError> {
        self.facts_numbered_at(connector, at, &mut Naming::new(each)).await
    }

    /// The same in numbers: several times as fast, for whoever numbers what there is too.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy. The sink may have seen some facts by then.
    pub async fn facts_numbered_at(
        &self,
        connector: ConnectorId,
        at: Option<PastMoment>,
        sink: &mut impl FactSink,
    ) -> Result<u64, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let context = Context::load(&mut db, connector, at, sink).await?;
            let mut count = context.packed(&mut db, connector, at, sink).await?;
            let mut rows = match at {
                None => db::query(CURRENT).bind(connector.0).fetch(&mut db),
                Some(at) => db::query(PAST).bind(connector.0).bind(at.snapshot.0).fetch(&mut db),
            };
            while let Some(row) = rows.try_next().await? {
                let fact = FactRow::read(&row, 0)?;
                let stated = context.marked(&row, &fact)?;
                sink.fact(stated);
                count += 1;
            }
            Ok(count)
        })
        .await
    }

    /// The resources of this type that exist now, by id.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn resources_current(
        &self,
        connector: ConnectorId,
        resource_type: &str,
    ) -> Result<Vec<ResourceRef>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            resources(&mut db, connector, resource_type, None).await
        })
        .await
    }
}

/// The resources of this type that exist now, or did when the snapshot `at` was current, by id.
pub(crate) async fn resources(
    db: &mut Connection,
    connector: ConnectorId,
    resource_type: &str,
    at: Option<SnapshotId>,
) -> Result<Vec<ResourceRef>, Failure> {
    // For the present, every snapshot that there will be counts.
    let ids: Vec<String> = db::query_scalar(
        "select r.wire_id from resource r join term t on t.id = r.type_id \
         where r.connector_id = $1 and t.word = $2 and exists \
         (select 1 from fact f where f.subject_id = r.id and f.kind = 1 and f.from_snapshot <= $3 \
          and (f.to_snapshot is null or f.to_snapshot > $3)) \
         order by r.wire_id",
    )
    .bind(connector.0)
    .bind(resource_type)
    .bind(at.map_or(i64::MAX, |at| at.0))
    .fetch_all(db)
    .await?;
    let kind = Term::from(resource_type.to_owned());
    Ok(ids.into_iter().map(|id| ResourceRef::new(kind.clone(), id)).collect())
}

/// What the rows of a connector's facts refer to.
struct Context {
    numbers: Numbering,
    /// By listing: the number of its kind.
    listing_kinds: FxHashMap<i64, u32>,
    marks: Marks,
    followed: Followed,
}

impl Context {
    async fn load(
        db: &mut Connection,
        connector: ConnectorId,
        at: Option<PastMoment>,
        sink: &mut impl FactSink,
    ) -> Result<Self, Failure> {
        let numbers = Numbering::load(db, connector, sink).await?;
        let listings: Vec<(i64, i64)> = db::query_as("select id, kind_id from listing where connector_id = $1")
            .bind(connector.0)
            .fetch_all(&mut *db)
            .await?;
        let marks = Marks::load(db, connector, at).await?;
        let followed = Followed::load(db, connector, at).await?;
        let listing_kinds = listings.into_iter().map(|(id, kind)| Ok((id, numbers.word(kind)?)));
        Ok(Self { listing_kinds: listing_kinds.collect::<Result<_, Failure>>()?, marks, followed, numbers })
    }

    /// The facts without marks: nearly all of them.
    async fn packed(
        &self,
        db: &mut Connection,
        connector: ConnectorId,
        at: Option<PastMoment>,
        sink: &mut impl FactSink,
    ) -> Result<u64, Failure> {
        let mut count = 0;
        let queries = packed_queries(db);
        let mut rows = match at {
            None => db::query(queries.present).bind(connector.0).fetch(db),
            Some(at) => db::query(queries.past).bind(connector.0).bind(at.snapshot.0).fetch(db),
        };
        while let Some(row) = rows.try_next().await? {
            let listing: i64 = row.try_get(0)?;
            let listing_kind = self.listing_kind(listing)?;
            for packed in PackedFacts::of(&row)? {
                let packed = packed?;
                sink.fact(NumberedStatement {
                    fact: self.numbers.fact(&packed)?,
                    listing: ListingId(listing),
                    listing_kind,
                    since: SnapshotId(packed.since),
                    baseline: packed.baseline,
                    removal: None,
                    of_former: self.followed.has_former([Some(packed.subject), packed.object].into_iter().flatten()),
                });
                count += 1;
            }
        }
        Ok(count)
    }

    fn listing_kind(&self, listing: i64) -> Result<u32, Failure> {
        let kind = self.listing_kinds.get(&listing).copied();
        kind.ok_or_else(|| Failure::Corrupt(format!("listing {listing} is missing")))
    }

    /// A fact with a mark, or one that had.
    fn marked<'f>(&self, row: &Row, fact: &'f FactRow) -> Result<NumberedStatement<'f>, Failure> {
        let (listing, since, baseline): (i64, i64, bool) = (row.try_get(5)?, row.try_get(6)?, row.try_get(7)?);
        let numbered = PackedFact {
            kind: fact.kind,
            subject: fact.subject,
            object: fact.object,
            term: fact.term,
            value: fact.value.as_deref(),
            since,
            baseline,
        };
        Ok(NumberedStatement {
            of_former: self.followed.is_of_former(fact),
            fact: self.numbers.fact(&numbered)?,
            listing: ListingId(listing),
            listing_kind: self.listing_kind(listing)?,
            since: SnapshotId(since),
            baseline,
            removal: self.marks.of_fact(row)?,
        })
    }
}
