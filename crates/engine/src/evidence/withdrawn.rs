//! Connectors that were removed, and those of which the history was deleted: what they had is told by no section.

use std::collections::BTreeMap;

use rolecall_model::Timestamp;
use rolecall_store::{AuditFilter, AuditRecord, Store, StoreError};

use super::scope::EvidenceQuestion;
use crate::moment::moment_text;
use crate::world::connector_title;

/// What the audit log calls what becomes of connectors.
const ADDED: &str = "connector.added";
const REMOVED: &str = "connector.removed";
const RESTORED: &str = "connector.restored";
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
    /// Those of which something of a period is missing as of its end: what had been removed then and not long before, and of
    /// what there was in the period and was deleted since, whenever that was.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(store: &Store, question: &EvidenceQuestion) -> Result<Vec<Self>, StoreError> {
        let mut titles = BTreeMap::new();
        for connector in store.connector_list().await?.into_iter().chain(store.connector_list_removed().await?) {
            titles.insert(connector.uuid.to_string(), connector_title(&connector));
        }
        let mut courses: BTreeMap<String, Vec<AuditRecord>> = BTreeMap::new();
        for action in [ADDED, REMOVED, RESTORED, PURGED] {
            let filter = AuditFilter { action: Some(action.to_owned()), since: None, actor: None, limit: usize::MAX };
            for record in store.audit_list(&filter).await? {
                courses.entry(record.subject.clone()).or_default().push(record);
            }
        }
        let mut all = Vec::new();
        for (id, mut course) in courses {
            course.sort_by_key(|record| record.sequence);
            let title = titles.get(&id).cloned().unwrap_or(id);
            all.extend(withdrawn(&course, question).map(|(at, is_purged)| Self { title, at, is_purged }));
        }
        all.sort_by(|one, other| (one.at, &one.title).cmp(&(other.at, &other.title)));
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

/// When a connector was withdrawn by the end of a period, if something of the period is missing by that, and whether it was
/// deleted.
fn withdrawn(course: &[AuditRecord], question: &EvidenceQuestion) -> Option<(Timestamp, bool)> {
    let is = |record: &&AuditRecord, action: &str| record.action == action;
    let added = course.iter().find(|record| is(record, ADDED)).map(|record| record.at);
    let purged = course.iter().rfind(|record| is(record, PURGED));
    let then: Vec<&AuditRecord> = course.iter().filter(|record| record.at <= question.at).collect();
    let removed = then.last().filter(|record| is(record, REMOVED) || is(record, PURGED));
    let ended = course.iter().rfind(|record| is(record, REMOVED)).or(purged).map(|record| record.at);
    let was_there = added.is_none_or(|added| added <= question.at) && ended.is_none_or(|ended| ended >= question.since);
    match (purged, removed) {
        (Some(purged), _) if was_there => Some((purged.at, true)),
        (None, Some(removed)) if removed.at >= question.since => Some((removed.at, false)),
        _ => None,
    }
}
