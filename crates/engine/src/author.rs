//! Who made a change, where the source's own record tells.

use rolecall_model::{ResourceRef, SourceEvent, Timestamp};
use rolecall_store::{Change, ChangeKind, Store, StoreError};

use crate::world::ConnectorView;

/// The events of one connector's source that may explain some changes.
#[derive(Debug)]
pub(crate) struct Authors {
    root: ResourceRef,
    /// Oldest first.
    events: Vec<SourceEvent>,
}

impl Authors {
    /// Loads what happened between the earliest reading that may have preceded one of the changes and the last one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn load(store: &Store, connector: &ConnectorView, changes: &[Change]) -> Result<Self, StoreError> {
        let from = changes.iter().filter_map(|change| change.not_before).min();
        let to = changes.iter().map(|change| change.not_after).max();
        let events = match (connector.declaration.events, from, to) {
            (Some(_), Some(from), Some(to)) => store.source_events(connector.record.id, from, to).await?,
            _ => Vec::new(),
        };
        Ok(Self { root: connector.root(), events })
    }

    /// Dates a change by the one event that explains it, and says who made it. Where several may, or none, the change
    /// stays as it is: a wrong name is worse than none.
    pub(crate) fn narrow(&self, change: &mut Change) -> Option<String> {
        let event = self.only(change)?;
        (change.not_before, change.not_after) = (Some(event.at), event.at);
        event.actor.clone()
    }

    fn only(&self, change: &Change) -> Option<&SourceEvent> {
        let appeared = match change.kind {
            ChangeKind::Appeared => true,
            ChangeKind::Disappeared => false,
            ChangeKind::Replaced { .. } => return None,
        };
        let mut explaining = self.between(change.not_before?, change.not_after).iter();
        let mut next = || explaining.find(|event| event.explains(&change.fact, appeared, &self.root));
        let first = next()?;
        next().is_none().then_some(first)
    }

    /// What happened after one moment and not after another.
    fn between(&self, after: Timestamp, until: Timestamp) -> &[SourceEvent] {
        let begin = self.events.partition_point(|event| event.at <= after);
        let end = self.events.partition_point(|event| event.at <= until);
        self.events.get(begin..end).unwrap_or_default()
    }
}
