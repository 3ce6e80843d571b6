//! Who answered for something before, and who ended that.

use rolecall_store::{OwnerRow, Store};
use serde::Serialize;

use super::{OwnerBook, OwnerNameError};
use crate::moment::moment_text;

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
    /// When the name means nothing or too much; or when the database fails.
    pub async fn history(&self, store: &Store, name: &str) -> Result<Vec<OwnerPast>, OwnerNameError> {
        let node = self.view.resolve("resource", name, |node| self.view.is_owned(node))?;
        let Some(resource) = self.view.owned_resources(node).into_iter().next() else { return Ok(Vec::new()) };
        let rows = store.owner_history(&resource).await?;
        Ok(rows.into_iter().filter_map(|row| self.past(row)).collect())
    }

    fn past(&self, row: OwnerRow) -> Option<OwnerPast> {
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
    }
}
