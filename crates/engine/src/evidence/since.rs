//! Since when grants are new, where nobody says it: since the last review of everything that their connector grants.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_connect::is_directory;
use rolecall_model::Timestamp;
use rolecall_model::review::ReviewState;
use rolecall_store::{Connector, ConnectorId, ReviewFilter, Snapshot, SnapshotId, Store, StoreError, StoredReview};

use crate::reviews::{ConnectorAccuracy, ReviewAccuracy, ReviewDefinition, ReviewScope};
use crate::world::{connector_is_named, connector_title};

/// Since when rights are new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSince {
    /// Since when at the earliest.
    pub at: Timestamp,
    /// Of connectors that were reviewed.
    pub(super) of: BTreeMap<ConnectorId, Reviewed>,
    /// What nobody has looked at all the same, in sentences.
    pub(super) unreviewed: Vec<String>,
}

/// When a connector was reviewed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reviewed {
    /// When the population was fixed.
    pub(super) at: Timestamp,
    /// What it was taken from. Another may have become current while it was taken.
    pub(super) snapshot: Option<Snapshot>,
}

impl NewSince {
    /// The same moment everywhere.
    #[must_use]
    pub const fn moment(at: Timestamp) -> Self {
        Self { at, of: BTreeMap::new(), unreviewed: Vec::new() }
    }

    /// Of a connector.
    pub(super) fn of(&self, connector: ConnectorId) -> Timestamp {
        self.of.get(&connector).map_or(self.at, |reviewed| reviewed.at)
    }

    /// Every moment that it is of some connector.
    pub(super) fn moments(&self, connectors: impl Iterator<Item = ConnectorId>) -> BTreeSet<Timestamp> {
        connectors.map(|connector| self.of(connector)).collect()
    }

    /// What the populations were taken from that were fixed at a moment.
    pub(super) fn snapshots(&self, at: Timestamp) -> BTreeMap<ConnectorId, SnapshotId> {
        let fixed = self.of.iter().filter(|(_, reviewed)| reviewed.at == at);
        fixed.filter_map(|(connector, reviewed)| Some((*connector, reviewed.snapshot.as_ref()?.id))).collect()
    }

    /// Since when anything that is new can have become current.
    pub(super) fn earliest(&self) -> Timestamp {
        let taken = self.of.values().filter_map(|reviewed| Some(reviewed.snapshot.as_ref()?.made_current_at));
        taken.fold(self.at, Timestamp::min)
    }
}

/// Of each connector that there was at a moment, or of one, when the population was fixed last of a review that was completed by
/// then and was about everything there: what is there since then, nobody has looked at. A review of owners alone, or of what a
/// rule found, says nothing of the rest. `None` where there was none of any connector.
///
/// # Errors
/// When the database cannot be read.
pub async fn last_review(store: &Store, only: Option<&str>, until: Timestamp) -> Result<Option<NewSince>, StoreError> {
    let completed = store.review_list(ReviewFilter { state: Some(ReviewState::Completed) }).await?;
    let completed: Vec<StoredReview> =
        completed.into_iter().filter(|review| review.ended_at.is_some_and(|ended| ended <= until)).collect();
    let (mut of, mut unreviewed) = (BTreeMap::new(), Vec::new());
    let mut used = BTreeMap::new();
    let connectors = store.connector_list().await?.into_iter().chain(store.connector_list_removed().await?);
    let was_there = |connector: &Connector| {
        connector.created_at <= until && connector.removed_at.is_none_or(|removed| removed > until)
    };
    for connector in connectors.filter(was_there) {
        let is_asked = only.is_none_or(|only| connector_is_named(&connector, only));
        if is_directory(&connector.config.connector_type) || !is_asked {
            continue;
        }
        let whole =
            completed.iter().filter_map(|review| Some((review, review.staged_at?, of_all(review, &connector)?)));
        match whole.max_by_key(|(_, at, _)| *at) {
            Some((review, at, accuracy)) => {
                let snapshot = snapshot_known(store, &connector, accuracy.snapshot).await?;
                of.insert(connector.id, Reviewed { at, snapshot });
                used.insert(review.uuid, review);
            }
            None => unreviewed.push(format!(
                "no completed review was about everything of {}, so that all of it is new to reviewers",
                connector_title(&connector)
            )),
        }
    }
    for review in used.values() {
        let undecided = store.review_progress(review.id).await?.undecided;
        if undecided > 0 {
            unreviewed.push(format!("in {:?} nobody decided about {undecided} grants", review.name));
        }
    }
    let at = of.values().map(|reviewed| reviewed.at).min();
    Ok(at.map(|at| NewSince { at, of, unreviewed }))
}

async fn snapshot_known(
    store: &Store,
    connector: &Connector,
    number: Option<i64>,
) -> Result<Option<Snapshot>, StoreError> {
    let Some(number) = number else { return Ok(None) };
    let snapshots = store.snapshot_list(connector.id, usize::MAX).await?;
    Ok(snapshots.into_iter().find(|snapshot| snapshot.id.0 == number))
}

/// Of a review that was about everything that a connector granted, whatever that is called by now, what it was taken from.
fn of_all(review: &StoredReview, connector: &Connector) -> Option<ConnectorAccuracy> {
    let definition = ReviewDefinition::of(review).ok()?;
    let is_restricted = ReviewScope { connectors: Vec::new(), ..definition.scope } != ReviewScope::default();
    let accuracy: ReviewAccuracy = serde_json::from_value(review.accuracy.clone()).unwrap_or_default();
    let id = connector.uuid.to_string();
    accuracy.connectors.into_iter().find(|one| !is_restricted && one.id == id)
}
