//! The facts that a snapshot adds, ends and marks.

use std::collections::HashSet;

use rolecall_model::{Fact, ListingKey};
use rustc_hash::FxBuildHasher;

use super::baseline::Origin;
use super::current::{Current, CurrentFacts, current_facts};
use super::dictionary::Dictionary;
use super::incarnation::Newest;
use super::{ListingDelta, SnapshotCounts};
use crate::db::{self, Connection, Rows};
use crate::error::Failure;
use crate::fact_row::FactRow;
use crate::{ConnectorId, SnapshotId};

/// Writes the facts of one snapshot, listing by listing.
pub(super) struct FactWriter<'d> {
    connector: ConnectorId,
    snapshot: SnapshotId,
    dictionary: &'d Dictionary<'d>,
    newest: &'d Newest,
    next_id: i64,
    rows: Rows,
    ended: Vec<i64>,
    /// Resources that a listing no longer says to exist.
    gone: Vec<i64>,
    pub(super) counts: SnapshotCounts,
}

/// A listing whose facts are being written.
pub(super) struct Target<'w> {
    pub(super) id: i64,
    pub(super) key: &'w ListingKey,
    pub(super) is_new: bool,
    pub(super) is_complete: bool,
    pub(super) origin: Origin,
}

/// What a new fact is written as.
const FACT_COLUMNS: &[&str] = &[
    "id",
    "listing_id",
    "kind",
    "subject_id",
    "object_id",
    "term_id",
    "value",
    "from_snapshot",
    "baseline",
    "replaces_id",
];

impl<'d> FactWriter<'d> {
    pub(super) async fn new(
        db: &mut Connection,
        connector: ConnectorId,
        snapshot: SnapshotId,
        dictionary: &'d Dictionary<'d>,
        newest: &'d Newest,
    ) -> Result<Self, Failure> {
        // The writer is alone, so the next free key is known.
        let last: i64 = db::query_scalar("select coalesce(max(id), 0) from fact").fetch_one(db).await?;
        Ok(Self {
            connector,
            snapshot,
            dictionary,
            newest,
            next_id: last + 1,
            rows: Rows::new("fact", FACT_COLUMNS),
            ended: Vec::new(),
            gone: Vec::new(),
            counts: SnapshotCounts::default(),
        })
    }

    /// Applies what a reading alters, and what it states of an id's new holder, and says whether it altered anything.
    ///
    /// `O(current facts of the listing + altered facts)`, of which few pass where few are altered.
    pub(super) async fn apply(
        &mut self,
        db: &mut Connection,
        target: &Target<'_>,
        delta: &ListingDelta,
    ) -> Result<bool, Failure> {
        let before = self.counts;
        let mut current = if target.is_new {
            CurrentFacts::with_capacity_and_hasher(delta.appear.len(), FxBuildHasher)
        } else {
            current_facts(db, target.id, self.newest, self.dictionary, delta).await?
        };
        for fact in &delta.remove {
            let (row, found) = self.take(&mut current, target, fact)?;
            self.end(&row, found);
            self.counts.removed += 1;
        }
        for replaced in &delta.replace {
            let (row, found) = self.take(&mut current, target, &replaced.old)?;
            self.end(&row, found);
            self.add(db, &mut current, target, &replaced.new, Some(found.id)).await?;
            self.counts.replaced += 1;
        }
        for fact in &delta.appear {
            self.add(db, &mut current, target, fact, None).await?;
            self.counts.appeared += 1;
            self.counts.baseline += u64::from(target.origin.baseline);
        }
        self.hold(db, &current, target, delta).await?;
        self.see_again(db, &current, target, delta).await?;
        self.restate(db, &mut current, target, delta).await?;
        Ok(self.counts != before)
    }

    /// Sends what is left, and gives the resources that a listing no longer says to exist.
    pub(super) async fn finish(mut self, db: &mut Connection) -> Result<(SnapshotCounts, Vec<i64>), Failure> {
        self.rows.finish(db).await?;
        let end = "update fact set to_snapshot = $1 where id in";
        db::rows_update(db, end, &[self.snapshot.0], &self.ended).await?;
        Ok((self.counts, self.gone))
    }

    async fn add(
        &mut self,
        db: &mut Connection,
        current: &mut CurrentFacts,
        target: &Target<'_>,
        fact: &Fact,
        replaces: Option<i64>,
    ) -> Result<(), Failure> {
        let row = self.dictionary.row(fact)?;
        let id = self.row_add(db, target, &row, replaces).await?;
        match current.insert(row, Current { id, missing: false, of_former: false }) {
            None => Ok(()),
            Some(_) => Err(misfit(target, fact, "appears, and is there already")),
        }
    }

    async fn row_add(
        &mut self,
        db: &mut Connection,
        target: &Target<'_>,
        row: &FactRow,
        replaces: Option<i64>,
    ) -> Result<i64, Failure> {
        let id = self.next_id;
        self.next_id += 1;
        let columns = [
            id.into(),
            target.id.into(),
            row.kind.into(),
            row.subject.into(),
            row.object.into(),
            row.term.into(),
            row.value.as_deref().into(),
            self.snapshot.0.into(),
            target.origin.baseline.into(),
            replaces.into(),
        ];
        self.rows.row(db, columns).await?;
        Ok(id)
    }

    fn take(
        &self,
        current: &mut CurrentFacts,
        target: &Target<'_>,
        fact: &Fact,
    ) -> Result<(FactRow, Current), Failure> {
        let row = self.dictionary.row(fact)?;
        current.remove_entry(&row).ok_or_else(|| misfit(target, fact, "goes, and is not there"))
    }

    fn end(&mut self, row: &FactRow, found: Current) {
        self.ended.push(found.id);
        if row.is_existence() {
            self.gone.push(row.subject);
        }
    }

    async fn hold(
        &mut self,
        db: &mut Connection,
        current: &CurrentFacts,
        target: &Target<'_>,
        delta: &ListingDelta,
    ) -> Result<(), Failure> {
        let held = self.find(current, target, &delta.hold)?;
        // One that waits already keeps its first mark, its reason, and what a person said about it.
        let held: Vec<i64> = held.iter().filter(|held| !held.missing).map(|held| held.id).collect();
        if held.is_empty() {
            return Ok(());
        }
        let hold: i64 = db::query_scalar(
            "insert into hold (connector_id, listing_id, snapshot_id, reason) values ($1, $2, $3, $4) returning id",
        )
        .bind(self.connector.0)
        .bind(target.id)
        .bind(self.snapshot.0)
        .bind(delta.hold_reason.as_deref().unwrap_or_default())
        .fetch_one(&mut *db)
        .await?;
        let mark = "update fact set missing_since = $1, hold_id = $2, discarded = 0, discarded_at = null where id in";
        self.counts.held += db::rows_update(db, mark, &[self.snapshot.0, hold], &held).await?;
        Ok(())
    }

    async fn see_again(
        &mut self,
        db: &mut Connection,
        current: &CurrentFacts,
        target: &Target<'_>,
        delta: &ListingDelta,
    ) -> Result<(), Failure> {
        let seen = self.find(current, target, &delta.seen_again)?;
        let seen: Vec<i64> = seen.iter().filter(|seen| seen.missing).map(|seen| seen.id).collect();
        let keep = "insert into mark_past (fact_id, from_snapshot, to_snapshot, hold_id, discarded_at) \
                    select id, missing_since, $1, hold_id, discarded_at from fact where id in";
        db::rows_update(db, keep, &[self.snapshot.0], &seen).await?;
        let clear = "update fact set missing_since = null, hold_id = null, discarded = 0, discarded_at = null \
                     where id in";
        self.counts.seen_again += db::rows_update(db, clear, &[], &seen).await?;
        Ok(())
    }

    /// What a complete reading says of an id is said of whoever has it now: what was known of a former holder ends, and the
    /// same of the new one begins.
    async fn restate(
        &mut self,
        db: &mut Connection,
        current: &mut CurrentFacts,
        target: &Target<'_>,
        delta: &ListingDelta,
    ) -> Result<(), Failure> {
        if !target.is_complete || !current.values().any(|fact| fact.of_former) {
            return Ok(());
        }
        let ids = |found: Vec<Current>| found.into_iter().map(|fact| fact.id).collect::<HashSet<i64>>();
        let waiting = ids(self.find(current, target, &delta.hold)?);
        let seen = ids(self.find(current, target, &delta.seen_again)?);
        let is_stated = |fact: &Current| !waiting.contains(&fact.id) && (!fact.missing || seen.contains(&fact.id));
        let stated: Vec<FactRow> =
            current.iter().filter(|(_, fact)| fact.of_former && is_stated(fact)).map(|(row, _)| row.clone()).collect();
        for row in stated {
            if let Some(former) = current.remove(&row) {
                self.ended.push(former.id);
                self.row_add(db, target, &row, None).await?;
                self.counts.removed += 1;
                self.counts.appeared += 1;
                self.counts.baseline += u64::from(target.origin.baseline);
            }
        }
        Ok(())
    }

    fn find(&self, current: &CurrentFacts, target: &Target<'_>, facts: &[Fact]) -> Result<Vec<Current>, Failure> {
        let find = |fact| {
            let found = current.get(&self.dictionary.row(fact)?).copied();
            found.ok_or_else(|| misfit(target, fact, "is marked, and is not there"))
        };
        facts.iter().map(find).collect()
    }
}

fn misfit(target: &Target<'_>, fact: &Fact, why: &str) -> Failure {
    Failure::Inconsistent(format!("in {}, {fact:?} {why}", target.key))
}
