//! Before and after: what a leaver could do then, and what of it remains.

use std::collections::BTreeSet;

use rolecall_model::Timestamp;
use rolecall_model::person::PersonKey;
use rolecall_store::{Store, StoreError};
use serde::Serialize;

use super::Identities;
use crate::as_of::AsOf;
use crate::moment::moment_text;
use crate::world::WorldView;
use crate::world_load;

/// What became of a leaver's rights since a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaverComparison {
    /// The moment before.
    pub since: String,
    /// Rights that were there then and are not now.
    pub gone: Vec<HeldRight>,
    /// Rights that were there then and are now.
    pub remains: Vec<HeldRight>,
    /// Rights that are new.
    pub added: Vec<HeldRight>,
    /// What had not been read yet at that moment.
    pub unread: Vec<String>,
}

/// A right that an account holds, by whichever paths.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldRight {
    /// The account.
    pub account: String,
    /// What it holds: `read-write`.
    pub entitlement: String,
    /// The type of what it is held on.
    pub kind: String,
    /// What it is held on.
    pub resource: String,
}

/// Compares what a person can do now with what was known at a moment, by every account that was theirs then or is now.
/// `O(facts)`, for that moment is loaded.
///
/// # Errors
/// When the database cannot be read.
pub async fn leaver_compare(
    store: &Store,
    now: (&WorldView, &Identities),
    person: &PersonKey,
    since: Timestamp,
) -> Result<LeaverComparison, StoreError> {
    let view = world_load(store, None, Some(since)).await?;
    let known = Identities::load(store, &view).await?;
    let accounts: BTreeSet<String> =
        known.accounts_of(person).chain(now.1.accounts_of(person)).map(|(account, _)| account.name()).collect();
    let (then, now) = (rights(&view, &accounts), rights(now.0, &accounts));
    Ok(LeaverComparison {
        since: moment_text(since),
        gone: then.difference(&now).cloned().collect(),
        remains: then.intersection(&now).cloned().collect(),
        added: now.difference(&then).cloned().collect(),
        unread: view.as_of().map(AsOf::unread).unwrap_or_default(),
    })
}

/// What these accounts hold; one that is not there holds nothing.
fn rights(view: &WorldView, accounts: &BTreeSet<String>) -> BTreeSet<HeldRight> {
    let held = accounts.iter().filter_map(|name| view.account_access(name).ok());
    held.flat_map(|access| {
        let right = |item: &crate::account_access::AccessAnswer| HeldRight {
            account: access.account.id.clone(),
            entitlement: item.entitlement.clone(),
            kind: item.resource.kind.clone(),
            resource: item.resource.id.clone(),
        };
        access.items.iter().map(right).collect::<Vec<_>>()
    })
    .collect()
}
