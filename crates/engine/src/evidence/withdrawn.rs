//! Connectors that were removed, and those of which the history was deleted: what they had is told by no section.

use rolecall_model::Timestamp;
use rolecall_store::{AuditFilter, Store, StoreError};

use super::scope::EvidenceQuestion;
use crate::moment::moment_text;

/// The action under which the audit log tells that a history was deleted.
const PURGED: &str = "connector.purged";

/// A connector that is not read any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Withdrawn {
    /// What it was called; its id, where only the audit log knows that there was one.
    pub(super) title: String,
    /// Since when.
    pub(super) at: Timestamp,
    /// Whether its history was deleted, and not only kept aside.
    pub(super) is_purged: bool,
}

impl Withdrawn {
    /// Those of which something is missing in a period: what was removed in it, and of what there was in it and is deleted by
    /// now, whenever that was done.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(store: &Store, question: &EvidenceQuestion) -> Result<Vec<Self>, StoreError> {
        let removed = store.connector_list_removed().await?.into_iter().filter_map(|connector| {
            let title = format!("{}:{}", connector.config.connector_type, connector.config.name);
            Some(Self { title, at: connector.removed_at?, is_purged: false })
        });
        let mut all: Vec<Self> = removed.filter(|one| one.at <= question.at).collect();
        let filter = AuditFilter {
            since: Some(question.since),
            action: Some(PURGED.to_owned()),
            actor: None,
            limit: usize::MAX,
        };
        let purged = store.audit_list(&filter).await?.into_iter().rev();
        all.extend(purged.map(|record| Self { title: record.subject, at: record.at, is_purged: true }));
        all.retain(|one| one.at >= question.since);
        Ok(all)
    }

    /// What follows from it.
    pub(super) fn sentence(&self) -> String {
        let (title, at) = (&self.title, moment_text(self.at));
        if self.is_purged {
            return format!("the history of the connector {title} was deleted at {at}, so that nothing of it is told");
        }
        format!("{title} was removed at {at}, so that what it had before is not told")
    }
}
