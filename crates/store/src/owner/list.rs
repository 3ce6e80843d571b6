//! What a list or a CODEOWNERS file says of who answers for what: it is the whole of what that source says.

use std::collections::HashMap;

use rolecall_model::Timestamp;
use rolecall_model::owner::{Owner, OwnerSource};
use serde_json::json;

use super::row::{Numbered, OwnedResource, OwnerEvidence, OwnerRow, begin, current, end, evidence_put};
use crate::audit::{AuditEntry, audit_append, chain_ensure};
use crate::db::Connection;
use crate::error::Failure;
use crate::{Decision, Store, StoreError};

/// That somebody owns something, as a list says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerSaid {
    /// What.
    pub resource: OwnedResource,
    /// Who.
    pub owner: Owner,
    /// Where it stands.
    pub evidence: OwnerEvidence,
}

/// What a list changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnerImported {
    /// Owners that it had not named before.
    pub added: usize,
    /// Owners that it does not name any more.
    pub ended: usize,
    /// Owners that it had named before, and does.
    pub kept: usize,
}

impl OwnerImported {
    /// Whether anything is other than it was.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        self.added > 0 || self.ended > 0
    }
}

impl Store {
    /// Makes `said` the whole of what a source says: what it said before and does not any more ends. The record is of the
    /// database, because a list is of many connectors; where nothing is other there is none. `O(said + known)`.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn owner_import(
        &self,
        source: OwnerSource,
        place: &str,
        said: &[OwnerSaid],
        decision: &Decision,
        now: Timestamp,
    ) -> Result<OwnerImported, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let known = current(&mut tx, source, place).await?;
            let imported = Import { source, place, decision, now }.write(&mut tx, said, known).await?;
            if imported.is_change() {
                let details = json!({
                    "source": source.word(), "added": imported.added, "ended": imported.ended, "kept": imported.kept,
                });
                let personal = vec![("actor", &*decision.actor), ("reason", &*decision.reason), ("place", place)];
                let personal = personal.into_iter().filter(|(_, text)| !text.is_empty()).collect();
                let subject = chain_ensure(&mut tx).await?;
                let entry = AuditEntry { at: now, action: "owner.imported", subject, details, personal };
                audit_append(&mut tx, &entry).await?;
            }
            tx.commit().await?;
            Ok(imported)
        })
        .await
    }
}

/// A list that becomes the whole of what its source says.
struct Import<'i> {
    source: OwnerSource,
    place: &'i str,
    decision: &'i Decision,
    now: Timestamp,
}

impl Import<'_> {
    async fn write(
        &self,
        db: &mut Connection,
        said: &[OwnerSaid],
        known: Vec<Numbered>,
    ) -> Result<OwnerImported, Failure> {
        let mut left: HashMap<(OwnedResource, Owner), Numbered> =
            known.into_iter().map(|known| ((known.row.resource.clone(), known.row.owner.clone()), known)).collect();
        let mut imported = OwnerImported::default();
        for one in said {
            match left.remove(&(one.resource.clone(), one.owner.clone())) {
                Some(known) => {
                    if known.row.evidence != one.evidence {
                        evidence_put(db, known.id, &one.evidence).await?;
                    }
                    imported.kept += 1;
                }
                None => {
                    begin(db, &self.row(one)).await?;
                    imported.added += 1;
                }
            }
        }
        imported.ended = left.len();
        let mut ended: Vec<i64> = left.into_values().map(|known| known.id).collect();
        ended.sort_unstable();
        for id in ended {
            end(db, id, self.decision, self.now).await?;
        }
        Ok(imported)
    }

    fn row(&self, said: &OwnerSaid) -> OwnerRow {
        OwnerRow {
            resource: said.resource.clone(),
            source: self.source,
            place: self.place.to_owned(),
            owner: said.owner.clone(),
            evidence: said.evidence.clone(),
            decision: self.decision.clone(),
            since: self.now,
            ended: None,
        }
    }
}
