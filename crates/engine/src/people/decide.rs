//! What people decide of accounts.

use rolecall_graph::NodeId;
use rolecall_model::Timestamp;
use rolecall_model::person::{PersonKey, Pinned};
use rolecall_store::{AccountNamed, Decision, Store, StoreError};

use super::identities_renew;
use crate::name::NameError;
use crate::world::WorldView;

impl WorldView {
    /// The account that somebody means, in each connector that shows it.
    ///
    /// # Errors
    /// When no account is called so, or several are.
    pub fn accounts_named(&self, name: &str) -> Result<Vec<AccountNamed>, NameError> {
        let node = self.resolve("account", name, |node| self.world.is_account(node))?;
        Ok(self.account_twins(node))
    }

    /// An account as each connector that shows it names it.
    pub(super) fn account_twins(&self, node: NodeId) -> Vec<AccountNamed> {
        let named = |twin| {
            let connector = self.connector(twin)?.record.id;
            Some(AccountNamed { connector, resource: self.world.reference(twin) })
        };
        self.world.same_account(node).filter_map(named).collect()
    }
}

/// Decides what an account is, wherever it is shown, and works out what follows.
///
/// # Errors
/// As of any writing.
pub async fn account_pin(
    store: &Store,
    accounts: &[AccountNamed],
    pinned: &Pinned,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), StoreError> {
    store.identity_pin_put(accounts, pinned, decision, now).await?;
    identities_renew(store, now).await
}

/// Takes such a decision back. Says whether there was one.
///
/// # Errors
/// As of any writing.
pub async fn account_unpin(
    store: &Store,
    accounts: &[AccountNamed],
    decision: &Decision,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let removed = store.identity_pin_remove(accounts, decision, now).await?;
    identities_renew(store, now).await?;
    Ok(removed > 0)
}

/// Says that an account is not a person's.
///
/// # Errors
/// As of any writing.
pub async fn account_refuse(
    store: &Store,
    accounts: &[AccountNamed],
    person: &PersonKey,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), StoreError> {
    store.identity_refuse(accounts, person, decision, now).await?;
    identities_renew(store, now).await
}
