//! What somebody says of who answers for something.

use rolecall_model::Timestamp;
use rolecall_model::owner::{Owner, OwnerSource};
use serde_json::json;

use super::row::{OwnedResource, OwnerEvidence, OwnerRow, begin, current_of, end};
use crate::audit::{AuditEntry, audit_append, connector_subject};
use crate::db::Connection;
use crate::error::Failure;
use crate::{Decision, Store, StoreError};

impl Store {
    /// Says who answers for resources, all of them or none. What was said of them before ends, unless it is the same.
    /// Returns how many of the resources had other owners before.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn owner_set(
        &self,
        resources: &[OwnedResource],
        owners: &[Owner],
        decision: &Decision,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let mut changed = 0;
            for resource in resources {
                if replace(&mut tx, resource, owners, decision, now).await? {
                    record(&mut tx, resource, "owner.set", owners, decision, now).await?;
                    changed += 1;
                }
            }
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }

    /// Takes back what was said of who answers for resources. Says of how many something had been.
    ///
    /// # Errors
    /// As of any writing; all of it happens or nothing.
    pub async fn owner_unset(
        &self,
        resources: &[OwnedResource],
        decision: &Decision,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.answer(async {
            let mut tx = self.writing().await?;
            let mut changed = 0;
            for resource in resources {
                let known = current_of(&mut tx, OwnerSource::Said, resource).await?;
                let owners: Vec<Owner> = known.into_iter().map(|known| known.row.owner).collect();
                if !owners.is_empty() {
                    replace(&mut tx, resource, &[], decision, now).await?;
                    record(&mut tx, resource, "owner.unset", &owners, decision, now).await?;
                    changed += 1;
                }
            }
            tx.commit().await?;
            Ok(changed)
        })
        .await
    }
}

/// Says whether anything is other than it was.
async fn replace(
    db: &mut Connection,
    resource: &OwnedResource,
    owners: &[Owner],
    decision: &Decision,
    now: Timestamp,
) -> Result<bool, Failure> {
    let known = current_of(db, OwnerSource::Said, resource).await?;
    let mut is_other = false;
    for known in known.iter().filter(|known| !owners.contains(&known.row.owner)) {
        end(db, known.id, decision, now).await?;
        is_other = true;
    }
    for owner in owners.iter().filter(|owner| known.iter().all(|known| known.row.owner != **owner)) {
        let row = OwnerRow {
            resource: resource.clone(),
            source: OwnerSource::Said,
            place: String::new(),
            owner: owner.clone(),
            evidence: OwnerEvidence::default(),
            decision: decision.clone(),
            since: now,
            ended: None,
        };
        begin(db, &row).await?;
        is_other = true;
    }
    Ok(is_other)
}

/// Who it is may have to be erased one day, and is told apart.
async fn record(
    db: &mut Connection,
    resource: &OwnedResource,
    action: &'static str,
    owners: &[Owner],
    decision: &Decision,
    now: Timestamp,
) -> Result<(), Failure> {
    let names: Vec<String> = owners.iter().map(ToString::to_string).collect();
    let names = names.join(", ");
    let (kind, id) = (resource.resource.kind.as_str(), &*resource.resource.id);
    let entry = AuditEntry {
        at: now,
        action,
        subject: connector_subject(db, resource.connector).await?,
        details: json!({ "type": kind, "resource": id, "owners": owners.len() }),
        personal: vec![("actor", &decision.actor), ("reason", &decision.reason), ("owner", &names)],
    };
    audit_append(db, &entry).await.map(drop)
}
