//! Who answered for something before, and who ended that.

use rolecall_store::{Store, StoreError};
use serde::Serialize;

use super::OwnerBook;
use crate::moment::moment_text;
use crate::name::NameError;

/// Somebody who answered for something by the word of one source, and does no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerPast {
    /// Who, in words.
    pub owner: String,
    /// `said`, `list` or `codeowners`.
    pub source: &'static str,
    /// Who said it, or brought the list.
    pub by: String,
    /// Since when.
    pub since: String,
    /// Until when.
    pub until: String,
    /// Who ended it.
    pub ended_by: String,
    /// And why.
    pub ended_reason: String,
}

impl OwnerBook<'_> {
    /// Who answered for something and does no more, the last first.
    ///
    /// # Errors
    /// When the name means nothing or too much; or, inside, when the database fails.
    pub async fn history(&self, store: &Store, name: &str) -> Result<Result<Vec<OwnerPast>, StoreError>, NameError> {
        let node = self.view.resolve("resource", name, |node| self.view.is_owned(node))?;
        let Some(resource) = self.view.owned_resources(node).into_iter().next() else { return Ok(Ok(Vec::new())) };
        let rows = store.owner_history(&resource).await;
        Ok(rows.map(|rows| {
            let past = rows.into_iter().filter_map(|row| {
                let ended = row.ended?;
                Some(OwnerPast {
                    owner: self.owner(&row.owner).text(),
                    source: row.source.word(),
                    by: row.decision.actor,
                    since: moment_text(row.since),
                    until: moment_text(ended.at),
                    ended_by: ended.decision.actor,
                    ended_reason: ended.decision.reason,
                })
            });
            past.collect()
        }))
    }
}
