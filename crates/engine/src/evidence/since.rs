//! Since when grants are new, where nobody says it: since the last review.

use rolecall_model::Timestamp;
use rolecall_model::review::ReviewState;
use rolecall_store::{ReviewFilter, Store, StoreError};

/// When the population was fixed of the review of access that was completed last by a moment: what is there since then, nobody
/// has looked at. `None` where there was none.
///
/// # Errors
/// When the database cannot be read.
pub async fn last_review_at(store: &Store, until: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let completed = store.review_list(ReviewFilter { state: Some(ReviewState::Completed) }).await?;
    let completed = completed.iter().filter(|review| review.ended_at.is_some_and(|ended| ended <= until));
    Ok(completed.max_by_key(|review| review.ended_at).and_then(|review| review.staged_at))
}
