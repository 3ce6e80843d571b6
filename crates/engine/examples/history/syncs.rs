//! Syncs as the engine makes them, from readings that are there already.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rolecall_model::{ConnectorDeclaration, Fact, FactSet, ListingDiff, ListingKey, Stage, Timestamp, Verdict};
use rolecall_store::{
    ConnectorId, ListingChange, ListingDelta, ListingState, ListingWrite, NewConnector, SnapshotCounts, SnapshotWrite,
    Store, SyncEnd,
};

use crate::Failure;
use crate::organization::Organization;

const DAY: i64 = 86_400;
const BEGINNING: Timestamp = Timestamp(1_735_700_000_000_000);

/// What a sync took.
pub(crate) struct Used {
    /// Facts that the readings stated.
    pub(crate) facts: usize,
    /// Facts that appeared, went, or took the place of others.
    pub(crate) altered: u64,
    /// Digests of the readings, and for those that differ the comparison with what is current.
    pub(crate) compared: Duration,
    /// From the first statement of the transaction to the commit.
    pub(crate) written: Duration,
}

/// The syncs of one connector.
pub(crate) struct Syncs<'s> {
    store: &'s Store,
    connector: ConnectorId,
    declaration: &'static ConnectorDeclaration,
}

impl<'s> Syncs<'s> {
    pub(crate) async fn new(store: &'s Store) -> Result<Self, Failure> {
        let declaration = rolecall_connect::declaration("npm").ok_or("there is no npm connector")?;
        let config = NewConnector {
            connector_type: declaration.name.to_owned(),
            name: Organization::name().to_owned(),
            root: Organization::name().to_owned(),
            base_url: "https://registry.invalid".to_owned(),
            ..NewConnector::default()
        };
        let connector = store.connector_put(&config, "bench", BEGINNING).await?.id;
        Ok(Self { store, connector, declaration })
    }

    /// Reads everything on a day, the first of which is 0, and makes it current.
    pub(crate) async fn sync(&self, day: i64, readings: Vec<(ListingKey, Vec<Fact>)>) -> Result<Used, Failure> {
        let at = read_on(day);
        let sync = self.store.sync_begin(self.connector, at).await?.id;
        let facts = readings.iter().map(|(_, facts)| facts.len()).sum();

        let started = Instant::now();
        let states = self.store.listing_states(self.connector).await?;
        let states: HashMap<&ListingKey, &ListingState> = states.iter().map(|state| (&state.key, state)).collect();
        let mut listings = Vec::with_capacity(readings.len());
        for (key, facts) in readings {
            listings.push(self.listing(states.get(&key).copied(), key, facts, at).await?);
        }
        let compared = started.elapsed();

        let write = SnapshotWrite {
            connector: self.connector,
            sync,
            stage: Stage::Membership,
            at,
            listings,
            requests_month: None,
            fingerprint: None,
            reused_ids: self.declaration.reused_ids(),
        };
        let started = Instant::now();
        let report = self.store.snapshot_make_current(&write).await?;
        let written = started.elapsed();
        self.store.sync_finish(sync, &SyncEnd::Finished, at, 0).await?;
        Ok(Used { facts, altered: altered(&report.counts), compared, written })
    }

    /// What a reading changes, when every removal passes.
    async fn listing(
        &self,
        state: Option<&ListingState>,
        key: ListingKey,
        facts: Vec<Fact>,
        read_at: Timestamp,
    ) -> Result<ListingWrite, Failure> {
        let stated = FactSet::new(facts);
        let digest = Some(stated.digest());
        let change = match state {
            Some(state) if state.digest == digest => ListingChange::Same,
            state => ListingChange::Changed(self.delta(state, &key, &stated).await?),
        };
        Ok(ListingWrite {
            key,
            verdict: Verdict::Proven,
            read_at,
            validator: None,
            digest,
            diagnostics: Vec::new(),
            change,
        })
    }

    async fn delta(
        &self,
        state: Option<&ListingState>,
        key: &ListingKey,
        stated: &FactSet,
    ) -> Result<ListingDelta, Failure> {
        let current = match state {
            Some(_) => self.store.listing_current(self.connector, key).await?.map(|current| current.facts),
            None => None,
        };
        let diff = ListingDiff::between(&current.unwrap_or_default(), stated, self.declaration);
        Ok(ListingDelta {
            appear: diff.appeared,
            replace: diff.replaced,
            remove: diff.disappeared,
            ..ListingDelta::default()
        })
    }
}

/// When a day's sync reads.
fn read_on(day: i64) -> Timestamp {
    BEGINNING.plus_seconds(day * DAY)
}

/// A moment after that day's sync and before the next.
pub(crate) fn end_of(day: i64) -> Timestamp {
    read_on(day).plus_seconds(DAY / 2)
}

const fn altered(counts: &SnapshotCounts) -> u64 {
    counts.appeared + counts.removed + counts.replaced + counts.cascaded
}
