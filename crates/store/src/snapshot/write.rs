//! The one transaction that makes a stage current.

use std::collections::{HashMap, HashSet};

use rolecall_model::{ListingKey, Timestamp};

use super::baseline::{Origin, origins};
use super::cascade::cascade;
use super::dictionary::Dictionary;
use super::facts::{FactWriter, Target};
use super::incarnation::{Incarnations, Newest};
use super::listings::{Head, heads, listing_put, listing_read_insert};
use super::record::{snapshot_audit, snapshot_counts_put, snapshot_insert};
use super::unchanged::{UnchangedReading, unchanged_insert};
use super::{ListingChange, ListingWrite, SnapshotReport, SnapshotWrite};
use crate::db::Connection;
use crate::error::Failure;
use crate::fingerprint::fingerprint_put;
use crate::staged::{staged_before, staged_remove};
use crate::sync::requests_add;
use crate::{Store, StoreError, SyncId};

impl Store {
    /// Makes everything that a stage read current, or nothing of it.
    ///
    /// In the same transaction the staged readings of exactly these listings go, and the requests are counted.
    /// A listing that did not change costs one updated row. When the last statement that a resource exists goes, the
    /// listings of that resource are retired with their facts; a retired listing that is read becomes live again.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the write does not fit what is current, [`StoreError::Full`],
    /// [`StoreError::Busy`]; in every case what was current still is, and only that.
    pub async fn snapshot_make_current(&self, write: &SnapshotWrite) -> Result<SnapshotReport, StoreError> {
        self.answer(async {
            keys_check(&write.listings)?;
            let mut tx = self.writing().await?;
            let report = write_all(&mut tx, write).await?;
            tx.commit().await?;
            Ok(report)
        })
        .await
    }
}

fn keys_check(listings: &[ListingWrite]) -> Result<(), Failure> {
    let mut keys = HashSet::with_capacity(listings.len());
    match listings.iter().find(|listing| !keys.insert(&listing.key)) {
        None => Ok(()),
        Some(twice) => Err(Failure::Inconsistent(format!("{} is written twice", twice.key))),
    }
}

async fn write_all(db: &mut Connection, write: &SnapshotWrite) -> Result<SnapshotReport, Failure> {
    let connector = write.connector;
    let snapshot = snapshot_insert(db, connector, Some(write.sync), write.stage.into(), write.at).await?;
    let mut dictionary = Dictionary::of(db, connector, &write.listings).await?;
    Incarnations { write, snapshot }.begin(db, &mut dictionary).await?;
    let newest = Newest::load(db, connector).await?;
    let heads = heads(db, connector).await?;
    let origins = origins(db, &write.listings, &heads, &dictionary).await?;

    let mut facts = FactWriter::new(db, connector, snapshot, &dictionary, &newest).await?;
    let before = staged_before(db, connector, write.stage, write.sync).await?;
    let mut context = Context { write, snapshot, heads, before, dictionary: &dictionary, unchanged: Vec::new() };
    for (listing, origin) in write.listings.iter().zip(origins) {
        context.listing_write(db, &mut facts, listing, origin).await?;
    }
    unchanged_insert(db, snapshot, context.unchanged).await?;
    let (mut counts, gone) = facts.finish(db).await?;
    let gone = gone.into_iter().map(|resource| (resource, write.at)).collect();
    cascade(db, snapshot, gone, &mut counts).await?;

    staged_remove(db, connector, write.stage, write.listings.iter().map(|listing| &listing.key)).await?;
    if let Some(requests) = &write.requests_month {
        requests_add(db, connector, &requests.month, requests.count).await?;
    }
    if let Some(fingerprint) = &write.fingerprint {
        fingerprint_put(db, connector, fingerprint, write.at).await?;
    }
    snapshot_counts_put(db, snapshot, &counts).await?;
    snapshot_audit(db, write, snapshot, &counts).await?;
    Ok(SnapshotReport { snapshot, counts })
}

/// What every listing of a write shares.
struct Context<'w> {
    write: &'w SnapshotWrite,
    snapshot: crate::SnapshotId,
    heads: HashMap<(i64, i64), Head>,
    /// What an interrupted sync left: when it was read, and by which sync.
    before: HashMap<ListingKey, (Timestamp, Option<SyncId>)>,
    dictionary: &'w Dictionary<'w>,
    /// Readings that are not worth a row of their own.
    unchanged: Vec<UnchangedReading>,
}

impl Context<'_> {
    async fn listing_write(
        &mut self,
        db: &mut Connection,
        facts: &mut FactWriter<'_>,
        listing: &ListingWrite,
        origin: Origin,
    ) -> Result<(), Failure> {
        let key = (self.dictionary.term(&listing.key.kind)?, self.dictionary.resource(&listing.key.subject)?);
        let head = self.heads.get(&key);
        let read_by = match self.before.get(&listing.key) {
            Some((read_at, sync)) if *read_at == listing.read_at => *sync,
            _ => Some(self.write.sync),
        };
        let read = (self.snapshot, read_by);
        let moved = listing_put(db, self.write.connector, read, listing, self.dictionary).await?;
        facts.counts.listings += 1;
        let altered = match &listing.change {
            ListingChange::Unread => {
                facts.counts.unread += 1;
                false
            }
            ListingChange::Same => false,
            ListingChange::Changed(delta) => {
                let (is_new, is_complete) = (head.is_none(), listing.verdict.is_complete());
                let target = Target { id: moved.id, key: &listing.key, is_new, is_complete, origin };
                facts.apply(db, &target, delta).await?
            }
        };
        if altered || head.is_none_or(|head| head.differs_from(&listing.verdict)) {
            listing_read_insert(db, &moved, self.snapshot, listing, origin).await?;
        } else {
            self.unchanged.push(UnchangedReading { listing: moved.id, read_at: listing.read_at });
        }
        Ok(())
    }
}
