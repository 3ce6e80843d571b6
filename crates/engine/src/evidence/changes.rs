//! What changed in the period, between which two readings, and who did it as far as that is told.

use std::io;

use rolecall_store::{Store, StoreError};
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Section, filled, known, text};
use crate::changes::{ChangeAnswer, ChangesQuestion, UNKNOWN, changes};
use crate::moment::moment_text;
use crate::text::counted;
use crate::world::ConnectorView;

/// See [`Section`].
pub(super) struct Changes {
    changes: Vec<ChangeAnswer>,
    /// What of the period was not seen.
    unseen: Vec<String>,
    /// Until when each connector was read.
    until: Vec<String>,
}

impl Changes {
    /// Reads them, of a period in which so many listings were not complete for a while. `O(changes of the period)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>, partial_listings: usize) -> Result<Self, StoreError> {
        let question = ChangesQuestion { since: Some(scope.since), until: Some(scope.at), ..ChangesQuestion::all() };
        let (mut changes, _) = changes(scope.store, &scope.view, &question).await?;
        changes.reverse();
        let (mut unseen, mut until) = (Vec::new(), Vec::new());
        for connector in &scope.view.connectors {
            unseen.extend(unrecorded(scope.store, scope, connector).await?);
            let last = connector.states.iter().map(|state| state.read_at).max();
            until.extend(last.map(|last| format!("{} at {}", connector.title(), moment_text(last))));
        }
        if partial_listings > 0 {
            unseen.push(format!(
                "in {} of gaps.csv a listing was not read in full, and what came and went there may not have been seen",
                counted(partial_listings, "row", "rows")
            ));
        }
        unseen.extend(scope.missing());
        Ok(Self { changes, unseen, until })
    }
}

/// What of the period was before the first reading.
async fn unrecorded(store: &Store, scope: &Scope<'_>, connector: &ConnectorView) -> Result<Option<String>, StoreError> {
    let title = connector.title();
    let first = store.snapshot_first(connector.record.id).await?;
    Ok(match first.filter(|first| *first <= scope.at) {
        None => Some(format!("{title} had not been read by then")),
        Some(first) if scope.since < first => {
            Some(format!("{title} is recorded since {}; what changed before is unknown", moment_text(first)))
        }
        Some(_) => None,
    })
}

impl Section for Changes {
    fn name(&self) -> &'static str {
        "changes"
    }

    fn title(&self) -> &'static str {
        "Changes in the period"
    }

    fn proves(&self) -> &'static str {
        "What appeared, disappeared or became another, oldest first: after which reading, by which one at the latest, and \
         who did it. npm tells nobody who changed an organisation, so that the actor is unknown there."
    }

    fn columns(&self) -> &'static [&'static str] {
        &["connector", "change", "kind", "what", "notBefore", "notAfter", "madeCurrentAt", "actor", "confirmed", "fact"]
    }

    fn extent(&self) -> Extent {
        if !self.unseen.is_empty() {
            return Extent::at_least(&self.unseen);
        }
        let until = self.until.join(", ");
        Extent::complete(format!(
            "every change between two readings of the period is a row, up to the last reading of {until}; what came and went \
             between two readings was not seen"
        ))
    }

    fn rows(&self, put: &mut Put<'_>) -> io::Result<()> {
        self.changes.iter().try_for_each(|change| {
            put(vec![
                text(&change.connector),
                text(change.change),
                text(change.kind),
                text(&change.text),
                known(change.not_before.clone()),
                text(&change.not_after),
                text(moment_text(change.made_current_at)),
                if change.actor == UNKNOWN { Json::Null } else { text(&change.actor) },
                filled(change.confirmed.clone()),
                serde_json::to_value(&change.fact).unwrap_or_default(),
            ])
        })
    }
}
