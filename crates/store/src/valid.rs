//! When facts held in the source, as far as everything that was ever read shows it.
//!
//! Nobody sees a fact appear or go: there is a last reading without it and a first one with it. So at any moment a fact
//! held for certain, or it may have held, or it did not.
//!
//! | at the moment | answer |
//! |---|---|
//! | from the first reading that showed it to the last complete one that did | certain |
//! | between the last complete reading without it and the first one with it | possible |
//! | between the last complete reading with it and the first complete one without it | possible |
//! | between the first complete reading without a value that was held, and the first one after the decision | possible |
//! | before the first reading of its listing | possible |
//! | since the last complete reading of its listing | possible |
//! | at any other | it did not hold |
//!
//! While a lowered value waits, its successor is not recorded, so that nobody knows which of the two a property had then.
//!
//! Only complete readings show that something was not there. What came and went between two readings leaves no trace.

use std::collections::HashMap;

use futures::TryStreamExt;
use rolecall_model::{Fact, Term, Timestamp};

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::names::Names;
use crate::{ConnectorId, SnapshotId, Store, StoreError};

/// How sure it is that a fact held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It may have held: no complete reading shows that it did not.
    Possible,
    /// Complete readings before and after show it.
    Certain,
}

/// A fact that held at a moment, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidFact {
    /// What is stated.
    pub fact: Fact,
    /// The kind of the listing that states it.
    pub listing_kind: Term,
    /// The snapshot in which it appeared.
    pub since: SnapshotId,
    /// Whether it was there as its listing was first read.
    pub baseline: bool,
    /// How sure it is.
    pub certainty: Certainty,
}

/// Every fact there ever was with the readings around its beginning and its end. A removal that was held is dated by
/// the reading that first missed the fact. The last column is until when the value of a property may have been one that
/// was held: until its next value, or its absence, was read, unless whose property it is went too.
const SPANS: &str = concat!(
    "select ",
    fact_columns!(),
    ", l.kind_id, f.from_snapshot, f.baseline, coalesce(a.read_at, s.made_current_at), a.certain_before, \
     f.to_snapshot, f.missing_since, coalesce(g.read_at, e.made_current_at), g.certain_before, l.complete_at, f.id, \
     case when f.kind = 2 and f.to_snapshot is not null and f.missing_since is not null and exists \
       (select 1 from fact x where x.kind = 1 and x.subject_id = f.subject_id \
        and (x.to_snapshot is null or x.to_snapshot > f.to_snapshot)) \
     then coalesce( \
       (select min(r.read_at) from listing_read r where r.listing_id = f.listing_id \
        and r.snapshot_id >= f.to_snapshot and (r.complete_at = r.read_at or exists \
         (select 1 from fact n where n.listing_id = f.listing_id and n.kind = 2 and n.subject_id = f.subject_id \
          and n.term_id = f.term_id and n.from_snapshot = r.snapshot_id))), \
       9223372036854775807) \
     end \
     from fact f join listing l on l.id = f.listing_id join snapshot s on s.id = f.from_snapshot \
     left join listing_read a on a.listing_id = f.listing_id and a.snapshot_id = f.from_snapshot \
     left join snapshot e on e.id = coalesce(f.missing_since, f.to_snapshot) \
     left join listing_read g on g.listing_id = f.listing_id and g.snapshot_id = e.id \
     where l.connector_id = $1"
);

/// Readings between which a fact was missing for a while: it was stated before and after.
const GAPS: &str = "select m.fact_id, coalesce(g.certain_before, a.read_at), coalesce(b.read_at, e.made_current_at) \
     from mark_past m join fact f on f.id = m.fact_id join snapshot s on s.id = m.from_snapshot \
     join snapshot e on e.id = m.to_snapshot \
     left join listing_read a on a.listing_id = f.listing_id and a.snapshot_id = f.from_snapshot \
     left join listing_read g on g.listing_id = f.listing_id and g.snapshot_id = m.from_snapshot \
     left join listing_read b on b.listing_id = f.listing_id and b.snapshot_id = m.to_snapshot \
     where s.connector_id = $1";

impl Store {
    /// Hands to `each` every fact of a connector that held at a moment or may have, by all that is known today. Some may
    /// come more than once, from several listings or several times. `O(facts there have ever been)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy. `each` may have seen some facts by then.
    pub async fn facts_valid_at(
        &self,
        connector: ConnectorId,
        at: Timestamp,
        mut each: impl FnMut(ValidFact) + Send,
    ) -> Result<(), StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let names = Names::of_connector(&mut db, connector).await?;
            let gaps = gaps(&mut db, connector).await?;
            let mut rows = db::query(SPANS).bind(connector.0).fetch(&mut db);
            while let Some(row) = rows.try_next().await? {
                let Some(certainty) = certainty(&Span::read(&row)?, &gaps, at.0) else { continue };
                each(ValidFact {
                    fact: names.fact(&FactRow::read(&row, 0)?)?,
                    listing_kind: names.term(row.try_get(5)?)?,
                    since: SnapshotId(row.try_get(6)?),
                    baseline: row.try_get(7)?,
                    certainty,
                });
            }
            Ok(())
        })
        .await
    }
}

type Gaps = HashMap<i64, Vec<(i64, i64)>>;

async fn gaps(db: &mut Connection, connector: ConnectorId) -> Result<Gaps, Failure> {
    let rows: Vec<(i64, Option<i64>, i64)> = db::query_as(GAPS).bind(connector.0).fetch_all(db).await?;
    let mut gaps = Gaps::new();
    for (fact, last_seen, seen_again) in rows {
        gaps.entry(fact).or_default().push((last_seen.unwrap_or(i64::MIN), seen_again));
    }
    Ok(gaps)
}

/// The readings around the beginning and the end of a fact.
struct Span {
    fact: i64,
    baseline: bool,
    appeared: i64,
    /// The last complete reading without it, before.
    absent: Option<i64>,
    /// Whether it is current.
    current: bool,
    /// The first reading without it, after; of a value that was held, the first one that is known to state its successor.
    gone: Option<i64>,
    /// The last complete reading with it.
    present: Option<i64>,
}

impl Span {
    fn read(row: &Row) -> Result<Self, sqlx::Error> {
        let current = row.try_get::<Option<i64>, _>(10)?.is_none();
        let missing = row.try_get::<Option<i64>, _>(11)?.is_some();
        let present = if current && !missing { row.try_get(14)? } else { row.try_get(13)? };
        Ok(Self {
            fact: row.try_get(15)?,
            baseline: row.try_get(7)?,
            appeared: row.try_get(8)?,
            absent: row.try_get(9)?,
            current,
            gone: row.try_get::<Option<i64>, _>(16)?.or(row.try_get(12)?),
            present,
        })
    }
}

/// How sure it is that a fact held; `None` when it did not.
fn certainty(span: &Span, gaps: &Gaps, at: i64) -> Option<Certainty> {
    let before = !span.baseline && span.absent.is_some_and(|absent| at <= absent);
    // A removal that waits may not be real.
    let after = !span.current && span.gone.is_some_and(|gone| at >= gone);
    if before || after {
        return None;
    }
    let seen_until = span.present.map_or(span.appeared, |present| present.max(span.appeared));
    let missed =
        |gaps: &Vec<(i64, i64)>| gaps.iter().any(|(last_seen, seen_again)| *last_seen < at && at < *seen_again);
    let is_certain = (span.appeared..=seen_until).contains(&at) && !gaps.get(&span.fact).is_some_and(missed);
    Some(if is_certain { Certainty::Certain } else { Certainty::Possible })
}
