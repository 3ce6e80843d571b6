//! What snapshots changed.
//!
//! Changes are not stored: they are the ends of the facts' validity. A fact that was there as its listing was first
//! read (its *baseline*) appeared unseen, and is no change.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use rolecall_model::{Fact, ListingKey, ResourceRef, Timestamp};

use crate::db::{self, Connection, Row};
use crate::error::Failure;
use crate::fact_row::{FactRow, fact_columns};
use crate::names::Names;
use crate::reappearance::Followed;
use crate::resource::resource_ids;
use crate::sync::limit_of;
use crate::{ConnectorId, ListingId, PastMoment, SnapshotId, Store, StoreError};

/// Which changes are asked for. The default asks for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Only this connector's.
    pub connector: Option<ConnectorId>,
    /// Only of what is stated of this, or names it: as the subject or the object of a fact, whoever had its id when.
    pub about: Option<ResourceRef>,
    /// Made current at this moment or later.
    pub since: Option<Timestamp>,
    /// Made current at this moment or earlier.
    pub until: Option<Timestamp>,
    /// Only what leads from the first snapshot to the second: later than the one, up to and including the other.
    pub snapshots: Option<(SnapshotId, SnapshotId)>,
    /// As it was known at this moment: what people said of new holders later does not count.
    pub known_at: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

/// One altered fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened to it.
    pub kind: ChangeKind,
    /// The fact as it is now, or as it last was.
    pub fact: Fact,
    /// Whose.
    pub connector: ConnectorId,
    /// The number of the fact, by which changes of a snapshot are in order: those that appeared before those that
    /// disappeared.
    pub number: i64,
    /// The listing that showed it.
    pub listing: ListingId,
    /// What that listing is.
    pub key: ListingKey,
    /// The snapshot that made the change current.
    pub snapshot: SnapshotId,
    /// When that was.
    pub made_current_at: Timestamp,
    /// It did not happen before this: a complete reading then still showed the old state. `None` when none did.
    pub not_before: Option<Timestamp>,
    /// It did not happen after this: a reading then showed the new state.
    pub not_after: Timestamp,
    /// Who confirmed a held removal.
    pub confirmed_by: Option<ConfirmedBy>,
    /// Whether it is about somebody who has an id that another had before, while nobody said that they are the same.
    pub of_new_holder: bool,
}

/// What happened to a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Appeared,
    /// It is gone.
    Disappeared,
    /// It took the place of another: a changed property, a raised right.
    Replaced {
        /// What was there before.
        old: Fact,
    },
}

/// The decision that let a held removal pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmedBy {
    /// Who decided.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// The changes that a filter asks for, newest snapshot first; within one, in the order they were written.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn changes(&self, filter: &ChangeFilter) -> Result<Vec<Change>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let rows = change_rows(&mut db, filter).await?;
            let resources: BTreeSet<i64> = rows.iter().flat_map(ChangeRow::resources).collect();
            let names = Names::of(&mut db, resources).await?;
            let known = filter.known_at.map(|at| PastMoment { snapshot: SnapshotId(i64::MAX), at: Some(at) });
            let mut followed = HashMap::new();
            for connector in rows.iter().map(|row| row.connector).collect::<BTreeSet<_>>() {
                followed.insert(connector, Followed::load(&mut db, connector, known).await?);
            }
            rows.into_iter().map(|row| row.named(&names, &followed)).collect()
        })
        .await
    }

    /// Whether a listing of a connector had its baseline between two snapshots, later than the one, up to and including the
    /// other: what was stated then is no change, and may all the same be new. `O(listings)`.
    ///
    /// # Errors
    /// As of any reading: the file may be damaged or busy.
    pub async fn baseline_between(
        &self,
        connector: ConnectorId,
        (after, up_to): (SnapshotId, SnapshotId),
    ) -> Result<bool, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let first = db::query(
                "select count(*) from listing_read r join listing l on l.id = r.listing_id \
                 where l.connector_id = $1 and r.snapshot_id > $2 and r.snapshot_id <= $3 and not exists \
                 (select 1 from listing_read e where e.listing_id = r.listing_id and e.snapshot_id <= $2 \
                 and e.whole_at is not null)",
            );
            let first = first.bind(connector.0).bind(after.0).bind(up_to.0).fetch_one(&mut db).await?;
            let first: i64 = first.try_get(0)?;
            Ok(first > 0)
        })
        .await
    }
}

/// Everything that a change says, of the facts that `$ends` finds: which, whether it is gone, and in which snapshots.
///
/// A removal that was held is dated by the reading that first missed the fact, not by the decision.
macro_rules! changes_of {
    ($ends:literal) => {
        concat!(
            "select ",
            fact_columns!(),
            ", c.gone, c.snapshot_id, s.made_current_at, l.connector_id, l.id, l.kind_id, l.subject_id, \
             r.certain_before, coalesce(r.read_at, s.made_current_at), d.actor, d.reason, d.at, \
             o.kind, o.subject_id, o.object_id, o.term_id, o.value, b.read_at, c.fact_id \
             from ( ",
            $ends,
            " ) c \
             join fact f on f.id = c.fact_id \
             join snapshot s on s.id = c.snapshot_id \
             join listing l on l.id = f.listing_id \
             left join listing_read r on r.listing_id = f.listing_id and r.snapshot_id = c.read_snapshot \
             left join listing_read b \
             on b.listing_id = f.listing_id and b.snapshot_id = f.from_snapshot and c.gone = 1 \
             left join decision d on d.snapshot_id = c.snapshot_id and c.gone = 1 \
             left join fact o on o.id = c.old_id \
             where s.made_current_at >= $3 and s.made_current_at <= $4 \
             and l.connector_id >= $5 and l.connector_id <= $6 \
             order by c.snapshot_id desc, c.gone, c.fact_id limit $7"
        )
    };
}

/// Both ends of validity, each found by its own index.
const CHANGES: &str = changes_of!(
    "select id as fact_id, 0 as gone, from_snapshot as snapshot_id, from_snapshot as read_snapshot, \
     replaces_id as old_id \
     from fact where baseline = 0 and from_snapshot > $1 and from_snapshot <= $2 \
     union all \
     select id, 1, to_snapshot, coalesce(missing_since, to_snapshot), null \
     from fact g where to_snapshot is not null and to_snapshot > $1 and to_snapshot <= $2 \
     and not exists (select 1 from fact n where n.replaces_id = g.id)"
);

/// Both ends of what names one thing, each found by its own index. A fact that names it twice is one change.
const CHANGES_ABOUT: &str = changes_of!(
    "select id as fact_id, 0 as gone, from_snapshot as snapshot_id, from_snapshot as read_snapshot, \
     replaces_id as old_id \
     from fact where baseline = 0 and subject_id = $8 and from_snapshot > $1 and from_snapshot <= $2 \
     union \
     select id, 0, from_snapshot, from_snapshot, replaces_id \
     from fact where baseline = 0 and object_id = $8 and from_snapshot > $1 and from_snapshot <= $2 \
     union \
     select id, 1, to_snapshot, coalesce(missing_since, to_snapshot), null \
     from fact g where to_snapshot is not null and subject_id = $8 and to_snapshot > $1 and to_snapshot <= $2 \
     and not exists (select 1 from fact n where n.replaces_id = g.id) \
     union \
     select id, 1, to_snapshot, coalesce(missing_since, to_snapshot), null \
     from fact g where to_snapshot is not null and object_id = $8 and to_snapshot > $1 and to_snapshot <= $2 \
     and not exists (select 1 from fact n where n.replaces_id = g.id)"
);

async fn change_rows(db: &mut Connection, filter: &ChangeFilter) -> Result<Vec<ChangeRow>, Failure> {
    let Some(about) = &filter.about else {
        return rows_read(&asked(CHANGES, filter).fetch_all(db).await?);
    };
    let mut rows = Vec::new();
    for holder in resource_ids(db, filter.connector, about).await? {
        rows.extend(rows_read(&asked(CHANGES_ABOUT, filter).bind(holder).fetch_all(&mut *db).await?)?);
    }
    // Holders of the same id come one after the other, so that one snapshot seldom has changes of two.
    rows.sort_by_key(|row| (std::cmp::Reverse(row.snapshot), row.gone));
    rows.truncate(filter.limit.unwrap_or(usize::MAX));
    Ok(rows)
}

fn asked(statement: impl Into<Cow<'static, str>>, filter: &ChangeFilter) -> db::Query<'static> {
    let (after, up_to) = filter.snapshots.map_or((0, i64::MAX), |(after, up_to)| (after.0, up_to.0));
    let (first, last) = filter.connector.map_or((0, i64::MAX), |connector| (connector.0, connector.0));
    db::query(statement)
        .bind(after)
        .bind(up_to)
        .bind(filter.since.map_or(i64::MIN, |since| since.0))
        .bind(filter.until.map_or(i64::MAX, |until| until.0))
        .bind(first)
        .bind(last)
        .bind(limit_of(filter.limit.unwrap_or(usize::MAX)))
}

fn rows_read(rows: &[Row]) -> Result<Vec<ChangeRow>, Failure> {
    Ok(rows.iter().map(ChangeRow::read).collect::<Result<_, _>>()?)
}

struct ChangeRow {
    number: i64,
    fact: FactRow,
    old: Option<FactRow>,
    gone: bool,
    listing_kind: i64,
    listing_subject: i64,
    connector: ConnectorId,
    listing: ListingId,
    snapshot: SnapshotId,
    made_current_at: Timestamp,
    not_before: Option<Timestamp>,
    not_after: Timestamp,
    confirmed_by: Option<ConfirmedBy>,
}

impl ChangeRow {
    fn read(row: &Row) -> Result<Self, sqlx::Error> {
        let old: Option<i64> = row.try_get(17)?;
        Ok(Self {
            number: row.try_get(23)?,
            fact: FactRow::read(row, 0)?,
            old: old.map(|_| FactRow::read(row, 17)).transpose()?,
            gone: row.try_get::<i64, _>(5)? == 1,
            snapshot: SnapshotId(row.try_get(6)?),
            made_current_at: Timestamp(row.try_get(7)?),
            connector: ConnectorId(row.try_get(8)?),
            listing: ListingId(row.try_get(9)?),
            listing_kind: row.try_get(10)?,
            listing_subject: row.try_get(11)?,
            not_before: not_before(row)?,
            not_after: Timestamp(row.try_get(13)?),
            confirmed_by: confirmed_by(row)?,
        })
    }

    fn resources(&self) -> impl Iterator<Item = i64> {
        self.fact.resources().chain(self.old.iter().flat_map(FactRow::resources)).chain([self.listing_subject])
    }

    fn named(self, names: &Names, followed: &HashMap<ConnectorId, Followed>) -> Result<Change, Failure> {
        let followed = followed.get(&self.connector);
        let is_follower = |id: i64| followed.is_some_and(|followed| followed.followers.contains(&id));
        let kind = match &self.old {
            Some(old) => ChangeKind::Replaced { old: names.fact(old)? },
            None if self.gone => ChangeKind::Disappeared,
            None => ChangeKind::Appeared,
        };
        Ok(Change {
            kind,
            fact: names.fact(&self.fact)?,
            number: self.number,
            connector: self.connector,
            listing: self.listing,
            key: names.listing_key(self.listing_kind, self.listing_subject)?,
            snapshot: self.snapshot,
            made_current_at: self.made_current_at,
            not_before: self.not_before,
            not_after: self.not_after,
            confirmed_by: self.confirmed_by,
            of_new_holder: self.fact.resources().any(is_follower),
        })
    }
}

/// What is gone was there at the latest when it was first read.
fn not_before(row: &Row) -> Result<Option<Timestamp>, sqlx::Error> {
    let (certain_before, appeared): (Option<i64>, Option<i64>) = (row.try_get(12)?, row.try_get(22)?);
    Ok(certain_before.max(appeared).map(Timestamp))
}

fn confirmed_by(row: &Row) -> Result<Option<ConfirmedBy>, sqlx::Error> {
    let actor: Option<String> = row.try_get(14)?;
    let Some(actor) = actor else { return Ok(None) };
    Ok(Some(ConfirmedBy { actor, reason: row.try_get(15)?, at: Timestamp(row.try_get(16)?) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DatabaseAddress, Mode};

    #[tokio::test]
    async fn changes_about_a_thing_are_found_by_its_indexes_alone() {
        let directory = tempfile::tempdir().unwrap();
        let address = DatabaseAddress::Sqlite(directory.path().join("rolecall.db"));
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let mut db = store.reading().await.unwrap();
        let explained = asked(format!("explain query plan {CHANGES_ABOUT}"), &ChangeFilter::default()).bind(1);
        let rows = explained.fetch_all(&mut db).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.try_get::<String, _>(3).unwrap()).collect();
        let by = ["fact_appeared_about", "fact_appeared_with", "fact_disappeared_about", "fact_disappeared_with"];
        for index in by {
            let steps = plan.iter().filter(|step| step.contains(&format!("INDEX {index} ("))).count();
            assert_eq!(steps, 1, "{index}: {plan:#?}");
        }
        let whole = plan.iter().filter(|step| step.starts_with("SCAN") && !step.starts_with("SCAN c"));
        assert_eq!(whole.count(), 0, "{plan:#?}");
    }
}
