//! Since when grants are new, where nobody says it: since the last review of everything that their connector grants.

use std::collections::BTreeMap;

use rolecall_connect::is_directory;
use rolecall_model::Timestamp;
use rolecall_model::review::ReviewState;
use rolecall_store::{Connector, ConnectorId, ReviewFilter, Store, StoreError, StoredReview};

use crate::reviews::{ReviewDefinition, ReviewScope};

/// Since when rights are new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSince {
    /// Since when at the earliest.
    pub at: Timestamp,
    /// Of connectors of which it is another moment.
    pub(super) of: BTreeMap<ConnectorId, Timestamp>,
    /// Connectors of which no completed review was about everything, by title.
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

/// Of each connector, or of one, when the population was fixed of the review that was completed last by a moment and was about
/// everything there: what is there since then, nobody has looked at. A review of owners alone, or of what a rule found, says
/// nothing of the rest. `None` where there was none of any connector.
///
/// # Errors
/// When the database cannot be read.
pub async fn last_review(store: &Store, only: Option<&str>, until: Timestamp) -> Result<Option<NewSince>, StoreError> {
    let completed = store.review_list(ReviewFilter { state: Some(ReviewState::Completed) }).await?;
    let completed: Vec<StoredReview> =
        completed.into_iter().filter(|review| review.ended_at.is_some_and(|ended| ended <= until)).collect();
    let (mut of, mut unreviewed) = (BTreeMap::new(), Vec::new());
    for connector in store.connector_list().await? {
        let title = format!("{}:{}", connector.config.connector_type, connector.config.name);
        let is_asked = only.is_none_or(|only| only == title || only == connector.config.name);
        if is_directory(&connector.config.connector_type) || !is_asked {
            continue;
        }
        let staged = completed.iter().filter(|review| is_of_all(review, &connector, &title));
        match staged.filter_map(|review| review.staged_at).max() {
            Some(staged) => drop(of.insert(connector.id, staged)),
            None => unreviewed.push(title),
        }
    }
    let at = of.values().min().copied();
    Ok(at.map(|at| NewSince { at, of, unreviewed }))
}

/// Whether a review was about everything that a connector grants.
fn is_of_all(review: &StoredReview, connector: &Connector, title: &str) -> bool {
    let Ok(definition) = ReviewDefinition::of(review) else { return false };
    let named = definition.scope.connectors.iter().any(|name| name == title || *name == connector.config.name);
    // What was configured later was in no review of all that there was.
    let was_there = review.staged_at.is_some_and(|staged| staged >= connector.created_at);
    let is_restricted = ReviewScope { connectors: Vec::new(), ..definition.scope.clone() } != ReviewScope::default();
    was_there && !is_restricted && (named || definition.scope.connectors.is_empty())
}
