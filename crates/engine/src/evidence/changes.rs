//! What changed in the period, between which two readings, and who did it as far as that is told.

use std::io;

use rolecall_store::StoreError;
use serde_json::Value as Json;

use super::scope::Scope;
use super::section::{Extent, Put, Section, filled, known, text};
use crate::changes::{ChangeAnswer, ChangesQuestion, UNKNOWN, changes, changes_unseen};
use crate::moment::moment_text;

/// See [`Section`].
pub(super) struct Changes {
    changes: Vec<ChangeAnswer>,
    unseen: Vec<String>,
}

impl Changes {
    /// Reads them. `O(changes of the period)`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(super) async fn load(scope: &Scope<'_>) -> Result<Self, StoreError> {
        let question = ChangesQuestion { since: Some(scope.since), until: Some(scope.at), ..ChangesQuestion::all() };
        let (mut changes, _) = changes(scope.store, &scope.view, &question).await?;
        changes.reverse();
        let unseen = changes_unseen(scope.store, &scope.view, &question, scope.at).await?;
        Ok(Self { changes, unseen })
    }
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
        if self.unseen.is_empty() {
            return Extent::complete(
                "the whole period is recorded; what came and went between two readings was not seen",
            );
        }
        Extent::at_least(&self.unseen)
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
