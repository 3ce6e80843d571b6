//! Since when grants are new, where nobody says it: since the last review of everything that their connector grants.

use std::collections::BTreeMap;

use rolecall_connect::is_directory;
use rolecall_model::Timestamp;
use rolecall_model::review::ReviewState;
use rolecall_store::{Connector, ConnectorId, ReviewFilter, Store, StoreError, StoredReview};

use crate::reviews::{ReviewAccuracy, ReviewDefinition, ReviewScope};
use crate::world::{connector_is_named, connector_title};

/// Since when rights are new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSince {
    /// Since when at the earliest.
    pub at: Timestamp,
    /// Of connectors of which it is another moment.
    pub(super) of: BTreeMap<ConnectorId, Timestamp>,
    /// What nobody has looked at all the same, in sentences.
    pub(super) unreviewed: Vec<String>,
}

impl NewSince {
    /// The same moment everywhere.
    #[must_use]
    pub const fn moment(at: Timestamp) -> Self {
        Self { at, of: BTreeMap::new(), unreviewed: Vec::new() }
    }

    /// Of a connector.
    pub(super) fn of(&self, connector: ConnectorId) -> Timestamp {
        self.of.get(&connector).copied().unwrap_or(self.at)
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
        let last =
            completed.iter().filter(|review| is_of_all(review, &connector)).max_by_key(|review| review.staged_at);
        match last.and_then(|review| Some((review, review.staged_at?))) {
            Some((review, staged)) => {
                of.insert(connector.id, staged);
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
    let at = of.values().min().copied();
    Ok(at.map(|at| NewSince { at, of, unreviewed }))
}

/// Whether a review was about everything that a connector granted when it was staged, whatever that is called by now.
fn is_of_all(review: &StoredReview, connector: &Connector) -> bool {
    let Ok(definition) = ReviewDefinition::of(review) else { return false };
    let is_restricted = ReviewScope { connectors: Vec::new(), ..definition.scope } != ReviewScope::default();
    let accuracy: ReviewAccuracy = serde_json::from_value(review.accuracy.clone()).unwrap_or_default();
    let id = connector.uuid.to_string();
    !is_restricted && accuracy.connectors.iter().any(|one| one.id == id)
}
