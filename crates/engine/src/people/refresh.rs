//! When it is worked out anew whose accounts are, to be written down: after what may change it, and after nothing else.

use std::collections::{BTreeMap, HashSet};

use rolecall_connect::is_directory;
use rolecall_model::{ConnectorDeclaration, Fact, ResourceRef, Timestamp, Trait};
use rolecall_store::{Change, ChangeFilter, ChangeKind, Connector, ConnectorId, SnapshotId, Store, StoreError};

use super::accounts::is_read;
use super::identities_record;
use crate::world::declaration_of;
use crate::world_load;

/// Works it out anew where something that became current since the last time concerns accounts or people: a sync after which
/// everybody holds other rights does not. `O(changes)` then, and `O(facts)` otherwise. At no cost where there is no
/// directory and nobody decided anything.
///
/// # Errors
/// As of any writing; all of it is written or nothing.
pub async fn identities_refresh(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    let connectors = store.connector_list().await?;
    let has_directory = connectors.iter().any(|connector| is_directory(&connector.config.connector_type));
    let seen = store.identity_seen().await?;
    if !has_directory && seen.is_empty() && store.identity_pin_list().await?.is_empty() {
        return Ok(());
    }
    let current = store.snapshots_current().await?;
    if seen == current {
        return Ok(());
    }
    if concerns_somebody(store, &connectors, &seen, &current).await? {
        return Box::pin(identities_renew(store, now)).await;
    }
    store.identity_seen_put(&current).await
}

/// Works it out anew: after a decision, or when the rules are other ones.
///
/// # Errors
/// As of any writing; all of it is written or nothing.
pub async fn identities_renew(store: &Store, now: Timestamp) -> Result<(), StoreError> {
    // What becomes current while this runs is seen the next time.
    let current = store.snapshots_current().await?;
    let view = world_load(store, None, None).await?;
    identities_record(store, &view, now).await?;
    store.identity_seen_put(&current).await
}

/// Whether anything between these snapshots may change whose an account is.
async fn concerns_somebody(
    store: &Store,
    connectors: &[Connector],
    seen: &BTreeMap<ConnectorId, SnapshotId>,
    current: &BTreeMap<ConnectorId, SnapshotId>,
) -> Result<bool, StoreError> {
    if !seen.keys().eq(current.keys()) {
        return Ok(true);
    }
    let known: HashSet<(ConnectorId, ResourceRef)> = store
        .identity_link_list()
        .await?
        .into_iter()
        .map(|row| (row.account.connector, row.account.resource))
        .collect();
    for (connector, from) in seen {
        let Some(to) = current.get(connector).filter(|to| *to != from) else { continue };
        let Some(record) = connectors.iter().find(|record| record.id == *connector) else { return Ok(true) };
        let declared = declaration_of(&record.config);
        let Some(declared) = declared.filter(|_| !is_directory(&record.config.connector_type)) else { return Ok(true) };
        let between =
            ChangeFilter { connector: Some(*connector), snapshots: Some((*from, *to)), ..ChangeFilter::default() };
        let is_new = |account: &ResourceRef| !known.contains(&(*connector, account.clone()));
        // What a list says the first time that it is read whole is no change.
        if store.baseline_between(*connector, (*from, *to)).await? {
            return Ok(true);
        }
        if store.changes(&between).await?.iter().any(|change| concerns_account(declared, change, is_new)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a change is about an account itself, or about one that is there for the first or the last time because of it.
fn concerns_account(declared: &ConnectorDeclaration, change: &Change, is_new: impl Fn(&ResourceRef) -> bool) -> bool {
    let is_gone = change.kind == ChangeKind::Disappeared;
    let is_other = |account: &ResourceRef| is_account(declared, account) && (is_gone || is_new(account));
    match &change.fact {
        Fact::Resource { resource, .. } => is_account(declared, resource),
        Fact::Property { resource, name, .. } => is_read(name.as_str()) && is_account(declared, resource),
        Fact::Grant { principal, .. } | Fact::Evidence { principal, .. } => is_other(principal),
        Fact::Link { from, to, .. } => is_other(from) || is_other(to),
    }
}

fn is_account(declared: &ConnectorDeclaration, resource: &ResourceRef) -> bool {
    let kind = resource.kind.as_str();
    let has_trait = || declared.resource_type(kind).is_some_and(|of| of.trait_ == Some(Trait::User));
    kind == declared.account_type || has_trait()
}
